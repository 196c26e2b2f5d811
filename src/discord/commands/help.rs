//! `/help`

use super::context::{Context, show_privately};
use crate::discord::render;
use crate::discord::responder::HandlerError;

/// What this bot can do.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn help(ctx: Context<'_>) -> Result<(), HandlerError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    show_privately(ctx, render::help(&snapshot.knowledge)).await
}
