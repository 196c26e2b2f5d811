//! The shipped FAQ is complete, cited, in our own words, and measured by independent questions.

use crate::program::citebot;
use citebot_core::answer::{Prompting, Reply, Thresholds, decide, follow_up};
use citebot_core::eval;
use citebot_core::knowledge::{
    Knowledge, Known, MAX_QUOTE_WORDS, Source, check, coverage, folded, read_entries,
};
use citebot_core::matcher::{Encoder, Matcher, SentenceEncoder, VectorCache};
use citebot_core::source_file::SourceFile;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn faq() -> Knowledge {
    Knowledge::load(&root("knowledge"), &citebot::discord::ENTRY_LIMITS)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn questions(file: &str) -> Vec<eval::LabelledQuestion> {
    let text = std::fs::read_to_string(root("tests/questions").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    eval::parse(&text).unwrap_or_else(|bad| panic!("{file}: {bad:?}"))
}

fn matcher(knowledge: &Knowledge) -> Matcher {
    let encoder = Encoder::embedded().expect("the embedded model");
    let kept =
        std::fs::read(root("knowledge/vectors.bin")).expect("knowledge/vectors.bin can be read");
    let mut cache = VectorCache::from_bytes(&kept, SentenceEncoder::fingerprint(&encoder))
        .unwrap_or_else(|error| panic!("{error}"));
    Matcher::with_encoder(knowledge, Arc::new(encoder), &mut cache, 2, &mut |_, _| {})
}

fn defaults() -> Thresholds {
    citebot::config::Config::default().matching.thresholds
}

/// The words of a text in lower case, letters and digits only.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn check_finds_nothing() {
    let ran = citebot(&["check"]).run();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("No problem: "), "{}", ran.stdout);
}

#[test]
fn every_entry_has_six_phrasings_and_an_answer_that_fits_a_phone() {
    let faq = faq();
    assert!(faq.entries().len() >= 90, "{} entries", faq.entries().len());
    for entry in faq.entries() {
        assert!(
            entry.phrasings.len() >= 6,
            "{} has {} phrasings",
            entry.id,
            entry.phrasings.len()
        );
        let length = entry.answer.chars().count();
        assert!(
            length <= 1_000,
            "the answer of {} has {length} characters",
            entry.id
        );
    }
}

/// A release encodes the FAQ anew. Between releases the file may lag behind it by one text of so many, which a first
/// start encodes in a fraction of a second.
const LAG: usize = 20;

#[test]
fn a_first_start_has_little_to_encode() {
    let encoder = Encoder::embedded().expect("the embedded model");
    let kept =
        std::fs::read(root("knowledge/vectors.bin")).expect("knowledge/vectors.bin can be read");
    let vectors = VectorCache::from_bytes(&kept, SentenceEncoder::fingerprint(&encoder))
        .unwrap_or_else(|error| panic!("{error}"));
    let texts = Matcher::texts_to_encode(&faq());
    let missing = texts.iter().filter(|text| vectors.get(text).is_none());
    let missing: HashSet<&String> = missing.collect();
    let needed: HashSet<&String> = texts.iter().collect();
    let old = vectors.len() + missing.len() - needed.len();
    for (what, count) in [("missing", missing.len()), ("of texts that are gone", old)] {
        assert!(
            count * LAG <= needed.len(),
            "{count} of {} vectors are {what}: cargo run --release -- encode",
            needed.len()
        );
    }
}

#[test]
fn no_labelled_question_is_an_out_of_scope_line_or_a_background_sentence() {
    let labelled: HashSet<String> = ["tune.jsonl", "tune-others.jsonl", "held.jsonl"]
        .iter()
        .flat_map(|file| questions(file))
        .map(|labelled| folded(&labelled.question))
        .collect();
    let faq = faq();
    let out_of_scope = faq.out_of_scope();
    assert!(out_of_scope.len() > 1_000, "{}", out_of_scope.len());
    for question in out_of_scope {
        assert!(!labelled.contains(&folded(question)), "{question:?}");
    }
    let background = std::fs::read_to_string(root("models/background/sentences.txt"))
        .expect("the background sentences can be read");
    for sentence in background.lines() {
        assert!(!labelled.contains(&folded(sentence)), "{sentence:?}");
    }
}

