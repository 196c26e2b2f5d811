//! Discord: the only place that names serenity or poise.
//!
//! [`run`] connects and serves. Inside, in reading order:
//!
//! | module | what it is |
//! | --- | --- |
//! | `client`, `shards` | REST client and gateway: made, started, shut down |
//! | `error` | why [`run`] ends, in sentences for the operator |
//! | `handler` | gateway events → the modules below, each on its own, panics caught |
//! | `bot` | what all of them share |
//! | `messages`, `question`, `places`, `pace` | a message → whether, where and what to answer |
//! | `commands`, `complete`, `failure`, `registration` | slash commands and the message menu |
//! | `components`, `custom_id` | buttons and menus |
//! | `curate` | what moderators do |
//! | `votes` | 👍, 👎 and *Not what I asked* |
//! | `review`, `stats`, `chart` | what went unanswered, the figures, the daily digest |
//! | `render`, `escape`, `limits`, `entry_limits` | what people see |

mod bot;
mod chart;
mod client;
mod commands;
mod complete;
mod components;
mod curate;
mod custom_id;
mod entry_limits;
mod error;
mod escape;
mod failure;
#[cfg(test)]
mod fits;
mod handler;
mod in_flight;
mod limits;
mod messages;
mod pace;
mod places;
mod question;
mod registration;
mod render;
mod review;
mod shards;
mod stats;
mod votes;

#[doc(hidden)] // For the fuzz targets.
pub use custom_id::CustomId;
pub use entry_limits::ENTRY_LIMITS;
pub use error::Error;
pub use shards::{Shards, ShardsError};

use crate::config::{Config, Token};
use citebot_engine::Engine;
use std::sync::Arc;
use tracing::{Level, Metadata};

/// Log targets that would write the token at their most talkative, each with the most that may be
/// logged of it: the websocket library logs every frame at trace level, the one that identifies the
/// bot included; the HTTP libraries log headers.
const LOG_CEILINGS: [(&str, Level); 6] = [
    ("tungstenite", Level::DEBUG),
    ("tokio_tungstenite", Level::DEBUG),
    ("hyper", Level::DEBUG),
    ("h2", Level::INFO),
    ("reqwest", Level::DEBUG),
    ("rustls", Level::INFO),
];

/// Whether an event may be logged, whatever the operator asked for: some of what the libraries
/// below log at their most talkative holds the token.
#[must_use]
pub fn may_be_logged(event: &Metadata<'_>) -> bool {
    let library = event.target().split("::").next().unwrap_or_default();
    LOG_CEILINGS
        .iter()
        .all(|(target, ceiling)| *target != library || event.level() <= ceiling)
}

/// Connects to Discord and serves until `shutdown` is ready; then finishes what it is answering
/// and disconnects, within five seconds. Takes these `shards`; `None`: all, as many as Discord
/// recommends.
///
/// # Errors
///
/// When Discord refuses the token or the intents, cannot be reached, or does not take the commands.
pub async fn run(
    config: &Config,
    engine: Arc<Engine>,
    token: Token,
    shards: Option<Shards>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    client::run(config, engine, &token, shards, shutdown).await
}
