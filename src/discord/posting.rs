//! Posting an entry in answer to somebody's message, chosen by a member.

use super::app::App;
use super::browsing::note_choice;
use super::interaction::selected;
use super::render::{self, Asker, Feedback};
use super::rendered::{Rendered, Visibility};
use super::responder::sentences::GONE;
use super::responder::{HandlerError, Responder};
use citebot_core::knowledge::EntryId;
use citebot_store::QuestionId;
use serenity::model::application::ComponentInteraction;
use serenity::model::id::{ChannelId, GuildId, MessageId};

const POSTED: &str = "Posted.";

/// Posts `entry` for all to see in answer to `message`, which holds the logged `question`.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn post(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    message: MessageId,
    question: Option<QuestionId>,
    entry: &str,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let entry = snapshot
        .knowledge
        .entry_now_or_formerly(entry)
        .ok_or_else(|| HandlerError::refused(GONE))?;
    let asker = Asker {
        user: used.user.id,
        question,
        visibility: Visibility::Public,
    };
    let feedback = Feedback {
        votes: app.keeps_votes(used.guild_id),
        asker: Some(asker),
    };
    let link = link(used.guild_id, used.channel_id, message);
    let answer = render::answer(app.links().view(&snapshot.knowledge), entry, feedback)
        .with_content(format!("In answer to {link}"));
    responder.update(Rendered::text(POSTED)).await?;
    responder.follow_up(answer, Visibility::Public).await
}

/// Posts the entry that was picked from the menu.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn post_picked(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    message: MessageId,
    question: Option<QuestionId>,
) -> Result<(), HandlerError> {
    let entry = selected(used).unwrap_or_default();
    if let (Some(question), Ok(entry)) = (question, EntryId::new(entry)) {
        note_choice(app, used, question, &entry).await;
    }
    post(app, responder, used, message, question, entry).await
}

/// The address of a message.
#[must_use]
pub fn link(server: Option<GuildId>, channel: ChannelId, message: MessageId) -> String {
    let server = server.map_or_else(|| "@me".to_owned(), |server| server.to_string());
    format!("https://discord.com/channels/{server}/{channel}/{message}")
}
