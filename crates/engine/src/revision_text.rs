//! An entry ↔ the text that a revision keeps of it: a file in the base's format with this entry
//! alone, always written in the same way, so that equal entries are equal texts.

use citebot_core::knowledge::{Diagnostics, Knowledge, UncheckedEntry};
use std::fmt::Write as _;
use std::path::Path;

/// What stands in place of a file name when a revision's text is read.
const REVISION: &str = "revision";

/// A file of `faq/` with this `topic` and these entries.
#[must_use]
pub fn file<'d>(topic: &str, entries: impl IntoIterator<Item = &'d UncheckedEntry>) -> String {
    let mut out = format!("topic = {}\n", basic(topic));
    for entry in entries {
        out.push('\n');
        table(&mut out, entry);
    }
    out
}

/// The text that a revision keeps of `entry`.
#[must_use]
pub fn write(entry: &UncheckedEntry) -> String {
    file(&entry.topic, [entry])
}

/// The entry that a revision's text holds.
///
/// # Errors
///
/// What is wrong with the text: another program wrote it, or a hand.
pub fn read(text: &str) -> Result<UncheckedEntry, Diagnostics> {
    let mut entries = Knowledge::read_entries(Path::new(REVISION), text)?;
    match (entries.pop(), entries.is_empty()) {
        (Some(entry), true) => Ok(entry),
        _ => Err(Diagnostics(vec![citebot_core::knowledge::text::whole(
            Path::new(REVISION),
            "this does not hold exactly one entry".into(),
            None,
        )])),
    }
}

/// `entry` as an `[[entry]]` table. Empty lists are left out.
fn table(out: &mut String, entry: &UncheckedEntry) {
    out.push_str("[[entry]]\n");
    line(out, "id", &basic(&entry.id));
    line(out, "question", &basic(&entry.question));
    if !entry.phrasings.is_empty() {
        line(out, "phrasings", &tall(&entry.phrasings));
    }
    line(out, "answer", &paragraphs(&entry.answer));
    for (key, list) in [
        ("sources", &entry.sources),
        ("resources", &entry.resources),
        ("related", &entry.related),
    ] {
        if !list.is_empty() {
            line(out, key, &wide(list));
        }
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{key} = {value}");
}

/// A list with an item a line.
pub(crate) fn tall(items: &[String]) -> String {
    let mut out = String::from("[\n");
    for item in items {
        let _ = writeln!(out, "    {},", basic(item));
    }
    out.push(']');
    out
}

/// A list in one line.
pub(crate) fn wide(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| basic(item)).collect();
    format!("[{}]", items.join(", "))
}

/// `text` in quotes.
pub(crate) fn basic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => escaped(&mut out, c),
        }
    }
    out.push('"');
    out
}

/// `text` between triple quotes, with line breaks as they are and one around it: white space around
/// an answer counts for nothing.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str("\"\"\"\n");
    let mut quotes = 0;
    for c in text.trim().chars() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            // Three in a row would end the text.
            '"' if quotes == 3 => {
                quotes = 0;
                out.push_str("\\\"");
            }
            '"' | '\n' | '\t' => out.push(c),
            c => escaped(&mut out, c),
        }
    }
    out.push_str("\n\"\"\"");
    out
}

fn escaped(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        c if c.is_control() => {
            let _ = write!(out, "\\u{:04X}", u32::from(c));
        }
        c => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::{UncheckedEntry, file, read, write};
    use proptest::prelude::*;

    fn texts(of: &[&str]) -> Vec<String> {
        of.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn is_written_as_the_book_is() {
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
        let mut back = read(text).expect("reads");
        back.answer = back.answer.trim().to_owned();
        assert_eq!(back, entry);
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
            assert!(read(text).is_err(), "{text}");
        }
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
                answer: answer.trim().to_owned(),
                phrasings: list.clone(),
                sources: list.clone(),
                resources: list.clone(),
                related: list,
            };
            let text = write(&entry);
            let mut back = read(&text).map_err(|p| TestCaseError::fail(format!("{p}\n{text}")))?;
            back.answer = back.answer.trim().to_owned();
            prop_assert_eq!(&back, &entry);
            prop_assert_eq!(write(&back), text);
        }
    }
}
