//! `/curate …`: what moderators do, one file a group of subcommands.

mod change;
mod files;
mod menu;
mod review;
mod settings;
mod stats;
mod write;

pub use menu::add_to_the_faq;

use super::{CommandError, Context, say};
use crate::discord::curate::page::Page;
use crate::discord::curate::respond::{self, NO_STORE};
use crate::discord::{complete, curate::permission};
use citebot_core::knowledge::EntryId;
use citebot_engine::ServerAdmin;
use poise::ApplicationContext;
use serenity::builder::{CreateInteractionResponse, CreateModal};
use serenity::model::guild::Member;

/// Look after this server's FAQ.
#[poise::command(
    slash_command,
    subcommands(
        "write::add",
        "write::edit",
        "change::remove",
        "change::restore",
        "change::history",
        "change::undo",
        "files::export",
        "review::review",
        "stats::stats",
        "files::import",
        "settings::settings",
    ),
    subcommand_required,
    check = "moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
#[allow(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn curate(_ctx: Context<'_>) -> Result<(), CommandError> {
    // Discord offers the subcommands alone; poise refuses anything else before this.
    Ok(())
}

/// Whether the member may curate, by what came with the interaction. The check of a moderators'
/// command, which holds for its subcommands and their autocompletion too.
#[allow(clippy::unused_async, reason = "poise checks by async functions only")]
pub async fn moderator(ctx: Context<'_>) -> Result<bool, CommandError> {
    Ok(permission::may_curate(member(ctx)))
}

/// Who uses the command, as a member of the server.
pub fn member(ctx: Context<'_>) -> Option<&Member> {
    application(ctx)?.interaction.member.as_deref()
}

fn application(
    ctx: Context<'_>,
) -> Option<ApplicationContext<'_, crate::discord::bot::Bot, CommandError>> {
    match ctx {
        poise::Context::Application(ctx) => Some(ctx),
        // There are no commands written as messages.
        poise::Context::Prefix(_) => None,
    }
}

/// The admin of the server that the command was used in; says so where there is none.
pub async fn admin(ctx: Context<'_>) -> Result<Option<ServerAdmin<'_>>, CommandError> {
    let admin = own_admin(ctx);
    if admin.is_none() {
        say(ctx, NO_STORE).await?;
    }
    Ok(admin)
}

fn own_admin(ctx: Context<'_>) -> Option<ServerAdmin<'_>> {
    ctx.data().admin(ctx.guild_id()?)
}

/// Answers with a form, which has to be the first response.
async fn put_up(ctx: Context<'_>, form: CreateModal) -> Result<(), CommandError> {
    if let Some(app) = application(ctx) {
        let response = CreateInteractionResponse::Modal(form);
        app.interaction
            .create_response(&ctx.serenity_context().http, response)
            .await?;
    }
    Ok(())
}

/// Shows `page` in the place of a response that was deferred.
async fn show(ctx: Context<'_>, page: Page) -> Result<(), CommandError> {
    if let Some(app) = application(ctx) {
        respond::show(&ctx.serenity_context().http, &app.interaction.token, page).await?;
    }
    Ok(())
}

/// The entry that an option names: by its id, or by its question as the list of choices has it.
fn named(admin: ServerAdmin<'_>, option: &str) -> Option<EntryId> {
    let snapshot = admin.snapshot();
    let knowledge = &snapshot.knowledge;
    knowledge
        .entry(option.trim())
        .or_else(|| complete::chosen(knowledge, option))
        .map(|entry| entry.id.clone())
}

/// Said where an option names no entry.
const NO_ENTRY: &str = "There is no such entry. Type a word of it and choose from the list.";
