//! Files in the base's format → a server's overlay: all of them or nothing.

use crate::admin::{AdminError, ServerAdmin};
use crate::entry_version::EntryVersion;
use crate::export::{File, REMOVED};
use crate::revision_text;
use crate::state::Snapshots;
use citebot_core::knowledge::decode::decode;
use citebot_core::knowledge::text::{Text, whole};
use citebot_core::knowledge::{
    Diagnostic, Diagnostics, Entry, EntryId, Finding, Knowledge, Known, Place, UncheckedEntry,
    check, nearest,
};
use citebot_store::{PublishError, Revision, RevisionKind};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// The author of what the operator imports: Discord gives nobody this id.
pub const OPERATOR: u64 = 0;

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What was published, in the order of the files.
    pub revisions: Vec<Revision>,
    /// How many entries were as in the files already.
    pub unchanged: usize,
}

/// Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Everything that is wrong with the files.
    #[error("{0}")]
    Diagnostics(Diagnostics),
    /// Somebody published one of these entries at the same moment.
    #[error("{} changed just now; nothing was imported, try again", .0.join(", "))]
    Conflict(Vec<String>),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] AdminError),
}

/// An entry of a file.
struct Placed<'f> {
    file: &'f File,
    draft: UncheckedEntry,
    /// How many entries of the same id stand before it in the file.
    earlier: usize,
}

impl Placed<'_> {
    /// A problem at the line of its id.
    fn problem(&self, message: String, help: Option<String>) -> Diagnostic {
        let id = revision_text::basic(&self.draft.id);
        let is_it = |line: &str| {
            let value = line.trim().strip_prefix("id").map(str::trim_start);
            value
                .and_then(|v| v.strip_prefix('='))
                .is_some_and(|v| v.trim().starts_with(&id))
        };
        let mut places = self
            .file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| is_it(line));
        let found = places.nth(self.earlier).map(|(at, _)| at);
        Diagnostic {
            place: Place {
                file: self.file.name.as_str().into(),
                line: found.map_or(0, |at| at + 1),
                column: usize::from(found.is_some()),
            },
            message,
            excerpt: None,
            help,
        }
    }
}

