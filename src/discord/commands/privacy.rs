//! `/privacy show` and `/privacy forget`

use super::context::{Context, responder, say};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_engine::{DEPARTURE_GRACE_DAYS, DRAFT_RETENTION_DAYS};

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
pub async fn privacy(_ctx: Context<'_>) -> Result<(), HandlerError> {
    // Discord offers only the subcommands, and poise refuses anything else before this.
    Ok(())
}

/// What this bot keeps about you.
#[poise::command(slash_command)]
pub async fn show(ctx: Context<'_>) -> Result<(), HandlerError> {
    let kept = match ctx.data().store() {
        Some(_) => kept(ctx.data().engine().retention_days()),
        None => NOTHING_KEPT.to_owned(),
    };
    say(ctx, kept).await
}

/// Delete all your votes and unpublished drafts, on every server that this bot is on.
#[poise::command(slash_command)]
pub async fn forget(ctx: Context<'_>) -> Result<(), HandlerError> {
    let Some(store) = ctx.data().store() else {
        return say(ctx, NOTHING_OF_YOURS).await;
    };
    responder(ctx).defer(Visibility::Private).await?;
    let person = ctx.author().id.get();
    let votes = store.forget_voter(person).await?;
    let drafts = store.forget_drafts(person).await?;
    say(ctx, forgotten(votes, drafts)).await
}

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

fn kept(retention_days: u32) -> String {
    let until = match retention_days {
        0 => "They are kept until the operator of this bot deletes them.".to_owned(),
        1 => "They are deleted after a day.".to_owned(),
        days => format!("They are deleted after {days} days."),
    };
    format!(
        "**Questions** asked on a server are kept without the name of the asker, so that its moderators \
         can see what the FAQ lacks; mentions, links, e-mail addresses and phone-like numbers are masked. \
         {until} Questions in direct messages are not kept.\n\
         **Votes** are kept with a keyed hash of the voter, so that nobody votes twice. The hash does \
         not tell who you are. Votes are deleted with the questions of their age.\n\
         **Drafts**, the texts that a moderator typed and did not publish, are kept with their author \
         for {DRAFT_RETENTION_DAYS} days, so that they come back.\n\
         `/privacy forget` deletes all your votes and drafts.\n\
         **Moderators'** changes to the FAQ are kept with their author.\n\
         {DEPARTURE_GRACE_DAYS} days after this bot leaves a server, everything of that server is deleted.\n\
         Nothing is passed on: questions are compared with the FAQ on the machine that runs this bot. \
         The buttons under a reply hold the id of the asker; dismissing the reply deletes that too."
    )
}

const NOTHING_KEPT: &str = "Nothing about you is kept. A question is compared with the FAQ on the \
     machine that runs this bot, answered, and forgotten: neither its text nor the asker is stored or \
     passed on. The buttons under a reply hold the id of the asker, so that you can dismiss it; \
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
        for (days, said) in [
            (0, "until the operator"),
            (1, "after a day"),
            (90, "after 90 days"),
            (u32::MAX, "after 4294967295 days"),
        ] {
            let kept = kept(days);
            assert!(limits::length(&kept) <= limits::CONTENT);
            assert!(kept.contains(said), "{days}: {kept}");
            assert!(kept.contains("30 days after this bot leaves"), "{kept}");
        }
    }
}
