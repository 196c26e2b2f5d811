//! One question that was asked.

use super::labelled::LabelledQuestion;
use crate::answer::Reply;
use crate::knowledge::Knowledge;
use crate::matcher::Match;

/// The reply to one labelled question, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// Whether any entry is right.
    pub labelled: bool,
    /// The position of the first right entry among the matches, from 0.
    pub rank: Option<usize>,
    /// The confidence of the best match, in `[0, 1]`; 0 without matches.
    pub confidence: f64,
    /// Whether it was answered.
    pub answered: bool,
    /// How long it took, in microseconds.
    pub micros: f64,
}

impl Trial {
    /// Judges the `reply` to a question, which was decided by `matches` over `knowledge` and took so
    /// many microseconds.
    #[must_use]
    pub fn judge(
        labelled: &LabelledQuestion,
        knowledge: &Knowledge,
        matches: &[Match],
        reply: &Reply,
        micros: f64,
    ) -> Self {
        let is_right = |found: &Match| {
            let entry = knowledge.entries().get(found.entry);
            entry.is_some_and(|entry| labelled.right.iter().any(|id| *id == entry.id.as_str()))
        };
        Self {
            labelled: !labelled.right.is_empty(),
            rank: matches.iter().position(is_right),
            confidence: reply.confidence(),
            answered: matches!(reply, Reply::Answer { .. }),
            micros,
        }
    }

    /// Whether the best match is right.
    pub(super) fn is_right(&self) -> bool {
        self.rank == Some(0)
    }
}
