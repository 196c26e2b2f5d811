//! An entry: one question of the FAQ with its answer, checked or as its author wrote it.
//!
//! [`Field`] is the one table of an entry's parts. Knowledge files, revisions, diffs, export,
//! import, merging and the lengths that a surface allows all run over it.
//!
//! A new field needs at most five files:
//!
//! 1. this one: its variant of [`Field`] with a row in each `match` over it, and its member of
//!    [`Entry`] and [`UncheckedEntry`];
//! 2. `entry_input.rs` in the engine: its member of `EntryInput`, with the two arms that name it;
//! 3. to 5. the surfaces that show it: `render/answer.rs` for Discord, `text.rs` for the terminal,
//!    `json.rs` for scripts.
//!
//! The compiler names whatever is missing. Moderators find the field in the modal's details. A rule
//! beyond those of the field's [kind](FieldKind) goes into `check.rs`; so does a new kind.

use super::date::Date;
use super::id::{ArticleId, EntryId, ResourceId, SectionId};
use super::source::Source;
use std::fmt;

/// One question of the FAQ with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The topic it is browsed under.
    pub topic: String,
    /// The question in the curator's words: the title of the reply.
    pub question: String,
    /// Other ways people ask it.
    pub phrasings: Vec<String>,
    /// The answer, with `[n]` after each claim.
    pub answer: String,
    /// What the `[n]` point to: `[1]` is the first.
    pub sources: Vec<Source>,
    /// When the facts that no article states were last looked up.
    pub checked: Option<Date>,
    /// When they should be looked up again.
    pub review_by: Option<Date>,
    /// Ids from `resources.toml`, shown as links.
    pub resources: Vec<ResourceId>,
    /// Ids of entries to offer next.
    pub related: Vec<EntryId>,
    /// Ids that it had, or of entries that were merged into it: whoever asks for one gets this entry.
    pub was: Vec<EntryId>,
}

impl Entry {
    /// The question and every phrasing, the question first.
    pub fn all_phrasings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.phrasings.iter().map(String::as_str))
    }

    /// Whether a claim of the answer rests on this section of this article.
    #[must_use]
    pub fn cites(&self, article: &ArticleId, section: &SectionId) -> bool {
        self.sources.iter().any(|source| {
            matches!(source, Source::Section { article: a, section: s, .. } if a == article && s == section)
        })
    }

    /// An entry for tests and examples, which answers “Yes.”.
    ///
    /// # Panics
    ///
    /// When `id` is no valid id.
    #[must_use]
    pub fn example(id: &str, question: &str, phrasings: &[&str]) -> Self {
        Self {
            id: EntryId::new(id).expect("an id"),
            topic: "Topic".into(),
            question: question.into(),
            phrasings: phrasings.iter().map(|&phrasing| phrasing.into()).collect(),
            answer: "Yes.".into(),
            sources: Vec::new(),
            checked: None,
            review_by: None,
            resources: Vec::new(),
            related: Vec::new(),
            was: Vec::new(),
        }
    }
}

/// An entry as its author wrote it, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UncheckedEntry {
    /// Its id.
    pub id: String,
    /// The topic it is browsed under.
    pub topic: String,
    /// The question.
    pub question: String,
    /// Other ways people ask it.
    pub phrasings: Vec<String>,
    /// The answer.
    pub answer: String,
    /// A link each, or `article#section`, with or without a “quote” after it.
    pub sources: Vec<String>,
    /// When the facts that no article states were last looked up, `2026-11-24`; empty when missing.
    pub checked: String,
    /// When they should be looked up again, `2027-05-24`; empty when missing.
    pub review_by: String,
    /// Ids of resources.
    pub resources: Vec<String>,
    /// Ids of entries.
    pub related: Vec<String>,
    /// Former ids.
    pub was: Vec<String>,
}