impl ServerAdmin<'_> {
    /// Takes over the entries of `files`, as [`export`](Self::export) or a knowledge folder's
    /// `faq/` has them, and what a file named [`REMOVED`] lists. An entry whose id is there already
    /// gets the file's words; what is not in the files stays as it is.
    ///
    /// # Errors
    ///
    /// Every problem in the files, or another [`ImportError`]; nothing was imported then.
    pub async fn import(
        &self,
        author: u64,
        at: i64,
        files: &[File],
    ) -> Result<Imported, ImportError> {
        let _turn = self.handle.update_lock.lock().await;
        let now = self.engine.state.current();
        let (drafts, unchanged) = self
            .plan_import(&now, files)
            .map_err(ImportError::Diagnostics)?;
        let store = &self.handle.store;
        let revisions = match store.publish_all(self.server, author, at, drafts).await {
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

    /// The revisions that `files` come to, and how many entries are like that already.
    fn plan_import(
        &self,
        now: &Snapshots,
        files: &[File],
    ) -> Result<(Vec<citebot_store::NewRevision>, usize), Diagnostics> {
        let base = &now.base.knowledge;
        let overlay = now.overlay(self.server);
        let mut problems = Vec::new();
        let (placed, removed) = read_all(files, &mut problems);
        problems.extend(twice(&placed, &removed));
        if !self.engine.state.override_base {
            problems.extend(placed.iter().filter_map(|one| {
                base.entry(&one.draft.id)?;
                Some(one.problem(
                    format!("`{}` belongs to the bot's own book", one.draft.id),
                    Some("its operator does not let servers change it".into()),
                ))
            }));
        }

        // Everything as it would be, for the entries to be checked beside each other.
        let mut gone: Vec<EntryId> = removed
            .iter()
            .filter_map(|(id, _)| EntryId::new(id).ok())
            .collect();
        let mut own: Vec<Arc<Entry>> = Vec::new();
        for revision in overlay.revisions() {
            let id = revision.entry.as_str();
            if placed.iter().any(|one| one.draft.id == id) {
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
            placed
                .iter()
                .filter_map(|one| one.draft.unchecked().map(Arc::new)),
        );
        let all = base.overlaid(&gone, &own);
        let known = Known::new(&all);
        for one in &placed {
            let findings = check(&one.draft, &known);
            problems.extend(findings.into_iter().map(|finding| told(one, finding)));
        }

        let mut drafts = Vec::new();
        let mut unchanged = 0;
        for one in &placed {
            let Some(entry) = one.draft.unchecked() else {
                continue;
            };
            let words = UncheckedEntry::from(&entry);
            let id = words.id.clone();
            let latest = overlay.latest(&id);
            let in_base = base.entry(&id);
            let as_base = in_base.is_some_and(|own| UncheckedEntry::from(&**own) == words);
            let version = if as_base {
                EntryVersion::Base
            } else {
                EntryVersion::Own(words)
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
            drafts.push(citebot_store::NewRevision {
                based_on: latest.map(|latest| latest.id),
                entry: id,
                kind,
                body: version.body(),
            });
        }
        for (id, file) in &removed {
            let latest = overlay.latest(id);
            let there = match latest {
                Some(latest) => {
                    latest.kind != RevisionKind::Remove
                        && (latest.body.is_some() || base.entry(id).is_some())
                }
                None => base.entry(id).is_some(),
            };
            if there && base.entry(id).is_some() && !self.engine.state.override_base {
                problems.push(whole(
                    Path::new(&file.name),
                    format!("`{id}` belongs to the bot's own book"),
                    Some("its operator does not let servers remove it".into()),
                ));
            } else if there {
                drafts.push(citebot_store::NewRevision {
                    entry: id.clone(),
                    kind: RevisionKind::Remove,
                    body: None,
                    based_on: latest.map(|latest| latest.id),
                });
            } else if latest.is_some() {
                unchanged += 1;
            } else {
                let known = base.entries().iter().map(|entry| entry.id.as_str());
                let near = nearest(id, known).map(|near| format!("did you mean `{near}`?"));
                let message = format!("there is no entry `{id}` that could be removed");
                problems.push(whole(Path::new(&file.name), message, near));
            }
        }
        if problems.is_empty() {
            Ok((drafts, unchanged))
        } else {
            Err(Diagnostics::sorted(problems))
        }
    }
}

/// Every entry of `files`, and every id that is to be removed with its file.
fn read_all<'f>(
    files: &'f [File],
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Placed<'f>>, Vec<(String, &'f File)>) {
    let (mut placed, mut removed) = (Vec::new(), Vec::new());
    for file in files {
        let name = Path::new(&file.name);
        if name.file_name().is_some_and(|name| name == REMOVED) {
            match read_removed(file) {
                Ok(ids) => removed.extend(ids.into_iter().map(|id| (id, file))),
                Err(found) => problems.extend(found),
            }
        } else {
            match Knowledge::read_entries(name, &file.text) {
                Ok(drafts) if drafts.is_empty() => problems.push(whole(
                    name,
                    "there is no entry in this file".into(),
                    Some("an entry begins with [[entry]]".into()),
                )),
                Ok(drafts) => {
                    let mut ids: HashMap<String, usize> = HashMap::new();
                    for draft in drafts {
                        let seen = ids.entry(draft.id.clone()).or_default();
                        let earlier = *seen;
                        *seen += 1;
                        placed.push(Placed {
                            file,
                            draft,
                            earlier,
                        });
                    }
                }
                Err(found) => problems.extend(found.0),
            }
        }
    }
    (placed, removed)
}

pub(crate) fn read_removed(file: &File) -> Result<Vec<String>, Vec<Diagnostic>> {
    let text = Text::new(file.name.as_str().into(), &file.text);
    let decoded = decode(&text, |decoder, table| {
        let top = decoder.fields(table, "this file", None, &["removed"]);
        decoder.texts(top, "removed").unwrap_or_default()
    });
    if !decoded.problems.is_empty() {
        return Err(decoded.problems);
    }
    let mut seen = HashSet::new();
    Ok(decoded
        .value
        .into_iter()
        .filter_map(toml::Spanned::into_inner)
        .filter(|id| seen.insert(id.clone()))
        .collect())
}

/// Ids that stand twice, or are both there and removed.
fn twice(placed: &[Placed<'_>], removed: &[(String, &File)]) -> Vec<Diagnostic> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut problems = Vec::new();
    for one in placed.iter().filter(|one| !one.draft.id.is_empty()) {
        if let Some(file) = first.insert(&one.draft.id, &one.file.name) {
            problems.push(one.problem(
                format!("the entry id `{}` is taken already", one.draft.id),
                Some(format!("the first stands in {file}")),
            ));
        }
        if removed.iter().any(|(id, _)| *id == one.draft.id) {
            problems.push(one.problem(
                format!("`{}` stands in {REMOVED} too", one.draft.id),
                Some("leave it out of one of the two".into()),
            ));
        }
    }
    problems
}

fn told(one: &Placed<'_>, finding: Finding) -> Diagnostic {
    let message = format!("`{}`, {}: {}", one.draft.id, finding.spot, finding.fault);
    one.problem(message, finding.help)
}
