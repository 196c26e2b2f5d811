//! The daily message to a server's review channel.
//!
//! The store keeps when the last one was sent, so a restart neither forgets a digest nor repeats it.
//! Of several processes on one store, the first to note the time sends the digest.

use crate::discord::clock;
use crate::discord::delivery;
use crate::discord::http_error::describe;
use crate::discord::render;
use citebot_engine::{Engine, ServerAdmin};
use citebot_store::{DAY, Store, StoreError, StoreSettingsError};
use serenity::http::Http;
use serenity::model::id::ChannelId;
use std::convert::Infallible;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// The time between two looks for digests that are due.
const INTERVAL: Duration = Duration::from_mins(10);
/// The store's setting for the time of the last digest.
const SETTING: &str = "digest";

/// Sends the digests that are due, now and every ten minutes, for ever. `clock` gives the time in
/// milliseconds since 1970-01-01T00:00:00Z.
pub async fn run(engine: Arc<Engine>, http: Arc<Http>, clock: impl Fn() -> i64) -> Infallible {
    let Some(store) = engine.store() else {
        return std::future::pending().await;
    };
    let mut rounds = interval(INTERVAL);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        let servers = match store.servers().await {
            Ok(servers) => servers,
            Err(error) => {
                tracing::warn!(%error, "no digest can be sent; trying again later");
                continue;
            }
        };
        for server in servers {
            let channel = engine.settings(Some(server)).review_channel;
            let channel = channel.and_then(NonZeroU64::new).map(ChannelId::from);
            let (Some(channel), Some(admin)) = (channel, engine.admin(server)) else {
                continue;
            };
            if let Err(error) = send(store, admin, &http, channel, clock()).await {
                tracing::warn!(%error, %server, "no digest can be sent; trying again later");
            }
        }
        tracing::debug!("looked for digests that are due");
    }
}

/// Sends the digest of one server if it is due and something waits for review or is to be looked up
/// again.
async fn send(
    store: &Store,
    admin: ServerAdmin<'_>,
    http: &Http,
    channel: ChannelId,
    now: i64,
) -> Result<(), StoreError> {
    let server = admin.server();
    let last = store.settings(server, SETTING).await?;
    if !is_due(last.as_ref().map(|last| last.document.as_str()), now) {
        return Ok(());
    }
    let groups = admin.review().await?;
    let snapshot = admin.snapshot();
    let due = clock::day(now)
        .map(|today| snapshot.knowledge.due(today))
        .unwrap_or_default();
    let Some(message) = render::digest(&groups, &due) else {
        return Ok(());
    };
    let seen = last.map(|last| last.version);
    match store
        .set_settings(server, SETTING, &now.to_string(), seen)
        .await
    {
        Ok(_) => {}
        // Another process is sending it.
        Err(StoreSettingsError::Conflict { .. }) => return Ok(()),
        Err(StoreSettingsError::Store(error)) => return Err(error),
    }
    let sent = delivery::send_message(http, channel, message.into_message());
    if let Err(error) = sent.await {
        let error = describe(&error);
        tracing::warn!(error, %server, %channel, "a digest could not be sent; the next one is due in a day");
    }
    Ok(())
}

/// Whether a day has passed since `last`, which [`send`] wrote. An unreadable time, or one in the
/// future, counts as never.
fn is_due(last: Option<&str>, now: i64) -> bool {
    let last = last.and_then(|last| last.parse::<i64>().ok());
    last.is_none_or(|last| last > now || now.saturating_sub(last) >= DAY)
}

#[cfg(test)]
mod tests {
    use super::is_due;
    use citebot_store::DAY;

    #[test]
    fn a_digest_is_due_once_a_day() {
        let now = 1_700_000_000_000;
        let at = |time: i64| Some(time.to_string());
        for (last, due) in [
            (None, true),
            (Some("rubbish".to_owned()), true),
            (at(now), false),
            (at(now - DAY + 1), false),
            (at(now - DAY), true),
            (at(i64::MIN), true),
            // A clock that was set back must not silence it for ever.
            (at(now + DAY), true),
        ] {
            assert_eq!(is_due(last.as_deref(), now), due, "{last:?}");
        }
    }
}
