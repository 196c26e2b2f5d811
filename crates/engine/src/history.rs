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

/// Some revisions of an entry that follow one another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryPart {
    /// The revisions, the latest first.
    pub revisions: Vec<PastRevision>,
    /// Whether there are older ones.
    pub goes_on: bool,
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
    /// At most `limit` revisions of `entry` on this server, the latest first, and after them those of the
    /// ids that it had before. Begins behind the revision `before`, or with the latest if that is none of
    /// them.
    ///
    /// # Errors
    ///
    /// The database failed, or a revision cannot be read.
    pub async fn history(
        &self,
        entry: &str,
        before: Option<RevisionId>,
        limit: usize,
    ) -> Result<HistoryPart, AdminError> {
        let mut ids = vec![entry.to_owned()];
        if let Some(entry) = self.snapshot().knowledge.entry(entry) {
            ids.extend(entry.was.iter().map(ToString::to_string));
        }
        let (store, server) = (&self.handle.store, self.server);
        let begins_behind = match before {
            Some(before) => store.revision(server, before).await?,
            None => None,
        };
        let place = begins_behind.and_then(|seen| {
            let at = ids.iter().position(|id| *id == seen.entry)?;
            Some((at, seen.id))
        });
        let (done, mut before) = place.map_or((0, None), |(at, seen)| (at, Some(seen)));
        let base = self.engine.snapshot(None);
        let mut part = HistoryPart::default();
        for id in ids.iter().skip(done) {
            let wanted = limit.saturating_sub(part.revisions.len());
            // One more than is shown: the last one shown is compared with it, and it tells that there are others.
            let found = store.history(server, id, before.take(), wanted.saturating_add(1));
            let found = found.await?;
            let mut after = words_after(found.first(), id, &base.knowledge)?;
            for (at, revision) in found.iter().take(wanted).enumerate() {
                let earlier = words_after(found.get(at + 1), id, &base.knowledge)?;
                part.revisions.push(PastRevision {
                    id: revision.id,
                    entry: revision.entry.clone(),
                    kind: revision.kind,
                    author: revision.author,
                    at: revision.published_at,
                    changes: diff(earlier.as_ref(), after.as_ref()),
                });
                after = earlier;
            }
            if found.len() > wanted {
                part.goes_on = true;
                break;
            }
        }
        Ok(part)
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