#[test]
fn every_section_is_cited_and_the_coverage_table_is_up_to_date() {
    let table = coverage(&faq());
    assert!(!table.contains("**none**"), "{table}");
    let kept = std::fs::read_to_string(root("knowledge/coverage.md"))
        .expect("knowledge/coverage.md can be read");
    assert!(
        kept == table,
        "knowledge/coverage.md is out of date: cargo run -- sources --coverage > knowledge/coverage.md"
    );
}

#[test]
fn only_answers_about_the_bot_cite_no_source() {
    for entry in faq().entries() {
        assert!(
            !entry.sources.is_empty() || entry.topic == "About this bot",
            "{} cites no source",
            entry.id
        );
    }
}

#[test]
fn no_eight_words_in_a_row_are_from_an_article() {
    let folder = std::env::var_os("CITEBOT_ARTICLES")
        .map_or_else(|| root("../shared/articles"), PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no articles; CITEBOT_ARTICLES can name their folder");
        return;
    };
    let mut from_articles: HashSet<Vec<String>> = HashSet::new();
    for file in files.flatten() {
        let text = std::fs::read_to_string(file.path()).expect("an article can be read");
        from_articles.extend(words(&text).windows(8).map(<[String]>::to_vec));
    }
    assert!(
        !from_articles.is_empty(),
        "no article in {}",
        folder.display()
    );
    for entry in faq().entries() {
        for text in entry.all_phrasings().chain([entry.answer.as_str()]) {
            for run in words(text).windows(8) {
                assert!(!from_articles.contains(run), "{} copies {run:?}", entry.id);
            }
        }
    }
}

#[test]
fn every_quote_stands_in_its_article() {
    let folder = std::env::var_os("CITEBOT_ARTICLES")
        .map_or_else(|| root("../shared/articles"), PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: no articles; CITEBOT_ARTICLES can name their folder");
    }
    for entry in faq().entries() {
        for source in &entry.sources {
            let Source::Section {
                article,
                section,
                quote,
            } = source
            else {
                continue;
            };
            let quote = quote
                .as_deref()
                .unwrap_or_else(|| panic!("{} has no quote of {article}#{section}", entry.id));
            let count = quote.split_whitespace().count();
            assert!((3..=MAX_QUOTE_WORDS).contains(&count), "{quote:?}");
            if folder.is_dir() {
                let text = std::fs::read_to_string(folder.join(format!("{article}.txt")))
                    .expect("an article can be read");
                assert!(text.contains(quote), "{quote:?} is not in {article}");
            }
        }
    }
}

#[test]
fn every_article_without_a_link_has_words_to_search_for() {
    for article in faq().articles() {
        let opening = article.opening.as_deref().unwrap_or_default();
        let count = opening.split_whitespace().count();
        assert!(
            article.url.is_some() || (5..=8).contains(&count),
            "{}: {opening:?}",
            article.id
        );
        assert!(article.name().chars().count() <= 40, "{}", article.name());
    }
}

#[test]
fn what_contributing_shows_is_really_there() {
    let text = std::fs::read_to_string(root("CONTRIBUTING.md")).expect("it can be read");
    let indented: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("   "))
        .collect();
    let indented = indented.join("\n");
    let (_, rest) = indented.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("example.toml");
    std::fs::write(&file, format!("topic = \"Topic\"\n{example}")).expect("a file");
    let source = SourceFile::read(&file).unwrap_or_else(|bad| panic!("{bad}"));
    let entries = read_entries(&source).unwrap_or_else(|bad| panic!("{bad}"));
    let faq = faq();
    let known = Known::new(&faq);
    for located in &entries {
        let entry = &located.entry;
        assert!(faq.entry(&entry.id).is_some(), "{}", entry.id);
        assert_eq!(check(entry, &known), [], "{}", entry.id);
    }
    assert_eq!(entries.len(), 1);
}

