//! Saved drafts: what a moderator typed and did not publish.

use citebot_core::knowledge::EntryId;
use citebot_engine::{Draft, ServerAdmin};
use citebot_store::StoreError;
use serenity::model::id::UserId;

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

/// A draft of a new entry that asks what a message says, under the topic of the nearest entry.
#[must_use]
pub fn from_message(admin: ServerAdmin<'_>, text: &str) -> Draft {
    let mut draft = Draft::default();
    draft.input.question = cut_to_question(text);
    draft.input.topic = nearest_topic(admin, &draft.input.question);
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

/// The topic of the entry nearest to `question`; empty when none is near.
#[must_use]
pub fn nearest_topic(admin: ServerAdmin<'_>, question: &str) -> String {
    let snapshot = admin.snapshot();
    let best = snapshot.matcher.rank(question).into_iter().next();
    best.and_then(|best| snapshot.knowledge.entries().get(best.entry))
        .map_or_else(String::new, |entry| entry.topic.clone())
}
