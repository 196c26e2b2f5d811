//! Reading and checking knowledge folders.

use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{
    Entry, EntryErrorKind, EntryId, EntryPart, Field, Knowledge, KnowledgeFiles, Known, Limits,
    Overflow, Source, UncheckedEntry, check, check_entry, read_entries,
};
use citebot_core::source_file::SourceFile;
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ARTICLES: &str = r#"[[article]]
id = "first"
title = "The first article"
author = "A. Writer"
url = "https://example.org/first"

[[article.section]]
id = "intro"
heading = "Introduction"

[[article.section]]
id = "safety"
heading = "Safety"

[[article]]
id = "second"
title = "The second article"

[[article.section]]
id = "money"
heading = "Money"
"#;
const RESOURCES: &str = r#"[[resource]]
id = "hugging-face"
name = "Hugging Face"
url = "https://huggingface.co/"
description = "Find models."
"#;
const ALIASES: &str = r#"[[alias]]
name = "Meta"
also = ["Facebook", "face-book", "face book"]
"#;
const NAMES: &str = "names = [\"Ollama\"]\n";
const OUT_OF_SCOPE: &str = "questions = [\"Who is\", \"when\"]\n";
const FAQ: &str = r#"topic = "Basics"

[[entry]]
id = "one"
question = "What is one?"
phrasings = ["tell me about one", "one?"]
answer = """
One is one. [1] It is [safe](https://example.org/). [2]
"""
sources = ["first#intro", "https://example.org/page"]
resources = ["hugging-face"]
related = ["two"]

[[entry]]
id = "two"
question = "What is two?"
answer = "Two."
"#;

/// Those of some surface, with a link of an article too long for its list of sources.
const LIMITS: Limits = Limits {
    topic: 100,
    question: 250,
    answer: 2_500,
    resources: 10,
    related: 25,
    link: 512,
    resource_name: 80,
    title: 256,
    name: 100,
    note: 1_024,
    measure: |reply| {
        let long = reply.citations.iter().find(|citation| {
            citation.article.is_some() && citation.url.is_some_and(|url| url.len() > 500)
        });
        long.map(|citation| Overflow {
            part: EntryPart::Item(Field::Sources, citation.n - 1),
            message: "this does not fit in a line".into(),
            help: None,
        })
        .into_iter()
        .collect()
    },
};

fn load(folder: &Path) -> Result<Knowledge, Diagnostics> {
    Knowledge::load(folder, &LIMITS)
}

/// A folder with these files, by their path in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

/// The good files, with each of `changes` in place of the file of that name.
fn changed(changes: &[(&str, &str)]) -> TempDir {
    let good = [
        ("articles.toml", ARTICLES),
        ("resources.toml", RESOURCES),
        ("aliases.toml", ALIASES),
        ("names.toml", NAMES),
        ("out-of-scope.toml", OUT_OF_SCOPE),
        ("faq/a.toml", FAQ),
    ];
    let kept = good
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let files: Vec<(&str, &[u8])> = kept
        .chain(changes)
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    folder(&files)
}

/// The diagnostics of a folder as people read them, paths relative to it.
fn report(folder: &Path) -> String {
    match load(folder) {
        Ok(_) => String::new(),
        Err(diagnostics) => relative(folder, &diagnostics.to_string()),
    }
}

/// Place and message of each diagnostic, without the help.
fn headlines(folder: &Path) -> Vec<String> {
    let diagnostics = load(folder).err().unwrap_or_default();
    let headlines = diagnostics.0.iter().map(|diagnostic| {
        let headline = format!("{}: {}", diagnostic.location(), diagnostic.message);
        relative(folder, &headline)
    });
    headlines.collect()
}

fn relative(folder: &Path, text: &str) -> String {
    let whole = folder.display().to_string();
    text.replace(&format!("{whole}/"), "")
        .replace(&whole, "FOLDER")
}

#[test]
fn good_files_load_whole() {
    let folder = changed(&[]);
    let knowledge = load(folder.path()).expect("no problem");
    assert_eq!(knowledge.articles().len(), 2);
    assert_eq!(knowledge.resources().len(), 1);
    assert_eq!(
        knowledge.aliases()[0].also,
        ["Facebook", "face-book", "face book"]
    );
    assert_eq!(knowledge.names(), ["Ollama"]);
    assert_eq!(knowledge.out_of_scope(), ["Who is", "when"]);
    assert_eq!(knowledge.topics(), ["Basics"]);
    let one = knowledge.entry("one").expect("an entry");
    assert_eq!(
        one.answer,
        "One is one. [1] It is [safe](https://example.org/). [2]"
    );
    assert_eq!(
        one.sources[1],
        Source::Url("https://example.org/page".into())
    );
    let citations: Vec<String> = knowledge
        .citations(one)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        citations,
        [
            "[1] The first article: Introduction",
            "[2] https://example.org/page"
        ]
    );
}