#[test]
fn labelled_questions_are_independent_of_the_faq_and_of_each_other() {
    let faq = faq();
    let phrasings: HashSet<Vec<String>> = faq
        .entries()
        .iter()
        .flat_map(|entry| entry.all_phrasings())
        .map(words)
        .collect();
    let (mut tune, held) = (questions("tune.jsonl"), questions("held.jsonl"));
    tune.extend(questions("tune-others.jsonl"));
    tune.extend(questions("contrast.jsonl"));
    tune.extend(questions("follow-ups.jsonl"));
    let tuned: HashSet<Vec<String>> = tune.iter().map(|q| words(&q.question)).collect();
    for held in &held {
        let typed = words(&held.question);
        assert!(
            !phrasings.contains(&typed),
            "a phrasing: {:?}",
            held.question
        );
        assert!(
            typed.is_empty() || !tuned.contains(&typed),
            "in both files: {:?}",
            held.question
        );
    }
    for question in tune.iter().chain(&held) {
        for id in question.right.iter().chain(&question.after) {
            assert!(
                faq.entry(id).is_some(),
                "{:?} wants {id}",
                question.question
            );
        }
    }
    let labelled = tune.iter().chain(&held).filter(|q| !q.right.is_empty());
    assert!(labelled.count() >= 400);
    let others = tune.iter().chain(&held).filter(|q| q.right.is_empty());
    assert!(others.count() >= 250);
}

/// Near misses and remarks that people in such communities really write. None is answered unprompted.
#[test]
fn what_only_sounds_like_the_faq_is_left_alone() {
    let messages = [
        "What is Ollama?",
        "is llama 3 open source",
        "advantages of closed source AI",
        "is hugging face down",
        "letter to the president",
        "I love pytorch",
        "huggingface is down again",
        "lol llama 2 is so old",
        "that's wrong",
        "citation needed",
        "banks",
        "half open",
    ];
    let knowledge = faq();
    let matcher = matcher(&knowledge);
    for message in messages {
        let matches = matcher.rank_unprompted(message);
        let reply = decide(&knowledge, &matches, defaults(), Prompting::Unprompted);
        assert!(
            matches!(reply, Reply::Unknown { .. }),
            "{message:?}: {reply:?}"
        );
    }
}

/// What may not get worse. `eval` prints the same figures, from the same files.
#[test]
fn answers_stay_as_good_as_they_are() {
    // (file, prompting, at least so many answered rightly, at most so many others answered, in per cent)
    let bounds = [
        ("tune.jsonl", Prompting::Prompted, 93.5, 0.0),
        ("tune.jsonl", Prompting::Unprompted, 74.5, 0.0),
        ("contrast.jsonl", Prompting::Prompted, 85.0, 3.0),
        ("contrast.jsonl", Prompting::Unprompted, 60.0, 1.0),
        ("near-tune.jsonl", Prompting::Prompted, 72.5, 10.0),
        ("follow-ups.jsonl", Prompting::Prompted, 85.0, 4.5),
    ];
    let knowledge = faq();
    let matcher = matcher(&knowledge);
    for (file, prompting, least_right, most_false) in bounds {
        let trials: Vec<eval::Trial> = questions(file)
            .iter()
            .map(|labelled| {
                let matches = match prompting {
                    Prompting::Prompted => matcher.rank(&labelled.question),
                    Prompting::Unprompted => matcher.rank_unprompted(&labelled.question),
                };
                let previous = labelled.after.as_deref();
                let matches = match previous.and_then(|id| knowledge.entry(id)) {
                    Some(previous) => {
                        follow_up(&knowledge, &labelled.question, &matches, &previous.id)
                    }
                    None => matches,
                };
                let reply = decide(&knowledge, &matches, defaults(), prompting);
                eval::Trial::judge(labelled, &knowledge, &matches, &reply, 0.0)
            })
            .collect();
        let figures = eval::measure(&trials);
        let right = 100.0 * figures.answered_right.expect("questions in scope");
        let wrong = 100.0 * figures.false_answers.expect("questions out of scope");
        assert!(
            right >= least_right && wrong <= most_false,
            "{file}, {prompting:?}: {right:.2} % answered rightly, {wrong:.2} % of the others answered"
        );
    }
}

#[test]
fn english_questions_are_taken_for_english() {
    let matcher = matcher(&faq());
    for file in ["tune.jsonl", "tune-others.jsonl", "contrast.jsonl"] {
        for labelled in questions(file) {
            let question = &labelled.question;
            assert!(matcher.may_be_english(question), "{question:?}");
        }
    }
    for question in [
        "kann man das modell auch auf deutsch fragen",
        "qué es la inteligencia artificial de código abierto",
        "что такое открытый искусственный интеллект",
        "オープンソースのAIとは何ですか",
    ] {
        assert!(!matcher.may_be_english(question), "{question:?}");
    }
}
