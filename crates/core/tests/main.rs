//! One test binary: what needs files.

mod knowledge;
