//! Changing an entry: what would come of it, and doing it.

pub mod plan;
