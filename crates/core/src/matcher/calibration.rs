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

/// What a ranking rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Words,
    /// Sentence vectors and words.
    Vectors,
    /// What the FAQ's judge says of the vectors, these, and words.
    Judge,
}

/// By words alone.
pub(super) const LEXICAL: Calibration = Calibration {
    bias: -6.95,
    evidence: WeightedSum(&[
        ("margin", margin, 6.66),
        ("words", |f| f.words, 6.78),
        ("the nearest wording", |f| f.phrasing, -1.28),
        ("characters", |f| f.characters, 2.26),
        ("length", |f| f.length, 1.9),
        ("out of scope", |f| f.out_of_scope, -3.09),
        ("wordings", wordings, 0.32),
        ("few wordings", few_wordings, 0.53),
        ("margin of a thin entry", thin_margin, 3.61),
        ("listed out of scope", |f| f.has_out_of_scope, 0.47),
        ("foreign names", |f| f.foreign_names, -0.8),
        ("another version", |f| f.other_version, -1.39),
        ("the opposite", |f| f.opposite * trust(f), -1.11),
        ("uncovered words", |f| f.uncovered * trust(f), -3.49),
        ("other order", other_order, -1.73),
        ("off the subject", |f| f.off_subject * trust(f), -1.39),
        ("other aspects", |f| f.other_aspects * trust(f), -4.22),
    ]),
};

/// By words and vectors. The other features improved no FAQ that was left out of the fit.
pub(super) const SEMANTIC: Calibration = Calibration {
    bias: -3.18,
    evidence: WeightedSum(&[
        ("score", |f| f.score, 5.39),
        ("length", |f| f.length, 0.26),
        ("ordinary talk", unrelated, -6.22),
        ("out of scope", nearer_out_of_scope, -6.56),
        ("wordings", wordings, 0.88),
        ("few wordings", few_wordings, 1.46),
        ("margin of a thin entry", thin_margin, 8.53),
        ("listed out of scope", |f| f.has_out_of_scope, 1.08),
        ("foreign names", |f| f.foreign_names, -0.54),
        ("another version", |f| f.other_version, -1.29),
        ("the opposite", |f| f.opposite * trust(f), -0.96),
        ("uncovered words", |f| f.uncovered * trust(f), -2.54),
        ("other order", other_order, -1.06),
        ("off the subject", |f| f.off_subject * trust(f), -1.12),
        ("other aspects", |f| f.other_aspects * trust(f), -3.63),
    ]),
};

/// By words, vectors and the judge of the FAQ.
pub(super) const JUDGED: Calibration = Calibration {
    bias: -2.46,
    evidence: WeightedSum(&[
        ("score", |f| f.score, 4.68),
        ("the judge", |f| f.judged, 0.49),
        ("length", |f| f.length, 0.56),
        ("ordinary talk", unrelated, -6.13),
        ("out of scope", nearer_out_of_scope, -0.67),
        ("wordings", wordings, 1.16),
        ("few wordings", few_wordings, 1.39),
        ("margin of a thin entry", thin_margin, 10.25),
        ("listed out of scope", |f| f.has_out_of_scope, 0.11),
        ("foreign names", |f| f.foreign_names, -1.29),
        ("another version", |f| f.other_version, -1.76),
        ("the opposite", |f| f.opposite * trust(f), -0.67),
        ("uncovered words", |f| f.uncovered * trust(f), -2.51),
        ("other order", other_order, -1.95),
        ("off the subject", |f| f.off_subject * trust(f), -1.02),
        ("other aspects", |f| f.other_aspects * trust(f), -3.33),
    ]),
};

/// The calibration without vectors, with them, or with a judge of them.
pub(super) fn of(evidence: Evidence) -> &'static Calibration {
    match evidence {
        Evidence::Words => &LEXICAL,
        Evidence::Vectors => &SEMANTIC,
        Evidence::Judge => &JUDGED,
    }
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
    use super::{Features, JUDGED, LEXICAL, SEMANTIC};

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
        for calibration in [LEXICAL, SEMANTIC, JUDGED] {
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
