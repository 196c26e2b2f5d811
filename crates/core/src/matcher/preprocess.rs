//! A book's wordings, made ready to be indexed: each once, however often the book is edited.

use super::alias::Aliases;
use super::lexical::{Lexical, grams};
use super::query::{Reader, sentence};
use super::repair::{Deletions, Repairer};
use super::small_talk;
use super::normalise;
use super::exact_match::Keys;
use super::words::{self, Word};
use crate::knowledge::{Alias, Knowledge, markers};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::thread;

/// One wording, made ready.
#[derive(Debug)]
pub(super) struct Wording {
    /// Its words as they stand, padding left off.
    typed: Vec<String>,
    /// The same, names read as the book's.
    pub words: Vec<Word>,
    /// What is encoded of it.
    pub encoded: Encoded,
    /// Its sequences of characters, once they are needed.
    grams: OnceLock<Box<[(u32, f32)]>>,
    /// What it is found by, word for word.
    pub keys: Keys,
}

/// A text that is encoded.
#[derive(Debug)]
pub(super) struct Encoded {
    /// As it is encoded.
    pub text: String,
    /// Its vector, once there is one.
    pub vector: OnceLock<Arc<[f32]>>,
}

impl Encoded {
    pub fn new(text: String) -> Self {
        Self {
            text,
            vector: OnceLock::new(),
        }
    }
}

/// What was made ready before, for whichever book. What no index uses any more is forgotten with
/// the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Memo {
    /// By what stands in the book.
    wordings: HashMap<Box<str>, Arc<Wording>>,
    /// What they were read with.
    aliases: Vec<Alias>,
    /// Answers, by what stands in the book.
    answers: HashMap<Box<str>, Arc<Encoded>>,
    deletions: Deletions,
    /// Sentences of ordinary talk; none where nothing is encoded.
    pub talk: Arc<[Encoded]>,
}

/// Fewer new wordings than this are made ready before a thread has started.
const WORTH_THREADS: usize = 256;

impl Memo {
    /// Makes those of `texts` ready that it does not know.
    fn learn<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a str>,
        aliases: &Aliases,
        threads: usize,
    ) {
        let mut new: Vec<&str> = texts
            .filter(|text| !self.wordings.contains_key(*text))
            .collect();
        new.sort_unstable();
        new.dedup();
        let make = |texts: &[&'a str]| -> Vec<Arc<Wording>> {
            let made = texts.iter().map(|text| Wording::new(text, aliases));
            made.map(Arc::new).collect()
        };
        let made: Vec<Arc<Wording>> = if new.len() < WORTH_THREADS {
            make(&new)
        } else {
            let share = new.len().div_ceil(threads.max(1));
            thread::scope(|scope| {
                let shares = new.chunks(share);
                let working: Vec<_> = shares.map(|texts| scope.spawn(|| make(texts))).collect();
                let made = working.into_iter().map(|work| {
                    work.join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                });
                made.flatten().collect()
            })
        };
        let known = new.into_iter().map(Box::from).zip(made);
        self.wordings.extend(known);
    }
}

/// A book's wordings, made ready.
pub(super) struct Prepared {
    pub reader: Reader,
    /// Per entry.
    pub wordings: Vec<Vec<Arc<Wording>>>,
    /// Per entry.
    pub answers: Vec<Arc<Encoded>>,
    /// Questions that no entry answers.
    pub out_of_scope: Vec<Arc<Wording>>,
    /// Sentences of ordinary talk.
    pub talk: Arc<[Encoded]>,
}

