//! One test binary for everything that needs the real program, the shipped FAQ or files.
//!
//! [`harness`] connects the program to a scripted Discord.

mod anywhere;
mod backup;
mod cli;
mod config;
mod dependencies;
mod discord;
mod exchange;
mod harness;
mod own_faq;
mod packages;
mod program;
mod shipped;
mod site_serve;
mod store;
