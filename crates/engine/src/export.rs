//! A server's overlay as files in the base's format.

use crate::admin::{AdminError, ServerAdmin};
use crate::entry_input::slug;
use crate::entry_version::EntryVersion;
use crate::revision_text;
use citebot_core::knowledge::UncheckedEntry;
use citebot_core::source_file::SourceFile;
use citebot_store::RevisionKind;
use std::collections::{BTreeMap, HashSet};

/// The file that lists the base's entries that a server has removed. The format of the base has no
/// word for that: there, an entry that is not wanted is simply missing.
pub const REMOVED: &str = "removed.toml";

/// The longest name of a file, without its extension.
const MAX_STEM: usize = 60;

/// A file by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder: `risks-and-safety.toml`.
    pub name: String,
    /// Its content.
    pub text: String,
}

impl File {
    /// The file for a reader that tells places in it.
    pub(crate) fn source(&self) -> SourceFile {
        SourceFile::new(self.name.as_str(), &self.text)
    }
}

/// An overlay in files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// One file for each topic, sorted, each with its entries by id; then [`REMOVED`] where something
    /// was removed. None when the server sees the base as it is.
    pub files: Vec<File>,
    /// How many entries stand in them.
    pub entries: usize,
    /// How many of the base's entries are removed.
    pub removed: usize,
}

impl ServerAdmin<'_> {
    /// Writes this server's own entries, and the ids of the base's that it has removed. Equal overlays
    /// give equal files, to the byte. An entry that is as in the base is left out, and so are
    /// resources and related entries that do not exist: what is exported can be imported.
    ///
    /// # Errors
    ///
    /// A revision that cannot be read.
    pub fn export(&self) -> Result<Exported, AdminError> {
        let now = self.engine.state.current();
        let base = &now.base.knowledge;
        let overlay = now.overlay(self.server);
        let is_there = |id: &str| match overlay.latest(id) {
            Some(latest) if latest.body.is_some() => true,
            Some(latest) if latest.kind == RevisionKind::Remove => false,
            _ => base.entry(id).is_some(),
        };
        let mut topics: BTreeMap<String, Vec<UncheckedEntry>> = BTreeMap::new();
        let mut removed = Vec::new();
        for revision in overlay.revisions() {
            let own = base.entry(&revision.entry);
            match EntryVersion::of(revision)? {
                EntryVersion::Own(mut words) => {
                    words.related.retain(|id| is_there(id));
                    words.resources.retain(|id| base.resource(id).is_some());
                    if own.is_none_or(|own| UncheckedEntry::from(&**own) != *words) {
                        topics.entry(words.topic.clone()).or_default().push(*words);
                    }
                }
                EntryVersion::Removed if own.is_some() => removed.push(revision.entry.clone()),
                EntryVersion::Removed | EntryVersion::Base => {}
            }
        }
        Ok(write(&topics, &removed))
    }
}

fn write(topics: &BTreeMap<String, Vec<UncheckedEntry>>, removed: &[String]) -> Exported {
    let mut names = HashSet::from([REMOVED.to_owned()]);
    let mut files: Vec<File> = topics
        .iter()
        .map(|(topic, entries)| File {
            name: file_name(topic, &mut names),
            text: revision_text::file(topic, entries),
        })
        .collect();
    if !removed.is_empty() {
        files.push(File {
            name: REMOVED.to_owned(),
            text: format!("removed = {}\n", revision_text::tall_list(removed)),
        });
    }
    Exported {
        files,
        entries: topics.values().map(Vec::len).sum(),
        removed: removed.len(),
    }
}

/// A new name for the file of `topic`, which is added to `names`.
pub(crate) fn file_name(topic: &str, names: &mut HashSet<String>) -> String {
    let mut stem = slug(topic, MAX_STEM);
    if stem.is_empty() {
        "topic".clone_into(&mut stem);
    }
    let numbered = (2_u32..).map(|n| format!("{stem}-{n}.toml"));
    let mut all = std::iter::once(format!("{stem}.toml")).chain(numbered);
    let name = all
        .find(|name| !names.contains(name))
        .unwrap_or(stem.clone());
    names.insert(name.clone());
    name
}
