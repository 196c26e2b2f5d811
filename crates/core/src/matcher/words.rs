//! Normalised text → words with their stems.

mod class;

pub(super) use class::WordClass;

use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

/// Words after this many are ignored: no question is as long.
const MAX_WORDS: usize = 256;
/// Longer words, in bytes, are cut to this: no name is as long, pasted noise is.
const MAX_WORD_LENGTH: usize = 64;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, without apostrophes.
    pub text: String,
    /// The same for all inflections of the word, by the Snowball English algorithm.
    pub stem: String,
    /// How much it says about the subject.
    pub class: WordClass,
}

impl Word {
    /// A word from its lower-case letters.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            stem: stem(text),
            class: WordClass::of(text),
        }
    }
}

fn stem(word: &str) -> String {
    static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
    ENGLISH.stem(word).into_owned()
}

/// The words of normalised text, in order: split by the rules of Unicode, without apostrophes and
/// without the endings `'s`, `'re`, `'ve`, `'d`, `'ll`, `'m`.
pub(super) fn split(normalised: &str) -> Vec<String> {
    split_with_spans(normalised).0
}

/// The words as by [`split`], and the place of each in the text. Parts of one written word share a
/// place.
pub(super) fn split_with_spans(normalised: &str) -> (Vec<String>, Vec<Range<usize>>) {
    let mut words = Vec::new();
    let mut spans = Vec::new();
    for (start, written) in normalised.unicode_word_indices().take(MAX_WORDS) {
        let end = start + written.len();
        let word = written.trim_matches('\'');
        let bare = match word.rsplit_once('\'') {
            Some((before, "s" | "re" | "ve" | "d" | "ll" | "m")) => before,
            _ => word,
        };
        let mut bare: String = bare.chars().filter(|&c| c != '\'').collect();
        if bare.len() > MAX_WORD_LENGTH {
            let end = (0..=MAX_WORD_LENGTH)
                .rev()
                .find(|&at| bare.is_char_boundary(at));
            bare.truncate(end.unwrap_or(0));
        }
        for part in parts(&bare) {
            words.push(part);
            spans.push(start..end);
        }
    }
    (words, spans)
}

/// The words in one that Unicode's rules leave whole: `open.source` is two, `3.5` is one.
fn parts(word: &str) -> Vec<String> {
    let number = word.chars().any(|c| c.is_ascii_digit());
    if number {
        return vec![word.to_owned()];
    }
    let pieces: Vec<&str> = word
        .split(|c: char| !c.is_alphanumeric())
        .filter(|p| !p.is_empty())
        .collect();
    if pieces.len() > 1 && pieces.iter().all(|piece| piece.chars().count() == 1) {
        return vec![pieces.concat()]; // "a.i", "u.s.a"
    }
    pieces.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Word, split};

    #[test]
    fn words_are_split() {
        let cases: [(&str, &[&str]); 8] = [
            ("what's open-source ai?", &["what", "open", "source", "ai"]),
            ("i don't, they're", &["i", "dont", "they"]),
            ("gpt-4 or llama 3.1", &["gpt", "4", "or", "llama", "3.1"]),
            ("a.i. in the u.s.", &["ai", "in", "the", "us"]),
            ("meta.facebook", &["meta", "facebook"]),
            ("'quoted'", &["quoted"]),
            ("?!", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text:?}");
        }
    }

    #[test]
    fn inflections_share_a_stem() {
        assert_eq!(Word::new("models").stem, Word::new("model").stem);
        assert_eq!(Word::new("training").stem, Word::new("trained").stem);
    }

    #[test]
    fn noise_is_bounded() {
        assert_eq!(split(&"word ".repeat(10_000)).len(), super::MAX_WORDS);
        assert!(split(&"é".repeat(1_000))[0].len() <= super::MAX_WORD_LENGTH);
    }
}
