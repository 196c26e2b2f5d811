//! Drafts: what a moderator typed and has not published, saved so that it can be taken up again.

use crate::admin::{AdminError, ServerAdmin};
use crate::entry_input::EntryInput;
use citebot_core::knowledge::{EntryId, UncheckedEntry};
use citebot_store::{RevisionId, StoreError};
use serde::{Deserialize, Serialize};

/// An entry as a moderator wants it to be. Written to and read from JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// The entry that it changes; `None` for a new one, whose id is made of its question.
    pub entry: Option<String>,
    /// The latest revision of that entry when its text was shown to the moderator, `None` if there
    /// was none: what others publish after it is not overwritten.
    pub based_on: Option<i64>,
    /// The fields as typed. Saved drafts call them `form`.
    #[serde(rename = "form")]
    pub input: EntryInput,
    /// Normalised logged questions that publishing resolves: see
    /// [`ServerAdmin::add_phrasing_from`].
    pub answers: Vec<String>,
}

impl Draft {
    /// The key under which the draft is saved: the entry's id, or `+` for a new one.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.entry.as_deref().unwrap_or("+")
    }

    pub(crate) fn based_on(&self) -> Option<RevisionId> {
        self.based_on.map(RevisionId)
    }
}

/// A draft with the time it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// The draft.
    pub draft: Draft,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

impl ServerAdmin<'_> {
    /// A draft of the entry `id` as it stands; `None` if members see no such entry.
    #[must_use]
    pub fn draft_of(&self, id: &str) -> Option<Draft> {
        let now = self.engine.state.current();
        let knowledge = &now.snapshot(Some(self.server)).knowledge;
        let entry = knowledge.entry(id)?;
        let mut words = UncheckedEntry::from(&**entry);
        // An entry of the base may link one that this server has removed.
        words.related.retain(|id| knowledge.entry(id).is_some());
        Some(Draft {
            entry: Some(entry.id.to_string()),
            based_on: now
                .overlay(self.server)
                .latest_id(id)
                .map(|revision| revision.0),
            input: EntryInput::from(&words),
            answers: Vec::new(),
        })
    }

    /// Saves `draft` for [`DRAFT_RETENTION_DAYS`](crate::DRAFT_RETENTION_DAYS), in place of an earlier
    /// one of the same author and [`subject`](Draft::subject). Call it before anything can fail:
    /// publishing deletes the saved draft.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn save_draft(&self, author: u64, draft: &Draft, at: i64) -> Result<(), AdminError> {
        let document = serde_json::to_string(draft).map_err(|error| {
            tracing::error!(%error, "a draft could not be written as JSON");
            AdminError::Internal
        })?;
        let store = &self.handle.store;
        store
            .save_draft(self.server, author, draft.subject(), &document, at)
            .await?;
        Ok(())
    }

    /// The draft that `author` saved of `entry`, or of a new one (`None`).
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn saved_draft(
        &self,
        author: u64,
        entry: Option<&EntryId>,
    ) -> Result<Option<SavedDraft>, StoreError> {
        let store = &self.handle.store;
        let saved = store
            .saved_draft(self.server, author, subject(entry))
            .await?;
        // A draft in the format of another version is lost.
        Ok(saved.and_then(|(document, at)| {
            let draft = serde_json::from_str(&document).ok()?;
            Some(SavedDraft { draft, at })
        }))
    }

    /// Deletes the draft that `author` saved of `entry`, or of a new one (`None`).
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn discard_draft(
        &self,
        author: u64,
        entry: Option<&EntryId>,
    ) -> Result<(), StoreError> {
        let store = &self.handle.store;
        store
            .delete_draft(self.server, author, subject(entry))
            .await
    }
}

fn subject(entry: Option<&EntryId>) -> &str {
    entry.map_or("+", EntryId::as_str)
}
