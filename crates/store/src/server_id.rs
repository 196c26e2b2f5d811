//! The id of a Discord server.

use std::fmt;
use std::num::NonZeroU64;

/// A Discord server (guild).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(pub NonZeroU64);

impl ServerId {
    /// The number for the database, which has signed integers only.
    pub(crate) fn key(self) -> i64 {
        self.0.get().cast_signed()
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
