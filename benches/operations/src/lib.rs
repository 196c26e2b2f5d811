//! What the benches of operation share: a Discord that costs little itself.

pub mod discord;
