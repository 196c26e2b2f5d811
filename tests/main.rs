//! One test binary: every promise that needs the real program or the shipped book.

mod cli;
mod program;
mod shipped;
