//! A question → the entries that may answer it, ranked, each with a confidence.
//!
//! The inside may change (words, vectors, both); the face does not: [`Matcher::new`] indexes a
//! [`Knowledge`], [`Matcher::rank`] answers for one question.

use crate::knowledge::Knowledge;

/// One entry that may answer a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The entry's position in [`Knowledge::entries`].
    pub entry: usize,
    /// How probable it is that this entry answers the question, in `[0, 1]`: among matches given
    /// with 0.9, nine in ten should be right.
    pub confidence: f64,
}

/// An index over one [`Knowledge`]: immutable, shared by every reader.
#[derive(Debug)]
pub struct Matcher {}

impl Matcher {
    /// Indexes every wording of `knowledge`.
    #[must_use]
    pub fn new(_knowledge: &Knowledge) -> Self {
        Self {}
    }

    /// The entries that may answer `question`, the most probable first, at most ten. Empty when it
    /// holds nothing to go by: no word, only emoji, a bare number, a link.
    #[must_use]
    pub fn rank(&self, _question: &str) -> Vec<Match> {
        Vec::new()
    }
}
