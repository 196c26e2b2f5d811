//! 👍, 👎 and *Not what I asked*

use super::bot::{Bot, MatchingFailed};
use super::components::GONE;
use super::curate::now;
use super::failure;
use super::render::{self, Rendered};
use citebot_core::answer::{Candidate, Prompting, Reply};
use citebot_core::knowledge::EntryId;
use citebot_store::{QuestionId, StoreError, Vote, VotedAnswer};
use serenity::builder::{CreateInteractionResponse, CreateInteractionResponseMessage};
use serenity::http::Http;
use serenity::model::application::ComponentInteraction;
use serenity::model::id::UserId;

const THANKS: &str = "Thank you, your vote is counted. The other button changes it.";
const NO_VOTES: &str = "Votes are kept in servers only, and not where the bot has no store.";
const NOT_YOURS: &str = "Only the person who asked can say that. The thumbs are for everyone.";
const FORGOTTEN: &str = "That question is no longer kept. Please ask it again.";
const NOTED: &str = "The moderators will see it. I know nothing else that comes near.";
const NOTED_AND_OFFERED: &str = "The moderators will see it. Perhaps it was one of these:";

/// What kept a vote from being counted, or other entries from being offered: for the log.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Matching(#[from] MatchingFailed),
}

/// Counts a vote on the entry `entry`, which was shown in answer to `question` or, where that is
/// not logged, in the message with the button. A second vote replaces the first.
pub async fn vote(
    bot: &Bot,
    http: &Http,
    used: &ComponentInteraction,
    vote: Vote,
    entry: &EntryId,
    question: Option<QuestionId>,
) {
    let Some(admin) = used.guild_id.and_then(|server| bot.admin(server)) else {
        return failure::say(http, used.id, &used.token, NO_VOTES).await;
    };
    if admin.entry(entry.as_str()).is_none() {
        return failure::say(http, used.id, &used.token, GONE).await;
    }
    if !deferred(http, used).await {
        return;
    }
    let id = question.map_or(used.message.id.get(), |question| question.0.cast_unsigned());
    let answer = VotedAnswer {
        id,
        entry: entry.as_str(),
    };
    let said = match admin.vote(used.user.id.get(), answer, vote, now()).await {
        Ok(()) => THANKS,
        Err(error) => {
            tracing::error!(%error, "a vote was not counted");
            failure::APOLOGY
        }
    };
    show(http, used, Rendered::text(said)).await;
}

/// Notes that the entry `entry` is not what `asker` asked with `question`, and offers them what
/// comes next to it.
pub async fn not_asked(
    bot: &Bot,
    http: &Http,
    used: &ComponentInteraction,
    asker: UserId,
    question: QuestionId,
    entry: &EntryId,
) {
    if used.user.id != asker {
        return failure::say(http, used.id, &used.token, NOT_YOURS).await;
    }
    if !deferred(http, used).await {
        return;
    }
    let reply = noted(bot, used, question, entry).await;
    let reply = reply.unwrap_or_else(|error| {
        tracing::error!(%error, "an answer that was not asked for was not noted");
        Rendered::text(failure::APOLOGY)
    });
    show(http, used, reply).await;
}

async fn noted(
    bot: &Bot,
    used: &ComponentInteraction,
    question: QuestionId,
    entry: &EntryId,
) -> Result<Rendered, Failed> {
    let forgotten = Ok(Rendered::text(FORGOTTEN));
    let Some(server) = used.guild_id else {
        return forgotten;
    };
    let Some(admin) = bot.admin(server) else {
        return forgotten;
    };
    let Some(text) = bot.question(server, question).await? else {
        return forgotten;
    };
    if !admin.flag(question, now()).await? {
        return forgotten;
    }
    let said = bot.ask(Some(server), text, Prompting::Prompted).await?;
    let others = others(said.reply, entry);
    if others.is_empty() {
        return Ok(Rendered::text(NOTED));
    }
    let offered = render::suggestions(&others, used.user.id, Some(question), false);
    Ok(offered.under(NOTED_AND_OFFERED))
}

/// What came near the question beside `entry`, best first.
fn others(said: Reply, entry: &EntryId) -> Vec<Candidate> {
    let mut all = match said {
        Reply::Answer { best, passed_over } => std::iter::once(best).chain(passed_over).collect(),
        Reply::Suggest { suggestions } => suggestions,
        Reply::Unknown { passed_over } => passed_over,
    };
    all.retain(|candidate| candidate.entry.id != *entry);
    all
}

/// Tells Discord that a response will come which only the person sees; `false` if it did not take
/// that.
async fn deferred(http: &Http, used: &ComponentInteraction) -> bool {
    let private = CreateInteractionResponseMessage::new().ephemeral(true);
    let taken = used
        .create_response(http, CreateInteractionResponse::Defer(private))
        .await;
    if let Err(error) = &taken {
        tracing::warn!(%error, "a button could not be answered");
    }
    taken.is_ok()
}

/// Gives the response that was deferred.
async fn show(http: &Http, used: &ComponentInteraction, reply: Rendered) {
    if let Err(error) = used.edit_response(http, reply.into_edit(None)).await {
        tracing::warn!(%error, "a button could not be answered");
        failure::say_after(http, &used.token, failure::APOLOGY).await;
    }
}
