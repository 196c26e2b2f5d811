//! Preprocesses the texts of a FAQ for indexing: each once, however often the FAQ is edited.

use super::alias::Aliases;
use super::answer_text::AnswerText;
use super::encoded_text::EncodedText;
use super::names::Names;
use super::normalise::normalise;
use super::phrasing::Phrasing;
use super::query::QueryReader;
use super::repair::{DeletionIndex, Repairer};
use super::words::{Word, split};
use crate::knowledge::{Alias, Judge, Knowledge, markers};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

/// Preprocessed phrasings, shared by all indexes. The next use forgets what no index uses any more.
#[derive(Debug, Clone, Default)]
pub(super) struct PreprocessCache {
    /// By the text in the FAQ.
    phrasings: HashMap<Box<str>, Arc<Phrasing>>,
    /// By the text in the FAQ.
    answers: HashMap<Box<str>, Arc<AnswerText>>,
    /// The aliases that `phrasings` and `answers` were preprocessed with.
    aliases: Vec<Alias>,
    names: (Arc<[String]>, Arc<Names>),
    deletions: DeletionIndex,
    /// Background sentences; none without an encoder.
    pub background: Arc<[EncodedText]>,
}

/// From this many new phrasings on, threads are worth starting.
const MIN_FOR_THREADS: usize = 256;

impl PreprocessCache {
    /// Preprocesses those of `texts` that are not in the cache.
    fn add_phrasings<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a str>,
        aliases: &Aliases,
        threads: usize,
    ) {
        let mut new: Vec<&str> = texts
            .filter(|text| !self.phrasings.contains_key(*text))
            .collect();
        new.sort_unstable();
        new.dedup();
        let preprocess = |texts: &[&'a str]| -> Vec<Arc<Phrasing>> {
            let phrasings = texts.iter().map(|text| Phrasing::new(text, aliases));
            phrasings.map(Arc::new).collect()
        };
        let phrasings: Vec<Arc<Phrasing>> = if new.len() < MIN_FOR_THREADS {
            preprocess(&new)
        } else {
            let share = new.len().div_ceil(threads.max(1));
            thread::scope(|scope| {
                let running: Vec<_> = new
                    .chunks(share)
                    .map(|texts| scope.spawn(|| preprocess(texts)))
                    .collect();
                let phrasings = running.into_iter().map(|thread| {
                    thread
                        .join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                });
                phrasings.flatten().collect()
            })
        };
        self.phrasings
            .extend(new.into_iter().map(Box::from).zip(phrasings));
    }

    fn answer(&mut self, text: &str, aliases: &Aliases) -> Arc<AnswerText> {
        if let Some(known) = self.answers.get(text) {
            return Arc::clone(known);
        }
        let new = Arc::new(AnswerText::new(without_markers(text), aliases));
        self.answers.insert(text.into(), Arc::clone(&new));
        new
    }

    fn names(&mut self, names: &[String]) -> Arc<Names> {
        if *self.names.0 != *names {
            let read = Names::new(names.iter().map(String::as_str));
            self.names = (names.into(), Arc::new(read));
        }
        Arc::clone(&self.names.1)
    }

    /// Forgets what only the cache holds, and everything if `aliases` changed.
    fn forget_unused(&mut self, aliases: &[Alias]) {
        if self.aliases != aliases {
            self.phrasings.clear();
            self.answers.clear();
            self.aliases = aliases.to_vec();
        }
        self.phrasings
            .retain(|_, phrasing| Arc::strong_count(phrasing) > 1);
        self.answers
            .retain(|_, answer| Arc::strong_count(answer) > 1);
    }
}

/// The texts of a FAQ, preprocessed, and a reader of questions to it.
pub(super) struct PreprocessedKnowledge {
    pub reader: QueryReader,
    /// Per entry.
    pub phrasings: Vec<Vec<Arc<Phrasing>>>,
    /// Per entry.
    pub answers: Vec<Arc<AnswerText>>,
    pub out_of_scope: Vec<Arc<Phrasing>>,
    /// Background sentences.
    pub background: Arc<[EncodedText]>,
    pub judge: Option<Arc<Judge>>,
}

impl PreprocessedKnowledge {
    /// Preprocesses what `cache` lacks of `knowledge`, on this many `threads`, and adds it there.
    pub fn new(knowledge: &Knowledge, cache: &mut PreprocessCache, threads: usize) -> Self {
        let split = |text: &str| split(&normalise(text));
        let words = |name: &str| split(name).iter().map(|w| Word::new(w)).collect::<Vec<_>>();
        let aliases = Aliases::new(knowledge, words);
        cache.forget_unused(knowledge.aliases());
        let of_entries = knowledge.entries().iter().flat_map(|e| e.all_phrasings());
        let out_of_scope = knowledge.out_of_scope().iter().map(String::as_str);
        cache.add_phrasings(of_entries.chain(out_of_scope), &aliases, threads);
        let phrasing = |text: &str| Arc::clone(&cache.phrasings[text]);
        let phrasings: Vec<Vec<_>> = knowledge
            .entries()
            .iter()
            .map(|entry| entry.all_phrasings().map(phrasing).collect())
            .collect();
        let out_of_scope = knowledge.out_of_scope().iter();
        let out_of_scope = out_of_scope.map(|text| phrasing(text)).collect();
        let answers = knowledge.entries().iter();
        let answers = answers
            .map(|entry| cache.answer(&entry.answer, &aliases))
            .collect();
        let names: Vec<String> = Aliases::names(knowledge).flat_map(split).collect();
        let written = phrasings.iter().flatten().flat_map(|p| &p.written);
        let vocabulary = written.chain(&names).map(String::as_str);
        let repairer = Repairer::new(vocabulary, &mut cache.deletions);
        let names_of_field = cache.names(knowledge.names());
        Self {
            reader: QueryReader {
                aliases,
                repairer,
                names: names_of_field,
                answers_small_talk: phrasings.iter().flatten().any(|p| p.is_small_talk()),
            },
            phrasings,
            answers,
            out_of_scope,
            background: Arc::clone(&cache.background),
            judge: knowledge.judge().cloned(),
        }
    }

    /// Every text that is encoded.
    pub fn encoded(&self) -> impl Iterator<Item = &EncodedText> {
        let phrasings = self.phrasings.iter().flatten().chain(&self.out_of_scope);
        let answers = self.answers.iter().map(|answer| &answer.encoded);
        phrasings
            .map(|phrasing| &phrasing.encoded)
            .chain(answers)
            .chain(self.background.iter())
    }
}

/// A normalised answer without its `[n]`.
fn without_markers(answer: &str) -> String {
    let mut text = String::with_capacity(answer.len());
    let mut at = 0;
    for marker in markers(answer) {
        text.push_str(&answer[at..marker.range.start]);
        at = marker.range.end;
    }
    text.push_str(&answer[at..]);
    normalise(&text)
}
