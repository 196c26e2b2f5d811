//! A book's wordings, made ready to be indexed: each once, however often the book is edited.

use super::alias::Aliases;
use super::lexical::{Lexical, grams};
use super::repair::{Deletions, Repairer};
use super::sentence;
use super::text;
use super::vectors::Rows;
use super::wordings::Keys;
use super::words::{self, Word};
use crate::knowledge::{Alias, Knowledge};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// One wording, made ready.
#[derive(Debug)]
pub(super) struct Wording {
    /// Its words as they stand, padding left off.
    typed: Vec<String>,
    /// The same, names read as the book's.
    pub words: Vec<Word>,
    /// What is encoded of it.
    pub sentence: String,
    /// Its sequences of characters, by their hash, and how much each counts.
    pub grams: Box<[(u32, f32)]>,
    /// What it is found by, word for word.
    pub keys: Keys,
    /// Its vector, once there is one.
    pub vector: OnceLock<Vector>,
}

/// A wording's vector and what is known of it.
#[derive(Debug)]
pub(super) struct Vector {
    /// Of length 1.
    pub exact: Arc<[f32]>,
    /// A bit for each sentence of ordinary talk: whether it is near.
    pub talk: Box<[u64]>,
}

/// What was made ready before, for whichever book. What no index uses any more is forgotten with
/// the next one.
#[derive(Debug, Clone, Default)]
pub(super) struct Memo {
    /// By what stands in the book.
    wordings: HashMap<Box<str>, Arc<Wording>>,
    /// What they were read with.
    aliases: Vec<Alias>,
    deletions: Deletions,
    /// The vectors of ordinary talk.
    pub talk: Option<Arc<Rows>>,
}

/// A book's wordings, made ready.
pub(super) struct Prepared {
    pub aliases: Aliases,
    pub repairer: Repairer,
    /// Per entry.
    pub wordings: Vec<Vec<Arc<Wording>>>,
}

impl Prepared {
    /// Makes ready what `memo` lacks of `knowledge`, and leaves it there.
    pub fn new(knowledge: &Knowledge, memo: &mut Memo) -> Self {
        let split = |text: &str| words::split(&text::plain(text));
        let make = |words: &[String]| words.iter().map(|w| Word::new(w)).collect::<Vec<_>>();
        let aliases = Aliases::new(knowledge, |name| make(&split(name)));
        if memo.aliases != knowledge.aliases() {
            memo.wordings.clear();
            memo.aliases = knowledge.aliases().to_vec();
        }
        memo.wordings
            .retain(|_, wording| Arc::strong_count(wording) > 1);
        let mut wordings = Vec::with_capacity(knowledge.entries().len());
        for entry in knowledge.entries() {
            let of_entry = entry.wordings().map(|text| {
                if let Some(known) = memo.wordings.get(text) {
                    return Arc::clone(known);
                }
                let new = Arc::new(Wording::new(text, &aliases));
                memo.wordings.insert(text.into(), Arc::clone(&new));
                new
            });
            wordings.push(of_entry.collect::<Vec<_>>());
        }
        let names: Vec<String> = Aliases::vocabulary(knowledge).flat_map(split).collect();
        let typed = wordings.iter().flatten().flat_map(|wording| &wording.typed);
        let all = typed.chain(&names).map(String::as_str);
        Self {
            repairer: Repairer::new(all, &mut memo.deletions),
            aliases,
            wordings,
        }
    }

    /// The index of the words.
    pub fn lexical(&self) -> Lexical {
        Lexical::new(&self.wordings, |stem| self.aliases.is_proper(stem))
    }
}

impl Wording {
    fn new(text: &str, aliases: &Aliases) -> Self {
        let plain = text::plain(text);
        let (mut typed, places) = words::split_with_places(&plain);
        let kept = words::without_padding(&typed);
        let sentence = sentence(&plain, &typed[kept.clone()], &places[kept.clone()], &[]);
        typed.truncate(kept.end);
        typed.drain(..kept.start);
        let words = typed.iter().map(|word| Word::new(word)).collect();
        let words = aliases.apply(words, &mut Vec::new());
        Self {
            grams: grams(&words),
            keys: Keys::new(&words),
            typed,
            words,
            sentence,
            vector: OnceLock::new(),
        }
    }

    /// One of these words, as a test writes it.
    #[cfg(test)]
    pub fn of(words: Vec<Word>) -> Arc<Self> {
        Arc::new(Self {
            grams: grams(&words),
            keys: Keys::new(&words),
            typed: Vec::new(),
            words,
            sentence: String::new(),
            vector: OnceLock::new(),
        })
    }
}
