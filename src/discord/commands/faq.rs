//! `/faq show` and `/faq browse`

use super::{CommandError, Context, choices, fitting, help_when_empty, respond, say, show};
use crate::discord::{complete, render};
use serenity::builder::CreateAutocompleteResponse;

/// Look through the FAQ.
#[poise::command(
    slash_command,
    subcommands("show_entry", "browse"),
    subcommand_required,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
#[expect(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn faq(_ctx: Context<'_>) -> Result<(), CommandError> {
    // Discord offers the subcommands alone; poise refuses anything else before this.
    Ok(())
}

/// Show one answer of the FAQ.
#[poise::command(slash_command, rename = "show")]
async fn show_entry(
    ctx: Context<'_>,
    #[description = "Which answer: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
) -> Result<(), CommandError> {
    if entry.trim().is_empty() {
        return help_when_empty(ctx).await;
    }
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    let chosen = knowledge
        .entry(entry.trim())
        .or_else(|| complete::chosen(knowledge, &entry));
    match chosen {
        Some(entry) => show(ctx, &snapshot, entry, None, false).await,
        None => respond(ctx, entry, false, "faq").await,
    }
}

async fn entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entries = fitting(ctx, typed).await;
    choices(
        entries
            .iter()
            .map(|entry| (entry.question.clone(), entry.id.to_string())),
    )
}

/// List everything the FAQ answers, by topic.
#[poise::command(slash_command)]
async fn browse(
    ctx: Context<'_>,
    #[description = "One topic; all of them if you leave it out"]
    #[autocomplete = "topics"]
    topic: Option<String>,
) -> Result<(), CommandError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    let chosen = match &topic {
        None => None,
        Some(typed) => {
            let exact = knowledge
                .topics()
                .into_iter()
                .find(|topic| complete::label(topic) == typed.trim());
            match exact.or_else(|| complete::topics(knowledge, typed).first().copied()) {
                Some(topic) => Some(topic),
                None => return say(ctx, NO_TOPIC).await,
            }
        }
    };
    let reply = render::browse(knowledge, chosen, 0);
    ctx.send(reply.into_reply(true)).await?;
    Ok(())
}

const NO_TOPIC: &str = "There is no such topic. Choose one from the list, or leave it out.";

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
