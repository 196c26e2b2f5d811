//! What each threshold would do, to choose one by.

use super::{Trial, fraction};
use serde::Serialize;

/// The thresholds that are tried, in hundredths.
const TRIED: std::ops::RangeInclusive<u8> = 40..=95;
const APART: usize = 5;

/// What would be said with one threshold. Fractions, not per cent; those of nothing are 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// From this confidence on there would be an answer.
    pub threshold: f64,
    /// Of all answers: it is right.
    pub precision: f64,
    /// Of the labelled questions: an answer would be given and be right.
    pub answered_right: f64,
    /// Of those without a right entry: an answer would be given.
    pub false_answers: f64,
}

/// Every threshold that is tried, the lowest first.
pub(super) fn steps(trials: &[Trial]) -> Vec<Step> {
    let labelled = trials.iter().filter(|t| t.labelled).count();
    let step = |hundredths: u8| {
        let threshold = f64::from(hundredths) / 100.0;
        let answered = || trials.iter().filter(|t| t.confidence >= threshold);
        let right = answered().filter(|t| t.labelled && t.right()).count();
        let without = answered().filter(|t| !t.labelled).count();
        Step {
            threshold,
            precision: fraction(right, answered().count()),
            answered_right: fraction(right, labelled),
            false_answers: fraction(without, trials.len() - labelled),
        }
    };
    TRIED.step_by(APART).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::{Step, Trial, steps};

    #[test]
    fn a_threshold_is_told_by_what_it_would_let_through() {
        let trial = |labelled, rank, confidence| Trial {
            labelled,
            rank,
            confidence,
            answered: false,
            micros: 1.0,
        };
        let trials = [
            trial(true, Some(0), 0.95),
            trial(true, Some(1), 0.75),
            trial(true, Some(0), 0.42),
            trial(false, None, 0.75),
            trial(false, None, 0.1),
        ];
        let found = steps(&trials);
        let at = |threshold: f64| {
            let step = found
                .iter()
                .find(|s| (s.threshold - threshold).abs() < 1e-9);
            *step.expect("a threshold that is tried")
        };
        let expected = [
            (0.4, 0.5, 2.0 / 3.0, 0.5),
            (0.75, 1.0 / 3.0, 1.0 / 3.0, 0.5),
            (0.8, 1.0, 1.0 / 3.0, 0.0),
        ];
        for (threshold, precision, answered_right, false_answers) in expected {
            let step = Step {
                threshold,
                precision,
                answered_right,
                false_answers,
            };
            assert_eq!(at(threshold), step);
        }
        assert!(steps(&[]).iter().all(|step| step.precision == 0.0));
    }
}
