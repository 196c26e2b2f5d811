//! Features → the probability that the match is right.
//!
//! Fitted by logistic regression on HWU64 (`hwu32of64`), the calibration questions of CLINC150 (whole
//! and cut to 50 intents), the tune questions of the shipped FAQ, and FAQs made of parts of these, with
//! more or fewer entries, phrasings and out-of-scope questions. `models/calibrate.py` fits the numbers
//! again from the output of `citebot eval --features`.

use super::features::Features;
use super::weighted_sum::{Contribution, WeightedSum};

/// [`Features::size`] of a FAQ with this many phrasings, kept within the range that was fitted on.
pub(super) fn size(phrasings: usize) -> f64 {
    let phrasings = u32::try_from(phrasings.clamp(70, 3_500)).unwrap_or(3_500);
    f64::from(phrasings).ln()
}

/// A logistic function: `p = 1 / (1 + exp(−(bias + Σ weight · value)))`.
#[derive(Debug)]
pub(super) struct Calibration {
    bias: f64,
    evidence: WeightedSum,
}

/// By words alone.
pub(super) const LEXICAL: Calibration = Calibration {
    bias: -6.5,
    evidence: WeightedSum(&[
        ("margin", margin, 7.2),
        ("words", |f| f.words, 7.8),
        ("the nearest wording", |f| f.phrasing, -1.6),
        ("characters", |f| f.characters, 2.1),
        ("length", |f| f.length, 1.9),
        ("out of scope", |f| f.out_of_scope, -3.5),
    ]),
};

/// By words and vectors. The other features improved no data set that was left out of the fit.
pub(super) const SEMANTIC: Calibration = Calibration {
    bias: -5.2,
    evidence: WeightedSum(&[
        ("score", |f| f.score, 6.1),
        ("ordinary talk", unrelated, -7.0),
        ("out of scope", nearer_out_of_scope, -6.9),
        ("size of the book", |f| f.size, 0.68),
    ]),
};

/// The calibration with or without vectors.
pub(super) fn of(semantic: bool) -> &'static Calibration {
    if semantic { &SEMANTIC } else { &LEXICAL }
}

/// The margin, cut off where more says nothing.
fn margin(features: &Features) -> f64 {
    features.margin.clamp(-0.3, 0.3)
}

/// Cosine with the nearest background sentence or out-of-scope question. The latter are about 0.1
/// nearer to questions that are in scope than the former.
fn unrelated(features: &Features) -> f64 {
    features.background.max(features.out_of_scope - 0.1)
}

/// By how much an out-of-scope question is nearer than the nearest phrasing, plus 0.2, at least 0; 0
/// for a FAQ without out-of-scope questions.
fn nearer_out_of_scope(features: &Features) -> f64 {
    if features.out_of_scope > 0.0 {
        (features.out_of_scope - features.nearest + 0.2).max(0.0)
    } else {
        0.0
    }
}

impl Calibration {
    /// The probability, in `[0, 1]`, that a match with these features is right.
    pub fn probability(&self, features: &Features) -> f64 {
        let sum = self.evidence.total(features);
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }

    /// The evidence for and against a match, in log odds, strongest support first, the bias last.
    pub fn evidence(&self, features: &Features) -> Vec<Contribution> {
        let mut evidence = self.evidence.contributions(features);
        evidence.push(Contribution {
            name: "bias",
            value: 1.0,
            adds: self.bias,
        });
        evidence
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, LEXICAL, SEMANTIC};

    #[test]
    fn a_probability_rises_with_the_evidence() {
        let poor = Features {
            length: 1.0,
            background: 0.3,
            size: 6.0,
            ..Features::default()
        };
        let good = Features {
            score: 1.2,
            nearest: 0.9,
            margin: 0.5,
            words: 0.6,
            characters: 0.8,
            phrasing: 0.8,
            ..poor
        };
        for calibration in [LEXICAL, SEMANTIC] {
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
