//! Connections to a PostgreSQL server.

use super::migrations::{migration_failed, migrator};
use super::pool::{self, MAX_CONNECTIONS};
use crate::error::OpenError;
use crate::location::{Location, Postgres};
use sqlx::any::AnyConnectOptions;
use sqlx::migrate::MigrateError;
use sqlx::{AnyPool, ConnectOptions as _, Connection as _, Executor as _};
use std::str::FromStr as _;
use std::time::Duration;
use tokio::time::timeout;

/// How long the first connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long migrations may take, of which there is much to do in a large database.
const MIGRATION_TIMEOUT: Duration = Duration::from_mins(10);
/// How long to wait for another process that migrates.
const LOCK_TIMEOUT: &str = "SET lock_timeout = '60s'";

/// Migrates the database and connects to it.
pub(super) async fn connect(
    postgres: &Postgres,
    location: &Location,
) -> Result<AnyPool, OpenError> {
    let failed = |source| OpenError::Connect {
        place: location.to_string(),
        source,
    };
    // The address was parsed before; the error would quote it.
    let options =
        AnyConnectOptions::from_str(postgres.url()).map_err(|_| OpenError::PostgresUrl)?;
    // A connection of its own, closed afterwards: when a migration fails, sqlx keeps the migration
    // lock with the connection.
    let mut connection = timeout(CONNECT_TIMEOUT, options.connect())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(failed)?;
    let migrated = timeout(MIGRATION_TIMEOUT, async {
        connection.execute(LOCK_TIMEOUT).await?;
        migrator().run(&mut connection).await
    });
    let migrated = migrated
        .await
        .unwrap_or(Err(MigrateError::Execute(sqlx::Error::PoolTimedOut)));
    // What was migrated is committed, even if closing fails.
    drop(connection.close().await);
    migrated.map_err(|error| migration_failed(error, location))?;
    Ok(pool::options()
        .max_connections(MAX_CONNECTIONS)
        .connect_lazy_with(options))
}
