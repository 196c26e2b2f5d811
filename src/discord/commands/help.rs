//! `/help`

use super::context::{Context, show_privately};
use crate::discord::responder::HandlerError;

/// What this bot can do.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn help(ctx: Context<'_>) -> Result<(), HandlerError> {
    show_privately(ctx, ctx.data().help(ctx.guild_id())).await
}
