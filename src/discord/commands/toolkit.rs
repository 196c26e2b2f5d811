//! `/toolkit`

use super::context::{Context, responder};
use crate::discord::render;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;

/// The tools that the answers name, with their links.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn toolkit(ctx: Context<'_>) -> Result<(), HandlerError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let toolkit = render::toolkit(ctx.data().links().view(&snapshot.knowledge), 0);
    responder(ctx).show(toolkit, Visibility::Public).await
}
