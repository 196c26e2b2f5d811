//! Facts about channels that messages don't carry: the parent of a thread, and the server of a
//! configured channel. The bot keeps no copy of whole servers.

use super::http_error::describe;
use moka::sync::Cache;
use serenity::http::Http;
use serenity::model::channel::{Channel, ChannelType, GuildChannel};
use serenity::model::guild::Guild;
use serenity::model::id::{ChannelId, GuildId};
use std::collections::{HashMap, HashSet};
use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether a message was written in a channel or in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    /// A channel.
    Channel,
    /// A thread or forum post.
    Thread {
        /// The channel or forum it belongs to.
        parent: ChannelId,
        /// Its title.
        name: Arc<str>,
    },
}

/// How many channels and threads are remembered; the least used are forgotten first.
const MAX_REMEMBERED: u64 = 50_000;

/// Channels and threads as Discord told of them.
#[derive(Debug)]
pub struct Channels(Cache<ChannelId, ChannelKind>);

impl Channels {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Cache::new(MAX_REMEMBERED))
    }

    /// Notes all channels and threads of a server.
    pub fn learn_server(&self, server: &Guild) {
        for channel in server.channels.values().chain(&server.threads) {
            self.learn(channel);
        }
    }

    /// Notes a channel or thread, new or changed.
    pub fn learn(&self, channel: &GuildChannel) {
        self.0.insert(channel.id, kind(channel));
    }

    /// Forgets a channel or thread that is gone.
    pub fn forget(&self, channel: ChannelId) {
        self.0.invalidate(&channel);
    }

    /// The kind of `channel`. Asks Discord when it is not known.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn kind(&self, channel: ChannelId, http: &Http) -> serenity::Result<ChannelKind> {
        if let Some(kind) = self.0.get(&channel) {
            return Ok(kind);
        }
        let found = match http.get_channel(channel).await? {
            Channel::Guild(channel) => kind(&channel),
            _ => ChannelKind::Channel,
        };
        self.0.insert(channel, found.clone());
        Ok(found)
    }
}

fn kind(channel: &GuildChannel) -> ChannelKind {
    let thread = matches!(
        channel.kind,
        ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread
    );
    match channel.parent_id {
        Some(parent) if thread => ChannelKind::Thread {
            parent,
            name: channel.name.as_str().into(),
        },
        // The parent of a channel is its category, which nobody listens in.
        _ => ChannelKind::Channel,
    }
}

/// The channels and forums that the operator's configuration names: the bot listens there unless the
/// server has set its own.
#[derive(Debug)]
pub struct ConfiguredChannels {
    ids: HashSet<ChannelId>,
    /// The servers of those that Discord told of.
    servers: Mutex<HashMap<ChannelId, GuildId>>,
}

impl ConfiguredChannels {
    /// The channels with these ids.
    #[must_use]
    pub fn new(ids: &[u64]) -> Self {
        Self {
            // Zero is no channel, and the type would panic on it.
            ids: ids
                .iter()
                .filter_map(|&id| NonZeroU64::new(id))
                .map(ChannelId::from)
                .collect(),
            servers: Mutex::default(),
        }
    }

    /// Whether the configuration names `channel`.
    #[must_use]
    pub fn contains(&self, channel: ChannelId) -> bool {
        self.ids.contains(&channel)
    }

    /// Notes that `server` has these channels.
    pub fn learn(&self, server: GuildId, channels: impl Iterator<Item = ChannelId>) {
        let configured = channels.filter(|channel| self.contains(*channel));
        self.servers()
            .extend(configured.map(|channel| (channel, server)));
    }

    /// Asks Discord which channels `server` has, unless the server of every configured channel is
    /// known: the bot may have only just connected.
    pub async fn fetch(&self, server: GuildId, http: &Http) {
        let all_known = {
            let known = self.servers();
            self.ids.iter().all(|channel| known.contains_key(channel))
        };
        if all_known {
            return;
        }
        match server.channels(http).await {
            Ok(channels) => self.learn(server, channels.into_keys()),
            Err(error) => {
                let error = describe(&error);
                tracing::warn!(error, %server, "cannot tell which channels it has");
            }
        }
    }

    /// The ids of the configured channels in `server`.
    #[must_use]
    pub fn of_server(&self, server: GuildId) -> Vec<u64> {
        let servers = self.servers();
        let own = servers.iter().filter(|(_, of)| **of == server);
        let mut channels: Vec<u64> = own.map(|(channel, _)| channel.get()).collect();
        channels.sort_unstable();
        channels
    }

    fn servers(&self) -> MutexGuard<'_, HashMap<ChannelId, GuildId>> {
        // A panic leaves no map half changed.
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
