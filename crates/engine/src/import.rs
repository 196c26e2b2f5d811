//! Importing files in the base's format into a server's overlay: all of them or nothing.

use crate::admin::{AdminError, ServerAdmin, compute};
use crate::entry_version::EntryVersion;
use crate::export::{File, REMOVED};
use crate::overlay::Overlay;
use crate::quota::{Quota, QuotaError, Usage};
use citebot_core::diagnostic::{Diagnostic, Diagnostics};
use citebot_core::did_you_mean::{did_you_mean, nearest};
use citebot_core::knowledge::{
    Entry, EntryError, EntryId, EntryPart, Field, Knowledge, Known, LocatedEntry, UncheckedEntry,
    check, read_entries,
};
use citebot_core::source_file::SourceFile;
use citebot_core::toml_reader;
use citebot_store::{NewRevision, Revision, RevisionKind};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The author of an operator's import. Discord gives nobody this id.
pub const OPERATOR: u64 = 0;

/// The outcome of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The published revisions, in the order of the files.
    pub revisions: Vec<Revision>,
    /// The number of entries that were like this already.
    pub unchanged: usize,
}

/// Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Every mistake in the files.
    #[error("{0}")]
    Diagnostics(Diagnostics),
    /// These entries were published by somebody else at the same moment.
    #[error("{} changed just now; try again", .0.join(", "))]
    Conflict(Vec<String>),
    /// The server would have more of its own than it may.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] AdminError),
}

/// An entry of a file that is to be imported.
struct Given<'f> {
    file: &'f SourceFile,
    located: LocatedEntry,
}

impl Given<'_> {
    fn entry(&self) -> &UncheckedEntry {
        &self.located.entry
    }

    /// A mistake at its id.
    fn at_id(&self, message: String, help: Option<String>) -> Diagnostic {
        let id = EntryPart::Field(Field::Id);
        let span = self.located.span(self.file, id);
        self.file.diagnostic(span, message, help)
    }

    /// `error` in this entry, named by its id: the files may be many, and are read elsewhere.
    fn diagnostic(&self, error: &EntryError) -> Diagnostic {
        let diagnostic = self.located.diagnostic(self.file, error);
        Diagnostic {
            message: format!("`{}`, {}: {}", self.entry().id, error.part, error.kind),
            ..diagnostic
        }
    }
}

impl ServerAdmin<'_> {
    /// Publishes the entries of `files`, as [`export`](Self::export) or a knowledge folder's `faq/`
    /// has them, and removes those that a file named [`REMOVED`] lists. An entry whose id is taken
    /// is overwritten; entries that are not in the files stay as they are.
    ///
    /// # Errors
    ///
    /// Every mistake in the files, or another [`ImportError`]; nothing was imported then.
    pub async fn import(
        &self,
        author: u64,
        at: i64,
        files: &[File],
    ) -> Result<Imported, ImportError> {
        let now = self.engine.state.current();
        let (server, quota) = (self.server, self.handle.quota);
        let override_base = self.engine.state.override_base;
        let files: Vec<SourceFile> = files.iter().map(File::source).collect();
        let planned = compute(move || {
            let import = Import {
                base: &now.base.knowledge,
                overlay: &now.overlay(server),
                override_base,
                quota,
            };
            import.plan(&files)
        });
        let plan = planned.await??;
        match self.append(author, at, plan.revisions).await? {
            Ok(revisions) => Ok(Imported {
                revisions,
                unchanged: plan.unchanged,
            }),
            Err(conflicts) => {
                let entries = conflicts.into_iter().map(|conflict| conflict.entry);
                Err(ImportError::Conflict(entries.collect()))
            }
        }
    }
}

/// What an import does.
struct Plan {
    revisions: Vec<NewRevision>,
    /// The number of entries that are like this already.
    unchanged: usize,
}

/// An import into one server's overlay.
struct Import<'i> {
    base: &'i Knowledge,
    overlay: &'i Overlay,
    override_base: bool,
    quota: Quota,
}

