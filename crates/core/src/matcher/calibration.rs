//! What the parts found → how probable it is that the match is right.
//!
//! Fitted by logistic regression on HWU64 (`hwu32of64`), the calibration questions of CLINC150 (whole
//! and cut to 50 intents), the tune questions of the shipped book, and on books made of parts of these,
//! with more or fewer entries, phrasings and questions that are not theirs: `models/calibrate.py` does it
//! again from what `citebot eval --features` prints.

use super::score::{Formula, Part};
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
    /// The logarithm of one more than the number of telling words.
    pub length: f64,
    /// Cosine of the question's vector and the nearest wording's, `[-1, 1]`; 0 without vectors.
    pub nearest: f64,
    /// One less the distance of the question's vector from the middle of the entry's wordings,
    /// `[-1, 1]`.
    pub closeness: f64,
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
    /// The logarithm of the number of wordings: of what is asked, a large book knows more.
    pub size: f64,
}

/// [`Features::size`] of a book of so many wordings, kept within what was fitted on.
pub(super) fn size(wordings: usize) -> f64 {
    let wordings = u32::try_from(wordings.clamp(70, 3_500)).unwrap_or(3_500);
    f64::from(wordings).ln()
}

/// A logistic function: `p = 1 / (1 + exp(−(bias + Σ weight · value)))`.
#[derive(Debug)]
pub(super) struct Calibration {
    bias: f64,
    formula: Formula,
}

/// For words alone.
pub(super) const WORDS: Calibration = Calibration {
    bias: -6.5,
    formula: Formula(&[
        ("margin", margin, 7.2),
        ("words", |f| f.words, 7.8),
        ("the nearest wording", |f| f.wording, -1.6),
        ("characters", |f| f.characters, 2.1),
        ("length", |f| f.length, 1.9),
        ("out of scope", |f| f.out_of_scope, -3.5),
    ]),
};

/// For words and meaning. The other features added nothing that carried over to a set that was
/// left out.
pub(super) const HYBRID: Calibration = Calibration {
    bias: -5.2,
    formula: Formula(&[
        ("score", |f| f.score, 6.1),
        ("ordinary talk", talk, -7.0),
        ("out of scope", beyond, -6.9),
        ("size of the book", |f| f.size, 0.68),
    ]),
};

/// The one that is used with or without vectors.
pub(super) fn of(by_meaning: bool) -> &'static Calibration {
    if by_meaning { &HYBRID } else { &WORDS }
}

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
        let sum = self.formula.score(features);
        1.0 / (1.0 + (-(self.bias + sum)).exp())
    }

    /// What speaks for a match and against it, in log odds; what speaks most for it first, last the
    /// bias.
    pub fn evidence(&self, features: &Features) -> Vec<Part> {
        let mut parts = self.formula.parts(features);
        parts.push(Part {
            name: "bias",
            value: 1.0,
            adds: self.bias,
        });
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::{Features, HYBRID, WORDS};

    #[test]
    fn a_probability_rises_with_what_speaks_for_a_match() {
        let poor = Features {
            length: 1.0,
            talk: 0.3,
            size: 6.0,
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
