//! The difference between two versions of an entry, line by line.

use citebot_core::knowledge::{Field, FieldKind, FieldValue, UncheckedEntry};
use similar::{ChangeTag, TextDiff};
use std::fmt;

/// A line that was added or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Which of the two.
    pub sign: Sign,
    /// The part of the entry and what stands there: `phrasing: is it risky`. A long answer is one
    /// line a sentence.
    pub text: String,
}

/// Whether a line was added or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The line was added.
    Added,
    /// The line was removed.
    Removed,
}

impl fmt::Display for DiffLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.sign {
            Sign::Added => '+',
            Sign::Removed => '-',
        };
        write!(f, "{sign} {}", self.text)
    }
}

/// The lines that differ between `before` and `after`, where `None` stands for no entry.
#[must_use]
pub fn diff(before: Option<&UncheckedEntry>, after: Option<&UncheckedEntry>) -> Vec<DiffLine> {
    let (before, after) = (lines(before), lines(after));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let diff = TextDiff::from_slices(&before, &after);
    diff.iter_all_changes()
        .filter_map(|change| {
            let sign = match change.tag() {
                ChangeTag::Equal => return None,
                ChangeTag::Insert => Sign::Added,
                ChangeTag::Delete => Sign::Removed,
            };
            Some(DiffLine {
                sign,
                text: change.value().to_owned(),
            })
        })
        .collect()
}

fn lines(entry: Option<&UncheckedEntry>) -> Vec<String> {
    let Some(entry) = entry else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for field in Field::ALL {
        if field == Field::Id {
            continue;
        }
        let items = match (entry.value(field), field.kind()) {
            (FieldValue::Text(""), _) if !field.is_required() => Vec::new(),
            (FieldValue::Text(text), FieldKind::Paragraphs) => sentences(text),
            (FieldValue::Text(text), _) => vec![text],
            (FieldValue::List(items), _) => items.iter().map(String::as_str).collect(),
        };
        let name = field.item_name();
        lines.extend(items.iter().map(|item| format!("{name}: {item}")));
    }
    lines
}

/// The sentences of `answer`, each with its `[n]`.
fn sentences(answer: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    for line in answer.trim().lines() {
        let mut rest = line.trim();
        while let Some(end) = sentence_end(rest) {
            let (sentence, more) = rest.split_at(end);
            sentences.push(sentence.trim());
            rest = more.trim_start();
        }
        if !rest.is_empty() {
            sentences.push(rest);
        }
    }
    sentences
}

/// Where the first sentence of `text` ends and another begins.
fn sentence_end(text: &str) -> Option<usize> {
    let stops = text.match_indices(['.', '!', '?']);
    for (at, stop) in stops {
        let mut end = at + stop.len();
        // Its markers belong to it.
        loop {
            let rest = &text[end..];
            let trimmed = rest.trim_start();
            let marker = trimmed
                .strip_prefix('[')
                .and_then(|inside| inside.split_once(']'))
                .filter(|(digits, _)| {
                    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
                });
            match marker {
                Some((_, after)) => end = text.len() - after.len(),
                None => break,
            }
        }
        let rest = &text[end..];
        if rest.starts_with(' ') && !rest.trim().is_empty() {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{UncheckedEntry, diff, sentences};

    #[test]
    fn answers_are_cut_behind_sentences() {
        for (answer, expected) in [
            ("", vec![]),
            ("One", vec!["One"]),
            (
                "One. [1] Two! Three? [2] [3]",
                vec!["One. [1]", "Two!", "Three? [2] [3]"],
            ),
            (
                "It costs 1.5 euros. [1]\n\nMore.",
                vec!["It costs 1.5 euros. [1]", "More."],
            ),
            (
                "A [link](https://a.b/c?d) here. End",
                vec!["A [link](https://a.b/c?d) here.", "End"],
            ),
        ] {
            assert_eq!(sentences(answer), expected, "{answer:?}");
        }
    }

    #[test]
    fn only_what_changed_is_shown() {
        let before = UncheckedEntry {
            id: "misuse".into(),
            topic: "Risks".into(),
            question: "Can it be misused?".into(),
            phrasings: vec!["a".into(), "b".into()],
            answer: "Yes. [1] Much. [1]".into(),
            sources: vec!["x#y".into()],
            ..UncheckedEntry::default()
        };
        let after = UncheckedEntry {
            phrasings: vec!["a".into(), "c".into(), "b".into()],
            answer: "Yes. [1] Little. [1]".into(),
            ..before.clone()
        };
        let shown = |before, after| -> Vec<String> {
            let lines = diff(before, after);
            lines.iter().map(ToString::to_string).collect()
        };
        assert_eq!(
            shown(Some(&before), Some(&after)),
            [
                "+ phrasing: c",
                "- answer: Much. [1]",
                "+ answer: Little. [1]"
            ]
        );
        assert_eq!(shown(Some(&before), Some(&before)), Vec::<String>::new());
        assert_eq!(shown(None, Some(&before)).len(), 7);
        assert!(
            shown(Some(&before), None)
                .iter()
                .all(|line| line.starts_with("- "))
        );
    }
}
