//! The buttons under a reply: 👍, 👎, *Not what I asked*, *None of these* and *Dismiss*.

use super::app::App;
use super::clock;
use super::custom_id::MemberAction;
use super::interaction::is_private;
use super::permissions::may_delete_replies;
use super::render::{self, Asker};
use super::rendered::{Rendered, Visibility};
use super::responder::sentences::GONE;
use super::responder::{HandlerError, Responder};
use super::widgets::{dismiss_button, emoji_button};
use citebot_core::answer::{Candidate, Reply};
use citebot_core::knowledge::EntryId;
use citebot_store::{QuestionId, Vote, VotedAnswer};
use serenity::builder::CreateActionRow;
use serenity::model::application::{ButtonStyle, ComponentInteraction};
use serenity::model::id::UserId;

const NO_VOTES: &str = "Votes are kept only in servers, and only where the bot has a database.";

/// Counts a vote on `entry` as the answer to `question`; without a logged question, as the content
/// of the message with the button. A second vote replaces the first.
///
/// # Errors
///
/// Discord's and the database's; a refusal where no votes are kept.
pub async fn vote(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    vote: Vote,
    question: Option<QuestionId>,
    entry: &EntryId,
) -> Result<(), HandlerError> {
    let admin = used.guild_id.and_then(|server| app.admin(server));
    let admin = admin.ok_or_else(|| HandlerError::refused(NO_VOTES))?;
    if admin.entry(entry.as_str()).is_none() {
        return Err(HandlerError::refused(GONE));
    }
    // The receipt of an earlier vote changes; anything else gets one.
    let is_receipt = is_private(used) && used.message.embeds.is_empty();
    if is_receipt {
        responder.acknowledge().await?;
    } else {
        responder.defer(Visibility::Private).await?;
    }
    let answer = VotedAnswer {
        id: question.map_or(used.message.id.get(), |question| question.0.cast_unsigned()),
        entry: entry.as_str(),
    };
    let earlier = admin
        .vote(used.user.id.get(), answer, vote, clock::now())
        .await?;
    let receipt = receipt(vote, earlier, question, entry);
    responder.show(receipt, Visibility::Private).await
}

/// What a voter is told: the vote in words and, where the buttons would count on the same answer, with the
/// pressed one marked.
fn receipt(
    vote: Vote,
    earlier: Option<Vote>,
    question: Option<QuestionId>,
    entry: &EntryId,
) -> Rendered {
    let (pressed, other) = match vote {
        Vote::Up => ("👍, it helped", "👎"),
        Vote::Down => ("👎, it did not help", "👍"),
    };
    let said = match earlier {
        None => format!("Thank you, your vote is counted: {pressed}. {other} changes it."),
        Some(earlier) if earlier == vote => {
            format!(
                "You have voted that already, and it counts once: {pressed}. {other} changes it."
            )
        }
        Some(_) => format!("Your vote is changed. Now it is {pressed}."),
    };
    let buttons = question.map(|question| {
        let question = Some(question);
        let up = MemberAction::VoteUp {
            question,
            entry: entry.clone(),
        };
        let down = MemberAction::VoteDown {
            question,
            entry: entry.clone(),
        };
        let style = |this| {
            if vote == this {
                ButtonStyle::Success
            } else {
                ButtonStyle::Secondary
            }
        };
        CreateActionRow::Buttons(vec![
            emoji_button(up, '👍').style(style(Vote::Up)),
            emoji_button(down, '👎').style(style(Vote::Down)),
        ])
    });
    Rendered::text(said).with_rows(buttons)
}

const NOT_THE_ASKER: &str = "Only the person who asked can say that. The thumbs are for everyone.";
const FORGOTTEN: &str = "That question is no longer kept. Please ask it again.";
const NOTED: &str = "The moderators will see it. I know nothing else that comes near.";
const NOTED_AND_OFFERED: &str = "The moderators will see it. Perhaps it was one of these:";

/// Marks `entry` as not what `asker` asked with `question`, and offers the next best entries.
///
/// # Errors
///
/// Discord's, the database's and the matcher's; a refusal to everybody but the asker.
pub async fn not_what_i_asked(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    asker: UserId,
    question: QuestionId,
    entry: &EntryId,
) -> Result<(), HandlerError> {
    if used.user.id != asker {
        return Err(HandlerError::refused(NOT_THE_ASKER));
    }
    responder.defer(Visibility::Private).await?;
    let (server, admin) = used
        .guild_id
        .and_then(|server| Some((server, app.admin(server)?)))
        .ok_or_else(|| HandlerError::refused(FORGOTTEN))?;
    let text = app.logged_question(server, question).await?;
    let text = text.ok_or_else(|| HandlerError::refused(FORGOTTEN))?;
    if !admin.flag(question, clock::now()).await? {
        return Err(HandlerError::refused(FORGOTTEN));
    }
    let answered = app.ask(Some(server), text).await?;
    let others = others(answered.reply, entry);
    let message = if others.is_empty() {
        Rendered::text(NOTED)
    } else {
        let asker = Asker {
            user: asker,
            question: Some(question),
            visibility: Visibility::Private,
        };
        render::suggestions(&others, asker).with_content(NOTED_AND_OFFERED)
    };
    responder.show(message, Visibility::Private).await
}

const NOT_YOUR_QUESTION: &str = "Only the person who asked can say that.";
const REJECTED: &str =
    "I noted your question for the moderators. `/faq browse` shows what the FAQ covers.";

/// Marks `question`, whose suggestions `asker` rejects, for review. The confirmation takes their
/// place.
///
/// # Errors
///
/// Discord's and the database's; a refusal to everybody but the asker.
pub async fn none_of_these(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    asker: UserId,
    question: QuestionId,
) -> Result<(), HandlerError> {
    if used.user.id != asker {
        return Err(HandlerError::refused(NOT_YOUR_QUESTION));
    }
    let admin = used.guild_id.and_then(|server| app.admin(server));
    let admin = admin.ok_or_else(|| HandlerError::refused(FORGOTTEN))?;
    responder.acknowledge().await?;
    if !admin.flag(question, clock::now()).await? {
        return Err(HandlerError::refused(FORGOTTEN));
    }
    let dismiss =
        (!is_private(used)).then(|| CreateActionRow::Buttons(vec![dismiss_button(asker)]));
    let message = Rendered::text(REJECTED).with_rows(dismiss);
    responder.update(message).await
}

/// The candidates besides `entry`, best first.
fn others(reply: Reply, entry: &EntryId) -> Vec<Candidate> {
    let mut all = match reply {
        Reply::Answer { best, passed_over } => std::iter::once(best).chain(passed_over).collect(),
        Reply::Suggest { suggestions } => suggestions,
        Reply::Unknown { passed_over } => passed_over,
    };
    all.retain(|candidate| candidate.entry.id != *entry);
    all
}

const NOT_YOUR_REPLY: &str = "Only the person who asked, or a moderator, can dismiss this.";

/// Deletes the message, for the asker and for moderators.
///
/// # Errors
///
/// Discord's; a refusal to everybody else.
pub async fn dismiss(
    responder: Responder<'_>,
    used: &ComponentInteraction,
    asker: UserId,
) -> Result<(), HandlerError> {
    if used.user.id != asker && !may_delete_replies(used.member.as_ref()) {
        return Err(HandlerError::refused(NOT_YOUR_REPLY));
    }
    responder.acknowledge().await?;
    responder.delete().await
}
