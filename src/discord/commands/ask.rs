//! `/ask`

use super::{CommandError, Context, answered, choices, fitting, help_when_empty, respond, show};
use crate::discord::complete;
use serenity::builder::CreateAutocompleteResponse;

/// Ask a question about open-source AI. The answer comes with its sources.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn ask(
    ctx: Context<'_>,
    #[description = "Your question, in your own words or from the list"]
    #[autocomplete = "questions"]
    question: String,
    #[description = "Show the answer to you alone"] private: Option<bool>,
) -> Result<(), CommandError> {
    let private = private.unwrap_or(false);
    if question.trim().is_empty() {
        return help_when_empty(ctx).await;
    }
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    match complete::chosen(&snapshot.knowledge, &question) {
        Some(entry) => {
            // The choice is clear; it is asked all the same, so that it is counted.
            let (_, logged) = answered(ctx, entry.question.clone(), private, SURFACE).await?;
            show(ctx, &snapshot, entry, logged, private).await
        }
        None => respond(ctx, question, private, SURFACE).await,
    }
}

/// Under which questions are logged.
const SURFACE: &str = "ask";

async fn questions(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entries = fitting(ctx, typed).await;
    choices(entries.iter().map(|entry| {
        let value = complete::label(&entry.question);
        (entry.question.clone(), value)
    }))
}
