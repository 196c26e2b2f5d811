//! Reads files of labelled questions: lines of JSON such as `{"question":"…","entry":"misuse"}`, with
//! `"entry":["a","b"]` where either is right and `"entry":null` where the bot must not answer.
//! `"after":"…"` names the entry of the answer that the question replies to. `"kind":"…"` groups questions. Other keys are ignored, but for those that look like one of these
//! mistyped.

use crate::did_you_mean::{did_you_mean, nearest};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A question with the entries that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledQuestion {
    /// The question; it is not blank.
    pub question: String,
    /// The ids of the entries that answer it; none where the bot must not answer.
    pub right: Vec<String>,
    /// The id of the entry that it follows: it was put in reply to that answer.
    pub after: Option<String>,
    /// The group it belongs to.
    pub kind: Option<String>,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// A line that is not a labelled question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadLine {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

#[derive(Deserialize)]
struct Line {
    question: Option<String>,
    // Otherwise a missing key would read as `null`, and a forgotten label as "must not answer".
    #[serde(default, deserialize_with = "present")]
    entry: Option<Label>,
    after: Option<String>,
    kind: Option<String>,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`entry` is neither an id, a list of ids nor null"
)]
enum Label {
    None,
    One(String),
    More(Vec<String>),
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Label>, D::Error> {
    Label::deserialize(value).map(Some)
}

/// Reads labelled questions, one a line. Ignores empty lines and a byte-order mark.
///
/// # Errors
///
/// Every line that is not a labelled question.
pub fn parse(text: &str) -> Result<Vec<LabelledQuestion>, Vec<BadLine>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut labelled = Vec::new();
    let mut bad = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim().is_empty() {
            continue;
        }
        match parse_line(text, line) {
            Ok(question) => labelled.push(question),
            Err(reason) => bad.push(BadLine { line, reason }),
        }
    }
    if bad.is_empty() {
        Ok(labelled)
    } else {
        Err(bad)
    }
}

const KEYS: [&str; 4] = ["question", "entry", "after", "kind"];
const EXAMPLE: &str =
    r#"a line reads {"question":"…","entry":"id"}, "entry":["a","b"] or "entry":null"#;

fn parse_line(text: &str, line: usize) -> Result<LabelledQuestion, String> {
    let read: Line = serde_json::from_str(text).map_err(|error| format!("{error}; {EXAMPLE}"))?;
    for key in read.others.keys() {
        if let Some(meant) = nearest(key, KEYS) {
            return Err(format!("no key {key:?} is read; {}", did_you_mean(meant)));
        }
    }
    let missing = |key: &str| format!("no {key:?}; {EXAMPLE}");
    let question = read.question.ok_or_else(|| missing("question"))?;
    let entry = read.entry.ok_or_else(|| missing("entry"))?;
    if question.trim().is_empty() {
        return Err("an empty question".into());
    }
    let right = match entry {
        Label::None => Vec::new(),
        Label::One(id) => vec![id],
        Label::More(ids) if ids.is_empty() => {
            return Err(
                "an empty list of entries: write null where the bot must not answer".into(),
            );
        }
        Label::More(ids) => ids,
    };
    Ok(LabelledQuestion {
        question,
        right,
        after: read.after,
        kind: read.kind,
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_question_may_follow_an_answer() {
        let line = r#"{"question":"a","entry":"x","after":"y"}"#;
        let labelled = parse(line).expect("a good line");
        assert_eq!(labelled[0].after.as_deref(), Some("y"));
        let line = r#"{"question":"a","entry":"x","aftr":"y"}"#;
        let bad = parse(line).expect_err("a typo");
        assert!(bad[0].reason.contains("did you mean `after`?"), "{bad:?}");
    }

    #[test]
    fn good_lines_are_read() {
        for (line, right, kind) in [
            (r#"{"question":"a","entry":"x"}"#, vec!["x"], None),
            (
                r#"{"question":"a","entry":["x","y"]}"#,
                vec!["x", "y"],
                None,
            ),
            (r#"{"question":"a","entry":null}"#, vec![], None),
            (
                r#"{"question":"a","entry":null,"kind":"name","near":"x","more":[{}]}"#,
                vec![],
                Some("name"),
            ),
            (
                "\u{feff}{\"question\":\"a\",\"entry\":\"x\"}",
                vec!["x"],
                None,
            ),
        ] {
            let labelled = parse(line).unwrap_or_else(|bad| panic!("{line}: {bad:?}"));
            let [one] = labelled.as_slice() else {
                panic!("{line}: {labelled:?}");
            };
            assert_eq!(one.question, "a", "{line}");
            assert_eq!(one.right, right, "{line}");
            assert_eq!(one.kind.as_deref(), kind, "{line}");
        }
    }

    #[test]
    fn bad_lines_are_reported_with_their_number() {
        for (line, reason) in [
            (r#"{"question":"a"}"#, "no \"entry\";"),
            (r#"{"question":"a","entyr":"x"}"#, "did you mean `entry`?"),
            (r#"{"Qestion":"a","entry":"x"}"#, "did you mean `question`?"),
            (
                r#"{"question":"a","entry":"x","knd":"name"}"#,
                "did you mean `kind`?",
            ),
            (r#"{"question":" ","entry":null}"#, "an empty question"),
            (r#"{"question":null,"entry":null}"#, "no \"question\""),
            (r#"{"question":"a","entry":[]}"#, "an empty list"),
            (r#"{"question":"a","entry":3}"#, "neither an id"),
            (
                r#"{"question":"a","question":"b","entry":null}"#,
                "duplicate",
            ),
            ("not json", "a line reads"),
        ] {
            let text = format!("{{\"question\":\"a\",\"entry\":\"x\"}}\n\n{line}\n");
            let bad = parse(&text).expect_err(line);
            let [one] = bad.as_slice() else {
                panic!("{line}: {bad:?}");
            };
            assert_eq!(one.line, 3, "{line}");
            assert!(one.reason.contains(reason), "{line}: {}", one.reason);
        }
    }
}
