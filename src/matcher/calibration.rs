//! What the parts found → how probable it is that the match is right.
//!
//! Fitted by logistic regression on HWU64 (`hwu32of64`), the calibration questions of CLINC150 (whole
//! and cut to 50 intents), the tune questions of the shipped book, and on books made of parts of these,
//! with more or fewer entries, phrasings and questions that are not theirs: `models/calibrate.py` does it
//! again from what `citebot eval --features` prints.

use serde::Serialize;

/// What a match is judged by. Each means the same in every book, so that numbers fitted on some
/// books hold for others.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Features {
    /// The score that ranks.
    pub score: f64,
    /// By how much the score is above the next entry's; for entries after the best, how far they
    /// are below it, negative.
    pub margin: f64,
    /// The share of the question's weight that the entry's words cover, `[0, 1]`.
    pub words: f64,
    /// Cosine of the question and the entry's nearest wording, in weighted words, `[0, 1]`.
    pub wording: f64,
    /// The same in character sequences, `[0, 1]`.
    pub characters: f64,
    /// The share of the question's weight in words that no entry has, `[0, 1]`.
    pub unknown: f64,
    /// The logarithm of one more than the number of telling words.
    pub length: f64,
    /// Cosine of the question's vector and the nearest wording's, `[-1, 1]`; 0 without vectors.
    pub nearest: f64,
    /// Cosine with the entry's centroid, both without the book's mean, `[-1, 1]`.
    pub centroid: f64,
    /// The entry's share in the kernel ridge regression over the nearest entries, about `[0, 1]`.
    pub ridge: f64,
    /// Cosine with the nearest sentence of ordinary talk, `[-1, 1]`.
    pub talk: f64,
    /// Cosine with the nearest question that the book says it does not answer, `[-1, 1]`; in
    /// vectors where there are any, in weighted words otherwise.
    pub out_of_scope: f64,
    /// Cosine with the entry's answer, `[-1, 1]`, times how far this book's answers tell its
    /// entries apart, `[0, 1]`.
    pub answer: f64,
    /// How alike the entry's own wordings are, `[-1, 1]`: a loose entry is entered from farther off.
    pub coherence: f64,
    /// The logarithm of the number of entries: of what is asked, a large book knows more.
    pub size: f64,
}

/// [`Features::size`] of a book of so many entries, kept within what was fitted on.
pub(super) fn size(entries: usize) -> f64 {
    let entries = u32::try_from(entries.clamp(30, 150)).unwrap_or(150);
    f64::from(entries).ln()
}

/// A logistic function's numbers: `p = 1 / (1 + exp(−(bias + Σ weight · value)))`.
#[derive(Debug)]
pub(super) struct Calibration {
    bias: f64,
    weights: &'static [(Value, f64)],
}

/// What of the features is weighed.
type Value = fn(&Features) -> f64;

/// For words alone.
pub(super) const WORDS: Calibration = Calibration {
    bias: -6.7,
    weights: &[
        (margin, 4.8),
        (|f| f.words, 9.2),
        (|f| f.wording, -2.2),
        (|f| f.characters, 2.7),
        (|f| f.length, 2.0),
        (|f| f.out_of_scope, -2.9),
    ],
};

/// For words and meaning. The other features added nothing that carried over to a set that was
/// left out.
pub(super) const HYBRID: Calibration = Calibration {
    bias: -3.9,
    weights: &[
        (|f| f.score, 5.8),
        (|f| f.nearest, 4.2),
        (talk, -4.7),
        (|f| f.coherence, -6.5),
        (|f| f.size, 0.82),
        (beyond, -2.3),
    ],
};

/// Larger margins say no more.
fn margin(features: &Features) -> f64 {
    features.margin.clamp(-0.3, 0.3)
}

/// The nearer of ordinary talk and what is out of scope. What a book says it does not answer is
/// nearer to what it does than ordinary talk is, by about this cosine.
fn talk(features: &Features) -> f64 {
    features.talk.max(features.out_of_scope - 0.1)
}

/// How far a question out of scope is nearer than the nearest wording, or nearly so; 0 for a book that
/// names none.
fn beyond(features: &Features) -> f64 {
    if features.out_of_scope > 0.0 {
        (features.out_of_scope - features.nearest + 0.2).max(0.0)
    } else {
        0.0
    }
}

impl Calibration {
    /// The probability, in `[0, 1]`, that a match with these features is right.
    pub fn probability(&self, features: &Features) -> f64 {
        let sum: f64 = self
            .weights
            .iter()
            .map(|(value, weight)| value(features) * weight)
            .sum();
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, HYBRID, WORDS};

    #[test]
    fn a_probability_rises_with_what_speaks_for_a_match() {
        let poor = Features {
            length: 1.0,
            coherence: 0.7,
            talk: 0.3,
            size: 4.0,
            ..Features::default()
        };
        let good = Features {
            score: 1.2,
            nearest: 0.9,
            margin: 0.5,
            words: 0.6,
            characters: 0.8,
            wording: 0.8,
            ..poor
        };
        for calibration in [WORDS, HYBRID] {
            let (poor, good) = (
                calibration.probability(&poor),
                calibration.probability(&good),
            );
            assert!(
                (0.0..0.3).contains(&poor) && (0.7..=1.0).contains(&good),
                "{poor} {good}"
            );
        }
    }
}
