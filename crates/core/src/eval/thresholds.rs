//! The effect of each threshold, to choose one by.

use super::fraction::fraction;
use super::trial::Trial;
use serde::Serialize;

/// The thresholds, in hundredths.
const HUNDREDTHS: std::ops::RangeInclusive<u8> = 40..=95;
const STEP: usize = 5;

/// The effect of one threshold. Fractions, not per cent; a fraction of nothing is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ThresholdStep {
    /// The least confidence for an answer.
    pub threshold: f64,
    /// Of all answers: right ones.
    pub precision: Option<f64>,
    /// Of the labelled questions: answered correctly.
    pub answered_right: Option<f64>,
    /// Of the questions without a right entry: answered.
    pub false_answers: Option<f64>,
}

/// The effects of several thresholds, the lowest first.
pub(super) fn threshold_steps(trials: &[Trial]) -> Vec<ThresholdStep> {
    let labelled = trials.iter().filter(|t| t.labelled).count();
    let step = |hundredths: u8| {
        let threshold = f64::from(hundredths) / 100.0;
        let answered = || trials.iter().filter(|t| t.confidence >= threshold);
        let right = answered().filter(|t| t.labelled && t.is_right()).count();
        let without = answered().filter(|t| !t.labelled).count();
        ThresholdStep {
            threshold,
            precision: fraction(right, answered().count()),
            answered_right: fraction(right, labelled),
            false_answers: fraction(without, trials.len() - labelled),
        }
    };
    HUNDREDTHS.step_by(STEP).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::{ThresholdStep, Trial, threshold_steps};

    #[test]
    fn each_threshold_lets_the_right_trials_through() {
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
        let found = threshold_steps(&trials);
        let at = |threshold: f64| {
            let step = found
                .iter()
                .find(|s| (s.threshold - threshold).abs() < 1e-9);
            *step.expect("one of the thresholds")
        };
        let expected = [
            (0.4, 0.5, 2.0 / 3.0, 0.5),
            (0.75, 1.0 / 3.0, 1.0 / 3.0, 0.5),
            (0.8, 1.0, 1.0 / 3.0, 0.0),
        ];
        for (threshold, precision, answered_right, false_answers) in expected {
            let step = ThresholdStep {
                threshold,
                precision: Some(precision),
                answered_right: Some(answered_right),
                false_answers: Some(false_answers),
            };
            assert_eq!(at(threshold), step);
        }
        assert!(
            threshold_steps(&[])
                .iter()
                .all(|step| step.precision.is_none())
        );
    }
}
