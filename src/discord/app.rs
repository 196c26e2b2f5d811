//! The state that all handlers share.

use super::addressing::Identity;
use super::attachments::Attachments;
use super::channels::{Channels, ConfiguredChannels};
use super::clock;
use super::manners::{Manners, Overheard};
use super::matching_queue::MatchingQueue;
use super::membership::Membership;
use super::missed::LastSeen;
use super::permissions::may_edit_entries;
use super::rate_limit::PersonLimit;
use super::recent_ids::RecentIds;
use super::render;
use super::rendered::Rendered;
use super::sent_replies::AnsweredMessages;
use super::site_links::SiteLinks;
use super::task_tracker::TaskTracker;
use crate::config::{BotConfig, Config};
use crate::observability::Metrics;
use citebot_core::answer::{Explanation, Prompting, Thresholds};
use citebot_core::knowledge::EntryId;
use citebot_core::matcher::split_questions;
use citebot_engine::{Answered, Engine, OverheardMessage, ServerAdmin, Settings, Snapshot};
use citebot_site::SiteUrl;
use citebot_store::{QuestionId, ServerId, Store, StoreError};
use serenity::model::guild::Member;
use serenity::model::id::{ChannelId, GuildId, RoleId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::SetOnce;
use tokio::task::JoinError;
use tokio::time::Instant;

/// The bot as its handlers see it.
#[derive(Debug)]
pub struct App {
    engine: Arc<Engine>,
    /// How the bot speaks of itself.
    pub bot: BotConfig,
    /// Where the site of the FAQ is published.
    site: Option<SiteUrl>,
    /// Whether Discord shows the bot messages that don't address it.
    pub message_content: bool,
    /// Whether a server that the bot has just joined is greeted.
    pub welcome: bool,
    /// The cooldown between unprompted answers, where a server has set none.
    cooldown: Duration,
    /// The servers that the bot is in.
    pub membership: Membership,
    /// What is known of the servers' channels and threads.
    pub channels: Channels,
    /// The channels that the configuration names.
    pub configured_channels: ConfiguredChannels,
    /// The events that are being handled.
    pub tasks: TaskTracker,
    /// The messages and interactions that were handled lately.
    pub recent: RecentIds,
    /// The messages that were answered lately, with the replies.
    pub answered: AnsweredMessages,
    /// The last messages that came, by which those that were missed are found.
    pub last_seen: LastSeen,
    /// The client that replies go through.
    pub requests: reqwest::Client,
    /// Fetches what people attach.
    pub attachments: Attachments,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    user: SetOnce<UserId>,
    roles: Mutex<HashMap<GuildId, RoleId>>,
    manners: Mutex<Manners>,
    questions: Mutex<PersonLimit>,
    interactions: Mutex<PersonLimit>,
    autocompletions: Mutex<PersonLimit>,
    matching: MatchingQueue<OverheardMessage, Answered>,
}

impl App {
    /// The state before anything is known of Discord.
    #[must_use]
    pub fn new(
        config: &Config,
        engine: Arc<Engine>,
        metrics: Arc<Metrics>,
        requests: reqwest::Client,
        attachments: Attachments,
    ) -> Self {
        let Config {
            bot,
            discord: config,
            site,
            ..
        } = config;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let matching = {
            let engine = Arc::clone(&engine);
            let work = move |messages| engine.ask_overheard(messages);
            MatchingQueue::new(processors, Arc::clone(&metrics), work)
        };
        Self {
            engine,
            bot: bot.clone(),
            site: site.url.clone(),
            message_content: config.message_content,
            welcome: config.welcome,
            cooldown: Duration::from_secs(config.cooldown_seconds),
            membership: Membership::default(),
            channels: Channels::new(),
            configured_channels: ConfiguredChannels::new(&config.channels),
            tasks: TaskTracker::new(),
            recent: RecentIds::default(),
            answered: AnsweredMessages::default(),
            last_seen: LastSeen::default(),
            requests,
            attachments,
            user: SetOnce::new(),
            roles: Mutex::default(),
            manners: Mutex::default(),
            questions: Mutex::new(PersonLimit::on_questions()),
            interactions: Mutex::new(PersonLimit::on_interactions()),
            autocompletions: Mutex::new(PersonLimit::on_autocompletions()),
            matching,
            metrics,
        }
    }

    /// The bot's user. Waits until Discord has told it, which it does before anything else.
    pub async fn user(&self) -> UserId {
        *self.user.wait().await
    }

    /// Notes the bot's user, which Discord tells again at every reconnection.
    pub fn set_user(&self, user: UserId) {
        // An error means that it is known already.
        let _ = self.user.set(user);
    }

    /// The role that Discord made for the bot in `server`.
    #[must_use]
    pub fn role(&self, server: GuildId) -> Option<RoleId> {
        lock(&self.roles).get(&server).copied()
    }

    /// Notes or forgets the bot's role in `server`.
    pub fn set_role(&self, server: GuildId, role: Option<RoleId>) {
        let mut roles = lock(&self.roles);
        match role {
            Some(role) => roles.insert(server, role),
            None => roles.remove(&server),
        };
    }

    /// The bot as `server` mentions it.
    pub async fn identity(&self, server: Option<GuildId>) -> Identity {
        Identity {
            user: self.user().await,
            role: server.and_then(|server| self.role(server)),
        }
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// The links to the site of the FAQ.
    #[must_use]
    pub fn links(&self) -> SiteLinks {
        SiteLinks::new(self.site.as_ref(), self.engine.snapshot(None))
    }

    /// What the bot can do in `server`.
    #[must_use]
    pub fn help(&self, server: Option<GuildId>) -> Rendered {
        render::help(&self.snapshot(server).knowledge, &self.bot)
    }

    /// What `server` is told that the bot has just joined.
    #[must_use]
    pub fn welcome_text(&self, server: GuildId) -> String {
        let snapshot = self.snapshot(Some(server));
        let days = self.engine.retention_days();
        render::welcome(&snapshot.knowledge, &self.bot, self.message_content, days)
    }

    /// The present snapshot of `server`; outside any server, the base alone.
    #[must_use]
    pub fn snapshot(&self, server: Option<GuildId>) -> Arc<Snapshot> {
        self.engine.snapshot(server.map(server_id))
    }

    /// Editing access to `server`; `None` without a store.
    #[must_use]
    pub fn admin(&self, server: GuildId) -> Option<ServerAdmin<'_>> {
        self.engine.admin(server_id(server))
    }

    /// The store, for what concerns no single server.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.engine.store()
    }

    /// Answers the questions in `text`, which was put to the bot, in reply to the answer `previous` if there
    /// is one. Nothing is logged.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn ask_each(
        &self,
        server: Option<GuildId>,
        previous: Option<EntryId>,
        text: String,
    ) -> Result<Vec<Answered>, JoinError> {
        if previous.is_none() && split_questions(&text).is_none() {
            return Ok(vec![self.ask(server, text).await?]);
        }
        let engine = Arc::clone(&self.engine);
        let server = server.map(server_id);
        let work = move || engine.ask_each(server, previous.as_ref(), &text);
        self.matching.run(work).await
    }

    /// Answers `question`, which somebody asked the bot: from the cache at once, or else on a blocking
    /// thread. Nothing is logged.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn ask(
        &self,
        server: Option<GuildId>,
        question: String,
    ) -> Result<Answered, JoinError> {
        let server = server.map(server_id);
        let prompting = Prompting::Prompted;
        if let Some(answered) = self.engine.ask_cached(server, &question, prompting) {
            return Ok(answered);
        }
        let engine = Arc::clone(&self.engine);
        let work = move || engine.ask(server, question, prompting);
        self.matching.run(work).await
    }

    /// Answers `text`, which the bot overheard; `None` when there are too many of them. `in_shadow` is whether
    /// the answer is for moderators to judge. Nothing is logged.
    pub async fn ask_overheard(
        &self,
        server: Option<GuildId>,
        text: String,
        in_shadow: bool,
    ) -> Option<Answered> {
        let message = OverheardMessage {
            server: server.map(server_id),
            text,
            in_shadow,
        };
        let answered = match self.engine.ask_overheard_cached(&message) {
            Some(answered) => answered,
            None => self.matching.ask_overheard(message).await?,
        };
        self.metrics.overheard(answered.entry().is_some());
        Some(answered)
    }

    /// Counts and logs a question that was asked on `surface`, never who asked it.
    #[must_use]
    pub fn log(&self, answered: &Answered, surface: &'static str) -> Option<QuestionId> {
        self.metrics.question(surface, answered.outcome().as_str());
        self.engine.log(answered, surface, clock::now())
    }

    /// Explains how `question` is answered in `server`, on a blocking thread.
    ///
    /// # Errors
    ///
    /// When matching panics.
    pub async fn why(
        &self,
        server: Option<GuildId>,
        question: String,
    ) -> Result<Explanation, JoinError> {
        let engine = Arc::clone(&self.engine);
        let server = server.map(server_id);
        let work = move || engine.why(server, &question);
        self.matching.run(work).await
    }

    /// The settings of `server`; outside any server all are unset.
    #[must_use]
    pub fn settings(&self, server: Option<GuildId>) -> Arc<Settings> {
        self.engine.settings(server.map(server_id))
    }

    /// The thresholds of `server`.
    #[must_use]
    pub fn thresholds(&self, server: Option<GuildId>) -> Thresholds {
        self.engine.thresholds(server.map(server_id))
    }

    /// Whether `member` may edit the entries of `server`: by a permission, or by a role that the server has
    /// named.
    #[must_use]
    pub fn may_curate(&self, server: Option<GuildId>, member: Option<&Member>) -> bool {
        may_edit_entries(member)
            || member.is_some_and(|member| {
                let settings = self.settings(server);
                let curators = settings.curators.as_deref().unwrap_or_default();
                member
                    .roles
                    .iter()
                    .any(|role| curators.contains(&role.get()))
            })
    }

    /// Whether votes are kept for `server`: only in servers, and only with a store.
    #[must_use]
    pub fn keeps_votes(&self, server: Option<GuildId>) -> bool {
        server.is_some_and(|server| self.admin(server).is_some())
    }

    /// The text of a logged question of `server`; `None` when it is not kept, or no longer.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn logged_question(
        &self,
        server: GuildId,
        question: QuestionId,
    ) -> Result<Option<String>, StoreError> {
        let Some(store) = self.engine.store() else {
            return Ok(None);
        };
        // The latest questions may not be written yet.
        self.engine.flush().await?;
        let found = store.question(server_id(server), question).await?;
        Ok(found.map(|question| question.text))
    }

    /// Whether every message in `channel` of `server` is read as a possible question.
    #[must_use]
    pub fn listens_in(&self, server: Option<GuildId>, channel: ChannelId) -> bool {
        let settings = self.engine.settings(server.map(server_id));
        self.message_content
            && match &settings.channels {
                Some(channels) => channels.contains(&channel.get()),
                None => self.configured_channels.contains(channel),
            }
    }

    /// Whether an unprompted answer may be given now. If so, it counts as given.
    pub fn allow_unprompted_answer(&self, what: Overheard<'_>) -> bool {
        let settings = self.engine.settings(what.server.map(server_id));
        let cooldown = settings
            .cooldown_seconds
            .map_or(self.cooldown, Duration::from_secs);
        lock(&self.manners).allow(what, cooldown, Instant::now())
    }

    /// Notes that `channel` was shown `entry`: it is not repeated there unprompted.
    pub fn note_answer(&self, channel: ChannelId, entry: &EntryId) {
        lock(&self.manners).note(channel, entry, Instant::now());
    }

    /// Whether `asker` may ask one more question. If so, it counts.
    pub fn allow_question(&self, asker: UserId) -> bool {
        lock(&self.questions).allow(asker, Instant::now()).is_ok()
    }

    /// Whether `person` may use one more command, button or menu. If so, it counts.
    ///
    /// # Errors
    ///
    /// The time to wait.
    pub fn allow_interaction(&self, person: UserId) -> Result<(), Duration> {
        lock(&self.interactions).allow(person, Instant::now())
    }

    /// Whether what `person` types may be completed once more. If so, it counts.
    pub fn allow_autocompletion(&self, person: UserId) -> bool {
        let mut limit = lock(&self.autocompletions);
        limit.allow(person, Instant::now()).is_ok()
    }
}

/// `guild` as the store knows it.
pub fn server_id(guild: GuildId) -> ServerId {
    ServerId(guild.into())
}

/// The lock, also after a panic of its holder: each holds it for one map operation, which leaves
/// nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
