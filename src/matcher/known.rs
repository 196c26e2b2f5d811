//! Words that are right as they stand.
//!
//! Two lists, both part of the program: the whole words among the sentence encoder's pieces, in
//! order of frequency, and the stems of Debian's `wamerican` (SCOWL; see `models/words/README.md`).

use super::words::stem;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The encoder's pieces, the most frequent first.
const PIECES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/minilm/vocab.txt"
));
/// Stems of English words, one a line, sorted by bytes.
const STEMS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/words/stems.txt"
));

/// Rank by frequency of the pieces that are words, from 1.
static RANKS: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let words = PIECES
        .lines()
        .filter(|p| p.len() > 1 && p.bytes().all(|b| b.is_ascii_lowercase()));
    words.zip(1..).collect()
});

static SORTED: LazyLock<Vec<&'static str>> = LazyLock::new(|| STEMS.lines().collect());

/// Whether the word is an English one.
pub(super) fn is_known(word: &str) -> bool {
    is_ranked(word) || SORTED.binary_search(&stem(word).as_str()).is_ok()
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

#[cfg(test)]
mod tests {
    use super::{SORTED, is_known, rank};

    #[test]
    fn the_list_is_sorted_as_the_search_needs_it() {
        assert!(SORTED.is_sorted());
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
        for word in ["waht", "opne", "tensorflwo"] {
            assert!(!is_known(word), "{word}");
        }
        assert!(rank("the") < rank("house") && rank("house") < rank("nosuchword"));
    }
}
