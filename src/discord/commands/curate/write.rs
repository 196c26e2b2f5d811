//! `/curate add` and `/curate edit`

use super::super::{CommandError, Context, choices, fitting, say};
use super::{NO_ENTRY, admin, named, put_up};
use crate::discord::complete;
use crate::discord::curate::{form, respond};
use serenity::builder::CreateAutocompleteResponse;

/// Write a new entry. What you typed last and did not publish stands there already.
#[poise::command(slash_command)]
pub async fn add(
    ctx: Context<'_>,
    #[description = "The topic it belongs to; it can be changed in the form"]
    #[autocomplete = "topics"]
    topic: Option<String>,
    #[description = "Begin with an empty form, whatever you typed last"] empty: Option<bool>,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    let begun = match empty {
        Some(true) => {
            respond::set_apart(admin, ctx.author().id, None).await?;
            None
        }
        _ => respond::begun(admin, ctx.author().id, None).await?,
    };
    let mut draft = begun.unwrap_or_default();
    if let Some(topic) = topic {
        let snapshot = admin.snapshot();
        let mut topics = snapshot.knowledge.topics().into_iter();
        let known = topics.find(|known| complete::label(known) == topic.trim());
        draft.input.topic = known.map_or(topic.clone(), str::to_owned);
    }
    put_up(ctx, form::modal(&draft)).await
}

#[expect(
    clippy::unused_async,
    reason = "poise completes by async functions only"
)]
async fn topics(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let topics = complete::topics(&snapshot.knowledge, typed);
    choices(
        topics
            .into_iter()
            .map(|topic| (topic.to_owned(), complete::label(topic))),
    )
}

/// Change an entry. What you typed last about it and did not publish stands there already.
#[poise::command(slash_command)]
pub async fn edit(
    ctx: Context<'_>,
    #[description = "Which entry: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
    #[description = "Begin with the entry as it stands, whatever you typed last"] afresh: Option<
        bool,
    >,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    let Some(id) = named(admin, &entry) else {
        return say(ctx, NO_ENTRY).await;
    };
    let begun = match afresh {
        Some(true) => {
            respond::set_apart(admin, ctx.author().id, Some(&id)).await?;
            None
        }
        _ => respond::begun(admin, ctx.author().id, Some(&id)).await?,
    };
    match begun.or_else(|| admin.draft_of(id.as_str())) {
        Some(draft) => put_up(ctx, form::modal(&draft)).await,
        None => say(ctx, NO_ENTRY).await,
    }
}

/// The entries that members see.
pub async fn entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entries = fitting(ctx, typed).await;
    choices(
        entries
            .iter()
            .map(|entry| (entry.question.clone(), entry.id.to_string())),
    )
}
