//! `/ask`

use super::asking::{ask as ask_and_log, respond, show_entry};
use super::choices::{as_choices, matching_entries};
use super::context::{Context, show_privately};
use crate::discord::autocomplete;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use serenity::builder::CreateAutocompleteResponse;

/// Ask a question about {subject}. The answer comes with its sources.
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
) -> Result<(), HandlerError> {
    let visibility = match private {
        Some(true) => Visibility::Private,
        _ => Visibility::Public,
    };
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    if question.trim().is_empty() {
        return show_privately(ctx, ctx.data().help(ctx.guild_id())).await;
    }
    match autocomplete::chosen(knowledge, &question) {
        Some(entry) => {
            // The entry is known; its question is asked all the same, to be counted.
            let asked = ask_and_log(ctx, entry.question.clone(), visibility, SURFACE);
            let (_, logged) = asked.await?;
            show_entry(ctx, knowledge, entry, logged, visibility).await
        }
        None => respond(ctx, question, visibility, SURFACE).await,
    }
}

/// The surface under which questions are logged.
const SURFACE: &str = "ask";

async fn questions(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entries = matching_entries(ctx, typed).await;
    as_choices(entries.iter().map(|entry| {
        let value = autocomplete::label(&entry.question);
        (entry.question.clone(), value)
    }))
}
