//! Citebot answers questions about open-source AI from a curated FAQ. Every answer says where
//! each of its claims comes from; nothing is generated.
//!
//! The modules, in reading order:
//!
//! | module | what it is |
//! | --- | --- |
//! | [`knowledge`] | articles, resources, aliases and entries; reading and checking the files |
//! | [`matcher`] | a question → entries, ranked, each with a confidence |
//! | [`answer`] | ranked entries → a [`Reply`](answer::Reply): answer, suggest or unknown |
//! | [`store`] | what is kept between runs, per server |
//! | [`engine`] | what every surface talks to: ask, show, browse, reload |
//! | [`eval`] | labelled questions → figures |
//! | [`config`] | `config.toml` and the environment → one typed value |
//! | [`cli`] | one file a command |
//! | [`discord`] | the only place that names serenity or poise |
//!
//! Dependencies point one way (`tests/architecture.rs` holds it):
//!
//! ```text
//! knowledge ← matcher ← answer ← engine ← cli, discord        store ← engine        eval ← cli
//! ```

pub mod cli;
pub mod config;
pub mod discord;
