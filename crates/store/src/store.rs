//! The open store, and transactions that announce what they change.

use crate::change_feed::{self, Announcer, Follower, ServerChange};
use crate::database::{self, Database, Writes, number};
use crate::error::{OpenError, StoreError};
use crate::location::Location;
use crate::secret::Secret;
use crate::server_id::ServerId;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Transaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::timeout;

/// How long a commit may take, whether or not somebody still waits for it.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the database may take to answer [`Store::ping`].
const PING_TIMEOUT: Duration = Duration::from_secs(1);

/// The open store. Clones share it.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    secret: Secret,
    announcer: Arc<Announcer>,
    _follower: Follower,
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
        let read = |reads: AnyPool| async move {
            sqlx::query_as(change_feed::TICK).fetch_one(&reads).await
        };
        let read = database.read("read the clock", read);
        let (seen,): (i64,) = read.await.map_err(prepared)?;
        let follower = match location {
            Location::Sqlite(_) => Follower::poll(database.clone(), Arc::clone(&announcer), seen),
            Location::Postgres(postgres) => Follower::start(postgres, Arc::clone(&announcer), seen),
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
        let read = |reads: AnyPool| async move {
            sqlx::query_as("SELECT server FROM changes ORDER BY server")
                .fetch_all(&reads)
                .await
        };
        let rows: Vec<(i64,)> = self.database().read(DOING, read).await?;
        rows.into_iter()
            .map(|(server,)| database::server_id(DOING, server))
            .collect()
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    ///
    /// Database errors; also when it does not answer within a second.
    pub async fn ping(&self) -> Result<(), StoreError> {
        const DOING: &str = "see whether the database answers";
        let read = |reads: AnyPool| async move { sqlx::query("SELECT 1").execute(&reads).await };
        let pinged = timeout(PING_TIMEOUT, self.database().read(DOING, read)).await;
        pinged.map_err(|_| StoreError::TimedOut { doing: DOING })??;
        Ok(())
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
        writes: &Writes,
        server: ServerId,
    ) -> Result<Change, sqlx::Error> {
        let mut transaction = writes.begin().await?;
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
        let announced = ServerChange { server, tick };
        Ok(Change {
            transaction,
            announced,
        })
    }

    /// Commits a change and announces it, even if the caller is cancelled in between.
    pub(crate) async fn commit(&self, mut change: Change) -> Result<(), sqlx::Error> {
        if self.database().notifies {
            sqlx::query(change_feed::NOTIFY)
                .execute(&mut *change.transaction)
                .await?;
        }
        let announcer = Arc::clone(&self.0.announcer);
        let committing = tokio::spawn(async move {
            // Of a commit without an answer nobody knows whether it was done. If it was, the next
            // one to publish sees it.
            timeout(COMMIT_TIMEOUT, change.transaction.commit())
                .await
                .unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
            announcer.announce(change.announced);
            Ok(())
        });
        // Joining fails only while the runtime shuts down.
        committing.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
    }

    /// Takes every connection, so that calls wait until the result is dropped: for tests of what
    /// waits for the store.
    ///
    /// # Errors
    ///
    /// Database errors.
    #[doc(hidden)]
    pub async fn stall(&self) -> Result<Stalled, StoreError> {
        let taken = self.database().take_all().await;
        taken
            .map(|taken| Stalled { _taken: taken })
            .map_err(StoreError::while_("take the connections"))
    }
}

/// A transaction of [`Store::begin_change`].
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) transaction: Transaction<'static, Any>,
    announced: ServerChange,
}

/// A store that does not answer until this is dropped.
#[doc(hidden)]
#[derive(Debug)]
pub struct Stalled {
    _taken: Vec<PoolConnection<Any>>,
}
