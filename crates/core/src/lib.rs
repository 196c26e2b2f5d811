//! A curated FAQ and how it answers: no async, no clock, no network, and no I/O but reading the
//! knowledge folder.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`knowledge`] | articles, resources, aliases and entries; reads and checks the files |
//! | [`matcher`] | ranks entries for a question, each with a confidence |
//! | [`answer`] | turns ranked entries into a [`Reply`](answer::Reply): answer, suggest or unknown |
//! | [`eval`] | turns labelled questions into figures |
//! | [`toml_reader`] | typed reading of TOML files that reports every mistake at once |
//! | [`diagnostic`] | a mistake in a file, with its place |
//! | [`did_you_mean`] | the name that a mistyped one was meant to be |

pub mod answer;
pub mod diagnostic;
pub mod did_you_mean;
pub mod eval;
pub mod knowledge;
pub mod matcher;
pub mod toml_reader;
