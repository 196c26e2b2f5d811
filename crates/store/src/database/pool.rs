//! The sizes and patience of connection pools, and which connections they keep.

use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Connection as _};
use std::io;
use std::time::Duration;
use tokio::time::timeout;

/// The readers beside the one writer (SQLite), or all connections (PostgreSQL).
pub(super) const MAX_CONNECTIONS: u32 = 4;

/// How long to wait for a connection: longer than PostgreSQL takes to restart, shorter than people
/// wait after pressing a button.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an idle connection may take to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// A pool that lends and keeps only connections that answer. A connection whose other end has vanished
/// is replaced, and so is one that is still in a transaction because rolling it back failed.
pub(super) fn options() -> AnyPoolOptions {
    AnyPoolOptions::new()
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The driver's own test has no deadline.
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(async move {
                ping(connection).await?;
                Ok(true)
            })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                // Also waits for a rollback that was begun when a transaction was dropped.
                ping(connection).await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

async fn ping(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    timeout(PING_TIMEOUT, connection.ping())
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
}
