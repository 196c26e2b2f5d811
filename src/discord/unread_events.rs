//! Takes the events that serenity could not read, and hands those that can be mended to the handler.

use super::handler::Handler;
use super::mending::{self, Mended};
use serenity::all::{Context, Event, EventHandler as _, RawEventHandler};
use serenity::async_trait;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Handles what serenity calls unknown events: those of kinds that came later, and those of known kinds
/// with a part that it cannot read.
pub struct UnreadEvents {
    handler: Arc<Handler>,
    /// The kinds that were warned of.
    warned: Mutex<HashSet<String>>,
}

impl UnreadEvents {
    /// Hands events to `handler`.
    #[must_use]
    pub fn new(handler: Arc<Handler>) -> Self {
        Self {
            handler,
            warned: Mutex::default(),
        }
    }

    /// Logs the first event of each kind that cannot be handled, without its content.
    fn warn(&self, kind: &str, error: &serde_json::Error) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.insert(kind.to_owned()) {
            tracing::warn!(%error, kind, "an event of Discord cannot be read; others like it are not logged");
        }
    }
}

#[async_trait]
impl RawEventHandler for UnreadEvents {
    async fn raw_event(&self, ctx: Context, event: Event) {
        let Event::Unknown(event) = event else {
            return;
        };
        match mending::read(&event.kind, event.value) {
            Some(Ok(Mended::Message(message))) => self.handler.message(ctx, *message).await,
            Some(Ok(Mended::Update(update))) => {
                self.handler.message_update(ctx, None, None, *update).await;
            }
            Some(Ok(Mended::Interaction(interaction))) => {
                self.handler.interaction_create(ctx, *interaction).await;
            }
            Some(Ok(Mended::Server(server))) => self.handler.guild_create(ctx, *server, None).await,
            Some(Err(error)) => self.warn(&event.kind, &error),
            None => {}
        }
    }
}
