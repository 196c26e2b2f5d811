//! The feed of changes: at once within the process; between processes by `LISTEN`/`NOTIFY` in
//! PostgreSQL, and by a look every second in SQLite.
//!
//! A notification carries no data. Its receiver reads the table `changes` from the last tick that it
//! has seen. Notifications may therefore be lost, doubled or late, and after a lost connection the
//! same query finds what was missed.

use crate::database::Database;
use crate::error::StoreError;
use crate::location::Postgres;
use crate::server_id::ServerId;
use futures::FutureExt as _;
use sqlx::AnyPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use std::collections::HashMap;
use std::convert::Infallible;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// A change of a server's overlay or settings, here or in another process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerChange {
    /// The server.
    pub server: ServerId,
    /// A number that grows with each change of any server. Reading the store after receiving it gives
    /// at least everything up to this change.
    pub tick: i64,
}

/// The channel of the notifications.
const CHANNEL: &str = "citebot_changes";

/// The statement that notifies. It is run within the transaction and takes effect at its commit.
pub(crate) const NOTIFY: &str = "NOTIFY citebot_changes";

/// How many changes a subscriber may lag behind before it misses some.
const CAPACITY: usize = 1024;

/// How long to wait for a notification before probing the connection: one whose other end vanished
/// would stay silent for ever.
const PROBE_INTERVAL: Duration = Duration::from_secs(3);

/// How long a query may take.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an attempt to connect may take; it retries by itself in steps up to a fifth of this.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

const RECONNECT_DELAY: Duration = Duration::from_millis(250);

/// The pause between two looks at SQLite's clock, which cost a few microseconds each.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The clock.
pub(crate) const TICK: &str = "SELECT tick FROM clock";
const CHANGES: &str = "SELECT server, tick FROM changes WHERE tick > $1 ORDER BY tick";

/// Sends each change to the subscribers, once.
#[derive(Debug)]
pub(crate) struct Announcer {
    sender: broadcast::Sender<ServerChange>,
    /// The latest tick sent per server: a change of this process is announced at its commit and comes
    /// back as a notification.
    sent: Mutex<HashMap<ServerId, i64>>,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
            sent: Mutex::default(),
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<ServerChange> {
        self.sender.subscribe()
    }

    /// Sends `change`, unless this or a later one of the same server was sent: reading after the later
    /// one gives both.
    pub(crate) fn announce(&self, change: ServerChange) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = sent.entry(change.server).or_insert(i64::MIN);
        if change.tick > *latest {
            *latest = change.tick;
            // Fails only without subscribers.
            let _ = self.sender.send(change);
        }
    }

    /// Forgets the ticks: the database was put back to an earlier state.
    fn restart(&self) {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Compares the clock's `tick` with the one `seen` last. Starts again from 0 if it went back.
    fn compare(&self, tick: i64, seen: &mut i64) {
        if tick < *seen {
            tracing::warn!(
                "the database was put back to an earlier state, as by restoring a backup: reading all of it again"
            );
            self.restart();
            *seen = 0;
        }
    }

    /// Announces these rows of the table `changes`.
    fn announce_all(&self, rows: Vec<(i64, i64)>, seen: &mut i64) {
        for (server, tick) in rows {
            *seen = tick;
            if let Some(server) = NonZeroU64::new(server.cast_unsigned()) {
                self.announce(ServerChange {
                    server: ServerId(server),
                    tick,
                });
            }
        }
    }
}

/// Follows the changes of other processes, until dropped.
#[derive(Debug)]
pub(crate) struct Follower(JoinHandle<()>);

impl Follower {
    /// Begins after the tick `seen`.
    pub(crate) fn start(postgres: &Postgres, announcer: Arc<Announcer>, seen: i64) -> Self {
        let options = postgres.options().clone();
        Self(tokio::spawn(async move {
            follow(&options, &announcer, seen).await;
        }))
    }

