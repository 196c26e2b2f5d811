//! What the parts found → how probable it is that the match is right.

/// What a match is judged by. Each means the same in every book, so that numbers fitted on some
/// books hold for others.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// The share of the question's weight that the entry's words cover, `[0, 1]`.
    pub words: f64,
    /// Cosine of the question and the entry's nearest wording, in weighted words, `[0, 1]`.
    pub wording: f64,
    /// The same in character sequences, `[0, 1]`.
    pub characters: f64,
    /// By how much the score is above the next entry's.
    pub margin: f64,
    /// The share of the question's weight in words that no entry has, `[0, 1]`.
    pub unknown: f64,
    /// The logarithm of the number of telling words.
    pub length: f64,
}

impl Features {
    /// The features, in the order of the weights.
    #[must_use]
    pub fn values(&self) -> [f64; COUNT] {
        [
            self.words,
            self.wording,
            self.characters,
            self.margin,
            self.unknown,
            self.length,
        ]
    }
}

/// How many features there are.
pub const COUNT: usize = 6;

/// The fitted numbers: `p = 1 / (1 + exp(−(BIAS + WEIGHTS · features)))`.
const BIAS: f64 = -7.256;
const WEIGHTS: [f64; COUNT] = [9.192, -2.905, 2.08, 3.935, -0.511, 2.606];

/// The probability, in `[0, 1]`, that a match with these features is right.
pub(super) fn probability(features: &Features) -> f64 {
    let sum: f64 = features
        .values()
        .iter()
        .zip(WEIGHTS)
        .map(|(x, w)| x * w)
        .sum();
    1.0 / (1.0 + (-(BIAS + sum)).exp())
}
