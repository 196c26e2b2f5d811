//! How much a surface can show.

use super::article::Citation;
use super::entry::{EntryPart, Field, FieldKind};

/// How much a surface can show of what the knowledge holds. The core knows no surface: each hands
/// in its own. Lengths are in characters.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A topic.
    pub topic: usize,
    /// A question or phrasing.
    pub question: usize,
    /// An answer.
    pub answer: usize,
    /// The resources of an entry, how many.
    pub resources: usize,
    /// The related entries of an entry, how many.
    pub related: usize,
    /// A link.
    pub link: usize,
    /// The name of a resource.
    pub resource_name: usize,
    /// The title or a heading of an article.
    pub title: usize,
    /// The author, publisher or date of an article, or one of the names of an alias.
    pub name: usize,
    /// The note on an article, the description of a resource, the definition of an alias, or any
    /// other text.
    pub note: usize,
    /// Measures a reply as a whole: what of it cannot be shown although each part keeps the limits
    /// above.
    pub measure: fn(&ReplyParts<'_>) -> Vec<Overflow>,
}

impl Limits {
    /// No limit at all.
    pub const UNLIMITED: Self = Self {
        topic: usize::MAX,
        question: usize::MAX,
        answer: usize::MAX,
        resources: usize::MAX,
        related: usize::MAX,
        link: usize::MAX,
        resource_name: usize::MAX,
        title: usize::MAX,
        name: usize::MAX,
        note: usize::MAX,
        measure: |_| Vec::new(),
    };

    /// The most characters of a text in `field`, or of each in its list.
    pub(super) fn max_chars(&self, field: Field) -> usize {
        match (field, field.kind()) {
            (Field::Topic, _) => self.topic,
            (Field::Question | Field::Phrasings, _) => self.question,
            (Field::Answer, _) => self.answer,
            // Ids, dates and links are checked as such.
            (_, FieldKind::Id | FieldKind::Date | FieldKind::Sources | FieldKind::Ids) => {
                usize::MAX
            }
            (_, FieldKind::Line | FieldKind::Paragraphs | FieldKind::Lines) => self.note,
        }
    }

    /// The most items of the list in `field`.
    pub(super) fn max_items(&self, field: Field) -> usize {
        match field {
            Field::Resources => self.resources,
            Field::Related => self.related,
            _ => usize::MAX,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::UNLIMITED
    }
}

/// An entry as a reply shows it.
#[derive(Debug, Clone)]
pub struct ReplyParts<'a> {
    /// The question.
    pub question: &'a str,
    /// The answer.
    pub answer: &'a str,
    /// The sources, as far as they can be looked up.
    pub citations: &'a [Citation<'a>],
}

/// A part of a reply that a surface cannot show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overflow {
    /// The part to shorten.
    pub part: EntryPart,
    /// What is too long.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}
