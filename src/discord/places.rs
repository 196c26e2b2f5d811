//! Which channel a thread belongs to. Messages do not say, and we keep no copy of the servers.

use moka::sync::Cache;
use serenity::http::Http;
use serenity::model::channel::{Channel, ChannelType, GuildChannel};
use serenity::model::guild::Guild;
use serenity::model::id::ChannelId;
use std::sync::Arc;

/// Where a message was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A channel.
    Channel,
    /// A thread, a forum post among them.
    Thread {
        /// The channel or forum it belongs to.
        parent: ChannelId,
        /// Its title.
        name: Arc<str>,
    },
}

/// How many channels and threads are remembered; the least used are forgotten first.
const REMEMBERED: u64 = 50_000;

/// Channels and threads as Discord told of them.
#[derive(Debug)]
pub struct Places(Cache<ChannelId, Place>);

impl Places {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Cache::new(REMEMBERED))
    }

    /// Everything that Discord tells of a server.
    pub fn learn_server(&self, server: &Guild) {
        for channel in server.channels.values().chain(&server.threads) {
            self.learn(channel);
        }
    }

    /// A channel or thread, new or changed.
    pub fn learn(&self, channel: &GuildChannel) {
        self.0.insert(channel.id, place(channel));
    }

    /// The channel or thread is gone.
    pub fn forget(&self, channel: ChannelId) {
        self.0.invalidate(&channel);
    }

    /// Where `channel` is; asks Discord when it is not known.
    ///
    /// # Errors
    ///
    /// When Discord does not say.
    pub async fn find(&self, channel: ChannelId, http: &Http) -> serenity::Result<Place> {
        if let Some(place) = self.0.get(&channel) {
            return Ok(place);
        }
        let found = match http.get_channel(channel).await? {
            Channel::Guild(channel) => place(&channel),
            _ => Place::Channel,
        };
        self.0.insert(channel, found.clone());
        Ok(found)
    }
}

fn place(channel: &GuildChannel) -> Place {
    let thread = matches!(
        channel.kind,
        ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread
    );
    match channel.parent_id {
        Some(parent) if thread => Place::Thread {
            parent,
            name: channel.name.as_str().into(),
        },
        // The parent of a channel is its category, which nobody listens in.
        _ => Place::Channel,
    }
}
