//! Recognises a question that is one of the FAQ's phrasings: word for word, or except for words that
//! change nothing.

use super::words::Word;
use fnv::FnvHasher;
use rustc_hash::FxHashMap;
use std::hash::Hasher;

/// Words that make no difference. Negations are not among them, nor words that say who or whose.
const LIGHT: &[&str] = &[
    "a", "an", "the", "is", "are", "am", "do", "does", "please", "just", "really", "actually",
    "exactly",
];

/// Phrasings by their words. Phrasings are numbered over all entries.
#[derive(Debug, Default)]
pub(super) struct ExactMatchIndex {
    /// By all words.
    exact: FxHashMap<u64, u32>,
    /// By the stems of the words that are not light; `None` where two entries share them.
    near: FxHashMap<u64, Option<u32>>,
}

/// The keys under which one phrasing is indexed: hashes, wide enough that no two phrasings share one
/// by chance.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExactMatchKeys {
    exact: u64,
    /// None where all words are light.
    near: Option<u64>,
}

impl ExactMatchKeys {
    pub fn new(words: &[Word]) -> Self {
        Self {
            exact: exact(words),
            near: near(words),
        }
    }
}

impl ExactMatchIndex {
    /// Indexes the phrasings of each entry, `count` in all.
    pub fn new(
        count: usize,
        entries: impl Iterator<Item = impl Iterator<Item = ExactMatchKeys>>,
    ) -> Self {
        let mut index = Self::default();
        index.exact.reserve(count);
        index.near.reserve(count);
        let mut at = 0;
        for phrasings in entries {
            let start = at;
            for keys in phrasings {
                index.exact.entry(keys.exact).or_insert(at);
                if let Some(near) = keys.near {
                    let indexed = index.near.entry(near).or_insert(Some(at));
                    if indexed.is_none_or(|other| other < start) {
                        *indexed = None;
                    }
                }
                at += 1;
            }
        }
        index
    }

    /// The number of the phrasing that `question` is.
    pub fn find(&self, question: &[Word]) -> Option<usize> {
        let found = self.exact.get(&exact(question)).copied();
        let nearly = || self.near.get(&near(question)?).copied().flatten();
        found.or_else(nearly).map(|at| at as usize)
    }
}

/// The hash of all words.
fn exact(words: &[Word]) -> u64 {
    hash(words.iter().map(|word| word.text.as_str()))
}

/// The hash of the stems of the words that are not light; `None` where all are.
fn near(words: &[Word]) -> Option<u64> {
    let mut stems = words
        .iter()
        .filter(|word| !LIGHT.contains(&word.text.as_str()))
        .map(|word| match word.text.as_str() {
            "whats" => "what",
            "whos" => "who",
            "wheres" => "where",
            "hows" => "how",
            _ => word.stem.as_str(),
        })
        .peekable();
    stems.peek()?;
    Some(hash(stems))
}

fn hash<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut hasher = FnvHasher::default();
    for word in words {
        hasher.write(word.as_bytes());
        hasher.write_u8(b' ');
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{ExactMatchIndex, ExactMatchKeys};
    use crate::matcher::words::{Word, split};

    fn words(text: &str) -> Vec<Word> {
        split(text).iter().map(|word| Word::new(word)).collect()
    }

    #[test]
    fn a_phrasing_is_found_also_without_the_words_that_change_nothing() {
        let entries: [&[&str]; 3] = [
            &["what is open source ai", "who made it"],
            &["why is llama not open", "is it the best", "is it safe"],
            &["are they the best", "is it best"],
        ];
        let keys = |phrasing: &&str| ExactMatchKeys::new(&words(phrasing));
        let index = ExactMatchIndex::new(7, entries.iter().map(|entry| entry.iter().map(keys)));
        let cases = [
            ("what is open source ai", Some(0)),
            ("whats open source ai", Some(0)),
            ("what exactly is the open source ai", Some(0)),
            ("who makes it", None),
            ("why are llamas not open", Some(2)),
            ("why is llama open", None),
            ("open source ai what is", None),
            // Two entries have this but for light words, one of them word for word.
            ("it is the best", None),
            ("is it the best", Some(3)),
            ("is it best", Some(6)),
            ("it safe", Some(4)),
            ("", None),
        ];
        for (question, expected) in cases {
            assert_eq!(index.find(&words(question)), expected, "{question:?}");
        }
    }
}
