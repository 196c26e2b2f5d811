//! What every event shares.

use super::in_flight::InFlight;
use super::pace::{Cooldown, Flood};
use super::places::Places;
use crate::answer::{Manner, Reply};
use crate::config::Discord;
use crate::engine::{Desk, Engine, Snapshot};
use crate::store::ServerId;
use serenity::model::id::{ChannelId, GuildId, RoleId, UserId};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SetOnce};
use tokio::time::Instant;

/// The bot as its handlers see it.
#[derive(Debug)]
pub struct Bot {
    engine: Arc<Engine>,
    /// Channels and forums whose every message is read.
    pub listening: HashSet<ChannelId>,
    /// What is known of the servers' channels and threads.
    pub places: Places,
    /// What is being handled.
    pub in_flight: InFlight,
    me: SetOnce<UserId>,
    roles: Mutex<HashMap<GuildId, RoleId>>,
    cooldown: Mutex<Cooldown>,
    flood: Mutex<Flood>,
    /// Matching keeps a processor busy: more at once than there are processors gains nothing.
    matching: Semaphore,
}

/// Matching broke off: a fault of ours, logged where it happened.
#[derive(Debug, thiserror::Error)]
#[error("matching a question failed: {0}")]
pub struct MatchingFailed(String);

impl Bot {
    /// Nothing is known of Discord yet.
    #[must_use]
    pub fn new(config: &Discord, engine: Arc<Engine>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            engine,
            // Zero is no channel, and the type would panic on it.
            listening: config
                .channels
                .iter()
                .filter_map(|&id| std::num::NonZeroU64::new(id))
                .map(ChannelId::from)
                .collect(),
            places: Places::new(),
            in_flight: InFlight::new(),
            me: SetOnce::new(),
            roles: Mutex::default(),
            cooldown: Mutex::new(Cooldown::new(Duration::from_secs(config.cooldown_seconds))),
            flood: Mutex::default(),
            matching: Semaphore::new(processors),
        }
    }

    /// Who the bot is. Waits until Discord has said so, which it does before anything else.
    pub async fn me(&self) -> UserId {
        *self.me.wait().await
    }

    /// Discord said who the bot is. It says so again at every reconnection.
    pub fn is(&self, me: UserId) {
        // An error means that it is known already.
        let _ = self.me.set(me);
    }

    /// The role that Discord made for the bot in `server`; mentioning it means the bot.
    #[must_use]
    pub fn role(&self, server: GuildId) -> Option<RoleId> {
        lock(&self.roles).get(&server).copied()
    }

    /// Remembers or forgets the bot's role in `server`.
    pub fn set_role(&self, server: GuildId, role: Option<RoleId>) {
        let mut roles = lock(&self.roles);
        match role {
            Some(role) => roles.insert(server, role),
            None => roles.remove(&server),
        };
    }

    /// What `server` sees just now.
    #[must_use]
    pub fn snapshot(&self, server: Option<GuildId>) -> Arc<Snapshot> {
        self.engine.snapshot(server.map(server_id))
    }

    /// The desk of `server`'s moderators; `None` where the bot keeps no store.
    #[must_use]
    pub fn desk(&self, server: GuildId) -> Option<Desk<'_>> {
        self.engine.desk(server_id(server))
    }

    /// What is said to `question`. The matching runs on a thread of its own.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn ask(
        &self,
        server: Option<GuildId>,
        question: String,
        manner: Manner,
    ) -> Result<Reply, MatchingFailed> {
        let _permit = self.matching.acquire().await;
        let engine = Arc::clone(&self.engine);
        let server = server.map(server_id);
        tokio::task::spawn_blocking(move || engine.ask(server, &question, manner))
            .await
            .map_err(|error| MatchingFailed(error.to_string()))
    }

    /// Whether an unprompted answer may be given in `channel`; if so, it counts as given.
    pub fn may_speak(&self, channel: ChannelId) -> bool {
        lock(&self.cooldown).take(channel, Instant::now())
    }

    /// Whether `asker` has not asked too much lately; if so, it counts.
    pub fn may_ask(&self, asker: UserId) -> bool {
        lock(&self.flood).take(asker, Instant::now())
    }
}

fn server_id(guild: GuildId) -> ServerId {
    ServerId(guild.into())
}

/// The lock even if its holder panicked: each holds it for one map operation, which leaves nothing
/// half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
