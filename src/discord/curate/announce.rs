//! The server's log channel, with a line for every change.

use super::preview::history_row;
use super::revision::verb;
use crate::discord::delivery;
use crate::discord::escape;
use crate::discord::http_error::describe;
use crate::discord::rendered::Rendered;
use citebot_engine::{Published, ServerAdmin};
use serenity::http::Http;
use serenity::model::id::{ChannelId, UserId};
use std::num::NonZeroU64;

/// The longest question that is quoted.
const MAX_QUOTED: usize = 150;

/// Logs that `who` published something.
pub async fn published(http: &Http, admin: ServerAdmin<'_>, who: UserId, published: &Published) {
    let Some(revision) = &published.revision else {
        return;
    };
    let id = &published.entry;
    let question = admin
        .entry(id)
        .map(|entry| format!(" “{}”", escape::quote(&entry.question, MAX_QUOTED)))
        .unwrap_or_default();
    let line = format!(
        "<@{who}> {} `{id}`{question} (revision {}); `/curate history` shows what changed",
        verb(revision.kind),
        revision.id
    );
    let message = Rendered::text(line).with_rows(history_row(id));
    send(http, admin, message).await;
}

/// Logs that `who` did something that concerns no single entry.
pub async fn other(http: &Http, admin: ServerAdmin<'_>, who: UserId, what: &str) {
    send(http, admin, Rendered::text(format!("<@{who}> {what}"))).await;
}

async fn send(http: &Http, admin: ServerAdmin<'_>, message: Rendered) {
    let (settings, _) = admin.settings();
    let Some(channel) = settings.log_channel.and_then(NonZeroU64::new) else {
        return;
    };
    // The change stands, logged or not.
    let sent = delivery::send_message(http, ChannelId::from(channel), message.into_message());
    if let Err(error) = sent.await {
        let error = describe(&error);
        tracing::warn!(error, %channel, "a change could not be written to the log channel");
    }
}
