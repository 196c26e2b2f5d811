//! Slash commands and the message menu, one file a command.

mod ask;
mod curate;
mod faq;
mod menu;
mod privacy;
mod sources;
mod toolkit;
mod why;

use super::bot::{Bot, MatchingFailed};
use super::render::{self, Feedback, Rendered};
use super::{complete, failure, limits, review};
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::Entry;
use citebot_engine::{Answered, Snapshot};
use citebot_store::{QuestionId, StoreError};
use poise::FrameworkOptions;
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};
use std::sync::Arc;
use std::time::Duration;

type Context<'a> = poise::Context<'a, Bot, CommandError>;
type Command = poise::Command<Bot, CommandError>;

/// Why a command failed: for the log, never shown.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Discord did not take the response.
    #[error(transparent)]
    Discord(#[from] serenity::Error),
    /// Matching broke off.
    #[error(transparent)]
    Matching(#[from] MatchingFailed),
    /// Something at a moderator's admin.
    #[error(transparent)]
    ServerAdmin(#[from] citebot_engine::AdminError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something in the review queue.
    #[error(transparent)]
    Review(#[from] review::Failed),
    /// A chart could not be drawn.
    #[error("drawing a chart: {0}")]
    Chart(#[from] std::io::Error),
}

/// Every command, in the order in which they are registered.
#[must_use]
pub fn all() -> Vec<Command> {
    vec![
        ask::ask(),
        faq::faq(),
        toolkit::toolkit(),
        sources::sources(),
        privacy::privacy(),
        menu::answer_from_the_faq(),
        why::why_this_answer(),
        curate::curate(),
        curate::add_to_the_faq(),
    ]
}

/// How poise serves them.
#[must_use]
pub fn options() -> FrameworkOptions<Bot, CommandError> {
    let mut options = FrameworkOptions {
        commands: all(),
        on_error: |error| Box::pin(failure::on_error(error)),
        allowed_mentions: Some(render::nobody()),
        initialize_owners: false,
        // There are no commands written as messages.
        prefix_options: poise::PrefixFrameworkOptions {
            mention_as_prefix: false,
            ..Default::default()
        },
        ..Default::default()
    };
    poise::set_qualified_names(&mut options.commands);
    options
}

/// Discord wants a response within three seconds. When the answer takes longer than this, it is
/// told that one will come.
pub const PATIENCE: Duration = Duration::from_millis(1_500);

/// Answers `question` and logs it as asked on `surface`. Should it take long, the response is
/// deferred, `private` or not.
async fn answered(
    ctx: Context<'_>,
    question: String,
    private: bool,
    surface: &'static str,
) -> Result<(Answered, Option<QuestionId>), CommandError> {
    let bot = ctx.data();
    let asking = bot.ask(ctx.guild_id(), question, Prompting::Prompted);
    tokio::pin!(asking);
    let answered = match tokio::time::timeout(PATIENCE, &mut asking).await {
        Ok(answered) => answered?,
        Err(_) => {
            if private {
                ctx.defer_ephemeral().await?;
            } else {
                ctx.defer().await?;
            }
            asking.await?
        }
    };
    let logged = bot.log(&answered, surface);
    Ok((answered, logged))
}

/// Shows an entry of `snapshot` in response to a command; `question`: what was asked, where it is
/// logged.
async fn show(
    ctx: Context<'_>,
    snapshot: &Snapshot,
    entry: &Entry,
    question: Option<QuestionId>,
    private: bool,
) -> Result<(), CommandError> {
    let asker = ctx.author().id;
    let feedback = Feedback {
        votes: ctx.data().keeps(ctx.guild_id()),
        question: question.map(|question| (asker, question)),
        dismiss: (!private).then_some(asker),
    };
    let reply = render::answer_with(&snapshot.knowledge, entry, &feedback);
    ctx.send(reply.into_reply(private)).await?;
    Ok(())
}

/// Responds to `question`, asked on `surface`, with what the FAQ says.
async fn respond(
    ctx: Context<'_>,
    question: String,
    private: bool,
    surface: &'static str,
) -> Result<(), CommandError> {
    let (answered, logged) = answered(ctx, question.clone(), private, surface).await?;
    match answered.reply {
        Reply::Answer { best, .. } => {
            show(ctx, &answered.snapshot, &best.entry, logged, private).await?;
        }
        Reply::Suggest { suggestions } => {
            let asker = ctx.author().id;
            let reply = render::suggestions(&suggestions, asker, logged, !private);
            ctx.send(reply.into_reply(private)).await?;
        }
        // That nothing was found concerns nobody but the one who asked.
        Reply::Unknown { .. } => {
            let reply = render::unknown(&question, None);
            ctx.send(reply.into_reply(true)).await?;
        }
    }
    Ok(())
}

async fn help_when_empty(ctx: Context<'_>) -> Result<(), CommandError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let reply = render::help(&snapshot.knowledge);
    ctx.send(reply.into_reply(true)).await?;
    Ok(())
}

async fn say(ctx: Context<'_>, sentence: &str) -> Result<(), CommandError> {
    ctx.send(Rendered::text(sentence).into_reply(true)).await?;
    Ok(())
}

/// The choices of an autocompletion, each what is shown and what is sent: as many as Discord takes.
pub fn choices(of: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(
        of.take(limits::CHOICES)
            .map(|(name, value)| AutocompleteChoice::new(complete::label(&name), value))
            .collect(),
    )
}

/// The entries that fit what is typed; where no word fits, those that may be meant.
async fn fitting(ctx: Context<'_>, typed: &str) -> Vec<Arc<Entry>> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let found: Vec<Arc<Entry>> = complete::entries(&snapshot.knowledge, typed)
        .into_iter()
        .map(Arc::clone)
        .collect();
    if !found.is_empty() {
        return found;
    }
    let asked = ctx
        .data()
        .ask(ctx.guild_id(), typed.to_owned(), Prompting::Prompted)
        .await;
    match asked.map(|asked| asked.reply) {
        Ok(Reply::Answer { best, passed_over }) => std::iter::once(best)
            .chain(passed_over)
            .map(|candidate| candidate.entry)
            .collect(),
        Ok(Reply::Suggest { suggestions }) => suggestions.into_iter().map(|c| c.entry).collect(),
        Ok(Reply::Unknown { .. }) => Vec::new(),
        Err(error) => {
            tracing::error!(%error, "nothing could be offered");
            Vec::new()
        }
    }
}
