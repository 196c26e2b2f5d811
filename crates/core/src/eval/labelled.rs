//! Reads files of labelled questions: lines of JSON such as `{"question":"…","entry":"misuse"}`, with
//! `"entry":["a","b"]` where either is right and `"entry":null` where the bot must not answer.

use serde::Deserialize;

/// A question with the entries that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledQuestion {
    /// The question.
    pub question: String,
    /// The ids of the entries that answer it; none where the bot must not answer.
    pub right: Vec<String>,
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
#[serde(deny_unknown_fields)]
struct Line {
    question: String,
    // Otherwise a missing key would read as `null`, and a forgotten label as "must not answer".
    #[serde(deserialize_with = "Option::deserialize")]
    entry: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Reads labelled questions, one a line. Ignores empty lines.
///
/// # Errors
///
/// Every line that is not a labelled question.
pub fn parse(text: &str) -> Result<Vec<LabelledQuestion>, Vec<BadLine>> {
    let mut labelled = Vec::new();
    let mut bad = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Line>(line) {
            Ok(Line { question, entry }) => {
                let right = match entry {
                    None => Vec::new(),
                    Some(OneOrMore::One(id)) => vec![id],
                    Some(OneOrMore::More(ids)) => {
                        if ids.is_empty() {
                            bad.push(BadLine {
                                line: at + 1,
                                reason: "an empty list of entries: write null where the bot must not answer".into(),
                            });
                            continue;
                        }
                        ids
                    }
                };
                labelled.push(LabelledQuestion { question, right });
            }
            Err(error) => bad.push(BadLine {
                line: at + 1,
                reason: format!(
                    "{error}; a line reads {{\"question\":\"…\",\"entry\":\"id\"}}, \"entry\":[\"a\",\"b\"] or \"entry\":null"
                ),
            }),
        }
    }
    if bad.is_empty() {
        Ok(labelled)
    } else {
        Err(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lines_are_read_or_reported() {
        let good = "{\"question\":\"a\",\"entry\":\"x\"}\n\n{\"question\":\"b\",\"entry\":[\"x\",\"y\"]}\n{\"question\":\"c\",\"entry\":null}\n";
        let labelled = parse(good).expect("all lines are labelled questions");
        let right: Vec<usize> = labelled.iter().map(|l| l.right.len()).collect();
        assert_eq!(right, [1, 2, 0]);

        let bad = "{\"question\":\"a\"}\nnot json\n{\"question\":\"b\",\"entry\":[]}\n{\"question\":\"b\",\"entry\":\"x\",\"extra\":1}\n{\"question\":\"b\",\"entry\":null}";
        let lines: Vec<usize> = parse(bad)
            .expect_err("four lines are wrong")
            .iter()
            .map(|b| b.line)
            .collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }
}
