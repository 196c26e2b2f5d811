//! Autocompletion: the choices that are offered while an option is typed.

use super::context::Context;
use crate::discord::{autocomplete, limits};
use citebot_core::answer::Reply;
use citebot_core::knowledge::Entry;
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};
use std::sync::Arc;

/// Choices of (text that is shown, value that is sent), as many as Discord takes.
pub fn as_choices(choices: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(
        choices
            .take(limits::CHOICES)
            .map(|(name, value)| AutocompleteChoice::new(autocomplete::label(&name), value))
            .collect(),
    )
}

/// No choices.
pub fn no_choices() -> CreateAutocompleteResponse {
    as_choices(std::iter::empty())
}

/// Offers the entries that members see, by id.
pub async fn entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entries = matching_entries(ctx, typed).await;
    as_choices(
        entries
            .iter()
            .map(|entry| (entry.question.clone(), entry.id.to_string())),
    )
}

/// Offers the topics.
pub async fn topics(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let topics = autocomplete::topics(&snapshot.knowledge, typed);
    as_choices(
        topics
            .into_iter()
            .map(|topic| (topic.to_owned(), autocomplete::label(topic))),
    )
}

/// The entries with the words that are typed; if no entry has them, those that may be meant.
pub async fn matching_entries(ctx: Context<'_>, typed: &str) -> Vec<Arc<Entry>> {
    let app = ctx.data();
    let snapshot = app.snapshot(ctx.guild_id());
    let found: Vec<Arc<Entry>> = autocomplete::entries(&snapshot.knowledge, typed)
        .into_iter()
        .map(Arc::clone)
        .collect();
    if !found.is_empty() {
        return found;
    }
    let asked = app.ask(ctx.guild_id(), typed.to_owned());
    let candidates = match asked.await.map(|answered| answered.reply) {
        Ok(Reply::Answer { best, passed_over }) => {
            std::iter::once(best).chain(passed_over).collect()
        }
        Ok(Reply::Suggest { suggestions }) => suggestions,
        Ok(Reply::Unknown { .. }) => Vec::new(),
        Err(error) => {
            tracing::error!(%error, "autocompletion failed");
            Vec::new()
        }
    };
    candidates
        .into_iter()
        .map(|candidate| candidate.entry)
        .collect()
}
