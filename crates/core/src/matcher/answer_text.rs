//! An answer, preprocessed.

use super::alias::Aliases;
use super::encoded_text::EncodedText;
use super::words::{Word, WordClass, split};

/// An answer, preprocessed.
#[derive(Debug)]
pub(super) struct AnswerText {
    pub encoded: EncodedText,
    /// The stems of its content words after aliases, sorted.
    stems: Box<[Box<str>]>,
}

impl AnswerText {
    /// Preprocesses a normalised answer.
    pub fn new(normalised: String, aliases: &Aliases) -> Self {
        let words = split(&normalised);
        let words = words.iter().map(|word| Word::new(word)).collect();
        let words = aliases.apply(words, &mut Vec::new());
        let content = words.into_iter().filter(|w| w.class == WordClass::Content);
        let mut stems: Vec<Box<str>> = content.map(|word| word.stem.into()).collect();
        stems.sort_unstable();
        stems.dedup();
        Self {
            encoded: EncodedText::new(normalised),
            stems: stems.into(),
        }
    }

    /// Whether it has a content word of this stem.
    pub fn has(&self, stem: &str) -> bool {
        let found = self.stems.binary_search_by(|other| (**other).cmp(stem));
        found.is_ok()
    }
}
