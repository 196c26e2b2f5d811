//! Connections to a PostgreSQL server.

use super::migrations::{migration_failed, migrator};
use super::pool::{ACQUIRE_TIMEOUT, MAX_CONNECTIONS};
use crate::error::OpenError;
use crate::location::{Location, Postgres};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, ConnectOptions as _, Connection as _};
use std::str::FromStr as _;
use std::time::Duration;

/// How long the first connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

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
    let mut connection = tokio::time::timeout(CONNECT_TIMEOUT, options.connect())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(failed)?;
    let migrated = migrator().run(&mut connection).await;
    // What was migrated is committed, even if closing fails.
    drop(connection.close().await);
    migrated.map_err(|error| migration_failed(error, location))?;
    Ok(AnyPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_lazy_with(options))
}
