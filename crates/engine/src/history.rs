//! How an entry came to be what it is.

use crate::admin::{Error, ServerAdmin};
use crate::diff::{DiffLine, diff};
use crate::edit::plan::stood;
use citebot_store::{RevisionId, RevisionKind};

/// One revision of an entry, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Its number.
    pub id: RevisionId,
    /// What it did.
    pub kind: RevisionKind,
    /// Who published it: a Discord user id.
    pub author: u64,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// What came and went with it. What the base's own words were is taken from the base as it is
    /// now.
    pub changes: Vec<DiffLine>,
}

/// An entry that was removed here and can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// Its id.
    pub entry: String,
    /// Its question.
    pub question: String,
    /// The revision that removed it.
    pub revision: RevisionId,
}

impl ServerAdmin<'_> {
    /// Every revision of `entry` on this server, the latest first; empty if there is none.
    ///
    /// # Errors
    ///
    /// The database's, or a revision that cannot be read.
    pub async fn history(&self, entry: &str) -> Result<Vec<Past>, Error> {
        let revisions = self.keeping.store.history(self.server, entry).await?;
        let base = self.engine.snapshot(None);
        let mut before = stood(&base.knowledge, entry, None)?;
        let mut history = Vec::with_capacity(revisions.len());
        for revision in &revisions {
            let after = stood(&base.knowledge, entry, Some(revision))?;
            history.push(Past {
                id: revision.id,
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

    /// Ids of the entries that have a history here, by name: removed ones too.
    #[must_use]
    pub fn touched(&self) -> Vec<String> {
        let overlay = self.overlay();
        overlay
            .revisions()
            .map(|revision| revision.entry.clone())
            .collect()
    }

    /// What was removed here and can be restored, by id.
    ///
    /// # Errors
    ///
    /// The database's, or a revision that cannot be read.
    pub async fn removed(&self) -> Result<Vec<Removed>, Error> {
        let overlay = self.overlay();
        let base = self.engine.snapshot(None);
        let mut removed = Vec::new();
        for latest in overlay
            .revisions()
            .filter(|r| r.kind == RevisionKind::Remove)
        {
            let before = match latest.based_on {
                Some(id) => self.keeping.store.revision(self.server, id).await?,
                None => None,
            };
            if let Some(words) = stood(&base.knowledge, &latest.entry, before.as_ref())? {
                removed.push(Removed {
                    entry: latest.entry.clone(),
                    question: words.question,
                    revision: latest.id,
                });
            }
        }
        Ok(removed)
    }
}
