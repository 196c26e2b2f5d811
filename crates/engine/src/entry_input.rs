//! What a moderator types into the text boxes of an entry, and how it is read.

use citebot_core::knowledge::{
    Entry, Field, FieldKind, FieldValue, FieldValueMut, Knowledge, MAX_ID_CHARS, UncheckedEntry,
    folded,
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The fields of an entry as text boxes hold them, unchecked. As JSON a missing one is empty: drafts
/// from before a field was added stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryInput {
    /// The topic it is browsed under.
    pub topic: String,
    /// The question.
    pub question: String,
    /// Other ways people ask it, one a line.
    pub phrasings: String,
    /// The answer, with `[n]` after each claim.
    pub answer: String,
    /// `article#section` or a link each, the first one `[1]`: one a line, or with commas or
    /// spaces between them. A number before an item, as in `[1] article#section`, is ignored. After
    /// `article#section` may stand a quote in quotation marks.
    pub sources: String,
    /// When the facts that no article states were last looked up, `2026-11-24`.
    pub checked: String,
    /// When they should be looked up again, `2027-05-24`.
    pub review_by: String,
    /// Ids of resources: one a line, or with commas or spaces between them.
    pub resources: String,
    /// Ids of entries to offer next, likewise.
    pub related: String,
    /// Former ids, likewise.
    pub was: String,
}

impl From<&Entry> for EntryInput {
    fn from(entry: &Entry) -> Self {
        Self::from(&UncheckedEntry::from(entry))
    }
}

impl From<&UncheckedEntry> for EntryInput {
    fn from(entry: &UncheckedEntry) -> Self {
        let mut input = Self::default();
        for field in Field::ALL {
            if let Some(text) = input.text_mut(field) {
                *text = match entry.value(field) {
                    FieldValue::Text(value) => value.trim().to_owned(),
                    FieldValue::List(items) => items.join("\n"),
                };
            }
        }
        input
    }
}

impl EntryInput {
    /// What was typed for `field`; `None` for the id, which nobody types.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        match field {
            Field::Id => None,
            Field::Topic => Some(&self.topic),
            Field::Question => Some(&self.question),
            Field::Phrasings => Some(&self.phrasings),
            Field::Answer => Some(&self.answer),
            Field::Sources => Some(&self.sources),
            Field::Checked => Some(&self.checked),
            Field::ReviewBy => Some(&self.review_by),
            Field::Resources => Some(&self.resources),
            Field::Related => Some(&self.related),
            Field::Was => Some(&self.was),
        }
    }

    /// What was typed for `field`, to be changed; `None` for the id, which nobody types.
    pub fn text_mut(&mut self, field: Field) -> Option<&mut String> {
        match field {
            Field::Id => None,
            Field::Topic => Some(&mut self.topic),
            Field::Question => Some(&mut self.question),
            Field::Phrasings => Some(&mut self.phrasings),
            Field::Answer => Some(&mut self.answer),
            Field::Sources => Some(&mut self.sources),
            Field::Checked => Some(&mut self.checked),
            Field::ReviewBy => Some(&mut self.review_by),
            Field::Resources => Some(&mut self.resources),
            Field::Related => Some(&mut self.related),
            Field::Was => Some(&mut self.was),
        }
    }

    /// The entry `id` that was typed. A topic that differs from one of `knowledge` only in case,
    /// punctuation and spaces is written as it stands there.
    #[must_use]
    pub fn read(&self, id: &str, knowledge: &Knowledge) -> UncheckedEntry {
        let mut entry = UncheckedEntry {
            id: id.to_owned(),
            ..UncheckedEntry::default()
        };
        for field in Field::ALL {
            let Some(typed) = self.text(field) else {
                continue;
            };
            match (entry.value_mut(field), field.kind()) {
                (FieldValueMut::Text(text), FieldKind::Paragraphs) => {
                    // Discord's text boxes send line breaks as they please.
                    typed.replace("\r\n", "\n").trim().clone_into(text);
                }
                (FieldValueMut::Text(text), _) => *text = one_line(typed),
                (FieldValueMut::List(items), FieldKind::Lines) => *items = lines(typed),
                (FieldValueMut::List(items), FieldKind::Sources) => *items = sources(typed),
                (FieldValueMut::List(items), _) => *items = references(typed),
            }
        }
        let topics = knowledge.topics();
        let written =
            |topic: &&&str| !folded(topic).is_empty() && folded(topic) == folded(&entry.topic);
        if let Some(topic) = topics.iter().find(written) {
            (*topic).clone_into(&mut entry.topic);
        }
        entry
    }
}

/// `text` with all white space as single spaces, none around it.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines that hold something, without bullets before them.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| one_line(unbulleted(line)))
        .filter(|line| !line.is_empty())
        .collect()
}

/// `line` without a bullet before it.
fn unbulleted(line: &str) -> &str {
    let line = line.trim();
    ["- ", "* ", "• "]
        .iter()
        .find_map(|bullet| line.strip_prefix(bullet))
        .unwrap_or(line)
}

/// The items of a list of sources: references, after some of which a quote stands.
fn sources(text: &str) -> Vec<String> {
    const MARKS: [char; 3] = ['“', '”', '"'];
    let mut items: Vec<String> = Vec::new();
    for line in text.lines() {
        // Every second part stands between quotation marks.
        for (at, part) in line.split(MARKS).enumerate() {
            match items.last_mut() {
                Some(last) if at % 2 == 1 => *last = format!("{last} “{}”", one_line(part)),
                _ => items.extend(references(part)),
            }
        }
    }
    items
}

