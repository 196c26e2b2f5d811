//! Other programs' FAQs → files in the base's format, to be looked through and completed by a person: a
//! Markdown file with headings as questions, or the tags that another bot exported as JSON.

mod markdown;
mod tags;

use crate::entry_input::new_id;
use crate::export::{File, file_name};
use crate::revision_text;
use citebot_core::diagnostic::{Diagnostic, Diagnostics};
use citebot_core::knowledge::{EntryErrorKind, Knowledge, Known, Limits, UncheckedEntry, check};
use citebot_core::source_file::SourceFile;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// The first lines of each file.
const TO_DO: &str = "\
# Converted from another format. Before it is used, for each entry:
# * give it at least six phrasings, in the words in which people ask;
# * give each claim its source: [1] in the answer, and in `sources` an article's section or a link;
# * see that the question is one, and that the answer is still right.
";

/// A question with its answer, as found in a file.
struct Found {
    topic: String,
    question: String,
    phrasings: Vec<String>,
    answer: String,
    /// Where it stands in the file, in bytes.
    place: Range<usize>,
}

/// What was read of a file.
#[derive(Default)]
struct Reading {
    found: Vec<Found>,
    problems: Vec<Diagnostic>,
}

/// Converts `file`: Markdown if its name ends in `.md` or `.markdown`, tags if it ends in `.json`. Gives a
/// file for each topic, or nothing if there is any problem.
///
/// # Errors
///
/// Every problem in the file, also what would not fit the `limits` of the surface.
pub fn convert(file: &SourceFile, limits: &Limits) -> Result<Vec<File>, Diagnostics> {
    let extension = file.path().extension().unwrap_or_default();
    let reading = match extension.to_string_lossy().to_lowercase().as_str() {
        "md" | "markdown" => markdown::read(file),
        "json" => tags::read(file),
        _ => {
            let help = "its name must end in .md or .json";
            let message = "this is neither Markdown nor JSON";
            return Err(file.whole(message, Some(help.into())).into());
        }
    };
    let Reading {
        found,
        mut problems,
    } = reading;
    let mut topics: BTreeMap<String, Vec<UncheckedEntry>> = BTreeMap::new();
    let none = Knowledge::from_parts(vec![], vec![], vec![], vec![]).with_limits(limits);
    let mut ids = HashSet::new();
    let mut questions = HashSet::new();
    for one in found {
        let mut report = |message: String, help: Option<String>| {
            problems.push(file.diagnostic(one.place.clone(), message, help));
        };
        if !questions.insert(one.question.to_lowercase()) {
            let message = format!("“{}” stands here twice", one.question);
            report(message, Some("leave one of the two out".into()));
        }
        let id = new_id(&one.question, |id| ids.contains(id));
        ids.insert(id.clone());
        let entry = UncheckedEntry {
            id,
            topic: one.topic.clone(),
            question: one.question,
            phrasings: one.phrasings,
            answer: one.answer,
            ..UncheckedEntry::default()
        };
        for error in check(&entry, &Known::new(&none)) {
            let help = match error.kind {
                EntryErrorKind::MarkerWithoutSource { .. } => {
                    Some("write the number without brackets, or as a link".into())
                }
                _ => error.help,
            };
            report(
                format!("“{}”, {}: {}", entry.question, error.part, error.kind),
                help,
            );
        }
        topics.entry(one.topic).or_default().push(entry);
    }
    if topics.is_empty() && problems.is_empty() {
        let message = "there is no question with an answer in this file";
        problems.push(file.whole(message, None));
    }
    if !problems.is_empty() {
        return Err(Diagnostics::sorted(problems));
    }
    let mut names = HashSet::new();
    let files = topics.iter().map(|(topic, entries)| File {
        name: file_name(topic, &mut names),
        text: format!("{TO_DO}{}", revision_text::file(topic, entries)),
    });
    Ok(files.collect())
}

#[cfg(test)]
mod tests {
    use super::convert;
    use citebot_core::knowledge::{Limits, read_entries};
    use citebot_core::source_file::SourceFile;

