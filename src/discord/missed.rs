//! Messages that addressed the bot while the gateway was away.
//!
//! A gateway session that is resumed brings the events that were missed; a new session does not. It
//! tells the last message of every channel instead, so only channels with news are read.

use super::addressing::is_by_a_person;
use super::app::App;
use super::error_id::event_span;
use super::http_error::describe;
use super::mending;
use super::messages;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde_json::Value;
use serenity::http::{Http, LightMethod, Request, Route};
use serenity::model::channel::Message;
use serenity::model::guild::Guild;
use serenity::model::id::{ChannelId, GuildId, MessageId};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use tracing::Instrument as _;

/// The age of a message that is not answered any more.
const MAX_AGE: Duration = Duration::from_mins(5);
/// How many messages of a channel are looked at, the oldest first: as many as Discord gives at once.
const MAX_MESSAGES: usize = 100;
/// How many channels of a server are read, those with the latest messages, and how many of direct
/// messages.
const MAX_CHANNELS: usize = 20;
/// How many channels of direct messages are remembered, and for how long.
const DIRECT_CHANNELS: u64 = 1_000;
const DIRECT_MEMORY: Duration = Duration::from_hours(1);

/// The first millisecond of Discord's ids, as Unix time (Discord developer documentation, "Snowflakes").
const EPOCH_MS: u128 = 1_420_070_400_000;
/// The bits of an id below its milliseconds.
const TIME_SHIFT: u32 = 22;

/// The last message that came from each server and each channel of direct messages.
#[derive(Debug)]
pub struct LastSeen {
    servers: Mutex<HashMap<GuildId, MessageId>>,
    direct: Cache<ChannelId, MessageId>,
}

impl Default for LastSeen {
    fn default() -> Self {
        Self {
            servers: Mutex::default(),
            direct: Cache::builder()
                .max_capacity(DIRECT_CHANNELS)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(DIRECT_MEMORY)
                .build(),
        }
    }
}

impl LastSeen {
    /// Notes that `message` came.
    pub fn note(&self, message: &Message) {
        match message.guild_id {
            Some(server) => {
                self.servers().insert(server, message.id);
            }
            None => self.direct.insert(message.channel_id, message.id),
        }
    }

    /// Forgets a server that the bot has left.
    pub fn forget(&self, server: GuildId) {
        self.servers().remove(&server);
    }

    /// The last message that came from `server`; `None` the first time, from which on all are new.
    fn of_server(&self, server: GuildId) -> Option<MessageId> {
        let mut servers = self.servers();
        let seen = servers.get(&server).copied();
        if seen.is_none() {
            servers.insert(server, first_id_at(SystemTime::now()));
        }
        seen
    }

    fn servers(&self) -> MutexGuard<'_, HashMap<GuildId, MessageId>> {
        // Each holder does one map operation, which leaves nothing half done.
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers the messages of `server` that addressed the bot since the last one that came, unless it is
/// the first time that the server is told of.
pub async fn messages_of(app: &App, http: &Http, server: &Guild) {
    let Some(seen) = app.last_seen.of_server(server.id) else {
        return;
    };
    let after = seen.max(oldest_answered());
    let all = server.channels.values().chain(&server.threads);
    // The last "message" of a forum is a thread.
    let mut with_news: Vec<_> = all
        .filter(|channel| channel.is_text_based() && channel.last_message_id > Some(after))
        .collect();
    with_news.sort_by_key(|channel| Reverse(channel.last_message_id));
    for channel in with_news.into_iter().take(MAX_CHANNELS) {
        answer(app, http, Some(server.id), channel.id, after).await;
    }
}

/// Answers the direct messages since the last one that came in each channel.
pub async fn direct_messages(app: &App, http: &Http) {
    let oldest = oldest_answered();
    for (channel, seen) in app.last_seen.direct.iter().take(MAX_CHANNELS) {
        answer(app, http, None, *channel, seen.max(oldest)).await;
    }
}

async fn answer(
    app: &App,
    http: &Http,
    server: Option<GuildId>,
    channel: ChannelId,
    after: MessageId,
) {
    // Not as messages: one that serenity cannot read would hide all others.
    let request = Request::new(
        Route::ChannelMessages {
            channel_id: channel,
        },
        LightMethod::Get,
    );
    let request = request.params(Some(vec![
        ("after", after.to_string()),
        ("limit", MAX_MESSAGES.to_string()),
    ]));
    let messages: Vec<Value> = match http.fire(request).await {
        Ok(messages) => messages,
        Err(error) => {
            let error = describe(&error);
            tracing::debug!(error, %channel, "cannot look for missed messages");
            return;
        }
    };
    let read = |message| match mending::read_message(message) {
        Ok(message) => Some(message),
        Err(error) => {
            tracing::debug!(%error, %channel, "a missed message cannot be read");
            None
        }
    };
    let mut messages: Vec<Message> = messages.into_iter().filter_map(read).collect();
    messages.sort_by_key(|message| message.id);
    for mut message in messages {
        // Only events name the server.
        message.guild_id = server;
        if is_by_a_person(&message) && app.recent.is_new(message.id.get()) {
            let span = event_span(server, Some(channel), message.id.get());
            messages::handle_addressed(app, http, &message, Instant::now())
                .instrument(span)
                .await;
        }
    }
}

/// The id of the oldest message that is still answered.
fn oldest_answered() -> MessageId {
    first_id_at(SystemTime::now() - MAX_AGE)
}

/// The first id that Discord could give at `time`.
fn first_id_at(time: SystemTime) -> MessageId {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let ms = since.as_millis().saturating_sub(EPOCH_MS);
    let id = u64::try_from(ms << TIME_SHIFT).unwrap_or(u64::MAX);
    // An id is never 0.
    MessageId::new(id.clamp(1, u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::first_id_at;
    use std::time::{Duration, SystemTime};

    #[test]
    fn an_id_holds_its_time() {
        // The example of the developer documentation.
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_462_015_105_796);
        let first = first_id_at(time).get();
        assert!(first <= 175_928_847_299_117_063);
        assert!(175_928_847_299_117_063 < first + (1 << 22));
        assert_eq!(first_id_at(SystemTime::UNIX_EPOCH).get(), 1);
    }
}
