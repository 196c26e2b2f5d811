//! What changed between two wordings of an entry, for reading.

use citebot_core::knowledge::UncheckedEntry;
use similar::{ChangeTag, TextDiff};
use std::fmt;

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Whether it came or went.
    pub sign: Sign,
    /// The part of the entry and what stands there: `phrasing: is it risky`. A long answer is one
    /// line a sentence.
    pub text: String,
}

/// Whether a line came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It was not there before.
    Came,
    /// It is not there any more.
    Went,
}

impl fmt::Display for DiffLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.sign {
            Sign::Came => '+',
            Sign::Went => '-',
        };
        write!(f, "{sign} {}", self.text)
    }
}

/// What came and went from `before` to `after`; `None` where there is no such entry. Lines that
/// stayed are left out.
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
                ChangeTag::Insert => Sign::Came,
                ChangeTag::Delete => Sign::Went,
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
    let mut lines = vec![
        format!("topic: {}", entry.topic),
        format!("question: {}", entry.question),
    ];
    let list = |name: &str, items: &[String]| -> Vec<String> {
        items.iter().map(|item| format!("{name}: {item}")).collect()
    };
    lines.extend(list("phrasing", &entry.phrasings));
    lines.extend(list("answer", &sentences(&entry.answer)));
    lines.extend(list("source", &entry.sources));
    lines.extend(list("resource", &entry.resources));
    lines.extend(list("related", &entry.related));
    lines
}

/// `answer` cut behind the ends of its sentences and their `[n]`.
fn sentences(answer: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    for line in answer.trim().lines() {
        let mut rest = line.trim();
        while let Some(end) = sentence_end(rest) {
            let (sentence, more) = rest.split_at(end);
            sentences.push(sentence.trim().to_owned());
            rest = more.trim_start();
        }
        if !rest.is_empty() {
            sentences.push(rest.to_owned());
        }
    }
    sentences
}

/// Where the first sentence of `text` ends and another begins.
fn sentence_end(text: &str) -> Option<usize> {
    let stops = text.match_indices(['.', '!', '?']);
    for (at, stop) in stops {
        let mut end = at + stop.len();
        // The marks behind it belong to it.
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
