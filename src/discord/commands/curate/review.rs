//! `/curate review`

use super::super::{CommandError, Context};
use super::admin;
use crate::discord::review;

/// Go through what went unanswered, or was not what was asked.
#[poise::command(slash_command)]
pub async fn review(ctx: Context<'_>) -> Result<(), CommandError> {
    let (Some(admin), Some(server)) = (admin(ctx).await?, ctx.guild_id()) else {
        return Ok(());
    };
    ctx.defer_ephemeral().await?;
    let shown = review::queue(ctx.data(), admin, server, 0).await?;
    ctx.send(shown.into_reply(true)).await?;
    Ok(())
}
