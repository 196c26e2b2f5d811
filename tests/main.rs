//! One test binary. [`harness`] holds the scripted Discord and the process under test.
#![allow(unused)]

mod architecture;
mod discord;
mod harness;
