//! What a moderator typed and has not published: kept, so that it comes back.

use crate::admin::{Error, ServerAdmin};
use crate::entry_input::EntryInput;
use citebot_core::knowledge::{self, EntryId};
use citebot_store::{RevisionId, StoreError};
use serde::{Deserialize, Serialize};

/// For how many days a draft is kept.
pub const DRAFT_RETENTION_DAYS: u32 = 7;

/// An entry as a moderator wants it to be. It can be put down as JSON and read again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// The entry that it changes; `None` for a new one, whose id is made of its question.
    pub entry: Option<String>,
    /// The latest revision of that entry when its text was put before the moderator, `None` if
    /// there was none: whoever published since then is not overwritten.
    pub based_on: Option<i64>,
    /// What was typed.
    pub form: EntryInput,
    /// Logged questions that are dealt with when this is published: see
    /// [`ServerAdmin::answer_with`].
    pub answers: Vec<String>,
}

impl Draft {
    /// The draft as it is kept: by the entry's id, or `+` for a new one.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.entry.as_deref().unwrap_or("+")
    }

    pub(crate) fn based_on(&self) -> Option<RevisionId> {
        self.based_on.map(RevisionId)
    }
}

/// A draft that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDraft {
    /// The draft.
    pub draft: Draft,
    /// When it was put aside, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

impl ServerAdmin<'_> {
    /// An empty draft of a new entry.
    #[must_use]
    pub fn new_draft(&self) -> Draft {
        Draft::default()
    }

    /// A draft of the entry `id` as it stands; `None` if members do not see such an entry.
    #[must_use]
    pub fn draft_of(&self, id: &str) -> Option<Draft> {
        let world = self.engine.worlds.current();
        let knowledge = &world.snapshot(Some(self.server)).knowledge;
        let entry = knowledge.entry(id)?;
        let mut words = knowledge::UncheckedEntry::from(&**entry);
        // The base may offer what this server has removed.
        words.related.retain(|id| knowledge.entry(id).is_some());
        Some(Draft {
            entry: Some(entry.id.to_string()),
            based_on: world
                .overlay(self.server)
                .latest_id(id)
                .map(|revision| revision.0),
            form: EntryInput::from(&words),
            answers: Vec::new(),
        })
    }

    /// Puts aside what `author` typed, in place of an earlier draft of the same author and
    /// [`subject`](Draft::subject), for [`DRAFT_RETENTION_DAYS`]. To be called before anything can fail:
    /// publishing takes it away again.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn keep(&self, author: u64, draft: &Draft, at: i64) -> Result<(), Error> {
        let document = serde_json::to_string(draft).map_err(|_| Error::Broken)?;
        let store = &self.keeping.store;
        store
            .keep_draft(self.server, author, draft.subject(), &document, at)
            .await?;
        Ok(())
    }

    /// What `author` put aside about `entry`, or about a new one (`None`).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn kept(
        &self,
        author: u64,
        entry: Option<&EntryId>,
    ) -> Result<Option<SavedDraft>, StoreError> {
        let subject = entry.map_or("+", EntryId::as_str);
        let kept = self
            .keeping
            .store
            .kept_draft(self.server, author, subject)
            .await?;
        // One that another version wrote in another shape is as good as gone.
        Ok(kept.and_then(|(document, at)| {
            let draft = serde_json::from_str(&document).ok()?;
            Some(SavedDraft { draft, at })
        }))
    }

    /// Throws away what `author` put aside about `entry`, or about a new one (`None`).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn discard(&self, author: u64, entry: Option<&EntryId>) -> Result<(), StoreError> {
        let subject = entry.map_or("+", EntryId::as_str);
        self.keeping
            .store
            .drop_draft(self.server, author, subject)
            .await
    }
}
