//! An interaction that fails says so to the person, in one sentence, and logs the cause.

use super::bot::Bot;
use super::commands::CommandError;
use super::curate::permission;
use super::render::Rendered;
use poise::FrameworkError;
use serenity::http::Http;
use serenity::model::id::InteractionId;

/// What is said when the fault is ours.
pub const APOLOGY: &str = "Something went wrong on my side. It has been logged; please try again.";
const OUTDATED: &str =
    "This command has changed since Discord last showed it to you. Please try again in a minute.";

/// Every way a command can fail, poise's own included.
pub async fn on_error(error: FrameworkError<'_, Bot, CommandError>) {
    let sentence = match &error {
        FrameworkError::Command { error, ctx, .. } => {
            tracing::error!(command = %ctx.command().qualified_name, %error, "a command failed");
            APOLOGY
        }
        FrameworkError::CommandPanic { payload, ctx, .. } => {
            let payload = payload.as_deref().unwrap_or("no message");
            tracing::error!(command = %ctx.command().qualified_name, payload, "a command broke off");
            APOLOGY
        }
        FrameworkError::ArgumentParse { ctx, error, .. } => {
            tracing::warn!(command = %ctx.command().qualified_name, %error, "an option was refused");
            "I could not read one of the options. Please choose it anew and try again."
        }
        FrameworkError::CommandStructureMismatch {
            ctx, description, ..
        } => {
            let command = &ctx.command().qualified_name;
            tracing::warn!(%command, description, "a command came in another version's form");
            OUTDATED
        }
        FrameworkError::UnknownInteraction { interaction, .. } => {
            tracing::warn!(command = %interaction.data.name, "a command is not known");
            OUTDATED
        }
        FrameworkError::CooldownHit { .. } => "That was quick. Please wait a moment and try again.",
        FrameworkError::MissingBotPermissions { .. } => {
            "I lack a permission for that here. A moderator can give it to my role."
        }
        FrameworkError::MissingUserPermissions { .. } | FrameworkError::NotAnOwner { .. } => {
            "You may not use this command here."
        }
        FrameworkError::PermissionFetchFailed { .. } => {
            tracing::warn!("permissions could not be told");
            APOLOGY
        }
        FrameworkError::GuildOnly { .. } => "This command works only in a server.",
        FrameworkError::DmOnly { .. } => "This command works only in direct messages.",
        FrameworkError::NsfwOnly { .. } => "This command works only in age-restricted channels.",
        FrameworkError::SubcommandRequired { .. } => OUTDATED,
        FrameworkError::CommandCheckFailed { error, .. } => {
            if let Some(error) = error {
                tracing::error!(%error, "a command's check failed");
            }
            permission::NOT_A_MODERATOR
        }
        // What is left concerns setting poise up and commands written as messages: we have neither.
        other => {
            tracing::error!("poise reports what cannot happen here: {other}");
            return;
        }
    };
    tell(&error, sentence).await;
}

async fn tell(error: &FrameworkError<'_, Bot, CommandError>, sentence: &str) {
    if let FrameworkError::UnknownInteraction { interaction, .. } = error {
        // An autocompletion takes no sentence.
        if interaction.data.autocomplete().is_none() {
            let http = &error.serenity_context().http;
            say(http, interaction.id, &interaction.token, sentence).await;
        }
        return;
    }
    if let Some(ctx) = error.ctx()
        && let Err(error) = ctx.send(Rendered::text(sentence).into_reply(true)).await
    {
        tracing::warn!(%error, "a failure could not be told");
    }
}

/// Says that the fault is ours, to an interaction that may have been answered already.
pub async fn apologise(http: &Http, id: InteractionId, token: &str) {
    say(http, id, token, APOLOGY).await;
}

/// Answers an interaction with a sentence that only the person sees: as its response or, where it
/// has one already, after it.
pub async fn say(http: &Http, id: InteractionId, token: &str, sentence: &str) {
    let response = Rendered::text(sentence).into_private_response();
    let responded = http
        .create_interaction_response(id, token, &response, Vec::new())
        .await;
    if let Err(error) = responded {
        tracing::debug!(%error, "an interaction took no response");
        say_after(http, token, sentence).await;
    }
}

/// Says a sentence that only the person sees, to an interaction that has been responded to.
pub async fn say_after(http: &Http, token: &str, sentence: &str) {
    let followup = Rendered::text(sentence).into_private_followup();
    let followed = http
        .create_followup_message(token, &followup, Vec::new())
        .await;
    if let Err(error) = followed {
        tracing::warn!(%error, "an interaction could not be answered");
    }
}
