//! The open store, and transactions that announce what they change.

use crate::change_feed::{self, Announcer, Follower, ServerChange};
use crate::database::{self, Database, number};
use crate::error::{OpenError, StoreError};
use crate::location::Location;
use crate::secret::Secret;
use crate::server_id::ServerId;
use sqlx::{Any, Transaction};
use std::sync::Arc;
use tokio::sync::broadcast;

/// The open store. Clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    secret: Secret,
    announcer: Arc<Announcer>,
    /// `None` with SQLite, where there is only one process.
    _follower: Option<Follower>,
}

impl Store {
    /// Opens the store, makes the file and its folder where they do not exist, and brings the schema
    /// up to date.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]: a sentence for the operator.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        let database = Database::open(location).await?;
        let prepared = |source| OpenError::Prepare {
            place: location.to_string(),
            source,
        };
        let secret = Secret::load_or_make(&database).await.map_err(prepared)?;
        let announcer = Arc::new(Announcer::new());
        let follower = match location {
            Location::Sqlite(_) => None,
            Location::Postgres(postgres) => {
                let (seen,): (i64,) = sqlx::query_as("SELECT tick FROM clock")
                    .fetch_one(&database.reads)
                    .await
                    .map_err(StoreError::while_("read the clock"))
                    .map_err(prepared)?;
                Some(Follower::start(postgres, Arc::clone(&announcer), seen))
            }
        };
        Ok(Self(Arc::new(Inner {
            database,
            secret,
            announcer,
            _follower: follower,
        })))
    }

    /// Receives every change to a server's overlay or settings from now on, also those of other
    /// processes. Subscribe before reading, so that no change falls in between. After `Lagged`, when
    /// some changes were missed, read everything again.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ServerChange> {
        self.0.announcer.subscribe()
    }

    /// Every server that has or had an overlay or settings.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn servers(&self) -> Result<Vec<ServerId>, StoreError> {
        const DOING: &str = "list the servers";
        let rows: Vec<(i64,)> = sqlx::query_as("SELECT server FROM changes ORDER BY server")
            .fetch_all(&self.database().reads)
            .await
            .map_err(StoreError::while_(DOING))?;
        rows.into_iter()
            .map(|(server,)| database::server_id(DOING, server))
            .collect()
    }

    /// Closes the connections once they are idle. Later calls fail. What was confirmed is on disk
    /// without this.
    pub async fn close(&self) {
        self.database().close().await;
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0.secret
    }

    /// Begins a transaction that changes the overlay or the settings of `server`. It advances the
    /// clock, so that such transactions happen one after the other.
    pub(crate) async fn begin_change(
        &self,
        server: ServerId,
    ) -> Result<(Transaction<'static, Any>, i64), sqlx::Error> {
        let mut transaction = self.database().write().await?;
        let tick = number(
            &mut transaction,
            "UPDATE clock SET tick = tick + 1 RETURNING tick",
        )
        .await?;
        sqlx::query(
            "INSERT INTO changes (server, tick) VALUES ($1, $2) \
             ON CONFLICT (server) DO UPDATE SET tick = excluded.tick",
        )
        .bind(server.key())
        .bind(tick)
        .execute(&mut *transaction)
        .await?;
        Ok((transaction, tick))
    }

    /// Commits a transaction of [`begin_change`](Self::begin_change) and announces the change, even if
    /// the caller is cancelled in between.
    pub(crate) async fn commit_change(
        &self,
        mut transaction: Transaction<'static, Any>,
        server: ServerId,
        tick: i64,
    ) -> Result<(), sqlx::Error> {
        if self.database().notifies {
            sqlx::query(change_feed::NOTIFY)
                .execute(&mut *transaction)
                .await?;
        }
        let announcer = Arc::clone(&self.0.announcer);
        let committing = tokio::spawn(async move {
            transaction.commit().await?;
            announcer.announce(ServerChange { server, tick });
            Ok(())
        });
        // Joining fails only while the runtime shuts down.
        committing.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }
}
