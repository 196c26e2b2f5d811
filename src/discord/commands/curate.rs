//! `/curate …`: what moderators do, one file a group of subcommands.

mod files;
mod review;
mod stats;

use super::{CommandError, Context, say};
use crate::discord::curate::permission;
use crate::engine::Desk;
use serenity::model::guild::Member;

/// Look after this server's FAQ.
#[poise::command(
    slash_command,
    subcommands(
        "files::export",
        "review::review",
        "stats::stats",
    ),
    subcommand_required,
    guild_only,
    check = "moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
#[expect(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn curate(_ctx: Context<'_>) -> Result<(), CommandError> {
    // Discord offers the subcommands alone; poise refuses anything else before this.
    Ok(())
}

/// Whether the member may curate, by what came with the interaction. The check of a moderators'
/// command, which holds for its subcommands and their autocompletion too.
#[expect(clippy::unused_async, reason = "poise checks by async functions only")]
pub async fn moderator(ctx: Context<'_>) -> Result<bool, CommandError> {
    Ok(permission::may_curate(member(ctx)))
}

/// Who uses the command, as a member of the server.
pub fn member<'a>(ctx: Context<'a>) -> Option<&'a Member> {
    match ctx {
        poise::Context::Application(ctx) => ctx.interaction.member.as_deref(),
        poise::Context::Prefix(_) => None,
    }
}

/// The desk of the server that the command was used in; says so where there is none.
pub async fn desk(ctx: Context<'_>) -> Result<Option<Desk<'_>>, CommandError> {
    let desk = match ctx.guild_id() {
        Some(server) => ctx.data().desk(server),
        None => None,
    };
    if desk.is_none() {
        say(ctx, NO_DESK).await?;
    }
    Ok(desk)
}

/// Said where nothing can be curated.
pub const NO_DESK: &str = "This works only in a server, and only where the bot keeps a store.";
