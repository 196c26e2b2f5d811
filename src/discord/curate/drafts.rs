//! Saved drafts: what a moderator typed and did not publish.

use crate::discord::app::App;
use crate::discord::limits;
use crate::discord::responder::sentences::NO_ENTRY;
use crate::discord::responder::{HandlerError, in_time};
use citebot_core::knowledge::EntryId;
use citebot_engine::{Draft, ServerAdmin};
use citebot_store::StoreError;
use serenity::builder::CreateEmbed;
use serenity::model::channel::Message;
use serenity::model::id::{GuildId, UserId};
use std::time::Duration;
use tokio::time::timeout;

/// How long to look for the topic of a new entry.
const TOPIC_PATIENCE: Duration = Duration::from_millis(400);

/// The saved draft of `author` about `entry`, or about a new one.
///
/// # Errors
///
/// The database's.
pub async fn saved(
    admin: ServerAdmin<'_>,
    author: UserId,
    entry: Option<&EntryId>,
) -> Result<Option<Draft>, StoreError> {
    let saved = admin.saved_draft(author.get(), entry).await?;
    Ok(saved
        .map(|saved| saved.draft)
        .filter(|draft| entry_id(draft).as_ref() == entry))
}

/// What to fill the modal of `entry` with: the saved draft of `author`, or else the entry as it is.
///
/// # Errors
///
/// The database's; a refusal if there is no such entry, or when the database is slow.
pub async fn of_entry(
    admin: ServerAdmin<'_>,
    author: UserId,
    entry: &EntryId,
) -> Result<Draft, HandlerError> {
    let saved = in_time(saved(admin, author, Some(entry))).await?;
    saved.map_or_else(|| as_published(admin, entry), Ok)
}

/// The entry as it is.
///
/// # Errors
///
/// A refusal if there is none.
pub fn as_published(admin: ServerAdmin<'_>, entry: &EntryId) -> Result<Draft, HandlerError> {
    let draft = admin.draft_of(entry.as_str());
    draft.ok_or_else(|| HandlerError::refused(NO_ENTRY))
}

/// The entry that a draft is about; `None` for a new one.
#[must_use]
pub fn entry_id(draft: &Draft) -> Option<EntryId> {
    draft.entry.as_deref().and_then(|id| EntryId::new(id).ok())
}

/// Detaches queued questions from the saved draft, so that publishing the new one does not resolve
/// them. The draft itself stays until the new one is saved.
///
/// # Errors
///
/// The database's.
pub async fn detach_questions(
    admin: ServerAdmin<'_>,
    author: UserId,
    entry: Option<&EntryId>,
) -> Result<(), citebot_engine::AdminError> {
    if let Some(saved) = admin.saved_draft(author.get(), entry).await?
        && !saved.draft.answers.is_empty()
    {
        let draft = Draft {
            answers: Vec::new(),
            ..saved.draft
        };
        admin.save_draft(author.get(), &draft, saved.at).await?;
    }
    Ok(())
}

/// What people wrote, to be made an entry: quoted above the buttons of *Add to the FAQ*, and read from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedMessage {
    /// What was asked.
    pub question: String,
    /// What somebody replied.
    pub answer: Option<String>,
}

impl QuotedMessage {
    /// The quotation: the question, or the answer under the question as its title. What Discord would not
    /// take is cut off.
    pub fn embed(&self) -> CreateEmbed {
        let cut = |text: &str| limits::truncate(text, limits::EMBED_DESCRIPTION);
        match &self.answer {
            None => CreateEmbed::new().description(cut(&self.question)),
            Some(answer) => CreateEmbed::new()
                .title(cut_to_question(&self.question))
                .description(cut(answer)),
        }
    }

    /// What [`embed`](Self::embed) quoted.
    #[must_use]
    pub fn read(message: &Message) -> Self {
        let quoted = message.embeds.first();
        let title = quoted.and_then(|embed| embed.title.clone());
        let text = quoted.and_then(|embed| embed.description.clone());
        match title {
            None => Self {
                question: text.unwrap_or_default(),
                answer: None,
            },
            Some(question) => Self {
                question,
                answer: text,
            },
        }
    }
}

/// A draft of a new entry of what people wrote, under the topic of the nearest entry.
pub async fn from_message(app: &App, admin: ServerAdmin<'_>, quoted: &QuotedMessage) -> Draft {
    let mut draft = Draft::default();
    draft.input.question = cut_to_question(&quoted.question);
    draft.input.topic = nearest_topic(app, admin, &draft.input.question).await;
    let answer = quoted.answer.as_deref().unwrap_or_default();
    draft.input.answer = answer
        .chars()
        .take(crate::discord::ENTRY_LIMITS.answer)
        .collect();
    draft
}

/// `text` on one line, cut to the length of a question.
fn cut_to_question(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line
        .chars()
        .take(crate::discord::ENTRY_LIMITS.question)
        .collect();
    cut.trim_end().to_owned()
}

/// The topic of the entry nearest to `question`; empty when none is near, or none is found in time for
/// a modal.
pub async fn nearest_topic(app: &App, admin: ServerAdmin<'_>, question: &str) -> String {
    let server = GuildId::from(admin.server().0);
    let why = app.why(Some(server), question.to_owned());
    let Ok(Ok(why)) = timeout(TOPIC_PATIENCE, why).await else {
        return String::new();
    };
    let nearest = why.considered.first();
    nearest.map_or_else(String::new, |near| near.entry.topic.clone())
}
