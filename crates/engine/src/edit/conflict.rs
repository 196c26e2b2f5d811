//! Revisions that somebody else published in the meantime.

use crate::admin::{AdminError, ServerAdmin};
use crate::diff::{DiffLine, diff};
use crate::entry_version::words_after;
use citebot_store::{Revision, RevisionId};

/// Somebody else published the same entry in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditConflict {
    /// The entry.
    pub entry: String,
    /// Their revisions, oldest first.
    pub theirs: Vec<Revision>,
    /// Their changes, all together.
    pub changes: Vec<DiffLine>,
    /// The revision that an edit must be based on to overwrite theirs.
    pub latest: Option<RevisionId>,
}

impl ServerAdmin<'_> {
    /// The revisions of `entry` after `seen`, as a conflict.
    pub(crate) async fn changes_since(
        &self,
        entry: &str,
        seen: Option<RevisionId>,
    ) -> Result<EditConflict, AdminError> {
        let mut theirs = self.handle.store.history(self.server, entry).await?;
        let mut before = None;
        if let Some(at) = theirs.iter().position(|one| Some(one.id) == seen) {
            before = theirs.drain(..=at).next_back();
        }
        let base = self.engine.snapshot(None);
        let words = |revision| words_after(revision, entry, &base.knowledge);
        Ok(EditConflict {
            entry: entry.to_owned(),
            changes: diff(
                words(before.as_ref())?.as_ref(),
                words(theirs.last())?.as_ref(),
            ),
            latest: theirs.last().map(|revision| revision.id),
            theirs,
        })
    }
}
