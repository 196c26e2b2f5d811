//! A phrasing of an entry, preprocessed.

use super::alias::Aliases;
use super::encoded_text::{EncodedText, text_to_encode};
use super::exact_match::ExactMatchKeys;
use super::ngrams::ngrams;
use super::normalise::normalise;
use super::padding::strip_padding;
use super::signs::Signs;
use super::small_talk::is_small_talk;
use super::words::{Word, split_with_spans};
use std::sync::OnceLock;

/// One phrasing, preprocessed.
#[derive(Debug)]
pub(super) struct Phrasing {
    /// Its words as written, without padding.
    pub written: Vec<String>,
    /// The same after aliases.
    pub words: Vec<Word>,
    /// The part of it that is encoded.
    pub encoded: EncodedText,
    pub keys: ExactMatchKeys,
    pub signs: Signs,
    /// Computed when they are first needed.
    ngrams: OnceLock<Box<[(u32, f32)]>>,
}

impl Phrasing {
    pub fn new(text: &str, aliases: &Aliases) -> Self {
        let normalised = normalise(text);
        let (mut written, spans) = split_with_spans(&normalised);
        let kept = strip_padding(&written);
        let encoded = text_to_encode(
            &normalised,
            &written[kept.clone()],
            &spans[kept.clone()],
            &[],
        );
        written.truncate(kept.end);
        written.drain(..kept.start);
        let words = written.iter().map(|word| Word::new(word)).collect();
        let words = aliases.apply(words, &mut Vec::new());
        Self {
            keys: ExactMatchKeys::new(&words),
            signs: Signs::new(&written),
            written,
            words,
            encoded: EncodedText::new(encoded),
            ngrams: OnceLock::new(),
        }
    }

    /// Whether people say it without asking anything.
    pub fn is_small_talk(&self) -> bool {
        is_small_talk(&self.words, 0.0)
    }

    /// Its [character n-grams](ngrams).
    pub fn ngrams(&self) -> &[(u32, f32)] {
        self.ngrams.get_or_init(|| ngrams(&self.words))
    }
}
