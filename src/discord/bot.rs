//! What every event shares.

use super::curate::now;
use super::in_flight::InFlight;
use super::pace::{Cooldown, Flood};
use super::places::Places;
use crate::config::Discord;
use citebot_core::answer::{Explanation, Prompting};
use citebot_engine::{Answered, Defaults, Engine, ServerAdmin, Snapshot};
use citebot_store::{QuestionId, ServerId, Store, StoreError};
use serenity::http::Http;
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
    /// Channels and forums whose every message is read, where a server has set none.
    listening: HashSet<ChannelId>,
    /// Whether Discord was asked to show what people write to each other.
    pub hears: bool,
    /// The rest between unprompted answers, where a server has set none.
    rest: Duration,
    /// What is known of the servers' channels and threads.
    pub places: Places,
    /// What is being handled.
    pub in_flight: InFlight,
    me: SetOnce<UserId>,
    roles: Mutex<HashMap<GuildId, RoleId>>,
    /// The servers of the channels that the configuration names.
    configured: Mutex<HashMap<ChannelId, GuildId>>,
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
            hears: !config.channels.is_empty(),
            rest: Duration::from_secs(config.cooldown_seconds),
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
            configured: Mutex::default(),
            cooldown: Mutex::default(),
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

    /// The admin of `server`'s moderators; `None` where the bot keeps no store.
    #[must_use]
    pub fn admin(&self, server: GuildId) -> Option<ServerAdmin<'_>> {
        self.engine.admin(server_id(server))
    }

    /// Answers `question`: from the cache at once, otherwise on a blocking thread.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn ask(
        &self,
        server: Option<GuildId>,
        question: String,
        prompting: Prompting,
    ) -> Result<Answered, MatchingFailed> {
        let server = server.map(server_id);
        if let Some(answered) = self.engine.ask_cached(server, &question, prompting) {
            return Ok(answered);
        }
        let _permit = self.matching.acquire().await;
        let engine = Arc::clone(&self.engine);
        tokio::task::spawn_blocking(move || engine.ask(server, question, prompting))
            .await
            .map_err(|error| MatchingFailed(error.to_string()))
    }

    /// Logs the question as asked on `surface`: never who asked.
    #[must_use]
    pub fn log(&self, answered: &Answered, surface: &'static str) -> Option<QuestionId> {
        self.engine.log(answered, surface, now())
    }

    /// How `question` is read in `server`, and what comes near it there. The matching runs on a
    /// thread of its own.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn why(
        &self,
        server: Option<GuildId>,
        question: String,
    ) -> Result<Explanation, MatchingFailed> {
        let _permit = self.matching.acquire().await;
        let engine = Arc::clone(&self.engine);
        let server = server.map(server_id);
        tokio::task::spawn_blocking(move || engine.why(server, &question))
            .await
            .map_err(|error| MatchingFailed(error.to_string()))
    }

    /// Whether questions and votes are kept for `server`: nowhere without a store, and nowhere
    /// outside servers.
    #[must_use]
    pub fn keeps(&self, server: Option<GuildId>) -> bool {
        server.is_some_and(|server| self.admin(server).is_some())
    }

    /// The text of a logged question of `server`; `None` if there is none (any more).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn question(
        &self,
        server: GuildId,
        question: QuestionId,
    ) -> Result<Option<String>, StoreError> {
        let Some(store) = self.engine.store() else {
            return Ok(None);
        };
        // The latest may not be written yet.
        self.engine.flush().await;
        let found = store.question(server_id(server), question).await?;
        Ok(found.map(|question| question.text))
    }

    /// The store, for what concerns no single server; `None` where the bot keeps none.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.engine.store()
    }

    /// What the bot answers from.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What holds where a server has set nothing.
    #[must_use]
    pub fn defaults(&self) -> &Defaults {
        self.engine.defaults()
    }

    /// Discord told which channels `server` has.
    pub fn learn_configured(&self, server: GuildId, channels: impl Iterator<Item = ChannelId>) {
        let own = channels.filter(|channel| self.listening.contains(channel));
        lock(&self.configured).extend(own.map(|channel| (channel, server)));
    }

    /// Asks Discord which channels `server` has, unless every configured channel was told of already:
    /// the bot may have only just connected.
    pub async fn place_configured(&self, server: GuildId, http: &Http) {
        let all_known = {
            let known = lock(&self.configured);
            self.listening
                .iter()
                .all(|channel| known.contains_key(channel))
        };
        if all_known {
            return;
        }
        match server.channels(http).await {
            Ok(channels) => self.learn_configured(server, channels.into_keys()),
            Err(error) => tracing::warn!(%error, %server, "cannot tell which channels it has"),
        }
    }

    /// The channels of `server` that the operator's configuration names, by id.
    #[must_use]
    pub fn configured_in(&self, server: GuildId) -> Vec<u64> {
        let configured = lock(&self.configured);
        let own = configured.iter().filter(|(_, of)| **of == server);
        let mut channels: Vec<u64> = own.map(|(channel, _)| channel.get()).collect();
        channels.sort_unstable();
        channels
    }

    /// Whether every message in `channel` of `server` is read as a possible question.
    #[must_use]
    pub fn listens_in(&self, server: Option<GuildId>, channel: ChannelId) -> bool {
        let settings = self.engine.settings(server.map(server_id));
        self.hears
            && match &settings.channels {
                Some(channels) => channels.contains(&channel.get()),
                None => self.listening.contains(&channel),
            }
    }

    /// Whether an unprompted answer may be given in `channel` of `server`; if so, it counts as
    /// given.
    pub fn may_speak(&self, server: Option<GuildId>, channel: ChannelId) -> bool {
        let settings = self.engine.settings(server.map(server_id));
        let rest = settings
            .cooldown_seconds
            .map_or(self.rest, Duration::from_secs);
        lock(&self.cooldown).take(channel, rest, Instant::now())
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
