//! Every change is a line in the server's log channel, where it has one.

use super::preview::{did, history_button};
use crate::discord::escape;
use citebot_engine::{Published, ServerAdmin};
use serenity::builder::{CreateActionRow, CreateMessage};
use serenity::http::Http;
use serenity::model::id::{ChannelId, UserId};
use std::num::NonZeroU64;

/// How much of a question is quoted.
const QUOTED: usize = 150;

/// Tells that `who` published something.
pub async fn published(http: &Http, admin: ServerAdmin<'_>, who: UserId, published: &Published) {
    let Some(revision) = &published.revision else {
        return;
    };
    let id = &published.entry;
    let question = admin
        .entry(id)
        .map(|entry| format!(" “{}”", escape::quote(&entry.question, QUOTED)))
        .unwrap_or_default();
    let line = format!(
        "<@{who}> {} `{id}`{question} (revision {}); `/curate history` shows what changed",
        did(revision.kind),
        revision.id
    );
    let row = history_button(id).map(|button| CreateActionRow::Buttons(vec![button]));
    send(http, admin, line, row).await;
}

/// Tells that `who` did something that concerns no single entry.
pub async fn other(http: &Http, admin: ServerAdmin<'_>, who: UserId, what: &str) {
    send(http, admin, format!("<@{who}> {what}"), None).await;
}

async fn send(http: &Http, admin: ServerAdmin<'_>, line: String, row: Option<CreateActionRow>) {
    let (settings, _) = admin.settings();
    let Some(channel) = settings.log_channel.and_then(NonZeroU64::new) else {
        return;
    };
    let mut message = CreateMessage::new()
        .content(line)
        .allowed_mentions(crate::discord::render::nobody());
    if let Some(row) = row {
        message = message.components(vec![row]);
    }
    // What was published stands, whether the log has it or not.
    if let Err(error) = ChannelId::from(channel).send_message(http, message).await {
        tracing::warn!(%error, %channel, "a change could not be told in the log channel");
    }
}
