//! `/curate review`

use crate::discord::commands::context::{Context, admin, responder, show_privately};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use crate::discord::review;

/// Go through questions that went unanswered, or got the wrong answer.
#[poise::command(slash_command)]
pub async fn review(ctx: Context<'_>) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    responder(ctx).defer(Visibility::Private).await?;
    show_privately(ctx, review::queue(ctx.data(), admin, 0).await?).await
}
