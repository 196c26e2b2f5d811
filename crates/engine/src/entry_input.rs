//! What a moderator types into the fields of an entry, and what is meant by it.

use citebot_core::knowledge::{self, Entry, Knowledge, MAX_ID_CHARS, folded};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The fields of an entry as text boxes hold them. Nothing in here was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// spaces between them. A number before them, as in `[1] article#section`, is passed over.
    pub sources: String,
    /// Ids of resources, likewise.
    pub resources: String,
    /// Ids of entries to offer next, likewise.
    pub related: String,
}

impl From<&Entry> for EntryInput {
    fn from(entry: &Entry) -> Self {
        Self::from(&knowledge::UncheckedEntry::from(entry))
    }
}

impl From<&knowledge::UncheckedEntry> for EntryInput {
    fn from(entry: &knowledge::UncheckedEntry) -> Self {
        Self {
            topic: entry.topic.clone(),
            question: entry.question.clone(),
            phrasings: entry.phrasings.join("\n"),
            answer: entry.answer.trim().to_owned(),
            sources: entry.sources.join("\n"),
            resources: entry.resources.join("\n"),
            related: entry.related.join("\n"),
        }
    }
}

impl EntryInput {
    /// The entry `id` that these fields describe. A topic that `knowledge` has, but for case,
    /// punctuation and spaces, is written as it stands there.
    #[must_use]
    pub fn read(&self, id: &str, knowledge: &Knowledge) -> knowledge::UncheckedEntry {
        let topic = one_line(&self.topic);
        let known = knowledge
            .topics()
            .into_iter()
            .find(|known| !folded(known).is_empty() && folded(known) == folded(&topic));
        knowledge::UncheckedEntry {
            id: id.to_owned(),
            topic: known.map_or(topic, str::to_owned),
            question: one_line(&self.question),
            phrasings: self
                .phrasings
                .lines()
                .map(|line| one_line(unbulleted(line)))
                .filter(|line| !line.is_empty())
                .collect(),
            // Discord's text boxes send line breaks as they please.
            answer: self.answer.replace("\r\n", "\n").trim().to_owned(),
            sources: items(&self.sources),
            resources: items(&self.resources),
            related: items(&self.related),
        }
    }
}

/// `text` with all white space as single spaces, none around it.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `line` without a bullet before it.
fn unbulleted(line: &str) -> &str {
    let line = line.trim();
    ["- ", "* ", "• "]
        .iter()
        .find_map(|bullet| line.strip_prefix(bullet))
        .unwrap_or(line)
}

/// What stands in a list: parted by white space and commas, numbers and bullets left out. A comma
/// within a link belongs to it.
fn items(text: &str) -> Vec<String> {
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

/// An id for an entry that asks `question`, made of its words, and not `taken`.
#[must_use]
pub fn new_id(question: &str, taken: impl Fn(&str) -> bool) -> String {
    /// Room for `-` and a number behind it.
    const LONGEST: usize = MAX_ID_CHARS - 6;
    let mut slug = slug(question, LONGEST);
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

/// The words of `text` as an id: lower-case ASCII, accents taken off, hyphens between; as many
/// whole words as fit into `longest` bytes. Empty when there is nothing of the Latin script in it.
pub(crate) fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    let plain: String = folded(text)
        .nfkd()
        .filter(|c| c.is_ascii() || c.is_alphanumeric())
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!slug.is_empty());
        if slug.len() + gap + word.len() > longest {
            if slug.is_empty() {
                slug.push_str(&word[..longest]);
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
    use super::{EntryInput, items, new_id};
    use citebot_core::knowledge::{Entry, EntryId, Knowledge, MAX_ID_CHARS, ResourceId};

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
            assert_eq!(items(text), expected, "{text:?}");
        }
    }

    #[test]
    fn fields_become_an_entry_and_back() {
        let id = |text: &str| EntryId::new(text).expect("an id");
        let entry = Entry {
            id: id("misuse"),
            topic: "Risks and safety".into(),
            question: "Can it be misused?".into(),
            phrasings: vec!["abuse".into(), "bad people".into()],
            answer: "Yes. [1]\n\nNo. [2]".into(),
            sources: vec![],
            resources: vec![ResourceId::new("hugging-face").expect("an id")],
            related: vec![id("a"), id("b")],
        };
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry.clone()]);
        let mut form = EntryInput::from(&entry);
        assert_eq!(form.read("misuse", &knowledge), (&entry).into());
        form.topic = " risks AND safety! ".into();
        form.question = "Can it\nbe  misused?".into();
        form.phrasings = "- abuse\r\n\r\n  * bad   people  ".into();
        form.answer = "\nYes. [1]\r\n\r\nNo. [2] ".into();
        form.related = "a, b".into();
        assert_eq!(form.read("misuse", &knowledge), (&entry).into());
    }
}