#[test]
fn files_that_may_be_missing_or_stand_beside() {
    let entry = "topic = \"T\"\n[[entry]]\nid = \"a\"\nquestion = \"A\"\nanswer = \"a\"\n";
    let crlf = entry.replace('\n', "\r\n");
    let marked = format!("\u{feff}{entry}");
    for files in [
        vec![("faq/a.toml", entry)],
        vec![("faq/a.toml", &crlf)],
        vec![("faq/a.toml", &marked)],
        vec![
            ("faq/a.toml", entry),
            ("articles.toml", ""),
            ("aliases.toml", "# none\n"),
        ],
        vec![
            ("faq/a.toml", entry),
            ("README.md", "x"),
            (".hidden.toml", "x"),
        ],
        vec![
            ("faq/a.toml", entry),
            ("faq/.a.toml.swp", "x"),
            ("faq/notes.md", "x"),
        ],
    ] {
        let bytes: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
        let folder = folder(&bytes);
        assert_eq!(report(folder.path()), "", "{files:?}");
        let knowledge = load(folder.path()).expect("no problem");
        assert_eq!(knowledge.entries().len(), 1);
    }
}

#[test]
fn files_stand_in_the_order_of_their_names() {
    let file = |id: &str| {
        format!("topic = \"{id}\"\n[[entry]]\nid = \"{id}\"\nquestion = \"{id}\"\nanswer = \"x\"\n")
    };
    let (a, b, c) = (file("a"), file("b"), file("c"));
    let folder = changed(&[("faq/a.toml", &c), ("faq/c.toml", &b), ("faq/b.toml", &a)]);
    let knowledge = load(folder.path()).expect("no problem");
    assert_eq!(knowledge.topics(), ["c", "a", "b"]);
}

