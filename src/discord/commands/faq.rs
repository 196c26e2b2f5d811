//! `/faq show` and `/faq browse`

use super::asking::show_entry;
use super::choices::{entries, matching_entries, topics};
use super::context::{Context, say, show_privately};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use crate::discord::{autocomplete, render};

/// Look through the FAQ.
#[poise::command(
    slash_command,
    subcommands("show", "browse"),
    subcommand_required,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
#[expect(
    clippy::unused_async,
    reason = "poise makes a command of async functions only"
)]
pub async fn faq(_ctx: Context<'_>) -> Result<(), HandlerError> {
    // Discord offers only the subcommands, and poise refuses anything else before this.
    Ok(())
}

/// Show one answer of the FAQ.
#[poise::command(slash_command)]
async fn show(
    ctx: Context<'_>,
    #[description = "Which answer: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
) -> Result<(), HandlerError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    if entry.trim().is_empty() {
        return show_privately(ctx, ctx.data().help(ctx.guild_id())).await;
    }
    let chosen = knowledge
        .entry_now_or_formerly(entry.trim())
        .or_else(|| autocomplete::chosen(knowledge, &entry));
    match chosen {
        Some(entry) => show_entry(ctx, knowledge, entry, None, Visibility::Public).await,
        None => {
            let near = matching_entries(ctx, &entry).await;
            show_privately(ctx, render::no_such_entry(&entry, &near)).await
        }
    }
}

/// List everything the FAQ answers, by topic.
#[poise::command(slash_command)]
async fn browse(
    ctx: Context<'_>,
    #[description = "One topic; all of them if you leave it out"]
    #[autocomplete = "topics"]
    topic: Option<String>,
) -> Result<(), HandlerError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    let chosen = match &topic {
        None => None,
        Some(typed) => {
            let exact = knowledge
                .topics()
                .into_iter()
                .find(|topic| autocomplete::label(topic) == typed.trim());
            match exact.or_else(|| autocomplete::topics(knowledge, typed).first().copied()) {
                Some(topic) => Some(topic),
                None => return say(ctx, NO_TOPIC).await,
            }
        }
    };
    let links = ctx.data().links();
    show_privately(ctx, render::browse(links.view(knowledge), chosen, 0)).await
}

const NO_TOPIC: &str = "There is no such topic. Choose one from the list, or leave it out.";
