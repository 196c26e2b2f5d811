//! What the shipped book promises: complete, citable, in our own words, measured.

use crate::program::citebot;
use citebot_core::eval;
use citebot_core::knowledge::{Knowledge, coverage, folded};
use citebot_core::matcher::{Encoder, Matcher, SentenceEncoder, VectorCache};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn book() -> Knowledge {
    Knowledge::load(&here("knowledge"), &citebot::discord::ENTRY_LIMITS)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn questions(file: &str) -> Vec<eval::LabelledQuestion> {
    let text = std::fs::read_to_string(here("tests/questions").join(file))
        .unwrap_or_else(|error| panic!("{file}: {error}"));
    eval::parse(&text).unwrap_or_else(|bad| panic!("{file}: {bad:?}"))
}

/// Lower case, only letters and digits, one space between words.
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
fn every_entry_has_six_phrasings_and_a_size_that_suits_a_phone() {
    let book = book();
    assert!(
        book.entries().len() >= 90,
        "{} entries",
        book.entries().len()
    );
    for entry in book.entries() {
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

#[test]
fn a_first_start_has_nothing_to_encode() {
    let encoder = Encoder::embedded().expect("the model that is part of the program");
    let kept = std::fs::read(here("knowledge/vectors.bin")).expect("the book brings its vectors");
    let vectors = VectorCache::from_bytes(&kept, SentenceEncoder::fingerprint(&encoder))
        .unwrap_or_else(|error| panic!("{error}"));
    let texts = Matcher::texts_to_encode(&book());
    let missing = texts.iter().filter(|text| vectors.get(text).is_none());
    assert_eq!(
        missing.count(),
        0,
        "`cargo run --release -- encode` writes them anew"
    );
    let needed: HashSet<&String> = texts.iter().collect();
    assert_eq!(
        vectors.len(),
        needed.len(),
        "`cargo run --release -- encode` takes out the old ones"
    );
}

#[test]
fn what_is_out_of_scope_is_no_labelled_question_nor_is_ordinary_talk() {
    let labelled: HashSet<String> = ["tune.jsonl", "tune-others.jsonl", "held.jsonl"]
        .iter()
        .flat_map(|file| questions(file))
        .map(|labelled| folded(&labelled.question))
        .collect();
    let book = book();
    let out_of_scope = book.out_of_scope();
    assert!(out_of_scope.len() > 1_000, "{}", out_of_scope.len());
    for question in out_of_scope {
        assert!(!labelled.contains(&folded(question)), "{question:?}");
    }
    let talk = std::fs::read_to_string(here("models/background/sentences.txt"))
        .expect("the sentences of ordinary talk");
    for sentence in talk.lines() {
        assert!(!labelled.contains(&folded(sentence)), "{sentence:?}");
    }
}

#[test]
fn every_section_is_cited_and_the_table_says_so() {
    let table = coverage(&book());
    assert!(!table.contains("**none**"), "{table}");
    let kept = std::fs::read_to_string(here("knowledge/coverage.md"))
        .expect("knowledge/coverage.md can be read");
    assert!(
        kept == table,
        "knowledge/coverage.md is out of date: cargo run -- sources --coverage > knowledge/coverage.md"
    );
}

#[test]
fn every_answer_with_a_claim_cites_a_source() {
    let without: Vec<String> = book()
        .entries()
        .iter()
        .filter(|entry| entry.sources.is_empty())
        .map(|entry| entry.id.to_string())
        .collect();
    // What is said of the bot itself rests on no article.
    assert!(without.len() <= 4, "no source: {without:?}");
}

#[test]
fn no_eight_words_in_a_row_are_an_article_s() {
    let folder = std::env::var_os("CITEBOT_ARTICLES")
        .map_or_else(|| here("../shared/articles"), PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the articles are not at hand; CITEBOT_ARTICLES can name their folder");
        return;
    };
    let mut theirs: HashSet<Vec<String>> = HashSet::new();
    for file in files.flatten() {
        let text = std::fs::read_to_string(file.path()).expect("an article can be read");
        theirs.extend(words(&text).windows(8).map(<[String]>::to_vec));
    }
    assert!(!theirs.is_empty(), "no article in {}", folder.display());
    for entry in book().entries() {
        for text in entry.all_phrasings().chain([entry.answer.as_str()]) {
            for run in words(text).windows(8) {
                assert!(!theirs.contains(run), "{} copies {run:?}", entry.id);
            }
        }
    }
}

#[test]
fn the_labelled_questions_are_independent_of_the_book() {
    let book = book();
    let wordings: HashSet<Vec<String>> = book
        .entries()
        .iter()
        .flat_map(|entry| entry.all_phrasings())
        .map(words)
        .collect();
    let (mut tune, held) = (questions("tune.jsonl"), questions("held.jsonl"));
    tune.extend(questions("tune-others.jsonl"));
    let tuned: HashSet<Vec<String>> = tune.iter().map(|q| words(&q.question)).collect();
    for held in &held {
        let typed = words(&held.question);
        assert!(
            !wordings.contains(&typed),
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
        for id in &question.right {
            assert!(
                book.entry(id).is_some(),
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