/// `FAQ` with `old` replaced by `new`, and the one headline expected.
#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_mistake_in_an_entry_has_its_place() {
    let mut wrong = String::new();
    for (old, new, expected) in [
        // Ids.
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\n[[entry]]\nid = \"one\"\nquestion = \"Three\"\nanswer = \"3\"",
            "19:6: the entry id `one` is taken already",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\n[[entry]]\nid = \"Two\"\nquestion = \"Three\"\nanswer = \"3\"",
            "19:6: `Two` is not an id: an id holds a–z, 0–9 and -, not 'T'",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\n[[entry]]\nid = \"\"\nquestion = \"Three\"\nanswer = \"3\"",
            "19:6: id is empty",
        ),
        // Keys and types.
        (
            "answer = \"Two.\"",
            "anwser = \"Two.\"",
            "17:1: this entry has no key `anwser`",
        ),
        ("answer = \"Two.\"", "", "14:1: this entry lacks `answer`"),
        (
            "question = \"What is two?\"\n",
            "",
            "14:1: this entry lacks `question`",
        ),
        (
            "answer = \"Two.\"",
            "answer = 2",
            "17:10: `answer` must be a text in quotes, not a whole number",
        ),
        (
            "[\"two\"]",
            "\"two\"",
            "12:11: `related` must be a list in square brackets, not a text",
        ),
        (
            "[\"two\"]",
            "[\"two\", 2.5]",
            "12:19: `related` must be a list of texts in quotes, not a decimal number",
        ),
        (
            "[\"first#intro\",",
            "[1979-05-27,",
            "10:12: `sources` must be a list of texts in quotes, not a date or time",
        ),
        (
            "topic = \"Basics\"\n",
            "\n",
            "FILE: this file lacks `topic`",
        ),
        ("topic = \"Basics\"", "topic = \" \"", "1:9: topic is empty"),
        (
            "topic = \"Basics\"",
            "topic = \"Basics\"\ntitle = \"x\"",
            "2:1: this file has no key `title`",
        ),
        // Texts.
        ("\"What is two?\"", "\"  \"", "16:12: question is empty"),
        ("\"one?\"", "\"\"", "6:35: phrasing 2 is empty"),
        ("\"one?\"", "\"?!\"", "6:35: there is no word in this"),
        (
            "\"one?\"",
            "\"on\\u0007e\"",
            "6:35: this holds the control character U+0007: delete it",
        ),
        (
            "\"one?\"",
            "\"on\\ne\"",
            "6:35: this holds a line break: write it in one line",
        ),
        ("\"Two.\"", "\"\"\"\n\"\"\"", "17:10: answer is empty"),
        (
            "\"Two.\"",
            "\"Two \\u001b[31m.\"",
            "17:10: this holds the control character U+001B: delete it",
        ),
        // Dates.
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\nchecked = \"24.11.2026\"",
            "18:11: `24.11.2026` is not a date: a date is written year-month-day, like 2026-11-24",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\nchecked = \"2026-02-29\"",
            "18:11: `2026-02-29` is not a date: the calendar has no such day",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\nchecked = \"\"",
            "18:11: checked is empty",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\nchecked = 2026-11-24",
            "18:11: `checked` must be a text in quotes, not a date or time",
        ),
        // Sources and their marks.
        (
            "first#intro",
            "frist#intro",
            "10:12: there is no article `frist`",
        ),
        (
            "first#intro",
            "first#intor",
            "10:12: the article `first` has no section `intor`",
        ),
        (
            "first#intro",
            "first#money",
            "10:12: the article `first` has no section `money`",
        ),
        (
            "first#intro",
            "intro",
            "10:12: `intro` is not a source: a source is written `article#section` or is a link",
        ),
        (
            "first#intro",
            "First#intro",
            "10:12: `First#intro` is not a source: a source is written `article#section` or is a link",
        ),
        ("first#intro", "", "10:12: source 1 is empty"),
        (
            "https://example.org/page",
            "ftp://example.org",
            "10:27: `ftp://example.org` is not a source: a link begins with https:// or http://",
        ),
        (
            "https://example.org/page",
            "https://",
            "10:27: `https://` is not a source: this is not a link: empty host",
        ),
        (
            "https://example.org/page",
            "first#intro",
            "10:27: `first#intro` stands in this list twice",
        ),
        (
            "(https://example.org/)",
            "(javascript:alert)",
            "7:10: `javascript:alert` is not a link to show: a link begins with https:// or http://",
        ),
        (
            "\"Two.\"",
            "\"Two. [3]\"",
            "17:16: [3] points to no source: there are no sources",
        ),
        (
            "One is one. [1]",
            "Oné is [0] [1]",
            "8:8: [0] points to no source: there are 2 sources",
        ),
        (
            "One is one. [1]",
            "One is one.",
            "10:12: no [1] in the answer points to this source",
        ),
        // Other lists.
        (
            "[\"hugging-face\"]",
            "[\"huging-face\"]",
            "11:14: there is no resource `huging-face`",
        ),
        (
            "[\"hugging-face\"]",
            "[\"hugging-face\", \"hugging-face\"]",
            "11:30: `hugging-face` stands in this list twice",
        ),
        ("[\"two\"]", "[\"tow\"]", "12:12: there is no entry `tow`"),
        (
            "related = [\"two\"]",
            "was = [\"two\"]",
            "12:8: `two` belongs to the entry `two`",
        ),
        (
            "related = [\"two\"]",
            "was = [\"one\"]",
            "12:8: this is the entry's present id",
        ),
        (
            "[\"two\"]",
            "[\"one\"]",
            "12:12: an entry is not related to itself",
        ),
        (
            "[\"two\"]",
            "[\"two\", \"\"]",
            "12:19: related entry 2 is empty",
        ),
        (
            "[\"two\"]",
            "[\"T w o\"]",
            "12:12: `T w o` is not an id: an id holds a–z, 0–9 and -, not 'T'",
        ),
        // Wordings.
        (
            "\"one?\"",
            "\"Tell me about ONE\"",
            "6:35: this entry is worded like this already",
        ),
        (
            "What is two?",
            "ＷＨＡＴ is… one!",
            "16:12: entry `one` is worded like this already",
        ),
        // TOML itself.
        (
            "id = \"two\"",
            "id \"two\"",
            "15:4: not valid TOML: key with no value, expected `=`",
        ),
        (
            "question = \"What is two?\"",
            "question = \"What is two?",
            "16:25: not valid TOML: invalid basic string, expected `\"`",
        ),
        (
            "[[entry]]\nid = \"two\"",
            "[[entry]\nid = \"two\"",
            "14:9: not valid TOML: unclosed array table, expected `]`",
        ),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\nanswer = \"2.\"",
            "18:1: not valid TOML: duplicate key",
        ),
        (
            "answer = \"Two.\"",
            "answer = ",
            "17:10: not valid TOML: string values must be quoted, expected literal string",
        ),
    ] {
        let text = FAQ.replace(old, new);
        assert_ne!(text, FAQ, "{old:?} stands in the file");
        let folder = changed(&[("faq/a.toml", &text)]);
        let expected = match expected.strip_prefix("FILE") {
            Some(message) => format!("faq/a.toml{message}"),
            None => format!("faq/a.toml:{expected}"),
        };
        let found = headlines(folder.path());
        if found != [expected] {
            let _ = writeln!(wrong, "{new:?}: {found:#?}");
        }
    }
    assert_eq!(wrong, "");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_mistake_in_the_other_files_has_its_place() {
    for (file, old, new, expected) in [
        (
            "articles.toml",
            "id = \"second\"",
            "id = \"first\"",
            vec!["16:6: the article id `first` is taken already"],
        ),
        (
            "articles.toml",
            "\"safety\"",
            "\"intro\"",
            vec!["12:6: the section id `intro` is taken already"],
        ),
        (
            "articles.toml",
            "title = \"The second article\"\n",
            "",
            vec!["15:1: this article lacks `title`"],
        ),
        (
            "articles.toml",
            "title = \"The second article\"",
            "titel = \"x\"",
            vec!["17:1: this article has no key `titel`"],
        ),
        (
            "articles.toml",
            "heading = \"Money\"",
            "heading = \"\"",
            vec!["21:11: heading is empty"],
        ),
        (
            "articles.toml",
            "https://example.org/first",
            "example.org",
            vec![
                "5:7: `example.org` is not a link to show: a link begins with https:// or http://",
            ],
        ),
        (
            "articles.toml",
            "A. Writer",
            "",
            vec!["4:10: author is empty"],
        ),
        (
            "articles.toml",
            "\n[[article.section]]\nid = \"money\"\nheading = \"Money\"\n",
            "",
            vec!["15:1: this article has no section, so nothing can cite it"],
        ),
        (
            "articles.toml",
            "[[article]]\nid = \"second\"",
            "[article]\nid = \"second\"",
            vec!["15:2: not valid TOML: duplicate key"],
        ),
        (
            "resources.toml",
            "[[resource]]",
            "[resource]",
            vec!["1:1: `resource` must be a list of tables, not a table"],
        ),
        (
            "resources.toml",
            "https://huggingface.co/",
            "http s://x.org",
            vec!["4:7: `http s://x.org` is not a link to show: a link holds no white space"],
        ),
        (
            "resources.toml",
            "name = \"Hugging Face\"\n",
            "",
            vec!["1:1: this resource lacks `name`"],
        ),
        (
            "aliases.toml",
            "[\"Facebook\", \"face-book\", \"face book\"]",
            "[]",
            vec!["1:1: this alias has no other names"],
        ),
        (
            "aliases.toml",
            "\"Facebook\"",
            "\"Meta\"",
            vec!["3:9: `Meta` stands in this list twice"],
        ),
        (
            "aliases.toml",
            "\"Facebook\"",
            "\"\"",
            vec!["3:9: name 1 of this alias is empty"],
        ),
        (
            "aliases.toml",
            "\"Facebook\"",
            "\"…\"",
            vec!["3:9: there is no word in this"],
        ),
        (
            "aliases.toml",
            "face book\"]",
            "face book\"]\n[[alias]]\nname = \"Facebook\"\nalso = [\"META\"]",
            vec![
                "5:8: `Facebook` stands in the group `Meta` already",
                "6:9: `META` stands in the group `Meta` already",
            ],
        ),
        (
            "aliases.toml",
            "[[alias]]",
            "[[aliases]]",
            vec!["1:3: this file has no key `aliases`"],
        ),
        (
            "names.toml",
            "names",
            "name",
            vec!["1:1: this file has no key `name`"],
        ),
        (
            "names.toml",
            "[\"Ollama\"]",
            "[\"LM Studio\", \"lm studio\", \"\", \"…\", 3]",
            vec![
                "1:23: `lm studio` stands in this list twice",
                "1:36: name 3 is empty",
                "1:40: there is no word in this",
                "1:45: `names` must be a list of texts in quotes, not a whole number",
            ],
        ),
        (
            "out-of-scope.toml",
            "questions",
            "question",
            vec!["1:1: this file has no key `question`"],
        ),
        (
            "out-of-scope.toml",
            "[\"Who is\", \"when\"]",
            "[\"who is?\", \"Who is\", \"\", \"…\", 3]",
            vec![
                "1:25: `Who is` stands in this list twice",
                "1:35: question 3 is empty",
                "1:39: there is no word in this",
                "1:44: `questions` must be a list of texts in quotes, not a whole number",
            ],
        ),
        (
            "out-of-scope.toml",
            "\"when\"",
            "\"WHAT is one!\"",
            vec!["1:24: `WHAT is one!` is a question that the entry `one` answers"],
        ),
    ] {
        let good = match file {
            "articles.toml" => ARTICLES,
            "names.toml" => NAMES,
            "out-of-scope.toml" => OUT_OF_SCOPE,
            "resources.toml" => RESOURCES,
            _ => ALIASES,
        };
        let text = good.replace(old, new);
        assert_ne!(text, good, "{old:?} stands in the file");
        let folder = changed(&[(file, &text)]);
        let mut found = headlines(folder.path());
        // What an entry cites may have gone with the mistake.
        found.retain(|line| line.starts_with(file));
        let expected: Vec<String> = expected.iter().map(|e| format!("{file}:{e}")).collect();
        assert_eq!(found, expected, "{new:?}");
    }
}

