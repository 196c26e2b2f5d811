//! A server's overlay as files in the base's format.

use crate::admin::{AdminError, ServerAdmin};
use crate::entry_input::slug;
use crate::entry_version::EntryVersion;
use crate::revision_text;
use citebot_core::knowledge::UncheckedEntry;
use citebot_store::RevisionKind;
use std::collections::{BTreeMap, HashSet};

/// The file that lists which of the base's entries a server has removed. The base's own format
/// has no word for that: there, an entry that is not wanted is not there.
pub const REMOVED: &str = "removed.toml";

/// The longest name of a file, without its ending.
const LONGEST: usize = 60;

/// A file by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder: `risks-and-safety.toml`.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// An overlay in files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// A file a topic, by topic, each with its entries by id; then [`REMOVED`] where something was
    /// removed. None when the server sees the base as it is.
    pub files: Vec<File>,
    /// How many entries stand in them.
    pub entries: usize,
    /// How many of the base's entries are removed.
    pub removed: usize,
}

impl ServerAdmin<'_> {
    /// This server's own entries, and which of the base's it has removed. Equal overlays are equal
    /// files, to the byte. What is as in the base already is left out, and so is what an entry
    /// offers beside it that is not there: what is exported can be imported.
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
                    if own.is_none_or(|own| UncheckedEntry::from(&**own) != words) {
                        topics.entry(words.topic.clone()).or_default().push(words);
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
            text: format!("removed = {}\n", revision_text::tall(removed)),
        });
    }
    Exported {
        files,
        entries: topics.values().map(Vec::len).sum(),
        removed: removed.len(),
    }
}

/// A name for the file of `topic` that is not among `names`, which it joins.
pub(crate) fn file_name(topic: &str, names: &mut HashSet<String>) -> String {
    let mut stem = slug(topic, LONGEST);
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
