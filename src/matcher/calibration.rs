//! What the parts found → how probable it is that the match is right.
//!
//! Fitted by logistic regression on HWU64 (`hwu32of64`), the calibration questions of CLINC150 (whole
//! and cut to 50 intents) and the tune questions of the shipped book, each also with typing mistakes;
//! the sets weigh the same, the shipped book twice as much.

/// What a match is judged by. Each means the same in every book, so that numbers fitted on some
/// books hold for others.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
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

impl Features {
    /// The features in the order of the fields.
    #[must_use]
    pub fn values(&self) -> [f64; 13] {
        [
            self.score,
            self.margin,
            self.words,
            self.wording,
            self.characters,
            self.unknown,
            self.length,
            self.nearest,
            self.centroid,
            self.ridge,
            self.talk,
            self.coherence,
            self.size,
        ]
    }
}

/// A logistic function's numbers: `p = 1 / (1 + exp(−(bias + weights · features)))`, the weights in
/// the order of [`Features::values`].
#[derive(Debug)]
pub(super) struct Calibration {
    bias: f64,
    weights: [f64; 13],
}

/// For words alone.
pub(super) const WORDS: Calibration = Calibration {
    bias: -7.256,
    weights: [
        0.0, 3.935, 9.192, -2.905, 2.08, -0.511, 2.606, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    ],
};

/// For words and meaning: score, nearest, talk, coherence and size. The others added nothing that
/// carried over to a set that was left out.
pub(super) const HYBRID: Calibration = Calibration {
    bias: -3.4,
    weights: [
        5.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, -4.8, -5.8, 0.7,
    ],
};

/// Larger margins say no more.
const ENOUGH: f64 = 0.3;

impl Calibration {
    /// The probability, in `[0, 1]`, that a match with these features is right.
    pub fn probability(&self, features: &Features) -> f64 {
        let capped = Features {
            margin: features.margin.clamp(-ENOUGH, ENOUGH),
            ..*features
        };
        let sum: f64 = capped
            .values()
            .iter()
            .zip(self.weights)
            .map(|(x, w)| x * w)
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