#[test]
fn suggestions_name_what_was_meant() {
    for (old, new, expected) in [
        ("first#intro", "frist#intro", "did you mean `first#intro`?"),
        ("first#intro", "first#intor", "did you mean `first#intro`?"),
        ("first#intro", "first#money", "did you mean `second#money`?"),
        (
            "first#intro",
            "first#nothing-like-it",
            "its sections are `intro` and `safety`",
        ),
        ("first#intro", "intro", "did you mean `first#intro`?"),
        ("first#intro", "frist", "did you mean `first#intro`?"),
        ("first#intro", "First#Intro", "did you mean `first#intro`?"),
        (
            "hugging-face",
            "huggingface",
            "did you mean `hugging-face`?",
        ),
        ("[\"two\"]", "[\"tow\"]", "did you mean `two`?"),
        ("phrasings", "phrasing", "did you mean `phrasings`?"),
        (
            "answer = \"Two.\"",
            "answer = \"Two.\"\ntopic = \"x\"",
            "the keys here are `id`, `question`, `phrasings`, ",
        ),
    ] {
        let text = FAQ.replace(old, new);
        let folder = changed(&[("faq/a.toml", &text)]);
        let report = report(folder.path());
        assert!(
            report.contains(&format!(" ({expected}")),
            "{new:?}\n{report}"
        );
    }
}

