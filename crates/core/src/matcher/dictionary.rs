//! Words that are right as they stand.
//!
//! Two lists, both part of the program: the whole words among the sentence encoder's pieces, in
//! order of frequency, and Debian's `wamerican` (SCOWL; see `models/words/README.md`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// The encoder's pieces, the most frequent first.
const PIECES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/minilm/vocab.txt"
));
/// English words, one a line, sorted by bytes. Searched where they lie: an index would be larger
/// than the list.
const WORDS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../models/words/words.txt"
));

/// Rank by frequency of the pieces that are words, from 1.
static RANKS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let words = PIECES
        .lines()
        .filter(|p| p.len() > 1 && p.bytes().all(|b| b.is_ascii_lowercase()));
    words.zip(1..).collect()
});

/// Whether the word is an English one.
pub(super) fn is_known(word: &str) -> bool {
    is_ranked(word) || is_listed(word)
}

/// Whether the word is among those whose rank is known.
pub(super) fn is_ranked(word: &str) -> bool {
    RANKS.contains_key(word)
}

/// Its place in the order of frequency, from 1; for a word without one, that of the rarest.
pub(super) fn rank(word: &str) -> u32 {
    let rarest = u32::try_from(RANKS.len()).unwrap_or(u32::MAX);
    RANKS.get(word).copied().unwrap_or(rarest)
}

/// Searches [`WORDS`], halving the part that is left.
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
    use super::{WORDS, is_known, is_listed, rank};

    #[test]
    fn the_list_is_as_the_search_needs_it() {
        assert!(WORDS.is_ascii() && WORDS.lines().is_sorted());
        assert!(WORDS.lines().step_by(97).all(is_listed));
        assert!(
            WORDS.lines().next().is_some_and(is_listed)
                && WORDS.lines().last().is_some_and(is_listed)
        );
    }

    #[test]
    fn english_words_are_known() {
        for word in [
            "what",
            "colour",
            "regulators",
            "deepest",
            "transparency",
            "smuggled",
        ] {
            assert!(is_known(word), "{word}");
        }
        for word in ["waht", "opne", "tensorflwo", "malicous", "zzzz", "", "aaaa"] {
            assert!(!is_known(word), "{word}");
        }
        assert!(rank("the") < rank("house") && rank("house") < rank("nosuchword"));
    }
}
