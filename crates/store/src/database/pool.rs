//! The sizes and patience of connection pools.

use std::time::Duration;

/// The readers beside the one writer (SQLite), or all connections (PostgreSQL).
pub(super) const MAX_CONNECTIONS: u32 = 4;

/// How long to wait for a connection: longer than PostgreSQL takes to restart, shorter than people
/// wait after pressing a button.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(8);