    /// The topics, questions, phrasings and answers of the converted file, or its problems.
    fn converted(name: &str, text: &str) -> Result<Vec<[String; 4]>, String> {
        let file = SourceFile::new(name, text);
        let files = convert(&file, &Limits::UNLIMITED).map_err(|problems| problems.to_string())?;
        let mut entries = Vec::new();
        for file in files {
            let source = SourceFile::new(file.name.as_str(), &file.text);
            for located in read_entries(&source).expect("what was written can be read") {
                let entry = located.entry.trimmed();
                let phrasings = entry.phrasings.join("|");
                entries.push([entry.topic, entry.question, phrasings, entry.answer]);
            }
        }
        Ok(entries)
    }

    fn check(name: &str, text: &str, expected: &[[&str; 4]]) {
        let found = converted(name, text).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn headings_are_questions_and_those_above_them_topics() {
        check(
            "FAQ.md",
            "# Our FAQ\n\nWelcome.\n\n## Setup\n\n### 1. How do I *install* it?\n\nRun `pip`.\n\n\
             ```sh\n# no heading\n```\n\n### Q: Which `GPU`?\nAny [one](https://x.example/).\n\n\
             ## Is it free?\n\nYes.\n",
            &[
                ["Our FAQ", "Is it free?", "", "Yes."],
                [
                    "Setup",
                    "How do I install it?",
                    "",
                    "Run `pip`.\n\n```sh\n# no heading\n```",
                ],
                ["Setup", "Which GPU?", "", "Any [one](https://x.example/)."],
            ],
        );
        check(
            "faq.markdown",
            "What is it?\n===========\nA bot.\n",
            &[["FAQ", "What is it?", "", "A bot."]],
        );
    }

    #[test]
    fn tags_of_several_shapes_are_read() {
        for text in [
            r#"[{"name": "gpu-reqs", "content": "8 GB.", "owner_id": 5, "aliases": ["vram"]}]"#,
            r#"{"gpu-reqs": {"Content": "8 GB.", "aliases": "vram"}}"#,
            r#"{"tags": [{"tag": "gpu-reqs", "response": "8 GB.", "aliases": ["vram", ""]}]}"#,
            r#"[{"TextTrigger": "gpu-reqs", "Responses": ["8 GB."], "Aliases": ["vram"], "Disabled": false}]"#,
        ] {
            let phrasings = "gpu-reqs|vram";
            check(
                "tags.json",
                text,
                &[["Tags", "Gpu reqs", phrasings, "8 GB."]],
            );
        }
        check(
            "t.json",
            r#"{"rules": "Be kind."}"#,
            &[["Tags", "Rules", "", "Be kind."]],
        );
    }

    #[test]
    fn nothing_is_converted_with_any_problem_and_each_has_its_line() {
        for (name, text, expected) in [
            (
                "a.txt",
                "x",
                &["a.txt: this is neither Markdown nor JSON"] as &[_],
            ),
            (
                "a.md",
                "just text\n",
                &["a.md: there is no question with an answer"],
            ),
            (
                "a.md",
                "# A\n\n# B?\nyes [1]\n\n# b?\nno\n",
                &[
                    "a.md:1:1: there is no answer under “A”",
                    "a.md:3:1: “B?”, answer: [1] points to no source",
                    "a.md:6:1: “b?” stands here twice",
                ],
            ),
            ("a.json", "[{\"name\": ", &["a.json:1:", "this is not JSON"]),
            ("a.json", "7", &["a.json: this holds no tags"]),
            (
                "a.json",
                r#"[{"name": "x"}, {"content": "y"}, {"name": "z", "content": "Hi {{.User}}"}, 5]"#,
                &[
                    "tag 1, `x`, has no answer",
                    "tag 2 has no name",
                    "tag 3, `z`, is a template",
                    "tag 4 is no tag",
                ],
            ),
        ] {
            let problems = converted(name, text).expect_err(text);
            for expected in expected {
                assert!(problems.contains(expected), "{expected:?} in {problems}");
            }
        }
    }
}
