//! The replies that were sent to messages lately: an edited question is answered again in their place, and
//! a deleted one takes them with it.

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serenity::model::channel::Message;
use serenity::model::id::MessageId;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How many messages are remembered, and for how long.
const MAX_MESSAGES: u64 = 2_000;
const MEMORY: Duration = Duration::from_hours(1);

/// A message and the replies to it.
#[derive(Debug, Clone)]
pub struct SentReplies {
    /// The message, as it was answered.
    pub message: Box<Message>,
    /// When it came.
    pub came: Instant,
    /// The replies that stand below it.
    pub replies: Vec<MessageId>,
    /// How many were ever sent.
    pub sent: usize,
}

/// The messages that were answered lately. The replies to each are locked while they are sent or changed.
pub struct AnsweredMessages(Cache<MessageId, Arc<Mutex<SentReplies>>>);

impl AnsweredMessages {
    /// Remembers that a message is being answered.
    pub fn note(&self, message: MessageId, sent: Arc<Mutex<SentReplies>>) {
        self.0.insert(message, sent);
    }

    /// The replies to a message.
    #[must_use]
    pub fn get(&self, message: MessageId) -> Option<Arc<Mutex<SentReplies>>> {
        self.0.get(&message)
    }

    /// Forgets a message, and returns the replies to it.
    #[must_use]
    pub fn take(&self, message: MessageId) -> Option<Arc<Mutex<SentReplies>>> {
        self.0.remove(&message)
    }
}

impl Default for AnsweredMessages {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MAX_MESSAGES)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(MEMORY)
                .build(),
        )
    }
}

impl fmt::Debug for AnsweredMessages {
    /// Never prints the messages: they are people's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered messages", self.0.entry_count())
    }
}
