//! The changes of one server's moderators, and how they lie over the base.

use crate::entry_version::EntryVersion;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{
    Entry, EntryError, EntryErrorKind, EntryId, Knowledge, Known, PhrasingOwners, UncheckedEntry,
    check,
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

    /// This overlay with newer `revisions`.
    #[must_use]
    pub fn with(&self, revisions: &[Revision]) -> Self {
        let mut overlay = self.clone();
        for revision in revisions {
            overlay.0.insert(revision.entry.clone(), revision.clone());
        }
        overlay
    }

    /// The latest revision of `entry`.
    #[must_use]
    pub fn latest(&self, entry: &str) -> Option<&Revision> {
        self.0.get(entry)
    }

    /// The id of the latest revision of `entry`: the one that an edit of it is based on.
    #[must_use]
    pub fn latest_id(&self, entry: &str) -> Option<RevisionId> {
        self.latest(entry).map(|revision| revision.id)
    }

    /// The latest revisions, by entry id.
    pub fn revisions(&self) -> impl Iterator<Item = &Revision> {
        self.0.values()
    }

    /// Whether nothing was ever changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An overlay entry that no longer fits the base, as after a reload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleEntry {
    /// The id.
    pub entry: String,
    /// The reason.
    pub reason: StaleReason,
    /// Whether the entry still answers, without its dangling links.
    pub shown: bool,
}

/// Why an entry does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaleReason {
    /// The operator does not let servers change entries of the base.
    Closed,
    /// The stored text cannot be read.
    Unreadable(Diagnostics),
    /// It breaks rules that it kept when it was published.
    Invalid(Vec<EntryError>),
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
                f.write_str("the operator does not let servers change entries of the FAQ")
            }
            StaleReason::Unreadable(problems) => write!(f, "it cannot be read: {problems}"),
            StaleReason::Invalid(findings) => {
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
    /// The entries of both; `None` when the overlay makes no difference.
    pub knowledge: Option<Knowledge>,
    /// By entry id.
    pub stale_entries: Vec<StaleEntry>,
}

/// Lays `overlay` over `base`. Entries that do not fit are left out and reported: an overlay never
/// keeps the base from answering. `override_base`: whether it may replace and remove entries of the
/// base. `owners`: those of the base.
#[must_use]
pub fn apply_overlay(
    base: &Knowledge,
    owners: &PhrasingOwners,
    overlay: &Overlay,
    override_base: bool,
) -> Overlaid {
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
        match EntryVersion::of(revision) {
            Ok(EntryVersion::Base) => {}
            Ok(EntryVersion::Removed) => removed.extend(in_base.map(|entry| entry.id.clone())),
            Ok(EntryVersion::Own(words)) => {
                if in_base.is_none_or(|entry| UncheckedEntry::from(&**entry) != *words) {
                    own.push(*words);
                }
            }
            Err(unreadable) => stale_entries.push(StaleEntry {
                entry: id.to_owned(),
                reason: StaleReason::Unreadable(unreadable.problems),
                shown: false,
            }),
        }
    }
    let entries = fitting(base, owners, &removed, &own, &mut stale_entries);
    stale_entries.sort_by(|a, b| a.entry.cmp(&b.entry));
    let changed = !removed.is_empty() || !entries.is_empty();
    Overlaid {
        knowledge: changed.then(|| base.overlaid(&removed, &entries)),
        stale_entries,
    }
}

/// The entries of `own` that fit. Adds the stale ones, shown or not, to `stale_entries`.
fn fitting(
    base: &Knowledge,
    owners: &PhrasingOwners,
    removed: &[EntryId],
    own: &[UncheckedEntry],
    stale_entries: &mut Vec<StaleEntry>,
) -> Vec<Arc<Entry>> {
    if own.is_empty() {
        return Vec::new();
    }
    let unchecked: Vec<Arc<Entry>> = own
        .iter()
        .filter_map(|words| words.unchecked().map(Arc::new))
        .collect();
    let all = base.overlaid(removed, &unchecked);
    let ids = unchecked.iter().map(|entry| entry.id.as_str());
    let changed = ids.chain(removed.iter().map(EntryId::as_str));
    let known = Known::over(owners, &all, changed);
    let mut fitting: Vec<Entry> = Vec::with_capacity(own.len());
    for words in own {
        let findings = check(words, &known);
        let entry = words
            .unchecked()
            .filter(|_| findings.iter().all(is_tolerable));
        if !findings.is_empty() {
            stale_entries.push(StaleEntry {
                entry: words.id.clone(),
                reason: StaleReason::Invalid(findings),
                shown: entry.is_some(),
            });
        }
        fitting.extend(entry);
    }
    // Links may lead only to entries that were not left out.
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

/// Faults that don't stop an entry from being shown: dangling links, or a phrasing that another entry
/// has too.
fn is_tolerable(error: &EntryError) -> bool {
    matches!(
        error.kind,
        EntryErrorKind::UnknownEntry(_)
            | EntryErrorKind::UnknownResource(_)
            | EntryErrorKind::TakenPhrasing(_)
    )
}
