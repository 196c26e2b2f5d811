//! One test binary.

mod config;
mod knowledge;