impl From<&Entry> for UncheckedEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            topic: entry.topic.clone(),
            question: entry.question.clone(),
            phrasings: entry.phrasings.clone(),
            answer: entry.answer.clone(),
            sources: entry.sources.iter().map(Source::to_string).collect(),
            checked: written(entry.checked),
            review_by: written(entry.review_by),
            resources: entry.resources.iter().map(ResourceId::to_string).collect(),
            related: entry.related.iter().map(EntryId::to_string).collect(),
            was: entry.was.iter().map(EntryId::to_string).collect(),
        }
    }
}

impl UncheckedEntry {
    /// The entry without a check. What is no date, and items of its lists that are no source or id,
    /// are left out. `None` when its own id is invalid.
    #[must_use]
    pub fn unchecked(&self) -> Option<Entry> {
        let trimmed = self.trimmed();
        Some(Entry {
            id: EntryId::new(&trimmed.id).ok()?,
            topic: trimmed.topic,
            question: trimmed.question,
            phrasings: trimmed.phrasings,
            answer: trimmed.answer,
            sources: valid(&trimmed.sources, Source::parse),
            checked: Date::parse(&trimmed.checked).ok(),
            review_by: Date::parse(&trimmed.review_by).ok(),
            resources: valid(&trimmed.resources, ResourceId::new),
            related: valid(&trimmed.related, EntryId::new),
            was: valid(&trimmed.was, EntryId::new),
        })
    }

    /// This entry without white space around its texts, as a checked one has them.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let mut trimmed = self.clone();
        for field in Field::ALL {
            match (field.kind(), trimmed.value_mut(field)) {
                (FieldKind::Id | FieldKind::Ids, _) => {}
                (_, FieldValueMut::Text(text)) => *text = text.trim().to_owned(),
                (_, FieldValueMut::List(items)) => {
                    for item in items {
                        *item = item.trim().to_owned();
                    }
                }
            }
        }
        trimmed
    }

    /// The value of `field`.
    #[must_use]
    pub fn value(&self, field: Field) -> FieldValue<'_> {
        match field {
            Field::Id => FieldValue::Text(&self.id),
            Field::Topic => FieldValue::Text(&self.topic),
            Field::Question => FieldValue::Text(&self.question),
            Field::Phrasings => FieldValue::List(&self.phrasings),
            Field::Answer => FieldValue::Text(&self.answer),
            Field::Sources => FieldValue::List(&self.sources),
            Field::Checked => FieldValue::Text(&self.checked),
            Field::ReviewBy => FieldValue::Text(&self.review_by),
            Field::Resources => FieldValue::List(&self.resources),
            Field::Related => FieldValue::List(&self.related),
            Field::Was => FieldValue::List(&self.was),
        }
    }

    /// The value of `field`, for changing it.
    pub fn value_mut(&mut self, field: Field) -> FieldValueMut<'_> {
        match field {
            Field::Id => FieldValueMut::Text(&mut self.id),
            Field::Topic => FieldValueMut::Text(&mut self.topic),
            Field::Question => FieldValueMut::Text(&mut self.question),
            Field::Phrasings => FieldValueMut::List(&mut self.phrasings),
            Field::Answer => FieldValueMut::Text(&mut self.answer),
            Field::Sources => FieldValueMut::List(&mut self.sources),
            Field::Checked => FieldValueMut::Text(&mut self.checked),
            Field::ReviewBy => FieldValueMut::Text(&mut self.review_by),
            Field::Resources => FieldValueMut::List(&mut self.resources),
            Field::Related => FieldValueMut::List(&mut self.related),
            Field::Was => FieldValueMut::List(&mut self.was),
        }
    }

    /// The question and every phrasing with its part, the question first.
    pub(super) fn all_phrasings(&self) -> impl Iterator<Item = (EntryPart, &str)> {
        let question = (EntryPart::Field(Field::Question), self.question.as_str());
        let phrasings = self.phrasings.iter().enumerate();
        std::iter::once(question).chain(
            phrasings.map(|(at, text)| (EntryPart::Item(Field::Phrasings, at), text.as_str())),
        )
    }
}

