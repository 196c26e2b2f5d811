//! Ranked matches → what is said: an answer, suggestions, or an honest "I don't know".

mod explanation;

pub use explanation::{Considered, Explanation, percent, sum};

use crate::knowledge::{Entry, Knowledge};
use crate::matcher::Match;
use std::sync::Arc;

/// The confidences from which something is said, each in `[0, 1]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// From here on, someone who asked the bot gets the answer.
    pub answer: f64,
    /// From here on, someone who was only talking gets the answer.
    pub unprompted: f64,
    /// From here on, an entry is offered as "did you mean".
    pub suggest: f64,
}

/// Whether the bot was asked or overheard the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompting {
    /// A mention, a reply to the bot, a direct message, a command, the terminal.
    Prompted,
    /// A message in a channel the bot listens in. Suggestions are never made here.
    Unprompted,
}

/// An entry with the confidence it was ranked with.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Its confidence, in `[0, 1]`.
    pub confidence: f64,
}

/// What the bot says to a question.
#[derive(Debug, Clone)]
pub enum Reply {
    /// This entry answers it.
    Answer {
        /// The entry and its confidence.
        best: Candidate,
        /// What was ranked after it, best first, at most [`MAX_SUGGESTIONS`].
        passed_over: Vec<Candidate>,
    },
    /// One of these may: "did you mean".
    Suggest {
        /// Best first, at least one, at most [`MAX_SUGGESTIONS`].
        suggestions: Vec<Candidate>,
    },
    /// The FAQ does not say.
    Unknown {
        /// What came nearest all the same, for moderators and figures; not shown to the asker.
        passed_over: Vec<Candidate>,
    },
}

/// How many entries are offered at most.
pub const MAX_SUGGESTIONS: usize = 5;

impl Reply {
    /// The confidence of the best match; 0 when nothing matched.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        match self {
            Self::Answer { best, .. } => best.confidence,
            Self::Suggest { suggestions } => suggestions.first().map_or(0.0, |c| c.confidence),
            Self::Unknown { passed_over } => passed_over.first().map_or(0.0, |c| c.confidence),
        }
    }
}

/// Decides what is said, from `matches` as [`Matcher::rank`](crate::matcher::Matcher::rank) orders
/// them over the same `knowledge`.
#[must_use]
pub fn decide(
    knowledge: &Knowledge,
    matches: &[Match],
    thresholds: Thresholds,
    prompting: Prompting,
) -> Reply {
    let mut candidates: Vec<Candidate> = matches
        .iter()
        .filter_map(|m| {
            Some(Candidate {
                entry: Arc::clone(knowledge.entries().get(m.entry)?),
                confidence: m.confidence,
            })
        })
        .take(MAX_SUGGESTIONS + 1)
        .collect();
    let best = candidates.first().map_or(0.0, |c| c.confidence);
    let needed = match prompting {
        Prompting::Prompted => thresholds.answer,
        Prompting::Unprompted => thresholds.unprompted,
    };
    if !candidates.is_empty() && best >= needed {
        let best = candidates.remove(0);
        return Reply::Answer {
            best,
            passed_over: candidates,
        };
    }
    candidates.truncate(MAX_SUGGESTIONS);
    if prompting == Prompting::Prompted && best >= thresholds.suggest {
        // Beside a fair candidate, one at a tenth of its confidence is noise.
        candidates.retain(|c| c.confidence >= thresholds.suggest.min(best) * 0.25);
        if !candidates.is_empty() {
            return Reply::Suggest {
                suggestions: candidates,
            };
        }
    }
    Reply::Unknown {
        passed_over: candidates,
    }
}