#[test]
fn every_mistake_of_a_folder_is_reported_at_once() {
    let articles = ARTICLES
        .replace(
            "title = \"The second article\"",
            "titel = \"The second article\"",
        )
        .replace("https://example.org/first", "ftp://example.org/first");
    let resources = RESOURCES.replace("name = \"Hugging Face\"", "name = 1");
    let aliases = ALIASES.replace("name = \"Meta\"", "name = \"Meta");
    let first = FAQ
        .replace("first#intro", "first#intor")
        .replace("[\"two\"]", "[\"two\", \"three\"]")
        .replace("One is one. [1]", "One is one. [1] [3]")
        .replace("answer = \"Two.\"\n", "");
    let second = "topic = \"More\"\n[[entry]]\nid = \"two\"\nquestion = \"what is ONE\"\nanswer \"x\"\n\n[[entry]]\nid = \"four\"\nquestion = \"日本語は？\"\nphrasings = [\"\"]\nanswer = \"x\"\nanswer = \"y\"\n";
    let folder = changed(&[
        ("articles.toml", &articles),
        ("resources.toml", &resources),
        ("aliases.toml", &aliases),
        ("faq/a.toml", &first),
        ("faq/b.toml", second),
        ("faq/c.tml", second),
        ("faq.toml", second),
    ]);
    insta::assert_snapshot!(report(folder.path()));
}

/// A table whose header is broken is left out; those around it are still checked, and what names
/// it is not called unknown.
#[test]
fn a_broken_header_hides_one_table() {
    for header in ["[[entry]", "[[entry", "[entry]", "[[]]", "[[entry]] x"] {
        let text = FAQ
            .replace(
                "[[entry]]\nid = \"two\"",
                &format!("{header}\nid = \"two\""),
            )
            .replace("\"one?\"", "\"\"")
            + "\n[[entry]]\nid = \"three\"\nquestion = \"\"\nanswer = \"3\"\n";
        let folder = changed(&[("faq/a.toml", &text)]);
        let places: Vec<String> = headlines(folder.path())
            .iter()
            .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
            .collect();
        let [first, broken, last] = places.as_slice() else {
            panic!("{header}: {}", report(folder.path()));
        };
        assert_eq!(
            [first, last],
            ["faq/a.toml:6:35", "faq/a.toml:21:12"],
            "{header}"
        );
        assert!(broken.starts_with("faq/a.toml:14:"), "{header}: {broken}");
    }
}

