//! Telling a question that is one of the book's wordings: word for word, or but for words that
//! change nothing.

use super::preprocess::Wording;
use super::spread::Spread;
use super::words::Word;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Words that may be there or not. A negation is not among them, nor what tells who or whose.
const LIGHT: &[&str] = &[
    "a", "an", "the", "is", "are", "am", "do", "does", "please", "just", "really", "actually",
    "exactly",
];

/// A book's wordings, by what they say.
#[derive(Debug, Default)]
pub(super) struct Wordings {
    /// By every word.
    exact: HashMap<Key, u32, Spread>,
    /// By the stems of the words that are not light; `None` where two entries share them.
    near: HashMap<Key, Option<u32>, Spread>,
}

/// What one wording is found by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    exact: Key,
    near: Key,
}

impl Keys {
    pub fn new(words: &[Word]) -> Self {
        Self {
            exact: exact(words),
            near: near(words),
        }
    }
}

/// A hash: so wide that two wordings of a book do not share one.
type Key = u64;

impl Wordings {
    /// Indexes each entry's wordings, counted over the whole book.
    pub fn new(entries: &[Vec<Arc<Wording>>]) -> Self {
        let count = entries.iter().map(Vec::len).sum();
        let mut wordings = Self {
            exact: HashMap::with_capacity_and_hasher(count, Spread::default()),
            near: HashMap::with_capacity_and_hasher(count, Spread::default()),
        };
        let mut at = 0;
        for entry in entries {
            let start = at;
            for wording in entry {
                wordings.exact.entry(wording.keys.exact).or_insert(at);
                match wordings.near.entry(wording.keys.near) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(Some(at));
                    }
                    Entry::Occupied(mut occupied) => {
                        if occupied.get().is_none_or(|other| other < start) {
                            occupied.insert(None);
                        }
                    }
                }
                at += 1;
            }
        }
        wordings
    }

    /// The wording that `question` is.
    pub fn find(&self, question: &[Word]) -> Option<usize> {
        let found = self.exact.get(&exact(question)).copied();
        let nearly = || {
            let near = Some(near(question)).filter(|&near| near != NOTHING)?;
            self.near.get(&near).copied().flatten()
        };
        found.or_else(nearly).map(|at| at as usize)
    }
}

/// Every word as it stands.
fn exact(words: &[Word]) -> Key {
    hash(words.iter().map(|word| word.text.as_str()))
}

/// Stems, light words left out.
fn near(words: &[Word]) -> Key {
    hash(words.iter().filter_map(|word| match word.text.as_str() {
        light if LIGHT.contains(&light) => None,
        "whats" => Some("what"),
        "whos" => Some("who"),
        "wheres" => Some("where"),
        "hows" => Some("how"),
        _ => Some(word.stem.as_str()),
    }))
}

/// The hash of no words.
const NOTHING: Key = 0xcbf2_9ce4_8422_2325;

/// FNV-1a in 64 bits, a space after each word.
fn hash<'a>(words: impl Iterator<Item = &'a str>) -> Key {
    let bytes = words.flat_map(|word| word.bytes().chain([b' ']));
    bytes.fold(NOTHING, |hash, byte| {
        (hash ^ Key::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::Wordings;
    use crate::matcher::preprocess::Wording;
    use crate::matcher::words::{Word, split};
    use std::sync::Arc;

    fn words(text: &str) -> Vec<Word> {
        split(text).iter().map(|word| Word::new(word)).collect()
    }

    #[test]
    fn a_wording_is_found_also_without_the_words_that_change_nothing() {
        let wording = |text: &str| -> Arc<Wording> { Wording::of(words(text)) };
        let entries = [
            vec![wording("what is open source ai"), wording("who made it")],
            vec![
                wording("why is llama not open"),
                wording("is it the best"),
                wording("is it safe"),
            ],
            vec![wording("are they the best"), wording("is it best")],
        ];
        let wordings = Wordings::new(&entries);
        let cases = [
            ("what is open source ai", Some(0)),
            ("whats open source ai", Some(0)),
            ("what exactly is the open source ai", Some(0)),
            ("who makes it", None),
            ("why are llamas not open", Some(2)),
            ("why is llama open", None),
            ("open source ai what is", None),
            // Two entries have this, but for light words; word for word one does.
            ("it is the best", None),
            ("is it the best", Some(3)),
            ("is it best", Some(6)),
            ("it safe", Some(4)),
            ("", None),
        ];
        for (question, expected) in cases {
            assert_eq!(wordings.find(&words(question)), expected, "{question:?}");
        }
    }
}
