//! An entry as a stored revision makes it, as a value: two revisions are alike when they mean the
//! same, however their texts are written.

use crate::revision_text;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{Knowledge, UncheckedEntry};
use citebot_store::{Revision, RevisionId, RevisionKind};

/// What a revision makes of its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EntryVersion {
    /// The server's own words.
    Own(Box<UncheckedEntry>),
    /// The words of the base, or no entry where the base has none.
    Base,
    /// No entry.
    Removed,
}

/// The text of a stored revision cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("revision {revision} of `{entry}` cannot be read; was the database edited by hand?")]
pub struct UnreadableRevision {
    /// The entry.
    pub entry: String,
    /// The revision.
    pub revision: RevisionId,
    /// What is wrong with the text.
    pub problems: Diagnostics,
}

impl EntryVersion {
    pub(crate) fn of(revision: &Revision) -> Result<Self, UnreadableRevision> {
        match (&revision.body, revision.kind) {
            (Some(text), _) => match revision_text::read(text, &revision.entry) {
                Ok(words) => Ok(Self::Own(Box::new(words))),
                Err(problems) => Err(UnreadableRevision {
                    entry: revision.entry.clone(),
                    revision: revision.id,
                    problems,
                }),
            },
            (None, RevisionKind::Remove) => Ok(Self::Removed),
            (None, _) => Ok(Self::Base),
        }
    }

    /// The text that a revision keeps: as [`citebot_store::NewRevision::body`].
    pub(crate) fn body(&self) -> Option<String> {
        match self {
            Self::Own(words) => Some(revision_text::write(words)),
            Self::Base | Self::Removed => None,
        }
    }

    /// The words of the entry `id` over `base`; `None` where there is no entry.
    pub(crate) fn words(self, id: &str, base: &Knowledge) -> Option<UncheckedEntry> {
        match self {
            Self::Own(words) => Some(*words),
            Self::Base => base.entry(id).map(|entry| (&**entry).into()),
            Self::Removed => None,
        }
    }
}

/// The words of the entry `id` after `revision` (`None`: before any), over the present base.
pub(crate) fn words_after(
    revision: Option<&Revision>,
    id: &str,
    base: &Knowledge,
) -> Result<Option<UncheckedEntry>, UnreadableRevision> {
    let version = revision.map_or(Ok(EntryVersion::Base), EntryVersion::of)?;
    Ok(version.words(id, base))
}

#[cfg(test)]
mod tests {
    use super::EntryVersion;
    use citebot_core::knowledge::Entry;
    use citebot_store::{Revision, RevisionId, RevisionKind};

    #[test]
    fn revisions_are_alike_however_their_texts_are_written() {
        let entry = Entry::example("kettle", "Which kettle is best?", &["best kettle"]);
        let own = EntryVersion::Own(Box::new((&entry).into()));
        let revision = |kind, body| Revision {
            id: RevisionId(1),
            entry: "kettle".to_owned(),
            kind,
            author: 7,
            published_at: 9,
            based_on: None,
            body,
        };
        let version = |body| EntryVersion::of(&revision(RevisionKind::Edit, body)).ok();
        let text = own.body().expect("has words");
        assert_eq!(version(Some(text.clone())), Some(own.clone()));
        let written_otherwise = text.replace("[[entry]]", "# by hand\n\n[[ entry ]]");
        assert_ne!(written_otherwise, text);
        assert_eq!(version(Some(written_otherwise)), Some(own));
        assert_eq!(version(None), Some(EntryVersion::Base));
        assert_eq!(version(Some("rubbish".to_owned())), None);
        let removed = EntryVersion::of(&revision(RevisionKind::Remove, None));
        assert_eq!(removed.ok(), Some(EntryVersion::Removed));
    }
}
