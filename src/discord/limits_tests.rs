//! For tests: everything that is sent keeps Discord's limits, by generation.

mod accepted_entries;
mod any_knowledge;
