//! `/privacy show` and `/privacy forget`

use super::{CommandError, Context, say};

/// What this bot keeps, and how to have your votes deleted.
#[poise::command(
    slash_command,
    subcommands("show", "forget"),
    subcommand_required,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
#[expect(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn privacy(_ctx: Context<'_>) -> Result<(), CommandError> {
    // Discord offers the subcommands alone; poise refuses anything else before this.
    Ok(())
}

/// What this bot keeps about you.
#[poise::command(slash_command)]
pub async fn show(ctx: Context<'_>) -> Result<(), CommandError> {
    let kept = match ctx.data().store() {
        Some(_) => KEPT,
        None => NOTHING_KEPT,
    };
    say(ctx, kept).await
}

/// Delete all your votes, on every server that this bot is on.
#[poise::command(slash_command)]
pub async fn forget(ctx: Context<'_>) -> Result<(), CommandError> {
    let Some(store) = ctx.data().store() else {
        return say(ctx, NO_VOTES).await;
    };
    ctx.defer_ephemeral().await?;
    let said = match store.forget_voter(ctx.author().id.get()).await? {
        0 => NO_VOTES.to_owned(),
        1 => "Your vote was deleted.".to_owned(),
        many => format!("Your {many} votes were deleted."),
    };
    say(ctx, &said).await
}

const NO_VOTES: &str = "There are no votes of yours.";

const KEPT: &str = "**Questions** asked on a server are kept without who asked them, so that its \
     moderators can see what the FAQ lacks; after some time (90 days, unless the operator of this bot \
     has set another) they are deleted. Questions in direct messages are not kept.\n\
     **Votes** are kept with a keyed hash of who voted, so that nobody votes twice: it does not tell \
     who you are. `/privacy forget` deletes all of yours.\n\
     **Moderators'** changes to the FAQ are kept with who made them.\n\
     Nothing is passed on: questions are compared with the FAQ on the machine that runs this bot. The \
     buttons under a reply carry the id of who asked; dismissing the reply deletes that too.";
const NOTHING_KEPT: &str = "Nothing about you is kept. A question is compared with the FAQ on the \
     machine that runs this bot, answered, and forgotten: neither its text nor who asked is stored or \
     passed on. The buttons under a reply carry the id of who asked, so that you can dismiss it; \
     dismissing it deletes that too.";
