//! `/privacy show` and `/privacy forget`

use super::{CommandError, Context, say};
use citebot_engine::DRAFT_RETENTION_DAYS;

/// What this bot keeps, and how to have what is yours deleted.
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
        Some(_) => kept(),
        None => NOTHING_KEPT.to_owned(),
    };
    say(ctx, &kept).await
}

/// Delete all your votes and unpublished drafts, on every server that this bot is on.
#[poise::command(slash_command)]
pub async fn forget(ctx: Context<'_>) -> Result<(), CommandError> {
    let Some(store) = ctx.data().store() else {
        return say(ctx, NOTHING_OF_YOURS).await;
    };
    ctx.defer_ephemeral().await?;
    let person = ctx.author().id.get();
    let votes = store.forget_voter(person).await?;
    let drafts = store.forget_drafts(person).await?;
    say(ctx, &forgotten(votes, drafts)).await
}

/// What was deleted.
fn forgotten(votes: u64, drafts: u64) -> String {
    let counted = |count: u64, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {one}s")),
    };
    let parts = [counted(votes, "vote"), counted(drafts, "draft")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.as_slice() {
        [] => NOTHING_OF_YOURS.to_owned(),
        parts => format!("Deleted, all of yours: {}.", parts.join(" and ")),
    }
}

const NOTHING_OF_YOURS: &str = "There are no votes and no drafts of yours.";

fn kept() -> String {
    format!(
        "**Questions** asked on a server are kept without who asked them, so that its moderators can see \
         what the FAQ lacks; after some time (90 days, unless the operator of this bot has set \
         another) they are deleted. Questions in direct messages are not kept.\n\
         **Votes** are kept with a keyed hash of who voted, so that nobody votes twice: it does not \
         tell who you are.\n\
         **Drafts**, which are what a moderator typed and did not publish, are kept with who typed \
         them, so that they come back, for {DRAFT_RETENTION_DAYS} days.\n\
         `/privacy forget` deletes all votes and drafts of yours.\n\
         **Moderators'** changes to the FAQ are kept with who made them.\n\
         Nothing is passed on: questions are compared with the FAQ on the machine that runs this bot. \
         The buttons under a reply carry the id of who asked; dismissing the reply deletes that too."
    )
}

const NOTHING_KEPT: &str = "Nothing about you is kept. A question is compared with the FAQ on the \
     machine that runs this bot, answered, and forgotten: neither its text nor who asked is stored or \
     passed on. The buttons under a reply carry the id of who asked, so that you can dismiss it; \
     dismissing it deletes that too.";

#[cfg(test)]
mod tests {
    use super::{forgotten, kept};
    use crate::discord::limits;

    #[test]
    fn what_was_deleted_is_counted() {
        for (votes, drafts, expected) in [
            (0, 0, "There are no votes and no drafts of yours."),
            (1, 0, "Deleted, all of yours: 1 vote."),
            (0, 1, "Deleted, all of yours: 1 draft."),
            (3, 2, "Deleted, all of yours: 3 votes and 2 drafts."),
        ] {
            assert_eq!(forgotten(votes, drafts), expected);
        }
    }

    #[test]
    fn what_is_kept_fits_in_a_message() {
        assert!(limits::length(&kept()) <= limits::CONTENT);
    }
}
