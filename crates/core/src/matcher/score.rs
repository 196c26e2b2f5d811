//! What the parts found → the score that ranks.

use super::Features;

/// With words alone: `words + 0.4 · wording + 0.5 · characters`.
pub(super) const WORDS: Formula = Formula(&[
    ("words", |f| f.words, 1.0),
    ("the nearest wording", |f| f.wording, 0.4),
    ("characters", |f| f.characters, 0.5),
]);

/// With meaning: `ridge + 0.8 · closeness + 0.4 · words + 0.2 · characters + 0.4 · answer`.
pub(super) const MEANING: Formula = Formula(&[
    ("wordings together", |f| f.ridge, 1.0),
    ("the entry as a whole", |f| f.closeness, 0.8),
    ("words", |f| f.words, 0.4),
    ("characters", |f| f.characters, 0.2),
    ("the answer", |f| f.answer, 0.4),
]);

/// A weighted sum of features.
#[derive(Debug)]
pub(super) struct Formula(pub &'static [(&'static str, Value, f64)]);

/// What of the features is weighed.
pub(super) type Value = fn(&Features) -> f64;

/// One part of a score or of a confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// What was compared.
    pub name: &'static str,
    /// What was found.
    pub value: f64,
    /// What it adds: the value, weighted.
    pub adds: f64,
}

/// The formula that is used with or without vectors.
pub(super) fn of(by_meaning: bool) -> &'static Formula {
    if by_meaning { &MEANING } else { &WORDS }
}

impl Formula {
    /// The sum.
    pub fn score(&self, features: &Features) -> f64 {
        self.0
            .iter()
            .map(|(_, value, weight)| value(features) * weight)
            .sum()
    }

    /// What it is made of, the greatest part first.
    pub fn parts(&self, features: &Features) -> Vec<Part> {
        let part = |&(name, value, weight): &(&'static str, Value, f64)| {
            let value = value(features);
            Part {
                name,
                value,
                adds: value * weight,
            }
        };
        let mut parts: Vec<Part> = self.0.iter().map(part).collect();
        parts.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::{MEANING, WORDS};
    use crate::matcher::Features;

    #[test]
    fn a_score_is_the_sum_of_its_parts() {
        let features = Features {
            ridge: 0.6,
            closeness: 0.5,
            words: 0.4,
            characters: 0.3,
            answer: 0.2,
            wording: 0.7,
            ..Features::default()
        };
        for (formula, expected) in [(&WORDS, 0.83), (&MEANING, 1.3)] {
            let parts = formula.parts(&features);
            let sum: f64 = parts.iter().map(|part| part.adds).sum();
            assert!((formula.score(&features) - expected).abs() < 1e-9);
            assert!((sum - expected).abs() < 1e-9);
            assert!(parts.is_sorted_by(|a, b| a.adds >= b.adds));
        }
    }
}