#[test]
fn folders_and_files_that_cannot_be_read() {
    let empty = TempDir::new().expect("a folder");
    assert_eq!(headlines(empty.path()), ["faq: there is no such folder"]);
    assert_eq!(
        headlines(&empty.path().join("none")),
        ["FOLDER: there is no such folder"]
    );

    let no_entry = folder(&[("faq/notes.md", b"")]);
    assert_eq!(
        headlines(no_entry.path()),
        ["faq: there is no .toml file in this folder"]
    );
    let no_table = folder(&[("faq/a.toml", b"topic = \"T\"")]);
    assert_eq!(
        headlines(no_table.path()),
        ["faq: there is no entry in any file of this folder"]
    );

    let file = folder(&[("faq", b"")]);
    assert_eq!(headlines(file.path()), ["faq: this is not a folder"]);
    assert_eq!(
        headlines(&file.path().join("faq")),
        ["FOLDER: this is not a folder"]
    );

    let latin = folder(&[("faq/a.toml", b"topic = \"T\"\nx = \"\xe9t\xe9\"\n")]);
    assert_eq!(
        headlines(latin.path()),
        ["faq/a.toml:2:6: this is not UTF-8 text"]
    );
    let marked = folder(&[("faq/a.toml", b"\xef\xbb\xbfx\xff")]);
    assert_eq!(
        headlines(marked.path()),
        ["faq/a.toml:1:2: this is not UTF-8 text"]
    );

    let nested = changed(&[("faq/b.toml/c.toml", ""), ("faq/more/d.toml", "")]);
    assert_eq!(
        headlines(nested.path()),
        [
            "faq/b.toml: this is not a regular file",
            "faq/more: folders in this folder are not read"
        ]
    );
}

#[test]
fn copies_that_editors_make_are_ignored() {
    let hidden = ["faq/.#a.toml", "faq/.a.toml.swp", ".articles.toml.un~"];
    let copies = [
        "#articles.toml#",
        "articles.toml.orig",
        "faq/#a.toml#",
        "faq/a.toml.bak",
        "faq/a.toml.txt",
        "faq/a.toml___jb_tmp___",
        "faq/a.toml~",
    ];
    let rubbish: Vec<_> = hidden
        .iter()
        .chain(&copies)
        .map(|name| (*name, "[["))
        .collect();
    let folder = changed(&rubbish);
    assert_eq!(report(folder.path()), "");
    let found = citebot_core::knowledge::copies(folder.path());
    let found: Vec<String> = found
        .iter()
        .map(|path| relative(folder.path(), &path.display().to_string()))
        .collect();
    assert_eq!(found, copies);
    // These were meant to be read.
    let mistyped = changed(&[("faq/b.tom", ""), ("faq/c.tmol", ""), ("names.tml", "")]);
    assert_eq!(
        headlines(mistyped.path()),
        [
            "faq/b.tom: this file is not read",
            "faq/c.tmol: this file is not read",
            "names.tml: this file is not read"
        ]
    );
}

