//! Citebot answers questions about open-source AI from a curated FAQ. Every answer cites the
//! source of each claim; nothing is generated.
//!
//! This crate is the program, on top of five others. In reading order:
//!
//! | crate or module | what it does |
//! | --- | --- |
//! | [`citebot_core`] | reads and checks the FAQ, ranks entries for a question, decides on the reply, evaluates |
//! | `citebot_encoder` | turns sentences into vectors |
//! | [`citebot_store`] | keeps revisions, questions, votes and settings in SQLite or PostgreSQL |
//! | [`citebot_engine`] | what every surface talks to: ask, edit, review, reload |
//! | [`citebot_site`] | the FAQ as a website |
//! | [`config`] | turns `config.toml` and the environment into one typed value |
//! | [`cli`] | the command line, a file for each command |
//! | [`observability`] | health and metrics over HTTP |
//! | [`discord`] | the bot; the only place that names serenity or poise |
//!
//! ```text
//! encoder ← core ← engine ← cli, discord        store ← engine        core ← site ← cli, discord
//! ```

pub mod cli;
pub mod config;
pub mod discord;
pub mod observability;
#[cfg(test)]
mod sample;