/// The items of a list of ids and links, with white space or commas between them. Numbers and
/// bullets are left out. A comma within a link belongs to it.
fn references(text: &str) -> Vec<String> {
    text.split_whitespace()
        .flat_map(|word| {
            let parts: Vec<&str> = if word.contains("://") {
                vec![word.trim_end_matches(',')]
            } else {
                word.split(',').collect()
            };
            parts
        })
        .filter(|item| !item.is_empty() && !is_numbering(item))
        .map(str::to_owned)
        .collect()
}

/// `[1]`, `1.`, `-`: what people write before the items of a list.
fn is_numbering(item: &str) -> bool {
    let bare = item.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '.' | ':'));
    matches!(item, "-" | "*" | "•")
        || (bare.len() < item.len() && bare.bytes().all(|b| b.is_ascii_digit()))
}

/// An id that is not `taken` for an entry that asks `question`, made of its words.
#[must_use]
pub fn new_id(question: &str, taken: impl Fn(&str) -> bool) -> String {
    /// Leaves room for `-` and a number.
    const MAX_SLUG: usize = MAX_ID_CHARS - 6;
    let mut slug = slug(question, MAX_SLUG);
    if slug.is_empty() {
        "entry".clone_into(&mut slug);
    }
    if !taken(&slug) {
        return slug;
    }
    (2..=u32::MAX)
        .map(|n| format!("{slug}-{n}"))
        .find(|id| !taken(id))
        .unwrap_or(slug)
}

/// The words of `text` as an id: lower-case ASCII without accents, with hyphens between; as many
/// whole words as fit into `most` bytes. Empty when `text` holds nothing of the Latin script.
pub(crate) fn slug(text: &str, most: usize) -> String {
    let mut slug = String::new();
    let plain: String = folded(text)
        .nfkd()
        .filter(|c| c.is_ascii() || c.is_alphanumeric())
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > most {
            if slug.is_empty() {
                slug.push_str(&word[..most]);
            }
            break;
        }
        if gap == 1 {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::{EntryInput, new_id, references, sources};
    use citebot_core::knowledge::{Date, Entry, EntryId, Knowledge, MAX_ID_CHARS, ResourceId};

    #[test]
    fn ids_are_made_of_the_question() {
        let taken = ["what-is-ai", "what-is-ai-2", "entry"];
        let long = "word ".repeat(40);
        for (question, expected) in [
            (
                "Can open-source AI be misused?",
                "can-open-source-ai-be-misused",
            ),
            ("What is AI?", "what-is-ai-3"),
            ("Où est l'été?", "ou-est-l-ete"),
            ("¿Qué es C++?", "que-es-c"),
            ("オープンソースとは", "entry-2"),
            ("🤔", "entry-2"),
            ("", "entry-2"),
            (
                &long,
                "word-word-word-word-word-word-word-word-word-word-word",
            ),
            (&"x".repeat(300), &"x".repeat(54)),
        ] {
            let id = new_id(question, |id| taken.contains(&id));
            assert_eq!(id, expected, "{question}");
            assert!(
                id.len() <= MAX_ID_CHARS && EntryId::new(&id).is_ok(),
                "{id}"
            );
        }
    }

    #[test]
    fn lists_are_read_however_they_are_written() {
        for (text, expected) in [
            ("", vec![]),
            ("a#b", vec!["a#b"]),
            ("a#b, c#d", vec!["a#b", "c#d"]),
            ("a#b,c#d,", vec!["a#b", "c#d"]),
            ("[1] a#b\n[2] c#d", vec!["a#b", "c#d"]),
            ("1. a#b\r\n- c#d", vec!["a#b", "c#d"]),
            (
                "https://example.org/a,b, c#d",
                vec!["https://example.org/a,b", "c#d"],
            ),
            ("2024", vec!["2024"]),
        ] {
            assert_eq!(references(text), expected, "{text:?}");
        }
    }

    #[test]
    fn quotes_stay_with_their_sources() {
        for (text, expected) in [
            (
                "[1] a#b “some words”\n[2] c#d",
                vec!["a#b “some words”", "c#d"],
            ),
            ("a#b \"x, y\", c#d “z”", vec!["a#b “x, y”", "c#d “z”"]),
            (
                "a#b c#d\nhttps://example.org/a,b",
                vec!["a#b", "c#d", "https://example.org/a,b"],
            ),
            ("a#b “never closed", vec!["a#b “never closed”"]),
        ] {
            assert_eq!(sources(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_draft_from_before_a_field_was_added_is_read() {
        let input: EntryInput = serde_json::from_str(r#"{"question":"What?"}"#).expect("reads");
        assert_eq!((&*input.question, &*input.related), ("What?", ""));
    }

    #[test]
    fn fields_become_an_entry_and_back() {
        let id = |text: &str| EntryId::new(text).expect("an id");
        let entry = Entry {
            topic: "Risks and safety".into(),
            phrasings: vec!["abuse".into(), "bad people".into()],
            answer: "Yes. [1]\n\nNo. [2]".into(),
            checked: Date::parse("2026-11-24").ok(),
            review_by: Date::parse("2027-05-24").ok(),
            resources: vec![ResourceId::new("hugging-face").expect("an id")],
            related: vec![id("a"), id("b")],
            was: vec![id("c")],
            ..Entry::example("misuse", "Can it be misused?", &[])
        };
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry.clone()]);
        let mut input = EntryInput::from(&entry);
        assert_eq!(input.read("misuse", &knowledge), (&entry).into());
        input.topic = " risks AND safety! ".into();
        input.question = "Can it\nbe  misused?".into();
        input.phrasings = "- abuse\r\n\r\n  * bad   people  ".into();
        input.answer = "\nYes. [1]\r\n\r\nNo. [2] ".into();
        input.checked = " 2026-11-24\n".into();
        input.related = "a, b".into();
        assert_eq!(input.read("misuse", &knowledge), (&entry).into());
    }
}
