//! Who else changed something: within the process at once, and between processes that share a
//! PostgreSQL store by `LISTEN`/`NOTIFY`.
//!
//! A notification carries nothing. It only says "look": what changed is read from the table
//! `changes`, from the last tick that was seen. So a notification that was lost, doubled or late does
//! no harm, and after a lost connection the same look finds what was missed.

use crate::{ServerId, location::Postgres};
use futures::FutureExt as _;
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use std::collections::HashMap;
use std::convert::Infallible;
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// A server's overlay or settings changed, here or in another process: read again what you hold of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerChange {
    /// The server.
    pub server: ServerId,
    /// Ever growing; over all servers. Whoever reads after this sees at least everything up to it.
    pub tick: i64,
}

/// What is sent on `NOTIFY`.
const CHANNEL: &str = "citebot_changes";

/// The statement for it, in the transaction that changed something: sent when that commits.
pub(crate) const NOTIFY: &str = "NOTIFY citebot_changes";

/// How many changes a subscriber may lag behind before it is told that it missed some.
const CAPACITY: usize = 1024;

/// How long to listen without hearing anything before the connection is tried: one whose other end
/// vanished without a word would be silent for ever.
const SILENCE: Duration = Duration::from_secs(15);

/// How long an answer to a look may take.
const ANSWER: Duration = Duration::from_secs(5);

/// How long one attempt to connect goes on; it retries by itself in steps up to a fifth of this.
const CONNECT: Duration = Duration::from_secs(2);

/// The pause before connecting again.
const PAUSE: Duration = Duration::from_millis(250);

/// Sends each change on, once.
#[derive(Debug)]
pub(crate) struct Announcer {
    sender: broadcast::Sender<ServerChange>,
    /// The latest tick sent per server: one's own change is announced at commit and then heard
    /// of again.
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

    /// Sends `change`, unless this or a later one of the same server was sent. Leaving the earlier
    /// one out loses nothing: whoever reads after the later one sees both.
    pub(crate) fn announce(&self, change: ServerChange) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = sent.entry(change.server).or_insert(i64::MIN);
        if change.tick > *latest {
            *latest = change.tick;
            // Nobody listening is no error.
            let _ = self.sender.send(change);
        }
    }

    /// Ticks begin anew: the database was replaced by an older state of itself.
    fn restart(&self) {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// Follows what other processes change, until dropped.
#[derive(Debug)]
pub(crate) struct Follower(JoinHandle<()>);

impl Follower {
    /// Begins after `seen`, the latest tick that whoever reads now sees.
    pub(crate) fn start(postgres: &Postgres, announcer: Arc<Announcer>, seen: i64) -> Self {
        let options = postgres.options().clone();
        Self(tokio::spawn(async move {
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .acquire_timeout(CONNECT)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_lazy_with(options);
            follow(&pool, &announcer, seen).await;
        }))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn follow(pool: &PgPool, announcer: &Announcer, mut seen: i64) {
    let mut told = false;
    loop {
        let mut listening = false;
        let Err(error) = listen(pool, announcer, &mut seen, &mut listening).await;
        told &= !listening;
        if !told {
            // Once for each time it is lost, however often connecting fails after.
            tracing::warn!(
                %error,
                "lost touch with PostgreSQL: edits made by other processes will be read when it is back"
            );
            told = true;
        }
        sleep(PAUSE).await;
    }
}

/// Listens until the connection fails. `listening` tells whether it ever worked.
async fn listen(
    pool: &PgPool,
    announcer: &Announcer,
    seen: &mut i64,
    listening: &mut bool,
) -> Result<Infallible, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    // A new connection must come through here, to look for what was missed.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    loop {
        // After LISTEN and not before: what is committed in between is in one of the two.
        timeout(ANSWER, look(&mut listener, announcer, seen))
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
        if !*listening {
            *listening = true;
            tracing::debug!("listening for other processes' edits");
        }
        match timeout(SILENCE, listener.try_recv()).await {
            // Silence: look, which fails if the connection is dead.
            Err(_) => {}
            Ok(heard) => {
                heard?.ok_or_else(lost)?;
                // A burst is one look.
                while let Some(more) = listener.try_recv().now_or_never() {
                    more?.ok_or_else(lost)?;
                }
            }
        }
    }
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::ConnectionAborted.into())
}

/// Announces what changed after `seen`.
async fn look(
    listener: &mut PgListener,
    announcer: &Announcer,
    seen: &mut i64,
) -> Result<(), sqlx::Error> {
    let (tick,): (i64,) = sqlx::query_as("SELECT tick FROM clock")
        .fetch_one(&mut *listener)
        .await?;
    if tick < *seen {
        tracing::warn!(
            "the database went back in time, as after restoring a backup: reading all of it again"
        );
        announcer.restart();
        *seen = 0;
    }
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT server, tick FROM changes WHERE tick > $1 ORDER BY tick")
            .bind(*seen)
            .fetch_all(&mut *listener)
            .await?;
    for (server, tick) in rows {
        *seen = tick;
        if let Some(server) = NonZeroU64::new(server.cast_unsigned()) {
            announcer.announce(ServerChange {
                server: ServerId(server),
                tick,
            });
        }
    }
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
