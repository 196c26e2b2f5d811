//! The message menu for moderators: *Edit this entry*

use super::context::{Context, admin, is_moderator, responder, say};
use crate::discord::curate::{drafts, modal};
use crate::discord::render;
use crate::discord::responder::HandlerError;
use serenity::model::channel::Message;

/// Opens the modal of the entry that one of the bot's messages shows.
#[poise::command(
    context_menu_command = "Edit this entry",
    check = "is_moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn edit_this_entry(ctx: Context<'_>, message: Message) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let is_own = message.author.id == ctx.data().user().await;
    let shown = is_own.then(|| render::answered_entry(&message)).flatten();
    let snapshot = admin.snapshot();
    let entry = shown.and_then(|id| {
        snapshot
            .knowledge
            .entry_now_or_formerly(id.as_str())
            .cloned()
    });
    let Some(entry) = entry else {
        return say(ctx, NO_ANSWER).await;
    };
    let draft = drafts::of_entry(admin, ctx.author().id, &entry.id).await?;
    responder(ctx).open(modal::modal(&draft)).await
}

const NO_ANSWER: &str =
    "That is no answer of mine, or its entry is gone. `/curate edit` finds an entry by name.";
