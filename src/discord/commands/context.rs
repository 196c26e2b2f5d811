//! What every command gets, and how it responds.

use crate::discord::app::App;
use crate::discord::permissions;
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::responder::{HandlerError, Responder};
use citebot_engine::ServerAdmin;
use serenity::model::guild::Member;

/// The context of a command.
pub type Context<'a> = poise::ApplicationContext<'a, App, HandlerError>;
/// A command.
pub type Command = poise::Command<App, HandlerError>;

/// The responder of the command's interaction.
#[must_use]
pub fn responder(ctx: Context<'_>) -> Responder<'_> {
    let http = &ctx.serenity_context().http;
    let interaction = ctx.interaction;
    Responder::new(
        http,
        interaction.id,
        &interaction.token,
        ctx.has_sent_initial_response,
    )
}

/// Shows `message` to the person alone.
///
/// # Errors
///
/// Discord's.
pub async fn show_privately(ctx: Context<'_>, message: Rendered) -> Result<(), HandlerError> {
    responder(ctx).show(message, Visibility::Private).await
}

/// Shows a sentence to the person alone.
///
/// # Errors
///
/// Discord's.
pub async fn say(ctx: Context<'_>, sentence: impl Into<String>) -> Result<(), HandlerError> {
    show_privately(ctx, Rendered::text(sentence)).await
}

/// The person who used the command, as a member of the server.
#[must_use]
pub fn member(ctx: Context<'_>) -> Option<&Member> {
    ctx.interaction.member.as_deref()
}

/// The check of a moderators' command, which also holds for its subcommands and autocompletion.
pub async fn is_moderator(
    ctx: poise::Context<'_, App, HandlerError>,
) -> Result<bool, HandlerError> {
    Ok(match ctx {
        poise::Context::Application(ctx) => ctx.data().may_curate(ctx.guild_id(), member(ctx)),
        // There are no commands written as messages.
        poise::Context::Prefix(_) => false,
    })
}

/// Editing access to the server that the command was used in.
///
/// # Errors
///
/// A refusal where there is no server or no store, and to users without permission.
pub fn admin(ctx: Context<'_>) -> Result<ServerAdmin<'_>, HandlerError> {
    permissions::admin(ctx.data(), ctx.guild_id(), member(ctx))
}
