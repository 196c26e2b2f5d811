//! Revisions that somebody else published in the meantime.

use crate::admin::{AdminError, ServerAdmin};
use crate::diff::{DiffLine, diff};
use crate::entry_version::words_after;
use citebot_store::{Revision, RevisionId};

/// How many revisions a conflict holds.
const MAX_THEIRS: usize = 25;

/// Somebody else published the same entry in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditConflict {
    /// The entry.
    pub entry: String,
    /// Their revisions, oldest first, at most the latest 25.
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
        let (store, server) = (&self.handle.store, self.server);
        let before = match seen {
            Some(seen) => store.revision(server, seen).await?,
            None => None,
        };
        let before = before.filter(|seen| seen.entry == entry);
        let mut theirs = store.history(server, entry, None, MAX_THEIRS).await?;
        theirs.retain(|one| before.as_ref().is_none_or(|seen| one.id > seen.id));
        theirs.reverse();
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
