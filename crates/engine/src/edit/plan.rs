//! An edit, worked out against the present state.

use crate::admin::{AdminError, ServerAdmin, compute};
use crate::drafts::Draft;
use crate::edit::conflict::EditConflict;
use crate::edit::error::{EditError, Refusal};
use crate::entry_input::new_id;
use crate::entry_version::EntryVersion;
use crate::overlay::Overlay;
use crate::quota::{Quota, Usage};
use crate::state::Snapshots;
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{Entry, EntryError, Knowledge, Known, UncheckedEntry, check};
use citebot_store::{NewRevision, RevisionId, RevisionKind, ServerId};
use std::sync::Arc;

/// A change to one entry. `based_on` is the latest revision of the entry that the moderator saw
/// (`Draft::based_on`, [`PastRevision::id`](crate::PastRevision::id)), `None` if there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Adds an entry, or gives one new words.
    Write(Box<Draft>),
    /// Removes an entry.
    Remove {
        /// The entry.
        entry: String,
        /// The revision that the moderator saw.
        based_on: Option<RevisionId>,
    },
    /// Undoes a removal, or drops this server's changes to an entry of the base.
    Restore {
        /// The entry.
        entry: String,
        /// The revision that the moderator saw.
        based_on: Option<RevisionId>,
    },
    /// Takes an entry back to what it was after the revision `to`; `None`: before any revision.
    Undo {
        /// The entry.
        entry: String,
        /// One of its revisions.
        to: Option<RevisionId>,
        /// The revision that the moderator saw.
        based_on: Option<RevisionId>,
    },
}

/// An edit as preview and publishing carry it out.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The revision to publish, unless there are errors or nothing changes.
    pub(crate) revision: NewRevision,
    /// The entry as it was typed or stood; `None` when it is gone.
    pub(crate) words: Option<UncheckedEntry>,
    /// The same as an entry, as far as it can be one.
    pub(crate) entry: Option<Arc<Entry>>,
    pub(crate) errors: Vec<EntryError>,
    /// Whether the entry is like this already.
    pub(crate) unchanged: bool,
    /// Normalised questions that publishing resolves.
    pub(crate) answers: Vec<String>,
}

/// The version of an entry that an edit leads to.
struct Target {
    entry: String,
    based_on: Option<RevisionId>,
    version: EntryVersion,
    /// Whether it brings back what was there before.
    restores: bool,
    answers: Vec<String>,
}

impl ServerAdmin<'_> {
    pub(crate) async fn plan(&self, now: &Arc<Snapshots>, edit: &Edit) -> Result<Plan, EditError> {
        let target = self.target(now, edit).await?;
        if now.base.knowledge.entry(&target.entry).is_some() && !self.engine.state.override_base {
            return Err(Refusal::Closed(target.entry).into());
        }
        let (now, server, quota) = (Arc::clone(now), self.server, self.handle.quota);
        let planned = compute(move || {
            let plan = Plan::new(target, &now, server);
            plan.check_quota(quota, &now.overlay(server)).map(|()| plan)
        });
        Ok(planned.await??)
    }

    /// The version that `edit` leads to.
    async fn target(&self, now: &Snapshots, edit: &Edit) -> Result<Target, EditError> {
        let knowledge = &now.snapshot(Some(self.server)).knowledge;
        let base = &now.base.knowledge;
        let overlay = now.overlay(self.server);
        let seen = |id: &str| knowledge.entry(id).ok_or_else(|| no_entry(id, knowledge));
        let (entry, based_on, version) = match edit {
            Edit::Write(draft) => {
                let id = match &draft.entry {
                    Some(id) => seen(id)?.id.to_string(),
                    None => new_id(&draft.input.question, |id| {
                        base.entry(id).is_some() || overlay.latest(id).is_some()
                    }),
                };
                let words = draft.input.read(&id, knowledge);
                // A new id has no revision, whatever the draft says.
                let based_on = draft.entry.as_ref().and_then(|_| draft.based_on());
                (id, based_on, EntryVersion::Own(Box::new(words)))
            }
            Edit::Remove { entry, based_on } => {
                seen(entry)?;
                (entry.clone(), *based_on, EntryVersion::Removed)
            }
            Edit::Restore { entry, based_on } => {
                let version = self.before_removal(&overlay, base, entry).await?;
                (entry.clone(), *based_on, version)
            }
            Edit::Undo {
                entry,
                to,
                based_on,
            } => {
                let version = self.as_of(&overlay, base, entry, *to).await?;
                (entry.clone(), *based_on, version)
            }
        };
        Ok(Target {
            entry,
            based_on,
            version,
            restores: matches!(edit, Edit::Restore { .. } | Edit::Undo { .. }),
            answers: match edit {
                Edit::Write(draft) => draft.answers.clone(),
                _ => Vec::new(),
            },
        })
    }

    /// The revisions of others since the one that `plan` is based on.
    pub(crate) async fn conflict(
        &self,
        now: &Snapshots,
        plan: &Plan,
    ) -> Result<Option<EditConflict>, AdminError> {
        let NewRevision {
            entry, based_on, ..
        } = &plan.revision;
        if now.overlay(self.server).latest_id(entry) == *based_on {
            return Ok(None);
        }
        self.changes_since(entry, *based_on).await.map(Some)
    }

    /// The version that [`Edit::Restore`] brings back.
    async fn before_removal(
        &self,
        overlay: &Overlay,
        base: &Knowledge,
        id: &str,
    ) -> Result<EntryVersion, EditError> {
        let Some(latest) = overlay.latest(id) else {
            return Err(match base.entry(id) {
                Some(_) => Refusal::NothingToRestore(id.to_owned()),
                None => no_entry(id, base),
            }
            .into());
        };
        match (latest.kind, &latest.body) {
            (RevisionKind::Remove, _) => match latest.based_on {
                Some(before) => self.as_of(overlay, base, id, Some(before)).await,
                None => Ok(EntryVersion::Base),
            },
            (_, Some(_)) if base.entry(id).is_some() => Ok(EntryVersion::Base),
            _ => Err(Refusal::NothingToRestore(id.to_owned()).into()),
        }
    }

    /// The version after the revision `to`, or before any.
    async fn as_of(
        &self,
        overlay: &Overlay,
        base: &Knowledge,
        id: &str,
        to: Option<RevisionId>,
    ) -> Result<EntryVersion, EditError> {
        let Some(to) = to else {
            return match base.entry(id) {
                Some(_) => Ok(EntryVersion::Base),
                None if overlay.latest(id).is_some() => Ok(EntryVersion::Removed),
                None => Err(no_entry(id, base).into()),
            };
        };
        let found = self.handle.store.revision(self.server, to).await?;
        let Some(revision) = found.filter(|revision| revision.entry == id) else {
            return Err(Refusal::NoRevision {
                entry: id.to_owned(),
                revision: to,
            }
            .into());
        };
        EntryVersion::of(&revision).map_err(|error| AdminError::from(error).into())
    }
}

