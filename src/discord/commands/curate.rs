//! `/curate …`: the commands of moderators, one file a subcommand.

mod add;
mod edit;
mod entry_option;
mod export;
mod history;
mod import;
mod propose;
mod remove;
mod restore;
mod review;
mod settings;
mod stats;
mod undo;

use super::context::{Context, is_moderator};
use crate::discord::responder::HandlerError;

/// Look after this server's FAQ.
#[poise::command(
    slash_command,
    subcommands(
        "add::add",
        "edit::edit",
        "remove::remove",
        "restore::restore",
        "history::history",
        "undo::undo",
        "export::export",
        "review::review",
        "stats::stats",
        "import::import",
        "settings::settings",
    ),
    subcommand_required,
    check = "is_moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
#[expect(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn curate(_ctx: Context<'_>) -> Result<(), HandlerError> {
    // Discord offers only the subcommands, and poise refuses anything else before this.
    Ok(())
}
