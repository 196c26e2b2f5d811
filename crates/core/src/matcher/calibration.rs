//! Features → the probability that the match is right.
//!
//! Fitted by logistic regression on HWU64, the calibration questions of CLINC150, the tune questions of
//! the shipped FAQ and near misses of it, and many small FAQs that were cut from these.
//! `models/calibrate.py` says how, and fits the numbers again.

use super::features::Features;
use super::weighted_sum::{Contribution, WeightedSum};

/// A logistic function: `p = 1 / (1 + exp(−(bias + Σ weight · value)))`.
#[derive(Debug)]
pub(super) struct Calibration {
    bias: f64,
    evidence: WeightedSum,
}

/// By words alone.
pub(super) const LEXICAL: Calibration = Calibration {
    bias: -6.61,
    evidence: WeightedSum(&[
        ("margin", margin, 6.51),
        ("words", |f| f.words, 7.46),
        ("the nearest wording", |f| f.phrasing, -1.87),
        ("characters", |f| f.characters, 1.95),
        ("length", |f| f.length, 1.63),
        ("out of scope", |f| f.out_of_scope, -3.52),
        ("wordings", wordings, 0.63),
        ("few wordings", few_wordings, 0.7),
        ("margin of a thin entry", thin_margin, 5.48),
        ("listed out of scope", |f| f.has_out_of_scope, 1.24),
        ("foreign names", |f| f.foreign_names, -0.68),
        ("another version", |f| f.other_version, -1.73),
        ("the opposite", |f| f.opposite * trust(f), -1.0),
        ("uncovered words", |f| f.uncovered * trust(f), -1.99),
        ("other order", other_order, -2.73),
        ("off the subject", |f| f.off_subject * trust(f), -2.06),
        ("other aspects", |f| f.other_aspects * trust(f), -3.48),
    ]),
};

/// By words and vectors. The other features improved no FAQ that was left out of the fit.
pub(super) const SEMANTIC: Calibration = Calibration {
    bias: -4.12,
    evidence: WeightedSum(&[
        ("score", |f| f.score, 4.98),
        ("length", |f| f.length, 0.38),
        ("ordinary talk", unrelated, -5.28),
        ("out of scope", nearer_out_of_scope, -4.09),
        ("wordings", wordings, 1.46),
        ("few wordings", few_wordings, 1.87),
        ("margin of a thin entry", thin_margin, 9.09),
        ("listed out of scope", |f| f.has_out_of_scope, 0.87),
        ("foreign names", |f| f.foreign_names, -0.45),
        ("another version", |f| f.other_version, -2.01),
        ("the opposite", |f| f.opposite * trust(f), -0.84),
        ("uncovered words", |f| f.uncovered * trust(f), -3.67),
        ("other order", other_order, -4.4),
        ("off the subject", |f| f.off_subject * trust(f), -1.59),
        ("other aspects", |f| f.other_aspects * trust(f), -1.57),
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

/// The logarithm of the number of the entry's phrasings, of which more than ten say nothing more.
fn wordings(features: &Features) -> f64 {
    features.phrasings.clamp(1.0, 10.0).ln()
}

/// What an entry lacks of five phrasings, on a logarithmic scale.
fn few_wordings(features: &Features) -> f64 {
    (1.6 - features.phrasings.max(1.0).ln()).max(0.0)
}

/// The margin of an entry with few phrasings, which its neighbours tell more about than itself.
fn thin_margin(features: &Features) -> f64 {
    margin(features) * (1.0 - features.phrasings / 8.0).max(0.0)
}

/// How far the words stand in another order: a match that would be certain is doubted most.
fn other_order(features: &Features) -> f64 {
    features.reordered * features.score * trust(features)
}

/// How far what the phrasings of the entry lack says something about the entry, `[0, 1)`: an entry with
/// three phrasings lacks nearly every word.
fn trust(features: &Features) -> f64 {
    let square = features.phrasings.min(50.0).powi(2);
    square / (square + 400.0)
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
