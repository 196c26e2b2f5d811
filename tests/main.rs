//! One test binary: every promise that needs the real program, the shipped book or files.
//!
//! [`harness`] holds the scripted Discord and the processes connected to it.

mod cli;
mod config;
mod discord;
mod engine;
mod harness;
mod program;
mod shipped;
mod store;