fn written(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

fn valid<T, E>(texts: &[String], parse: impl Fn(&str) -> Result<T, E>) -> Vec<T> {
    texts.iter().filter_map(|text| parse(text).ok()).collect()
}

/// A part of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The id.
    Id,
    /// The topic. In a knowledge file it stands once, for all of its entries.
    Topic,
    /// The question.
    Question,
    /// Other ways to ask it.
    Phrasings,
    /// The answer.
    Answer,
    /// What the answer rests on.
    Sources,
    /// When the facts that no article states were last looked up.
    Checked,
    /// When they should be looked up again.
    ReviewBy,
    /// Tools that are linked.
    Resources,
    /// Entries that are offered next.
    Related,
    /// Former ids.
    Was,
}

/// How a field is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// An id.
    Id,
    /// A text in one line.
    Line,
    /// A [`Date`](super::date::Date).
    Date,
    /// A text of paragraphs.
    Paragraphs,
    /// A list of texts in one line each.
    Lines,
    /// A list of sources: ids and links, a quote after some.
    Sources,
    /// A list of ids, which hold no white space.
    Ids,
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// A text; empty when the field is missing.
    Text(&'a str),
    /// A list; empty when the field is missing.
    List(&'a [String]),
}

/// The value of a field, for changing it.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldValueMut<'a> {
    /// A text; empty when the field is missing.
    Text(&'a mut String),
    /// A list; empty when the field is missing.
    List(&'a mut Vec<String>),
}

impl Field {
    /// Every field, in the order that files and diffs have them in.
    pub const ALL: [Self; 11] = [
        Self::Id,
        Self::Topic,
        Self::Question,
        Self::Phrasings,
        Self::Answer,
        Self::Sources,
        Self::Checked,
        Self::ReviewBy,
        Self::Resources,
        Self::Related,
        Self::Was,
    ];

    /// The fields that stand in an `[[entry]]` table, in their usual order.
    pub fn in_table() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|field| *field != Self::Topic)
    }

    /// Its key in files, and its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Topic => "topic",
            Self::Question => "question",
            Self::Phrasings => "phrasings",
            Self::Answer => "answer",
            Self::Sources => "sources",
            Self::Checked => "checked",
            Self::ReviewBy => "review_by",
            Self::Resources => "resources",
            Self::Related => "related",
            Self::Was => "was",
        }
    }

    /// The name of one of its items; of a text, its own.
    #[must_use]
    pub const fn item_name(self) -> &'static str {
        match self {
            Self::Phrasings => "phrasing",
            Self::Sources => "source",
            Self::Resources => "resource",
            Self::Related => "related entry",
            Self::Was => "former id",
            text => text.key(),
        }
    }

    /// How it is written.
    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::Id => FieldKind::Id,
            Self::Topic | Self::Question => FieldKind::Line,
            Self::Answer => FieldKind::Paragraphs,
            Self::Checked | Self::ReviewBy => FieldKind::Date,
            Self::Phrasings => FieldKind::Lines,
            Self::Sources => FieldKind::Sources,
            Self::Resources | Self::Related | Self::Was => FieldKind::Ids,
        }
    }

    /// Whether an entry must have it.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Id | Self::Topic | Self::Question | Self::Answer)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A place in an entry. Positions count from 0; people read them from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryPart {
    /// A field as a whole.
    Field(Field),
    /// One item of a list.
    Item(Field, usize),
    /// The first `[n]` with this number in the answer.
    Marker(usize),
}

impl fmt::Display for EntryPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => field.fmt(f),
            Self::Item(field, at) => write!(f, "{} {}", field.item_name(), at + 1),
            Self::Marker(_) => Field::Answer.fmt(f),
        }
    }
}
