//! What a failed command says: one plain sentence to the person, and the cause to the log.

use super::context::responder;
use crate::discord::app::App;
use crate::discord::responder::sentences::{NOT_A_MODERATOR, OUTDATED_COMMAND};
use crate::discord::responder::{HandlerError, Responder};
use poise::{CommandInteractionType, FrameworkError};
use std::sync::atomic::AtomicBool;

/// Handles every way in which a command can fail, poise's own included.
pub async fn on_error(error: FrameworkError<'_, App, HandlerError>) {
    let sentence = match &error {
        FrameworkError::Command { error, ctx, .. } => {
            if let Some(responder) = responder_of(*ctx) {
                responder.fail(&ctx.command().qualified_name, error).await;
            }
            return;
        }
        FrameworkError::CommandPanic { payload, ctx, .. } => {
            let payload = payload.as_deref().unwrap_or("no message");
            tracing::error!(command = %ctx.command().qualified_name, payload, "a command panicked");
            return apologise(*ctx).await;
        }
        FrameworkError::ArgumentParse { ctx, error, .. } => {
            tracing::warn!(command = %ctx.command().qualified_name, %error, "an option was refused");
            "I could not read one of the options. Please choose it again."
        }
        FrameworkError::CommandStructureMismatch {
            ctx, description, ..
        } => {
            let command = &ctx.command().qualified_name;
            tracing::warn!(%command, description, "a command came in the shape of another version");
            OUTDATED_COMMAND
        }
        FrameworkError::UnknownInteraction { interaction, .. } => {
            tracing::warn!(command = %interaction.data.name, "an unknown command");
            OUTDATED_COMMAND
        }
        FrameworkError::CooldownHit { .. } => "That was quick. Please wait a moment and try again.",
        FrameworkError::MissingBotPermissions { .. } => {
            "I lack a permission for that here. A moderator can give it to my role."
        }
        FrameworkError::MissingUserPermissions { .. } | FrameworkError::NotAnOwner { .. } => {
            "You may not use this command here."
        }
        FrameworkError::PermissionFetchFailed { ctx, .. } => {
            tracing::warn!("permissions could not be fetched");
            return apologise(*ctx).await;
        }
        FrameworkError::GuildOnly { .. } => "This command works only in a server.",
        FrameworkError::DmOnly { .. } => "This command works only in direct messages.",
        FrameworkError::NsfwOnly { .. } => "This command works only in age-restricted channels.",
        FrameworkError::SubcommandRequired { .. } => OUTDATED_COMMAND,
        FrameworkError::CommandCheckFailed { error, .. } => {
            if let Some(error) = error {
                tracing::error!(%error, "a command's check failed");
            }
            NOT_A_MODERATOR
        }
        // The others concern poise's setup and commands written as messages: we have neither.
        other => {
            tracing::error!("poise reports what cannot happen here: {other}");
            return;
        }
    };
    tell(&error, sentence).await;
}

async fn apologise(ctx: poise::Context<'_, App, HandlerError>) {
    if let Some(responder) = responder_of(ctx) {
        responder.apologise().await;
    }
}

async fn tell(error: &FrameworkError<'_, App, HandlerError>, sentence: &str) {
    if let FrameworkError::UnknownInteraction { interaction, .. } = error {
        // An autocompletion takes no sentence.
        if interaction.data.autocomplete().is_none() {
            let http = &error.serenity_context().http;
            let responded = AtomicBool::new(false);
            Responder::new(http, interaction.id, &interaction.token, &responded)
                .say(sentence)
                .await;
        }
        return;
    }
    if let Some(responder) = error.ctx().and_then(responder_of) {
        responder.say(sentence).await;
    }
}

/// The responder of a command; `None` for an autocompletion, which takes no sentence.
fn responder_of(ctx: poise::Context<'_, App, HandlerError>) -> Option<Responder<'_>> {
    match ctx {
        poise::Context::Application(ctx)
            if ctx.interaction_type == CommandInteractionType::Command =>
        {
            Some(responder(ctx))
        }
        _ => None,
    }
}
