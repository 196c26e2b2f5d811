//! One question that was asked.

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
    /// Whether the best match is right.
    pub(super) fn is_right(&self) -> bool {
        self.rank == Some(0)
    }
}
