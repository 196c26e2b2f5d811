//! Decides what is said.

use crate::knowledge::{Entry, Knowledge};
use crate::matcher::Match;
use std::sync::Arc;

/// The least confidence for each kind of reply, in `[0, 1]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// For an answer to someone who asked the bot.
    pub answer: f64,
    /// For an answer to a message that is not addressed to the bot.
    pub unprompted: f64,
    /// For offering an entry as "did you mean".
    pub suggest: f64,
}

impl Thresholds {
    /// The least confidence for an answer.
    pub(super) fn for_answer(self, prompting: Prompting) -> f64 {
        match prompting {
            Prompting::Prompted => self.answer,
            Prompting::Unprompted => self.unprompted,
        }
    }
}

/// Whether a question was addressed to the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompting {
    /// A mention, a reply to the bot, a direct message, a command, the terminal.
    Prompted,
    /// A message in a channel the bot listens in. It never gets suggestions.
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

/// The reply to a question.
#[derive(Debug, Clone)]
pub enum Reply {
    /// This entry answers it.
    Answer {
        /// The entry and its confidence.
        best: Candidate,
        /// The entries ranked after it, best first, at most [`MAX_SUGGESTIONS`].
        passed_over: Vec<Candidate>,
    },
    /// One of these entries may answer it: "did you mean".
    Suggest {
        /// Best first, at least one, at most [`MAX_SUGGESTIONS`].
        suggestions: Vec<Candidate>,
    },
    /// No entry answers it.
    Unknown {
        /// The nearest entries all the same, for moderators and figures. They are not shown to the
        /// asker.
        passed_over: Vec<Candidate>,
    },
}

/// How many suggestions a reply has at most.
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

/// Decides what is said, by `matches` in the order of
/// [`Matcher::rank`](crate::matcher::Matcher::rank) over the same `knowledge`.
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
    let needed = thresholds.for_answer(prompting);
    let objection = matches.first().and_then(|best| best.objection);
    let is_kept_back = objection.is_some_and(|objection| match prompting {
        Prompting::Prompted => objection.is_contradiction(),
        // Nobody asked: any doubt is reason enough for silence.
        Prompting::Unprompted => true,
    });
    if !candidates.is_empty() && best >= needed && !is_kept_back {
        let best = candidates.remove(0);
        return Reply::Answer {
            best,
            passed_over: candidates,
        };
    }
    candidates.truncate(MAX_SUGGESTIONS);
    if prompting == Prompting::Prompted && best >= thresholds.suggest {
        // Next to a fair candidate, one with a fraction of its confidence is noise.
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
