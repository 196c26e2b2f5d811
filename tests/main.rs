//! One test binary: every promise that needs the real program, the shipped book or files.
//! `harness` holds the scripted Discord and the process under test.
#![allow(unused)]

mod architecture;
mod cli;
mod config;
mod discord;
mod harness;
mod knowledge;
mod program;
mod shipped;
mod store;
