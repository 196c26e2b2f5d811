//! `/toolkit`

use super::{CommandError, Context};
use crate::discord::render;

/// The tools that the answers name, with their links.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn toolkit(ctx: Context<'_>) -> Result<(), CommandError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let reply = render::toolkit(&snapshot.knowledge, 0);
    ctx.send(reply.into_reply(false)).await?;
    Ok(())
}
