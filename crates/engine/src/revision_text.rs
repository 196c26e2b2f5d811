//! An entry ↔ the text that a revision keeps of it: a file in the base's format with this entry
//! alone.
//!
//! The same entry is always written as the same text. Texts are compared by the entries they hold
//! all the same, so that a later version may write them otherwise.

use citebot_core::diagnostic::{Diagnostics, SourceFile};
use citebot_core::knowledge::{Field, FieldKind, FieldValue, UncheckedEntry, read_entries};
use std::fmt::Write as _;
use toml_writer::{ToTomlValue as _, TomlStringBuilder};

/// Stands for the file name where a revision's text cannot be read.
const FILE_NAME: &str = "revision";

/// A file of `faq/` with this `topic` and these entries.
#[must_use]
pub fn file<'e>(topic: &str, entries: impl IntoIterator<Item = &'e UncheckedEntry>) -> String {
    let mut out = format!("{} = {}\n", Field::Topic.key(), string(topic));
    for entry in entries {
        out.push_str("\n[[entry]]\n");
        for field in Field::in_table() {
            if let Some(value) = value(entry, field) {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{} = {value}", field.key());
            }
        }
    }
    out
}

/// The text that a revision keeps of `entry`.
#[must_use]
pub fn write(entry: &UncheckedEntry) -> String {
    file(&entry.topic, [entry])
}

/// The entry that a revision of the entry `id` holds, trimmed as a checked one is.
///
/// # Errors
///
/// What is wrong with the text: another program or a person wrote it.
pub fn read(text: &str, id: &str) -> Result<UncheckedEntry, Diagnostics> {
    let file = SourceFile::new(FILE_NAME, text);
    let mut entries = read_entries(&file)?;
    match (entries.pop(), entries.is_empty()) {
        (Some(located), true) => Ok(UncheckedEntry {
            id: id.to_owned(),
            ..located.entry.trimmed()
        }),
        _ => Err(file
            .whole("this does not hold exactly one entry", None)
            .into()),
    }
}

/// What stands in `field` of `entry`, as TOML; `None` when the field is left out.
pub(crate) fn value(entry: &UncheckedEntry, field: Field) -> Option<String> {
    match (entry.value(field), field.kind()) {
        (FieldValue::Text(""), _) if !field.is_required() => None,
        (FieldValue::List([]), _) => None,
        (FieldValue::Text(text), FieldKind::Paragraphs) => Some(paragraphs(text)),
        (FieldValue::Text(text), _) => Some(string(text)),
        (FieldValue::List(items), FieldKind::Lines) => Some(tall_list(items)),
        (FieldValue::List(items), _) => Some(wide_list(items)),
    }
}

/// A list with an item a line.
pub(crate) fn tall_list(items: &[String]) -> String {
    let mut out = String::from("[\n");
    for item in items {
        let _ = writeln!(out, "    {},", string(item));
    }
    out.push(']');
    out
}

fn wide_list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| string(item)).collect();
    format!("[{}]", items.join(", "))
}

fn string(text: &str) -> String {
    TomlStringBuilder::new(text).as_basic().to_toml_value()
}

/// `text` between triple quotes, with line breaks as they are and one around it: white space around
/// an answer counts for nothing.
fn paragraphs(text: &str) -> String {
    let text = format!("{}\n", text.trim());
    TomlStringBuilder::new(&text).as_ml_basic().to_toml_value()
}

#[cfg(test)]
mod tests {
    use super::{UncheckedEntry, file, read, write};
    use proptest::prelude::*;

    fn texts(of: &[&str]) -> Vec<String> {
        of.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn is_written_as_the_base_is() {
        let entry = UncheckedEntry {
            id: "misuse".into(),
            topic: "Risks \"and\" safety".into(),
            question: "Can it be misused?".into(),
            phrasings: texts(&["abuse of \\ models", "bad \"actors\""]),
            answer: "Yes. [1]\n\nIt says \"\"\"so\"\"\". [2]".into(),
            sources: texts(&["a#b", "https://example.org/?q=1"]),
            resources: Vec::new(),
            related: texts(&["governance"]),
        };
        let text = r#"topic = "Risks \"and\" safety"

[[entry]]
id = "misuse"
question = "Can it be misused?"
phrasings = [
    "abuse of \\ models",
    "bad \"actors\"",
]
answer = """
Yes. [1]

It says ""\"so""\". [2]
"""
sources = ["a#b", "https://example.org/?q=1"]
related = ["governance"]
"#;
        assert_eq!(write(&entry), text);
        assert_eq!(read(text, "misuse"), Ok(entry));
    }

    #[test]
    fn only_one_entry_is_read() {
        let entry = UncheckedEntry {
            id: "a".into(),
            topic: "T".into(),
            question: "Q".into(),
            answer: "A".into(),
            ..UncheckedEntry::default()
        };
        let two = file("T", [&entry, &entry]);
        for text in ["", "topic = \"T\"", "nonsense", two.as_str()] {
            assert!(read(text, "a").is_err(), "{text}");
        }
    }

    #[test]
    fn texts_are_compared_by_what_they_hold() {
        let entry = UncheckedEntry {
            id: "a".into(),
            topic: "T".into(),
            question: "Q".into(),
            answer: "A".into(),
            ..UncheckedEntry::default()
        };
        let by_hand =
            "topic = 'T' # a comment\n[[entry]]\nanswer = 'A'\nquestion = ' Q'\nid = 'a'\n";
        assert_eq!(read(by_hand, "a"), Ok(entry));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(
            topic in "\\PC{0,20}|[\\x00-\\x7f\"\\\\]{0,10}",
            question in "(?s).{0,30}",
            answer in "(?s).{0,60}|[\"\\\\\n\r\t x]{0,20}",
            list in prop::collection::vec("(?s).{0,20}", 0..4),
        ) {
            let entry = UncheckedEntry {
                id: "an-id".into(),
                topic,
                question,
                answer,
                phrasings: list.clone(),
                sources: list.clone(),
                resources: list.clone(),
                related: list,
            };
            let text = write(&entry);
            let back = read(&text, "an-id");
            let back = back.map_err(|p| TestCaseError::fail(format!("{p}\n{text}")))?;
            prop_assert_eq!(&back, &entry.trimmed());
            prop_assert_eq!(read(&write(&back), "an-id"), Ok(back.clone()));
        }
    }
}
