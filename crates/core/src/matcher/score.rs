//! Features → the score that candidates are ranked by.

use super::features::Features;
use super::weighted_sum::WeightedSum;

/// By words alone: `words + 0.4 · phrasing + 0.5 · characters`.
pub(super) const LEXICAL: WeightedSum = WeightedSum(&[
    ("words", |f| f.words, 1.0),
    ("the nearest wording", |f| f.phrasing, 0.4),
    ("characters", |f| f.characters, 0.5),
]);

/// By words and vectors: `ridge + 0.8 · centroid_similarity + 0.4 · words + 0.2 · characters +
/// 0.4 · answer`.
pub(super) const SEMANTIC: WeightedSum = WeightedSum(&[
    ("wordings together", |f| f.ridge, 1.0),
    ("the entry as a whole", |f| f.centroid_similarity, 0.8),
    ("words", |f| f.words, 0.4),
    ("characters", |f| f.characters, 0.2),
    ("the answer", |f| f.answer, 0.4),
]);

/// The score with or without vectors.
pub(super) fn of(semantic: bool) -> &'static WeightedSum {
    if semantic { &SEMANTIC } else { &LEXICAL }
}

/// [`Features::ridge`] of an entry before the regression is computed, to choose the shortlist by.
pub(super) fn estimated_ridge(features: &Features) -> f64 {
    0.5 * features.nearest
}

#[cfg(test)]
mod tests {
    use super::{LEXICAL, SEMANTIC};
    use crate::matcher::Features;

    #[test]
    fn a_score_is_the_sum_of_its_contributions() {
        let features = Features {
            ridge: 0.6,
            centroid_similarity: 0.5,
            words: 0.4,
            characters: 0.3,
            answer: 0.2,
            phrasing: 0.7,
            ..Features::default()
        };
        for (score, expected) in [(&LEXICAL, 0.83), (&SEMANTIC, 1.3)] {
            let contributions = score.contributions(&features);
            let sum: f64 = contributions.iter().map(|c| c.adds).sum();
            assert!((score.total(&features) - expected).abs() < 1e-9);
            assert!((sum - expected).abs() < 1e-9);
            assert!(contributions.is_sorted_by(|a, b| a.adds >= b.adds));
        }
    }
}