impl Prepared {
    /// Makes ready what `memo` lacks of `knowledge`, on so many `threads`, and leaves it there.
    pub fn new(knowledge: &Knowledge, memo: &mut Memo, threads: usize) -> Self {
        let split = |text: &str| words::split(&normalise::plain(text));
        let make = |words: &[String]| words.iter().map(|w| Word::new(w)).collect::<Vec<_>>();
        let aliases = Aliases::new(knowledge, |name| make(&split(name)));
        if memo.aliases != knowledge.aliases() {
            memo.wordings.clear();
            memo.aliases = knowledge.aliases().to_vec();
        }
        memo.wordings
            .retain(|_, wording| Arc::strong_count(wording) > 1);
        memo.answers
            .retain(|_, answer| Arc::strong_count(answer) > 1);
        let of_entries = knowledge.entries().iter().flat_map(|e| e.all_phrasings());
        let others = knowledge.out_of_scope().iter().map(String::as_str);
        memo.learn(of_entries.chain(others), &aliases, threads);
        let wording = |text: &str| Arc::clone(&memo.wordings[text]);
        let wordings: Vec<Vec<_>> = knowledge
            .entries()
            .iter()
            .map(|entry| entry.all_phrasings().map(wording).collect())
            .collect();
        let others = knowledge.out_of_scope().iter();
        let out_of_scope = others.map(|text| wording(text)).collect();
        let answers = knowledge.entries().iter().map(|entry| {
            if let Some(known) = memo.answers.get(entry.answer.as_str()) {
                return Arc::clone(known);
            }
            let new = Arc::new(Encoded::new(without_markers(&entry.answer)));
            memo.answers
                .insert(entry.answer.as_str().into(), Arc::clone(&new));
            new
        });
        let answers = answers.collect();
        let names: Vec<String> = Aliases::vocabulary(knowledge).flat_map(split).collect();
        let typed = wordings.iter().flatten().flat_map(|wording| &wording.typed);
        let all = typed.chain(&names).map(String::as_str);
        let repairer = Repairer::new(all, &mut memo.deletions);
        Self {
            reader: Reader {
                aliases,
                repairer,
                small_talk: wordings.iter().flatten().any(|w| w.is_small_talk()),
            },
            wordings,
            answers,
            out_of_scope,
            talk: Arc::clone(&memo.talk),
        }
    }

    /// Everything that is encoded.
    pub fn encoded(&self) -> impl Iterator<Item = &Encoded> {
        let wordings = self.wordings.iter().flatten().chain(&self.out_of_scope);
        let answers = self.answers.iter().map(|answer| &**answer);
        wordings
            .map(|wording| &wording.encoded)
            .chain(answers)
            .chain(self.talk.iter())
    }

    /// The index of the words.
    pub fn lexical(&self) -> Lexical {
        Lexical::new(&self.wordings, &self.out_of_scope, |stem| {
            self.reader.aliases.is_proper(stem)
        })
    }
}

impl Wording {
    fn new(text: &str, aliases: &Aliases) -> Self {
        let plain = normalise::plain(text);
        let (mut typed, places) = words::split_with_places(&plain);
        let kept = words::without_padding(&typed);
        let sentence = sentence(&plain, &typed[kept.clone()], &places[kept.clone()], &[]);
        typed.truncate(kept.end);
        typed.drain(..kept.start);
        let words = typed.iter().map(|word| Word::new(word)).collect();
        let words = aliases.apply(words, &mut Vec::new());
        Self {
            grams: OnceLock::new(),
            keys: Keys::new(&words),
            typed,
            words,
            encoded: Encoded::new(sentence),
        }
    }

    /// Whether it is what people say without asking anything.
    fn is_small_talk(&self) -> bool {
        words::is_padding(&self.typed) || small_talk::is_small(&self.words, 0.0)
    }

    /// Its sequences of characters, by their hash, and how much each counts.
    pub fn grams(&self) -> &[(u32, f32)] {
        self.grams.get_or_init(|| grams(&self.words))
    }

    /// One of these words, as a test writes it.
    #[cfg(test)]
    pub fn of(words: Vec<Word>) -> Arc<Self> {
        Arc::new(Self {
            grams: OnceLock::new(),
            keys: Keys::new(&words),
            typed: Vec::new(),
            words,
            encoded: Encoded::new(String::new()),
        })
    }
}

/// What an answer says, plain, without its `[n]`.
fn without_markers(answer: &str) -> String {
    let mut said = String::with_capacity(answer.len());
    let mut at = 0;
    for marker in markers(answer) {
        said.push_str(&answer[at..marker.range.start]);
        at = marker.range.end;
    }
    said.push_str(&answer[at..]);
    normalise::plain(&said)
}
