//! Sends messages: each arrives, once, or the log says why not.
//!
//! Serenity tries nothing again, and its errors hide the status and the pause that Discord asks for. So
//! a reply is built as a request of serenity's and sent here. Discord drops a second message with the
//! same nonce ("Create Message", `enforce_nonce`), which makes a repetition safe when only the
//! confirmation was lost.

use super::http_error::{describe, describe_transport, is_not_found, is_temporary_status};
use super::retry::{self, Temporary};
use crate::observability::Metrics;
use reqwest::header::RETRY_AFTER;
use serde::Deserialize;
use serenity::builder::{CreateMessage, EditMessage};
use serenity::http::{Http, HttpError, LightMethod, Request, Route, StatusCode};
use serenity::model::channel::Nonce;
use serenity::model::id::{ChannelId, MessageId};
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout_at};

/// How long a reply is tried for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longer after its question, a reply would only confuse.
const STALE: Duration = Duration::from_mins(1);
/// The part of a refusal that is logged: a proxy's error page is long.
const MAX_LOGGED: usize = 200;

/// Why a reply was not sent.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Discord answered with an error.
    #[error("{status}: {body}")]
    Refused {
        status: StatusCode,
        /// How it begins.
        body: String,
        /// The pause that Discord asks for.
        retry_after: Option<Duration>,
    },
    /// There was no answer.
    #[error("{0}")]
    Transport(String),
    /// It was not its turn before [`STALE`].
    #[error("it is too late: the question is more than {} s old", STALE.as_secs())]
    Stale,
    /// It is no request.
    #[error("{0}")]
    Invalid(String),
}

impl DeliveryError {
    /// What it is counted as.
    fn label(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Transport(_) => "unreachable",
            Self::Stale => "too_late",
            Self::Invalid(_) => "invalid",
        }
    }
}