    /// The same for SQLite, which tells nobody of changes.
    pub(crate) fn poll(database: Database, announcer: Arc<Announcer>, seen: i64) -> Self {
        Self(tokio::spawn(async move {
            poll(&database, &announcer, seen).await;
        }))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn follow(options: &PgConnectOptions, announcer: &Announcer, mut seen: i64) {
    let mut warned = false;
    loop {
        // A pool for each attempt: the listener before may hold the connection of its own for as long
        // as the other end does not answer.
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECT_TIMEOUT)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options.clone());
        let mut listening = false;
        let Err(error) = listen(&pool, announcer, &mut seen, &mut listening).await;
        warned &= !listening;
        if !warned {
            // Once for each lost connection, however often connecting fails.
            tracing::warn!(
                %error,
                "lost the connection to PostgreSQL: edits of other processes will be read when it is back"
            );
            warned = true;
        }
        sleep(RECONNECT_DELAY).await;
    }
}

/// Listens until the connection fails. Sets `listening` once it works.
async fn listen(
    pool: &PgPool,
    announcer: &Announcer,
    seen: &mut i64,
    listening: &mut bool,
) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    // A new connection must start here, with the query for what was missed.
    listener.eager_reconnect(false);
    in_time(listener.listen(CHANNEL)).await?;
    loop {
        // After LISTEN, so that a change committed in between is in one of the two.
        in_time(announce_new(&mut listener, announcer, seen)).await?;
        if !*listening {
            *listening = true;
            tracing::debug!("listening for edits of other processes");
        }
        match timeout(PROBE_INTERVAL, listener.try_recv()).await {
            // The query fails if the connection is dead.
            Err(_) => {}
            Ok(heard) => {
                heard?.ok_or_else(lost)?;
                // One query for a burst.
                while let Some(more) = listener.try_recv().now_or_never() {
                    more?.ok_or_else(lost)?;
                }
            }
        }
    }
}

async fn in_time(query: impl Future<Output = Result<(), sqlx::Error>>) -> Result<(), sqlx::Error> {
    timeout(QUERY_TIMEOUT, query)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into())
}

/// Announces the changes after the tick `seen`.
async fn announce_new(
    listener: &mut PgListener,
    announcer: &Announcer,
    seen: &mut i64,
) -> Result<(), sqlx::Error> {
    let (tick,): (i64,) = sqlx::query_as(TICK).fetch_one(&mut *listener).await?;
    announcer.compare(tick, seen);
    let rows = sqlx::query_as(CHANGES)
        .bind(*seen)
        .fetch_all(&mut *listener)
        .await?;
    announcer.announce_all(rows, seen);
    Ok(())
}

async fn poll(database: &Database, announcer: &Announcer, mut seen: i64) {
    let mut warned = false;
    loop {
        sleep(POLL_INTERVAL).await;
        match announce_polled(database, announcer, &mut seen).await {
            Ok(()) => warned = false,
            Err(error) => {
                if !warned {
                    tracing::warn!(%error, "edits of other processes are not seen just now");
                }
                warned = true;
            }
        }
    }
}

async fn announce_polled(
    database: &Database,
    announcer: &Announcer,
    seen: &mut i64,
) -> Result<(), StoreError> {
    const DOING: &str = "look for edits of other processes";
    let read = |reads: AnyPool| async move { sqlx::query_as(TICK).fetch_one(&reads).await };
    let (tick,): (i64,) = database.read(DOING, read).await?;
    if tick == *seen {
        return Ok(());
    }
    announcer.compare(tick, seen);
    let after = *seen;
    let read = |reads: AnyPool| async move {
        let changes = sqlx::query_as(CHANGES).bind(after);
        changes.fetch_all(&reads).await
    };
    let rows = database.read(DOING, read).await?;
    announcer.announce_all(rows, seen);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Announcer, ServerChange, ServerId};
    use std::num::NonZeroU64;
    use tokio::sync::broadcast::error::TryRecvError;

    fn change(server: u64, tick: i64) -> ServerChange {
        ServerChange {
            server: ServerId(NonZeroU64::new(server).expect("not 0")),
            tick,
        }
    }

    #[test]
    fn each_change_is_announced_once() {
        let announcer = Announcer::new();
        announcer.announce(change(1, 1));
        let mut changes = announcer.subscribe();
        for (server, tick) in [(1, 1), (1, 2), (2, 1), (1, 1), (1, 2), (2, 3)] {
            announcer.announce(change(server, tick));
        }
        for expected in [change(1, 2), change(2, 1), change(2, 3)] {
            assert_eq!(changes.try_recv(), Ok(expected));
        }
        assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));

        announcer.restart();
        announcer.announce(change(1, 1));
        assert_eq!(changes.try_recv(), Ok(change(1, 1)));
    }
}
