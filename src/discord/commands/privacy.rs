//! `/privacy`

use super::{CommandError, Context, say};

/// What this bot keeps about you.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn privacy(ctx: Context<'_>) -> Result<(), CommandError> {
    say(ctx, KEPT).await
}

const KEPT: &str = "Nothing about you is kept. A question is compared with the FAQ on the machine \
     that runs this bot, answered, and forgotten: neither its text nor who asked is stored or passed \
     on. The buttons under a reply carry the id of who asked, so that you can dismiss it; dismissing \
     it deletes that too.";
