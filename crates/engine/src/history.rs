//! The revisions of an entry, and the entries that can be restored.

use crate::admin::{AdminError, ServerAdmin};
use crate::diff::{DiffLine, diff};
use crate::entry_version::words_after;
use citebot_store::{RevisionId, RevisionKind};

/// A revision of an entry, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRevision {
    /// Its number.
    pub id: RevisionId,
    /// The entry's id at that time.
    pub entry: String,
    /// What it did.
    pub kind: RevisionKind,
    /// The Discord user id of its author.
    pub author: u64,
    /// When it was published, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// The changes. Where the entry had the words of the base, they are compared with those of the
    /// present base.
    pub changes: Vec<DiffLine>,
}

/// An entry that was removed here and can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedEntry {
    /// Its id.
    pub entry: String,
    /// Its question.
    pub question: String,
    /// The revision that removed it.
    pub revision: RevisionId,
}

impl ServerAdmin<'_> {
    /// Every revision of `entry` on this server, the latest first, and after them those of the ids that
    /// it had before; empty if there is none.
    ///
    /// # Errors
    ///
    /// The database failed, or a revision cannot be read.
    pub async fn history(&self, entry: &str) -> Result<Vec<PastRevision>, AdminError> {
        let mut history = self.history_of_id(entry).await?;
        if let Some(entry) = self.snapshot().knowledge.entry(entry) {
            for former in &entry.was {
                history.extend(self.history_of_id(former.as_str()).await?);
            }
        }
        Ok(history)
    }

    async fn history_of_id(&self, entry: &str) -> Result<Vec<PastRevision>, AdminError> {
        let revisions = self.handle.store.history(self.server, entry).await?;
        let base = self.engine.snapshot(None);
        let mut before = words_after(None, entry, &base.knowledge)?;
        let mut history = Vec::with_capacity(revisions.len());
        for revision in &revisions {
            let after = words_after(Some(revision), entry, &base.knowledge)?;
            history.push(PastRevision {
                id: revision.id,
                entry: revision.entry.clone(),
                kind: revision.kind,
                author: revision.author,
                at: revision.published_at,
                changes: diff(before.as_ref(), after.as_ref()),
            });
            before = after;
        }
        history.reverse();
        Ok(history)
    }

    /// Ids of the entries that have a history here, in order; removed ones too.
    #[must_use]
    pub fn edited_entries(&self) -> Vec<String> {
        let overlay = self.overlay();
        overlay
            .revisions()
            .map(|revision| revision.entry.clone())
            .collect()
    }

    /// The entries that were removed here and can be restored, by id.
    ///
    /// # Errors
    ///
    /// The database failed, or a revision cannot be read.
    pub async fn removed_entries(&self) -> Result<Vec<RemovedEntry>, AdminError> {
        let overlay = self.overlay();
        let base = self.engine.snapshot(None);
        let mut removed = Vec::new();
        for latest in overlay
            .revisions()
            .filter(|r| r.kind == RevisionKind::Remove)
        {
            let before = match latest.based_on {
                Some(id) => self.handle.store.revision(self.server, id).await?,
                None => None,
            };
            let words = words_after(before.as_ref(), &latest.entry, &base.knowledge)?;
            if let Some(words) = words {
                removed.push(RemovedEntry {
                    entry: latest.entry.clone(),
                    question: words.question,
                    revision: latest.id,
                });
            }
        }
        Ok(removed)
    }
}