/// What cannot be read does not make everything that names it a mistake.
#[test]
fn an_unreadable_file_is_one_problem() {
    let latin = folder(&[
        ("articles.toml", b"\xff"),
        ("resources.toml", RESOURCES.as_bytes()),
        ("faq/a.toml", FAQ.as_bytes()),
    ]);
    assert_eq!(
        headlines(latin.path()),
        ["articles.toml:1:1: this is not UTF-8 text"]
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_a_problem() {
    let folder = changed(&[("aliases.toml", "")]);
    let link = folder.path().join("aliases.toml");
    fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink("nowhere", &link).expect("a link");
    assert_eq!(
        headlines(folder.path()),
        ["aliases.toml: there is no such file"]
    );
}

#[test]
fn a_damaged_judge_is_a_problem() {
    let folder = changed(&[("judge.bin", "rubbish")]);
    assert_eq!(
        headlines(folder.path()),
        ["judge.bin: this is no file that models/judge.py wrote"]
    );
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/judge.bin");
    fs::copy(shipped, folder.path().join("judge.bin")).expect("copied");
    let knowledge = load(folder.path()).expect("no problem");
    let judge = knowledge.judge().expect("it is there");
    // What a server changes leaves the judge in use.
    assert_eq!(knowledge.overlaid(&[], &[]).judge(), Some(judge));
    assert_eq!(judge.dims, 384);
}

#[cfg(unix)]
#[test]
fn a_link_that_leaves_the_folder_is_refused_unread() {
    use std::os::unix::fs::symlink;
    let outside = folder(&[("secret", b"root:x:0:0"), ("faq/z.toml", b"[[")]);
    let secret = outside.path().join("secret");
    for (links, expected) in [
        ("faq/b.toml", "faq/b.toml: "),
        ("aliases.toml", "aliases.toml: "),
        ("judge.bin", "judge.bin: "),
        ("vectors.bin", ""),
    ] {
        let folder = changed(&[(links, "")]);
        fs::remove_file(folder.path().join(links)).expect("removed");
        symlink(&secret, folder.path().join(links)).expect("a link");
        let said = report(folder.path());
        let leads_out = "this is a link to outside of the knowledge folder";
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.contains(leads_out), !expected.is_empty(), "{said}");
        assert!(!said.contains("root"), "{said}");
        let files = KnowledgeFiles::from(folder.path().to_owned());
        assert!(files.read(links).is_err());
    }
    let inside = changed(&[]);
    fs::remove_dir_all(inside.path().join("faq")).expect("removed");
    symlink(outside.path().join("faq"), inside.path().join("faq")).expect("a link");
    assert_eq!(
        headlines(inside.path()),
        ["faq: this is a link to outside of the knowledge folder"]
    );
}

/// As Kubernetes mounts a folder: each file is a link into a folder whose name changes.
#[cfg(unix)]
#[test]
fn a_link_within_the_folder_is_followed() {
    use std::os::unix::fs::symlink;
    let inner = changed(&[]);
    let hidden = inner.path().join(".version");
    fs::create_dir(&hidden).expect("a folder");
    fs::rename(inner.path().join("faq/a.toml"), hidden.join("a.toml")).expect("moved");
    symlink("../.version/a.toml", inner.path().join("faq/a.toml")).expect("a link");
    // The folder itself may be a link too.
    let outer = TempDir::new().expect("a folder");
    let link = outer.path().join("knowledge");
    symlink(inner.path(), &link).expect("a link");
    assert_eq!(report(&link), "");
}

#[test]
fn everything_keeps_the_limits_of_the_surface() {
    let long = "é".repeat(251);
    let answer = "é".repeat(2_501);
    let resources: Vec<String> = (0..11).map(|n| format!("\"r{n}\"")).collect();
    let mut toolkit = String::from(RESOURCES);
    for n in 0..11 {
        let _ = write!(
            toolkit,
            "[[resource]]\nid = \"r{n}\"\nname = \"R\"\nurl = \"https://r.org\"\n"
        );
    }
    for (new, expected) in [
        (
            FAQ.replace("What is two?", &long),
            "16:12: this has 251 characters, at most 250 fit",
        ),
        (
            FAQ.replace("one?\"]", &format!("{long}\"]")),
            "6:35: this has 251 characters, at most 250 fit",
        ),
        (
            FAQ.replace("Two.", &answer),
            "17:10: this has 2501 characters, at most 2500 fit",
        ),
        (
            FAQ.replace("Basics", &"é".repeat(101)),
            "1:9: this has 101 characters, at most 100 fit",
        ),
        (
            FAQ.replace("[\"hugging-face\"]", &format!("[{}]", resources.join(","))),
            "11:14: this has 11 items, at most 10 fit under a message",
        ),
        (
            FAQ.replace(
                "https://example.org/page",
                &format!("https://example.org/{}", "x".repeat(500)),
            ),
            "10:27: this has 520 characters, at most 512 fit",
        ),
    ] {
        let folder = changed(&[("faq/a.toml", &new), ("resources.toml", &toolkit)]);
        assert_eq!(headlines(folder.path()), [format!("faq/a.toml:{expected}")]);
    }
    let name = changed(&[(
        "resources.toml",
        &RESOURCES.replace("Hugging Face", &"x".repeat(81)),
    )]);
    assert_eq!(
        headlines(name.path()),
        ["resources.toml:3:8: this has 81 characters, at most 80 fit"]
    );

    let url = format!("https://example.org/{}", "x".repeat(492));
    let line = changed(&[(
        "articles.toml",
        &ARTICLES.replace("https://example.org/first", &url),
    )]);
    assert_eq!(
        headlines(line.path()),
        ["faq/a.toml:10:12: this does not fit in a line"]
    );
}

type Edit = fn(&mut Entry);

fn known_entry() -> (Knowledge, Entry) {
    let folder = changed(&[]);
    let knowledge = load(folder.path()).expect("no problem");
    let entry = knowledge.entry("one").expect("an entry").as_ref().clone();
    (knowledge, entry)
}

/// What moderators write goes through the same checks, without a file.
#[test]
fn an_entry_is_checked_against_what_is_known() {
    let (knowledge, entry) = known_entry();
    assert_eq!(check_entry(&entry, &knowledge), []);
    let id = |text: &str| EntryId::new(text).expect("an id");
    let edits: [(&str, Edit, EntryPart); 6] = [
        (
            "taken wording",
            |e| e.phrasings.push("what is TWO".into()),
            EntryPart::Item(Field::Phrasings, 2),
        ),
        (
            "no marker",
            |e| e.answer = "One. [1]".into(),
            EntryPart::Item(Field::Sources, 1),
        ),
        (
            "no source",
            |e| e.answer.push_str(" [9]"),
            EntryPart::Marker(9),
        ),
        (
            "empty",
            |e| e.question.clear(),
            EntryPart::Field(Field::Question),
        ),
        (
            "link",
            |e| e.sources[1] = Source::Url("gopher://x".into()),
            EntryPart::Item(Field::Sources, 1),
        ),
        (
            "twice",
            |e| e.related.push(e.related[0].clone()),
            EntryPart::Item(Field::Related, 1),
        ),
    ];
    for (what, edit, part) in edits {
        let mut edited = entry.clone();
        edit(&mut edited);
        let errors = check_entry(&edited, &knowledge);
        let parts: Vec<EntryPart> = errors.iter().map(|error| error.part).collect();
        assert_eq!(parts, [part], "{what}");
    }
    let mut edited = entry.clone();
    edited.related = vec![id("none")];
    let errors = check_entry(&edited, &knowledge);
    assert_eq!(errors[0].kind, EntryErrorKind::UnknownEntry(id("none")));
    assert_eq!(
        errors[0].to_string(),
        "related entry 1: there is no entry `none`"
    );
}

/// A server had changed an entry before the base renamed it: both are there, and can be edited.
#[test]
fn a_former_id_that_an_entry_has_already_is_no_mistake() {
    let (knowledge, entry) = known_entry();
    let two = knowledge.entry("two").expect("an entry").as_ref().clone();
    let mut renamed = entry.clone();
    renamed.was = vec![two.id.clone()];
    let parts = |entry: &Entry, knowledge: &Knowledge| -> Vec<EntryPart> {
        let errors = check_entry(entry, knowledge).into_iter();
        errors.map(|error| error.part).collect()
    };
    assert_eq!(
        parts(&renamed, &knowledge),
        [EntryPart::Item(Field::Was, 0)],
        "an edit that takes it"
    );
    let both = knowledge.overlaid(&[], &[renamed.clone().into(), two.into()]);
    renamed.question = "What is the number one?".into();
    assert_eq!(parts(&renamed, &both), [], "an edit that has it");
}

#[test]
fn an_unchecked_entry_becomes_an_entry_and_back() {
    let (knowledge, entry) = known_entry();
    let known = Known::new(&knowledge);
    assert_eq!(
        UncheckedEntry::from(&entry).entry(&known),
        Ok(entry.clone())
    );

    let read = read_entries(&SourceFile::new("import.toml", FAQ)).expect("no problem");
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].entry.entry(&known), Ok(entry));
    assert_eq!(check(&read[1].entry, &known), []);

    let error = read_entries(&SourceFile::new("import.toml", "topic = 1\n[[entry]]\n"));
    let error = error.expect_err("problems");
    assert_eq!(error.0.len(), 4, "{error}");
}

