//! What can be wrong with an entry.

use super::date::DateError;
use super::entry::EntryPart;
use super::id::{ArticleId, EntryId, IdError, ResourceId, SectionId};
use super::link::LinkError;
use super::source::SourceError;
use crate::diagnostic::printable;
use std::fmt;

/// Something wrong with an entry: in which part, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError {
    /// The part of the entry.
    pub part: EntryPart,
    /// What is wrong with it.
    pub kind: EntryErrorKind,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.kind)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

/// What is wrong with a part of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryErrorKind {
    /// Nothing but white space.
    #[error("this is empty")]
    Empty,
    /// A phrasing of punctuation, symbols or emoji alone, which no question can match.
    #[error("there is no word in this")]
    NoWord,
    /// A control character, which programs drop or show as a box.
    #[error("{}", control(*.0))]
    Control(char),
    /// More characters than fit.
    #[error("this has {has} characters, at most {most} fit")]
    Long {
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// A list with more items than fit under a message.
    #[error("this has {has} items, at most {most} fit under a message")]
    Many {
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// Not an id.
    #[error("`{text}` is not an id: {why}", text = printable(.0, 60), why = .1)]
    Id(String, IdError),
    /// Not a date.
    #[error("`{text}` is not a date: {why}", text = printable(.0, 60), why = .1)]
    Date(String, DateError),
    /// Not a source.
    #[error("`{text}` is not a source: {why}", text = printable(.0, 60), why = .1)]
    Source(String, SourceError),
    /// A link that must not be shown.
    #[error("`{text}` is not a link to show: {why}", text = printable(.0, 60), why = .1)]
    Link(String, LinkError),
    /// An article that is not in `articles.toml`.
    #[error("there is no article `{0}`")]
    UnknownArticle(ArticleId),
    /// A section that its article does not have.
    #[error("the article `{0}` has no section `{1}`")]
    UnknownSection(ArticleId, SectionId),
    /// A resource that is not in `resources.toml`.
    #[error("there is no resource `{0}`")]
    UnknownResource(ResourceId),
    /// A related entry that does not exist.
    #[error("there is no entry `{0}`")]
    UnknownEntry(EntryId),
    /// An entry that is related to itself.
    #[error("an entry is not related to itself")]
    Itself,
    /// A former id that is the present one.
    #[error("this is the entry's present id")]
    FormerIsPresent,
    /// A former id that is, or was, another entry's.
    #[error("`{0}` belongs to the entry `{1}`")]
    FormerTaken(EntryId, String),
    /// An item that stands in its list before.
    #[error("`{}` stands in this list twice", printable(.0, 60))]
    Twice(String),
    /// An `[n]` beyond the sources.
    #[error("[{n}] points to no source: there {}", counted(*.sources))]
    MarkerWithoutSource {
        /// The number in the answer.
        n: usize,
        /// How many sources there are.
        sources: usize,
    },
    /// A source that no `[n]` points to.
    #[error("no [{0}] in the answer points to this source")]
    SourceWithoutMarker(usize),
    /// The question or an earlier phrasing of this entry is the same, whatever the case.
    #[error("this entry is worded like this already")]
    RepeatedPhrasing,
    /// Another entry's question or phrasing is the same once [`folded`](super::folded).
    #[error("entry `{0}` is worded like this already")]
    TakenPhrasing(String),
    /// The reply as a whole is more than the surface can show.
    #[error("{0}")]
    Overflow(String),
}

impl EntryErrorKind {
    /// A message for the place where `part` stands. It names the part where nothing is to be seen of
    /// it.
    pub(super) fn of(&self, part: impl fmt::Display) -> String {
        match self {
            Self::Empty => format!("{part} is empty"),
            kind => kind.to_string(),
        }
    }
}

fn control(c: char) -> String {
    match c {
        '\t' => "this holds a tab: write a space instead".into(),
        '\n' | '\r' => "this holds a line break: write it in one line".into(),
        c => format!(
            "this holds the control character U+{:04X}: delete it",
            u32::from(c)
        ),
    }
}

fn counted(sources: usize) -> String {
    match sources {
        0 => "are no sources".into(),
        1 => "is one source".into(),
        n => format!("are {n} sources"),
    }
}
