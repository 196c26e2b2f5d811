//! Importing files in the base's format into a server's overlay: all of them or nothing.

use crate::admin::{AdminError, ServerAdmin};
use crate::entry_version::EntryVersion;
use crate::export::{File, REMOVED};
use crate::state::Snapshots;
use citebot_core::diagnostic::{Diagnostic, Diagnostics};
use citebot_core::did_you_mean::{did_you_mean, nearest};
use citebot_core::knowledge::{
    Entry, EntryError, EntryId, EntryPart, Field, Known, LocatedEntry, UncheckedEntry, check,
    read_entries,
};
use citebot_core::source_file::SourceFile;
use citebot_core::toml_reader;
use citebot_store::{PublishError, Revision, RevisionKind};
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
    #[error("{} changed just now; nothing was imported, try again", .0.join(", "))]
    Conflict(Vec<String>),
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
        let _turn = self.handle.update_lock.lock().await;
        let now = self.engine.state.current();
        let (revisions, unchanged) = self
            .plan_import(&now, files)
            .map_err(ImportError::Diagnostics)?;
        let store = &self.handle.store;
        let revisions = match store.publish_all(self.server, author, at, revisions).await {
            Ok(revisions) => revisions,
            Err(PublishError::Conflict(conflicts)) => {
                let entries = conflicts.into_iter().map(|conflict| conflict.entry);
                return Err(ImportError::Conflict(entries.collect()));
            }
            Err(PublishError::Store(error)) => return Err(AdminError::Store(error).into()),
            Err(other) => {
                tracing::error!(error = %other, "an import was refused by the store");
                return Err(AdminError::Internal.into());
            }
        };
        self.add_to_overlay(revisions.clone()).await?;
        Ok(Imported {
            revisions,
            unchanged,
        })
    }

    /// The revisions that `files` lead to, and the number of entries that are like that already.
    fn plan_import(
        &self,
        now: &Snapshots,
        files: &[File],
    ) -> Result<(Vec<citebot_store::NewRevision>, usize), Diagnostics> {
        let base = &now.base.knowledge;
        let overlay = now.overlay(self.server);
        let mut diagnostics = Vec::new();
        let files: Vec<SourceFile> = files.iter().map(File::source).collect();
        let (given, removed) = read_all(&files, &mut diagnostics);
        diagnostics.extend(repeated(&given, &removed));
        if !self.engine.state.override_base {
            diagnostics.extend(given.iter().filter_map(|one| {
                let id = &one.entry().id;
                base.entry(id)?;
                Some(one.at_id(
                    format!("`{id}` belongs to the bot's own FAQ"),
                    Some("its operator does not let servers change it".into()),
                ))
            }));
        }

        // The knowledge as it would be, so that the entries are checked beside each other.
        let mut gone: Vec<EntryId> = removed
            .iter()
            .filter_map(|(id, _)| EntryId::new(id).ok())
            .collect();
        let mut own: Vec<Arc<Entry>> = Vec::new();
        for revision in overlay.revisions() {
            let id = revision.entry.as_str();
            if given.iter().any(|one| one.entry().id == id) {
                continue;
            }
            match EntryVersion::of(revision) {
                Ok(EntryVersion::Own(words)) => own.extend(words.unchecked().map(Arc::new)),
                Ok(EntryVersion::Removed) => gone.extend(EntryId::new(id)),
                Ok(EntryVersion::Base) | Err(_) => {}
            }
        }
        own.retain(|entry| !gone.contains(&entry.id));
        own.extend(
            given
                .iter()
                .filter_map(|one| one.entry().unchecked().map(Arc::new)),
        );
        let all = base.overlaid(&gone, &own);
        let known = Known::new(&all);
        for one in &given {
            let errors = check(one.entry(), &known);
            diagnostics.extend(errors.iter().map(|error| one.diagnostic(error)));
        }

        let mut revisions = Vec::new();
        let mut unchanged = 0;
        for one in &given {
            let words = one.entry().trimmed();
            let latest = overlay.latest(&words.id);
            let in_base = base.entry(&words.id);
            let as_base = in_base.is_some_and(|own| UncheckedEntry::from(&**own) == words);
            let id = words.id.clone();
            let version = if as_base {
                EntryVersion::Base
            } else {
                EntryVersion::Own(Box::new(words))
            };
            let present = latest.map_or(Ok(EntryVersion::Base), EntryVersion::of);
            if present.is_ok_and(|present| present == version) {
                unchanged += 1;
                continue;
            }
            let kind = match (latest, in_base) {
                _ if as_base => RevisionKind::Restore,
                (None, None) => RevisionKind::Add,
                _ => RevisionKind::Edit,
            };
            revisions.push(citebot_store::NewRevision {
                based_on: latest.map(|latest| latest.id),
                entry: id,
                kind,
                body: version.body(),
            });
        }
        for (id, file) in &removed {
            let latest = overlay.latest(id);
            let exists = match latest {
                Some(latest) => {
                    latest.kind != RevisionKind::Remove
                        && (latest.body.is_some() || base.entry(id).is_some())
                }
                None => base.entry(id).is_some(),
            };
            if exists && base.entry(id).is_some() && !self.engine.state.override_base {
                diagnostics.push(file.whole(
                    format!("`{id}` belongs to the bot's own FAQ"),
                    Some("its operator does not let servers remove it".into()),
                ));
            } else if exists {
                revisions.push(citebot_store::NewRevision {
                    entry: id.clone(),
                    kind: RevisionKind::Remove,
                    body: None,
                    based_on: latest.map(|latest| latest.id),
                });
            } else if latest.is_some() {
                unchanged += 1;
            } else {
                let known = base.entries().iter().map(|entry| entry.id.as_str());
                let near = nearest(id, known).map(did_you_mean);
                let message = format!("there is no entry `{id}` that could be removed");
                diagnostics.push(file.whole(message, near));
            }
        }
        if diagnostics.is_empty() {
            Ok((revisions, unchanged))
        } else {
            Err(Diagnostics::sorted(diagnostics))
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
        if removed.iter().any(|(other, _)| other == id) {
            diagnostics.push(one.at_id(
                format!("`{id}` stands in {REMOVED} too"),
                Some("leave it out of one of the two".into()),
            ));
        }
    }
    diagnostics
}
