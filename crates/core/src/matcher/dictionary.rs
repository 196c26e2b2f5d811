//! General English words, which are never typos.
//!
//! Two lists, both part of the program: the whole words in the sentence encoder's vocabulary, in
//! order of frequency, and Debian's `wamerican` (SCOWL; see `models/words/README.md`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// The encoder's vocabulary, the most frequent piece first.
const PIECES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/minilm/vocab.txt"
));
/// English words, one a line, sorted by bytes. Searched in place: an index would be larger than the
/// list.
const WORDS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/words/words.txt"
));

/// The pieces that are words, with their rank by frequency, from 1.
static RANKS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let words = PIECES
        .lines()
        .filter(|p| p.len() > 1 && p.bytes().all(|b| b.is_ascii_lowercase()));
    words.zip(1..).collect()
});

/// Whether the word is in either list.
pub(super) fn contains(word: &str) -> bool {
    is_ranked(word) || is_listed(word)
}

/// Whether the word has a rank by frequency of its own.
pub(super) fn is_ranked(word: &str) -> bool {
    RANKS.contains_key(word)
}

/// The word's rank by frequency, from 1. A word without one gets the rank of the rarest.
pub(super) fn frequency_rank(word: &str) -> u32 {
    let rarest = u32::try_from(RANKS.len()).unwrap_or(u32::MAX);
    RANKS.get(word).copied().unwrap_or(rarest)
}

/// Whether the word is in [`WORDS`], by binary search.
fn is_listed(word: &str) -> bool {
    let (mut from, mut to) = (0, WORDS.len());
    while from < to {
        let middle = from.midpoint(to);
        let start = WORDS[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = WORDS[middle..]
            .find('\n')
            .map_or(WORDS.len(), |at| middle + at);
        match word.cmp(&WORDS[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => to = start,
            std::cmp::Ordering::Greater => from = end + 1,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{WORDS, contains, frequency_rank, is_listed};

    #[test]
    fn the_list_is_sorted_and_searchable() {
        assert!(WORDS.is_ascii() && WORDS.lines().is_sorted());
        assert!(WORDS.lines().step_by(97).all(is_listed));
        assert!(
            WORDS.lines().next().is_some_and(is_listed)
                && WORDS.lines().last().is_some_and(is_listed)
        );
    }

    #[test]
    fn english_words_are_in_the_dictionary() {
        for word in [
            "what",
            "colour",
            "regulators",
            "deepest",
            "transparency",
            "smuggled",
        ] {
            assert!(contains(word), "{word}");
        }
        for word in ["waht", "opne", "tensorflwo", "malicous", "zzzz", "", "aaaa"] {
            assert!(!contains(word), "{word}");
        }
        let ranks = ["the", "house", "nosuchword"].map(frequency_rank);
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }
}