impl Plan {
    /// Works out how `server` gets to `target` (slow: compares it with every entry).
    fn new(target: Target, now: &Snapshots, server: ServerId) -> Self {
        let knowledge = &now.snapshot(Some(server)).knowledge;
        let overlay = now.overlay(server);
        let id = target.entry;
        let in_base = now.base.knowledge.entry(&id);
        let mut errors = Vec::new();
        let mut words = None;
        let mut entry = None;
        let version = match target.version {
            EntryVersion::Own(own) => {
                errors = check(&own, &Known::new(knowledge));
                entry = own.unchecked().map(Arc::new);
                // As it will be read: texts trimmed.
                let own = match &entry {
                    Some(entry) if errors.is_empty() => (&**entry).into(),
                    _ => *own,
                };
                words = Some(own.clone());
                // A copy of the base's words would not change with the base.
                if in_base.is_some_and(|base| UncheckedEntry::from(&**base) == own) {
                    EntryVersion::Base
                } else {
                    EntryVersion::Own(Box::new(own))
                }
            }
            EntryVersion::Base => match in_base {
                Some(in_base) => {
                    words = Some((&**in_base).into());
                    entry = Some(Arc::clone(in_base));
                    EntryVersion::Base
                }
                None => EntryVersion::Removed,
            },
            EntryVersion::Removed => EntryVersion::Removed,
        };
        let latest = overlay.latest(&id);
        let kind = match (&version, latest) {
            (EntryVersion::Removed, _) => RevisionKind::Remove,
            _ if target.restores => RevisionKind::Restore,
            (_, None) if in_base.is_none() => RevisionKind::Add,
            (EntryVersion::Base, _) => RevisionKind::Restore,
            (EntryVersion::Own(_), _) => RevisionKind::Edit,
        };
        let before = knowledge.entry(&id).map(|entry| (&**entry).into());
        // Compared with the stored revision, too: a stale entry is not shown, and can be removed.
        let present = latest.map_or(Ok(EntryVersion::Base), EntryVersion::of);
        let unchanged = errors.is_empty() && words == before && present.is_ok_and(|p| p == version);
        Self {
            revision: NewRevision {
                entry: id,
                kind,
                body: version.body(),
                based_on: target.based_on,
            },
            words,
            entry,
            errors,
            unchanged,
            answers: target.answers,
        }
    }

    fn check_quota(&self, quota: Quota, overlay: &Overlay) -> Result<(), Refusal> {
        let (Some(words), Some(_)) = (&self.words, &self.revision.body) else {
            return Ok(());
        };
        let now = Usage::of(overlay);
        let mut then = now;
        then.subtract(overlay, &self.revision.entry);
        then.add(words);
        Ok(quota.check(now, then)?)
    }
}

fn no_entry(id: &str, knowledge: &Knowledge) -> Refusal {
    let known = knowledge.entries().iter().map(|entry| entry.id.as_str());
    Refusal::NoEntry {
        id: id.to_owned(),
        near: nearest(id, known).map(str::to_owned),
    }
}
