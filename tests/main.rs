//! One test binary: every promise that needs the real program, the shipped book or files.

mod cli;
mod config;
mod engine;
mod knowledge;
mod program;
mod shipped;
mod store;
