//! Judges a pair of sentence vectors: does the phrasing's entry answer the question? The vectors alone are
//! near to each other for "is Llama open source" and "is Mistral open source"; in which direction they
//! differ tells more.

use super::vectors::{dot, dots};
use crate::knowledge::{INPUTS_PER_DIM, Judge};
use std::sync::Arc;

/// More log odds than this, either way, say no more.
const MOST: f32 = 6.0;
/// What inputs are multiplied by, so that each kind has a spread of about 1: differences, and products.
const OF_DIFFERENCES: f32 = 8.0;
const OF_PRODUCTS: f32 = 20.0;

/// The judge of a FAQ, if it has one for the model in use.
#[derive(Debug)]
pub(super) struct PairJudge(Option<Arc<Judge>>);

impl PairJudge {
    /// `judge` is used if it was trained on vectors of the model with this fingerprint and length.
    pub fn new(judge: Option<&Arc<Judge>>, fingerprint: &str, dims: usize) -> Self {
        let fits = |judge: &&Arc<Judge>| judge.fingerprint == fingerprint && judge.dims == dims;
        Self(judge.filter(fits).cloned())
    }

    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// In log odds, `[-6, 6]`, whether a phrasing's entry answers a question, given their unit vectors; 0
    /// without a judge.
    pub fn log_odds(&self, question: &[f32], phrasing: &[f32]) -> f32 {
        let Some(judge) = &self.0 else {
            return 0.0;
        };
        let inputs = inputs(question, phrasing);
        let mut units = dots(&judge.hidden, &inputs);
        for (unit, bias) in units.iter_mut().zip(&judge.hidden_bias) {
            *unit = (*unit + bias).max(0.0);
        }
        let sum = judge.bias + dot(&judge.direct, &inputs) + dot(&judge.output, &units);
        sum.clamp(-MOST, MOST)
    }
}

/// How far the vectors differ, what they share, in which direction they differ, and the question's.
fn inputs(question: &[f32], phrasing: &[f32]) -> Vec<f32> {
    let pairs = || question.iter().zip(phrasing);
    let mut inputs = Vec::with_capacity(INPUTS_PER_DIM * question.len());
    inputs.extend(pairs().map(|(q, p)| OF_DIFFERENCES * (q - p).abs()));
    inputs.extend(pairs().map(|(q, p)| OF_PRODUCTS * q * p));
    inputs.extend(pairs().map(|(q, p)| OF_DIFFERENCES * (q - p)));
    inputs.extend(question.iter().map(|q| OF_DIFFERENCES * q));
    inputs
}

#[cfg(test)]
mod tests {
    use super::PairJudge;
    use crate::knowledge::Judge;
    use std::sync::Arc;

    #[test]
    fn a_pair_is_judged_by_the_weights_if_they_fit_the_model() {
        let judge = Arc::new(Judge {
            fingerprint: "model".to_owned(),
            dims: 2,
            // One unit, of the second number's absolute difference.
            hidden: vec![0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            hidden_bias: vec![-0.8],
            output: vec![-2.0],
            // The first number of the question.
            direct: vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.0],
            bias: 1.0,
        });
        let (question, near, far) = ([0.5, 0.5], [0.5, 0.5], [0.5, 0.0]);
        let fitting = PairJudge::new(Some(&judge), "model", 2);
        assert!((fitting.log_odds(&question, &near) - 2.0).abs() < 1e-6);
        // 1 + 0.25 · 4 − 2 · (8 · 0.5 − 0.8)
        assert!((fitting.log_odds(&question, &far) + 4.4).abs() < 1e-6);
        assert!((fitting.log_odds(&question, &[0.5, -9.0]) + 6.0).abs() < 1e-6);
        for other in [
            PairJudge::new(Some(&judge), "another", 2),
            PairJudge::new(Some(&judge), "model", 3),
            PairJudge::new(None, "model", 2),
        ] {
            assert!(other.log_odds(&question, &near).abs() < f32::EPSILON);
        }
    }
}