impl Import<'_> {
    /// What `files` lead to.
    fn plan(&self, files: &[SourceFile]) -> Result<Plan, ImportError> {
        let mut diagnostics = Vec::new();
        let (given, removed) = read_all(files, &mut diagnostics);
        // Before anything that takes longer the more there is.
        self.check_quota(&given, &removed)?;
        let present = self.base.entries().len() + self.overlay.revisions().count();
        if let Some((_, file)) = removed.get(present) {
            let message = format!("more is to be removed than the {present} entries there are");
            let diagnostic = file.whole(message, None);
            return Err(ImportError::Diagnostics(Diagnostics::sorted(vec![
                diagnostic,
            ])));
        }
        diagnostics.extend(repeated(&given, &removed));
        if !self.override_base {
            diagnostics.extend(given.iter().filter_map(|one| {
                let id = &one.entry().id;
                self.base.entry(id)?;
                Some(one.at_id(
                    format!("`{id}` belongs to the bot's own FAQ"),
                    Some("its operator does not let servers change it".into()),
                ))
            }));
        }
        let all = self.knowledge_after(&given, &removed);
        let known = Known::new(&all);
        for one in &given {
            let errors = check(one.entry(), &known);
            diagnostics.extend(errors.iter().map(|error| one.diagnostic(error)));
        }
        let mut plan = Plan {
            revisions: Vec::new(),
            unchanged: 0,
        };
        for one in &given {
            plan.add(self.written(one.entry()));
        }
        for (id, file) in &removed {
            match self.removed(id, file) {
                Ok(revision) => plan.add(revision),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        if diagnostics.is_empty() {
            Ok(plan)
        } else {
            Err(ImportError::Diagnostics(Diagnostics::sorted(diagnostics)))
        }
    }

    fn check_quota(
        &self,
        given: &[Given<'_>],
        removed: &[(String, &SourceFile)],
    ) -> Result<(), QuotaError> {
        let now = Usage::of(self.overlay);
        let mut then = now;
        let written = given.iter().map(|one| one.entry().id.as_str());
        let ids: HashSet<&str> = written
            .chain(removed.iter().map(|(id, _)| id.as_str()))
            .collect();
        for id in ids {
            then.subtract(self.overlay, id);
        }
        for one in given {
            then.add(one.entry());
        }
        self.quota.check(now, then)
    }

    /// The knowledge as it would be, so that the entries are checked beside each other.
    fn knowledge_after(&self, given: &[Given<'_>], removed: &[(String, &SourceFile)]) -> Knowledge {
        let written: HashSet<&str> = given.iter().map(|one| one.entry().id.as_str()).collect();
        let gone = removed.iter().filter_map(|(id, _)| EntryId::new(id).ok());
        let mut gone: HashSet<EntryId> = gone.collect();
        let mut own: Vec<Arc<Entry>> = Vec::new();
        for revision in self.overlay.revisions() {
            let id = revision.entry.as_str();
            if written.contains(id) {
                continue;
            }
            match EntryVersion::of(revision) {
                Ok(EntryVersion::Own(words)) => own.extend(words.unchecked().map(Arc::new)),
                Ok(EntryVersion::Removed) => gone.extend(EntryId::new(id)),
                Ok(EntryVersion::Base) | Err(_) => {}
            }
        }
        own.retain(|entry| !gone.contains(&entry.id));
        let given = given.iter();
        own.extend(given.filter_map(|one| one.entry().unchecked().map(Arc::new)));
        self.base.overlaid(&Vec::from_iter(gone), &own)
    }

    /// The revision that gives an entry these words; `None` if it has them.
    fn written(&self, words: &UncheckedEntry) -> Option<NewRevision> {
        let words = words.trimmed();
        let id = words.id.clone();
        let latest = self.overlay.latest(&id);
        let in_base = self.base.entry(&id);
        let as_base = in_base.is_some_and(|own| UncheckedEntry::from(&**own) == words);
        let version = if as_base {
            EntryVersion::Base
        } else {
            EntryVersion::Own(Box::new(words))
        };
        let present = latest.map_or(Ok(EntryVersion::Base), EntryVersion::of);
        if present.is_ok_and(|present| present == version) {
            return None;
        }
        let kind = match (latest, in_base) {
            _ if as_base => RevisionKind::Restore,
            (None, None) => RevisionKind::Add,
            _ => RevisionKind::Edit,
        };
        Some(NewRevision {
            based_on: latest.map(|latest| latest.id),
            entry: id,
            kind,
            body: version.body(),
        })
    }

    /// The revision that removes the entry `id`, which `file` lists; `None` if it is removed already.
    fn removed(&self, id: &str, file: &SourceFile) -> Result<Option<NewRevision>, Box<Diagnostic>> {
        let latest = self.overlay.latest(id);
        let in_base = self.base.entry(id).is_some();
        let exists = match latest {
            Some(latest) => {
                latest.kind != RevisionKind::Remove && (latest.body.is_some() || in_base)
            }
            None => in_base,
        };
        if exists && in_base && !self.override_base {
            let message = format!("`{id}` belongs to the bot's own FAQ");
            let help = "its operator does not let servers remove it";
            return Err(file.whole(message, Some(help.into())).into());
        }
        if exists {
            return Ok(Some(NewRevision {
                entry: id.to_owned(),
                kind: RevisionKind::Remove,
                body: None,
                based_on: latest.map(|latest| latest.id),
            }));
        }
        if latest.is_some() {
            return Ok(None);
        }
        let known = self.base.entries().iter().map(|entry| entry.id.as_str());
        let near = nearest(id, known).map(did_you_mean);
        let message = format!("there is no entry `{id}` that could be removed");
        Err(file.whole(message, near).into())
    }
}

impl Plan {
    fn add(&mut self, revision: Option<NewRevision>) {
        match revision {
            Some(revision) => self.revisions.push(revision),
            None => self.unchanged += 1,
        }
    }
}

/// Every entry of `files`, and every id that is to be removed with its file.
fn read_all<'f>(
    files: &'f [SourceFile],
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Given<'f>>, Vec<(String, &'f SourceFile)>) {
    let (mut given, mut removed) = (Vec::new(), Vec::new());
    for file in files {
        if file.path().file_name().is_some_and(|name| name == REMOVED) {
            match read_removed(file) {
                Ok(ids) => removed.extend(ids.into_iter().map(|id| (id, file))),
                Err(found) => diagnostics.extend(found.0),
            }
            continue;
        }
        match read_entries(file) {
            Ok(entries) if entries.is_empty() => diagnostics.push(file.whole(
                "there is no entry in this file",
                Some("an entry begins with [[entry]]".into()),
            )),
            Ok(entries) => given.extend(entries.into_iter().map(|located| Given { file, located })),
            Err(found) => diagnostics.extend(found.0),
        }
    }
    (given, removed)
}

/// The ids that a file named [`REMOVED`] lists.
pub(crate) fn read_removed(file: &SourceFile) -> Result<Vec<String>, Diagnostics> {
    let parsed = toml_reader::read(file, &["removed"], |reader, top| {
        reader.texts(top, "removed").unwrap_or_default()
    });
    if !parsed.diagnostics.is_empty() {
        return Err(Diagnostics::sorted(parsed.diagnostics));
    }
    let mut seen = HashSet::new();
    Ok(parsed
        .value
        .into_iter()
        .filter_map(toml::Spanned::into_inner)
        .filter(|id| seen.insert(id.clone()))
        .collect())
}

/// Ids that stand twice, or are both given and removed.
fn repeated(given: &[Given<'_>], removed: &[(String, &SourceFile)]) -> Vec<Diagnostic> {
    let removed: HashSet<&str> = removed.iter().map(|(id, _)| id.as_str()).collect();
    let mut first: HashMap<&str, &SourceFile> = HashMap::new();
    let mut diagnostics = Vec::new();
    for one in given {
        let id = one.entry().id.as_str();
        if id.is_empty() {
            continue;
        }
        if let Some(file) = first.insert(id, one.file) {
            diagnostics.push(one.at_id(
                format!("the entry id `{id}` is taken already"),
                Some(format!("the first stands in {}", file.path().display())),
            ));
        }
        if removed.contains(id) {
            diagnostics.push(one.at_id(
                format!("`{id}` stands in {REMOVED} too"),
                Some("leave it out of one of the two".into()),
            ));
        }
    }
    diagnostics
}