/// Small pieces that make broken files look like real ones.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::{Just, Strategy, prop_oneof};
    prop_oneof![
        "\\PC{0,6}",
        prop::sample::select(vec![
            "[[entry]]\n",
            "[[article]]\n",
            "[[article.section]]",
            "[entry]\n",
            "[article.section]",
            "\n",
            "\r\n",
            "topic",
            "id",
            "answer",
            "sources",
            " = ",
            "=",
            "\"",
            "\"\"\"",
            "'''",
            "'",
            "[",
            "]",
            "{",
            "}",
            ",",
            ".",
            "#",
            "\\",
            "\\u00",
            "1",
            "-",
            "inf",
            "1979-05-27",
            "true",
            "日本",
            "\u{301}",
            "\u{feff}",
            "\u{0}",
            "id = \"a\"\n",
            "question = \"b\"\n",
            "answer = \"\"\"\nc [1]\n\"\"\"\n",
            "sources = [\"a#b\"]\n",
            "phrasings = [\"b\",\n\"é\"]\n",
            "related = [\"x\"]\n",
            "topic = \"t\"\n",
            "a.b.c = 1\n",
        ])
        .prop_map(str::to_owned),
        Just(FAQ.to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_loader_panic(pieces in prop::collection::vec(piece(), 0..24)) {
        let text = pieces.concat();
        let folder = changed(&[
            ("faq/a.toml", &text), ("articles.toml", &text), ("resources.toml", &text), ("aliases.toml", &text),
        ]);
        if let Err(diagnostics) = load(folder.path()) {
            assert!(!diagnostics.0.is_empty());
            for diagnostic in &diagnostics.0 {
                let line = diagnostic.to_string();
                assert!(line.chars().all(|c| !c.is_control()), "{line:?}");
            }
        }
    }

    #[test]
    fn no_bytes_make_the_loader_panic(bytes in prop::collection::vec(any::<u8>(), 0..64), at in 0..FAQ.len()) {
        let mut mixed = FAQ.as_bytes()[..at].to_vec();
        mixed.extend(&bytes);
        mixed.extend(&FAQ.as_bytes()[at..]);
        for content in [bytes, mixed] {
            let folder = folder(&[("faq/a.toml", &content), ("articles.toml", &content)]);
            let _ = load(folder.path());
        }
    }
}
