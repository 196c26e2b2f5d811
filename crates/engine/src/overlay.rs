//! What one server's moderators added or changed, and how it lies over the base.

use crate::revision_text;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{
    Entry, EntryError, EntryErrorKind, EntryId, Knowledge, Known, UncheckedEntry, check,
};
use citebot_store::{Revision, RevisionId, RevisionKind};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The latest revision of each entry that a server's moderators have touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay(BTreeMap<String, Revision>);

impl Overlay {
    /// The latest revisions, as [`Store::overlay`](citebot_store::Store::overlay) gives them.
    #[must_use]
    pub fn new(latest: Vec<Revision>) -> Self {
        Self(
            latest
                .into_iter()
                .map(|revision| (revision.entry.clone(), revision))
                .collect(),
        )
    }

    /// This overlay after `revision`.
    #[must_use]
    pub fn with(&self, revision: Revision) -> Self {
        let mut overlay = self.clone();
        overlay.0.insert(revision.entry.clone(), revision);
        overlay
    }

    /// The latest revision of `entry`.
    #[must_use]
    pub fn latest(&self, entry: &str) -> Option<&Revision> {
        self.0.get(entry)
    }

    /// The number of the latest revision of `entry`: what an edit of it is based on.
    #[must_use]
    pub fn latest_id(&self, entry: &str) -> Option<RevisionId> {
        self.latest(entry).map(|revision| revision.id)
    }

    /// The latest revisions, by entry id.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        self.0.values()
    }

    /// Whether nobody has ever changed anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An entry of the overlay that does not fit the base any more, as after a reload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleEntry {
    /// Its id.
    pub entry: String,
    /// Why it does not fit.
    pub reason: StaleReason,
    /// Whether it answers all the same: what is only offered beside it is left out then.
    pub shown: bool,
}

/// Why an entry does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// The operator has closed the base's entries.
    Closed,
    /// Its text cannot be read.
    Unreadable(Diagnostics),
    /// It breaks rules that it kept when it was published.
    Unfit(Vec<EntryError>),
}

impl fmt::Display for StaleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.shown {
            "is shown without what no longer fits"
        } else {
            "is left out"
        };
        write!(f, "`{}` {state}: ", self.entry)?;
        match &self.reason {
            StaleReason::Closed => {
                f.write_str("the operator does not let servers change the book's own entries")
            }
            StaleReason::Unreadable(problems) => write!(f, "it cannot be read: {problems}"),
            StaleReason::Unfit(findings) => {
                for (at, finding) in findings.iter().enumerate() {
                    let gap = if at > 0 { "; " } else { "" };
                    write!(f, "{gap}{finding}")?;
                }
                Ok(())
            }
        }
    }
}

/// An overlay laid over a base.
#[derive(Debug)]
pub struct Overlaid {
    /// Base and overlay; `None` when nothing of the overlay makes a difference.
    pub knowledge: Option<Knowledge>,
    /// What does not fit, by entry id.
    pub stale_entries: Vec<StaleEntry>,
}

/// Lays `overlay` over `base`. What does not fit is left out and told, whatever it is: an overlay
/// never keeps the base from answering. `override_base`: whether it may replace or take out what
/// is in the base.
#[must_use]
pub fn apply_overlay(base: &Knowledge, overlay: &Overlay, override_base: bool) -> Overlaid {
    let mut stale_entries = Vec::new();
    let mut removed: Vec<EntryId> = Vec::new();
    let mut own: Vec<UncheckedEntry> = Vec::new();
    for revision in overlay.revisions() {
        let id = revision.entry.as_str();
        let in_base = base.entry(id);
        let touches = revision.kind == RevisionKind::Remove || revision.body.is_some();
        if touches && in_base.is_some() && !override_base {
            stale_entries.push(StaleEntry {
                entry: id.to_owned(),
                reason: StaleReason::Closed,
                shown: false,
            });
            continue;
        }
        match &revision.body {
            None => {
                if revision.kind == RevisionKind::Remove {
                    removed.extend(in_base.map(|entry| entry.id.clone()));
                }
            }
            Some(text) => match read(text, id) {
                Ok(draft) => {
                    if in_base.is_none_or(|entry| UncheckedEntry::from(&**entry) != draft) {
                        own.push(draft);
                    }
                }
                Err(problems) => stale_entries.push(StaleEntry {
                    entry: id.to_owned(),
                    reason: StaleReason::Unreadable(problems),
                    shown: false,
                }),
            },
        }
    }
    let entries = fitting(base, &removed, &own, &mut stale_entries);
    stale_entries.sort_by(|a, b| a.entry.cmp(&b.entry));
    let changed = !removed.is_empty() || !entries.is_empty();
    Overlaid {
        knowledge: changed.then(|| base.overlaid(&removed, &entries)),
        stale_entries,
    }
}

/// The entry `id` that a revision's text holds, texts trimmed as in a checked entry.
pub(crate) fn read(text: &str, id: &str) -> Result<UncheckedEntry, Diagnostics> {
    revision_text::read(text, id)
}

/// Those of `own` that fit, as entries; the others are added to `stale_entries`.
fn fitting(
    base: &Knowledge,
    removed: &[EntryId],
    own: &[UncheckedEntry],
    stale_entries: &mut Vec<StaleEntry>,
) -> Vec<Arc<Entry>> {
    let unchecked: Vec<Arc<Entry>> = own
        .iter()
        .filter_map(|draft| draft.unchecked().map(Arc::new))
        .collect();
    if own.is_empty() {
        return Vec::new();
    }
    let all = base.overlaid(removed, &unchecked);
    let known = Known::new(&all);
    let mut fitting: Vec<Entry> = Vec::with_capacity(own.len());
    for draft in own {
        let findings = check(draft, &known);
        let entry = draft
            .unchecked()
            .filter(|_| findings.iter().all(is_bearable));
        if !findings.is_empty() {
            stale_entries.push(StaleEntry {
                entry: draft.id.clone(),
                reason: StaleReason::Unfit(findings),
                shown: entry.is_some(),
            });
        }
        fitting.extend(entry);
    }
    // Against what is really there: of `all` some may have been left out.
    let shown: Vec<EntryId> = fitting.iter().map(|entry| entry.id.clone()).collect();
    for entry in &mut fitting {
        entry
            .resources
            .retain(|id| base.resource(id.as_str()).is_some());
        entry.related.retain(|id| {
            shown.contains(id) || (base.entry(id.as_str()).is_some() && !removed.contains(id))
        });
    }
    fitting.into_iter().map(Arc::new).collect()
}

/// Whether an entry may answer with this fault: what is offered beside it is gone, or another
/// entry has come to be worded like it. Its own words are sound.
fn is_bearable(error: &EntryError) -> bool {
    matches!(
        error.kind,
        EntryErrorKind::UnknownEntry(_)
            | EntryErrorKind::UnknownResource(_)
            | EntryErrorKind::TakenPhrasing(_)
    )
}