impl Temporary for DeliveryError {
    fn is_temporary(&self) -> bool {
        match self {
            Self::Refused { status, .. } => is_temporary_status(*status),
            Self::Transport(_) => true,
            Self::Stale | Self::Invalid(_) => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// A reply to a question.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    /// The channel it goes to.
    pub channel: ChannelId,
    /// The question's message.
    pub question: MessageId,
    /// Which of the replies to the question it is, from 0.
    pub at: usize,
    /// When the question came.
    pub asked: Instant,
}

impl Delivery {
    /// Sends `reply` and counts it in `metrics`. A temporary failure is tried again for [`PATIENCE`]. Returns
    /// the id of the new message, if Discord tells it.
    ///
    /// # Errors
    ///
    /// When Discord refuses it, or could not be reached in time.
    pub async fn send(
        self,
        client: &reqwest::Client,
        http: &Http,
        metrics: &Metrics,
        reply: CreateMessage,
    ) -> Result<Option<MessageId>, DeliveryError> {
        let sent = self.try_to_send(client, http, metrics, reply).await;
        metrics.reply(match &sent {
            Ok(_) => Ok(self.asked.elapsed()),
            Err(error) => Err(error.label()),
        });
        sent
    }

    async fn try_to_send(
        self,
        client: &reqwest::Client,
        http: &Http,
        metrics: &Metrics,
        reply: CreateMessage,
    ) -> Result<Option<MessageId>, DeliveryError> {
        let nonce = Nonce::String(format!("{}-{}", self.question, self.at));
        let reply = reply.nonce(nonce).enforce_nonce(true);
        let invalid = |error: serde_json::Error| DeliveryError::Invalid(error.to_string());
        let body = serde_json::to_vec(&reply).map_err(invalid)?;
        let on_pause = |error: &DeliveryError, pause: Duration| {
            metrics.reply_retry();
            tracing::info!(%error, channel = %self.channel, pause_ms = pause.as_millis(), "a reply was not sent yet");
        };
        if self.asked.elapsed() > STALE {
            return Err(DeliveryError::Stale);
        }
        let attempt = || post(client, http, self.channel, body.clone());
        let sent = retry::within(PATIENCE, on_pause, attempt);
        // Serenity's limiter may hold a request back for long.
        timeout_at(self.asked + STALE, sent)
            .await
            .unwrap_or(Err(DeliveryError::Stale))
    }
}

/// Sends `message`, which replies to nobody, to `channel`. A temporary failure is tried again for
/// [`PATIENCE`].
///
/// # Errors
///
/// When Discord refuses it, or could not be reached in time.
pub async fn send_message(
    http: &Http,
    channel: ChannelId,
    message: CreateMessage,
) -> serenity::Result<()> {
    let unique = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let message = message
        .nonce(Nonce::String(unique.as_nanos().to_string()))
        .enforce_nonce(true);
    let attempt = || channel.send_message(http, message.clone());
    let sent = retry::within(PATIENCE, |_, _| (), attempt).await;
    sent.map(drop)
}

/// Edits a message of the bot. A temporary failure is tried again for [`PATIENCE`].
///
/// # Errors
///
/// When Discord refuses it, or could not be reached in time.
pub async fn edit_message(
    http: &Http,
    channel: ChannelId,
    message: MessageId,
    edit: EditMessage,
) -> serenity::Result<()> {
    let attempt = || channel.edit_message(http, message, edit.clone());
    let edited = retry::within(PATIENCE, |_, _| (), attempt).await;
    edited.map(drop)
}

/// Deletes a message of the bot, unless somebody has deleted it before. A temporary failure is tried again
/// for [`PATIENCE`].
///
/// # Errors
///
/// When Discord refuses it, or could not be reached in time.
pub async fn delete_message(
    http: &Http,
    channel: ChannelId,
    message: MessageId,
) -> serenity::Result<()> {
    let attempt = || channel.delete_message(http, message);
    match retry::within(PATIENCE, |_, _| (), attempt).await {
        Err(error) if is_not_found(&error) => Ok(()),
        deleted => deleted,
    }
}

async fn post(
    client: &reqwest::Client,
    http: &Http,
    channel: ChannelId,
    body: Vec<u8>,
) -> Result<Option<MessageId>, DeliveryError> {
    let route = Route::ChannelMessages {
        channel_id: channel,
    };
    let request = Request::new(route, LightMethod::Post).body(Some(body));
    let response = match &http.ratelimiter {
        Some(limiter) => limiter.perform(request).await.map_err(failed)?,
        None => {
            let request = request.build(client, http.token(), http.proxy.as_deref());
            let response = request.map_err(failed)?.send().await;
            response.map_err(|error| DeliveryError::Transport(describe_transport(&error)))?
        }
    };
    if response.status().is_success() {
        // The answer holds the new message. Unreadable, it is no failure.
        let body = response.bytes().await.unwrap_or_default();
        let sent = serde_json::from_slice(&body).ok();
        return Ok(sent.map(|SentMessage { id }| id));
    }
    Err(refused(response).await)
}

/// The part of a new message that is needed.
#[derive(Deserialize)]
struct SentMessage {
    id: MessageId,
}

fn failed(error: serenity::Error) -> DeliveryError {
    match error {
        serenity::Error::Http(HttpError::Request(error)) if !error.is_builder() => {
            DeliveryError::Transport(describe_transport(&error))
        }
        other => DeliveryError::Invalid(describe(&other)),
    }
}

async fn refused(response: reqwest::Response) -> DeliveryError {
    let status = response.status();
    let header = response.headers().get(RETRY_AFTER);
    let retry_after = header
        .and_then(|value| value.to_str().ok())
        .and_then(seconds);
    let body = response.text().await.unwrap_or_default();
    let body = body.chars().take(MAX_LOGGED).collect();
    DeliveryError::Refused {
        status,
        body,
        retry_after,
    }
}

/// The seconds that a `Retry-After` header names: whole ones by RFC 9110, fractions by Discord.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::{Delivery, DeliveryError, STALE, seconds};
    use crate::observability::Metrics;
    use serenity::builder::CreateMessage;
    use serenity::http::HttpBuilder;
    use serenity::model::id::{ChannelId, MessageId};
    use std::time::Duration;
    use tokio::time::{Instant, advance};

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_comes_too_late_is_not_sent() {
        // Nothing listens there: a request would fail in another way.
        let http = HttpBuilder::new("none")
            .proxy("http://127.0.0.1:1")
            .ratelimiter_disabled(true)
            .build();
        let delivery = Delivery {
            channel: ChannelId::new(1),
            question: MessageId::new(2),
            at: 0,
            asked: Instant::now(),
        };
        advance(STALE + Duration::from_millis(1)).await;
        let client = reqwest::Client::new();
        let metrics = Metrics::new();
        let sent = delivery.send(&client, &http, &metrics, CreateMessage::new());
        assert!(matches!(sent.await, Err(DeliveryError::Stale)));
    }

    #[test]
    fn pauses_are_read() {
        for (text, expected) in [
            ("1", Some(1_000)),
            (" 0.25 ", Some(250)),
            ("-1", None),
            ("NaN", None),
            ("1e300", None),
            ("Wed, 21 Oct 2015 07:28:00 GMT", None),
            ("", None),
        ] {
            assert_eq!(
                seconds(text),
                expected.map(Duration::from_millis),
                "{text:?}"
            );
        }
    }
}
