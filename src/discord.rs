//! Discord: the only place that names serenity or poise.
//!
//! [`run`] connects and serves. Inside, in reading order; a module uses only those below it:
//!
//! | module | what it is |
//! | --- | --- |
//! | `client`, `shards`, `pacing`, `gateway_state`, `gateway_refusals` | REST client and gateway: building, starting, connecting again, shutting down; whether it is connected, and why it never will be |
//! | `error` | why [`run`] ends, in sentences for the operator |
//! | `unread_events` | events that serenity reads only in part → `handler` |
//! | `handler` | gateway events → messages, commands, components, modals |
//! | `departures`, `welcome` | the servers that the bot left and joined; the message to those |
//! | `messages`, `missed` | messages → replies; messages that came while the gateway was away |
//! | `registration`, `localisation`, `commands` | slash commands and the message menu, in several languages |
//! | `components`, `modals` | buttons, menus and modals → review, curate, browsing, feedback |
//! | `review` | the review queue and the daily digest |
//! | `curate` | editing by moderators |
//! | `browsing`, `feedback` | buttons that show entries and lists; votes and *Not what I asked* |
//! | `permissions` | what moderators may do |
//! | `app` | the state that all handlers share |
//! | `addressing`, `attachments`, `channels`, `membership`, `manners`, `cooldown`, `matching_queue`, `overheard_queue`, `processors`, `rate_limit`, `recent_ids`, `task_tracker` | the parts of that state |
//! | `delivery`, `responder` | replies to messages; responding to an interaction in time, and to failures |
//! | `http_error`, `retry` | what a failed request says, and trying again |
//! | `error_id`, `log_safety` | the name of an event in the log; what may not be logged |
//! | `mending` | events and messages without the parts that serenity cannot read |
//! | `interaction`, `autocomplete` | reading what people chose or typed |
//! | `render` | what people see |
//! | `rendered`, `widgets` | a message, its buttons and menus |
//! | `custom_id` | what a button does, as text |
//! | `escape`, `limits`, `entry_limits`, `clock` | escaping, Discord's limits, what an entry may hold, the time |

mod addressing;
mod app;
#[cfg(test)]
mod assert_limits;
mod attachments;
mod autocomplete;
mod browsing;
mod channels;
mod client;
pub(crate) mod clock;
mod commands;
mod components;
mod cooldown;
mod curate;
mod custom_id;
mod delivery;
mod departures;
mod edited;
mod entry_limits;
mod error;
mod error_id;
mod escape;
mod feedback;
mod gateway_refusals;
mod gateway_state;
mod handler;
mod http_error;
mod interaction;
mod limits;
#[cfg(test)]
mod limits_tests;
mod localisation;
mod log_safety;
mod manners;
mod matching_queue;
mod membership;
mod mending;
mod messages;
mod missed;
mod modals;
mod overheard_queue;
mod pacing;
mod permissions;
mod posting;
mod processors;
mod rate_limit;
mod recent_ids;
mod registration;
mod render;
mod rendered;
mod responder;
mod retry;
mod review;
mod sent_replies;
mod shadow;
mod shards;
mod site_links;
mod task_tracker;
mod unread_events;
mod welcome;
mod widgets;

#[doc(hidden)] // For the fuzz targets.
pub use custom_id::CustomId;
pub use entry_limits::ENTRY_LIMITS;
pub use error::Error;
pub use gateway_refusals::GatewayRefusals;
pub(crate) use http_error::describe_transport;
pub(crate) use localisation::localisation_problems;
pub(crate) use log_safety::{may_be_logged, redacted};
pub use shards::{Shards, ShardsError};

use crate::config::{Config, Token};
use crate::observability::Metrics;
use citebot_engine::Engine;
use std::sync::Arc;

/// Connects to Discord and serves until `shutdown` is ready. Then finishes running handlers and
/// disconnects, within five seconds. Takes these `shards`; `None`: all, as many as Discord
/// recommends. Counts in `metrics`. Ends with what the log notes in `refusals`.
///
/// # Errors
///
/// When Discord refuses the token, the intents, the shards or the commands. While it does not answer, it is tried
/// again.
pub async fn run(
    config: &Config,
    engine: Arc<Engine>,
    metrics: Arc<Metrics>,
    token: Token,
    shards: Option<Shards>,
    refusals: GatewayRefusals,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    client::run(config, engine, metrics, &token, shards, refusals, shutdown).await
}
