//! Figures over all questions that were asked.

use super::fraction::fraction;
use super::thresholds::{ThresholdStep, threshold_steps};
use super::trial::Trial;
use serde::Serialize;

/// One row of the reliability table: the questions with a confidence between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reliability {
    /// The lower bound, included.
    pub from: f64,
    /// The upper bound, included in the last row only.
    pub to: f64,
    /// How many questions there are.
    pub questions: usize,
    /// The mean of their confidences.
    pub confidence: Option<f64>,
    /// The fraction whose best match was right.
    pub right: Option<f64>,
}

/// How well the bot did. Fractions, not per cent; a figure over nothing is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// All questions.
    pub questions: usize,
    /// Those with a right entry.
    pub labelled: usize,
    /// Of the labelled: the best match was right, whatever its confidence.
    pub accuracy: Option<f64>,
    /// Of the labelled: one of the best three was right.
    pub accuracy_at_3: Option<f64>,
    /// Of the labelled: an answer was given.
    pub answered: Option<f64>,
    /// Of the labelled: an answer was given and it was right.
    pub answered_right: Option<f64>,
    /// Of those without a right entry: an answer was given.
    pub false_answers: Option<f64>,
    /// The area under the ROC curve of the confidence: the probability that a labelled question has a
    /// higher confidence than one without a right entry, ties counting half (Mann–Whitney).
    pub auroc: Option<f64>,
    /// The largest fraction of the labelled that some threshold answers such that at least 95 % of
    /// all its answers are right, including those to questions without a right entry.
    pub coverage_at_95: Option<f64>,
    /// Expected calibration error: the mean distance between the confidence and the fraction right over
    /// the ten rows of `reliability`, weighted by their questions (Naeini et al. 2015).
    pub calibration_error: Option<f64>,
    /// The median time per question, in microseconds.
    pub micros_p50: Option<f64>,
    /// The 99th percentile of the time per question, in microseconds.
    pub micros_p99: Option<f64>,
    /// Confidence against truth, in ten rows of equal width.
    pub reliability: Vec<Reliability>,
    /// The effect of other thresholds.
    pub thresholds: Vec<ThresholdStep>,
}

/// Computes the figures over `trials`.
#[must_use]
pub fn measure(trials: &[Trial]) -> Figures {
    let labelled: Vec<&Trial> = trials.iter().filter(|t| t.labelled).collect();
    let unlabelled: Vec<&Trial> = trials.iter().filter(|t| !t.labelled).collect();
    let of_labelled = |holds: fn(&Trial) -> bool| {
        fraction(labelled.iter().filter(|t| holds(t)).count(), labelled.len())
    };
    let reliability = reliability(trials);
    let mut times: Vec<f64> = trials.iter().map(|t| t.micros).collect();
    times.sort_by(f64::total_cmp);
    Figures {
        questions: trials.len(),
        labelled: labelled.len(),
        accuracy: of_labelled(Trial::is_right),
        accuracy_at_3: of_labelled(|t| t.rank.is_some_and(|rank| rank < 3)),
        answered: of_labelled(|t| t.answered),
        answered_right: of_labelled(|t| t.answered && t.is_right()),
        false_answers: fraction(
            unlabelled.iter().filter(|t| t.answered).count(),
            unlabelled.len(),
        ),
        auroc: auroc(trials),
        coverage_at_95: coverage(trials, 0.95),
        calibration_error: calibration_error(&reliability, trials.len()),
        micros_p50: percentile(&times, 0.50),
        micros_p99: percentile(&times, 0.99),
        reliability,
        thresholds: threshold_steps(trials),
    }
}

/// The value that the fraction `at` of `sorted` does not exceed (nearest rank).
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank lies between 0 and the number of questions"
)]
fn percentile(sorted: &[f64], at: f64) -> Option<f64> {
    let rank = (sorted.len() as f64 * at).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

fn calibration_error(rows: &[Reliability], questions: usize) -> Option<f64> {
    let weighted = rows.iter().filter_map(|row| {
        Some((row.confidence? - row.right?).abs() * fraction(row.questions, questions)?)
    });
    (questions > 0).then(|| weighted.sum())
}

const ROWS: usize = 10;

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a confidence in [0, 1] times ten is a row number"
)]
fn reliability(trials: &[Trial]) -> Vec<Reliability> {
    let mut rows = vec![(0_usize, 0.0_f64, 0_usize); ROWS];
    for trial in trials {
        let row = ((trial.confidence * ROWS as f64) as usize).min(ROWS - 1);
        rows[row].0 += 1;
        rows[row].1 += trial.confidence;
        rows[row].2 += usize::from(trial.labelled && trial.is_right());
    }
    rows.into_iter()
        .enumerate()
        .map(|(at, (questions, sum, right))| Reliability {
            from: at as f64 / ROWS as f64,
            to: (at + 1) as f64 / ROWS as f64,
            questions,
            confidence: (questions > 0).then(|| sum / questions as f64),
            right: fraction(right, questions),
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of questions stay far below 2^52"
)]
fn auroc(trials: &[Trial]) -> Option<f64> {
    let mut sorted: Vec<&Trial> = trials.iter().collect();
    sorted.sort_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let (mut below, mut wins, mut labelled) = (0_usize, 0.0_f64, 0_usize);
    for tied in sorted.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq()) {
        let inside = tied.iter().filter(|t| t.labelled).count();
        let outside = tied.len() - inside;
        wins += inside as f64 * (below as f64 + outside as f64 / 2.0);
        below += outside;
        labelled += inside;
    }
    (labelled > 0 && below > 0).then(|| wins / (labelled as f64 * below as f64))
}

fn coverage(trials: &[Trial], precision: f64) -> Option<f64> {
    let mut sorted: Vec<&Trial> = trials.iter().filter(|t| t.confidence > 0.0).collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let labelled = trials.iter().filter(|t| t.labelled).count();
    let (mut given, mut right, mut covered, mut best) = (0, 0, 0, 0);
    // A threshold includes all questions with the same confidence, or none.
    for tied in sorted.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq()) {
        given += tied.len();
        covered += tied.iter().filter(|t| t.labelled).count();
        right += tied.iter().filter(|t| t.labelled && t.is_right()).count();
        if fraction(right, given).is_some_and(|share| share >= precision) {
            best = covered;
        }
    }
    fraction(best, labelled)
}

#[cfg(test)]
mod tests {
    use super::{Trial, measure};

    fn trial(labelled: bool, rank: Option<usize>, confidence: f64, answered: bool) -> Trial {
        Trial {
            labelled,
            rank,
            confidence,
            answered,
            micros: confidence * 100.0,
        }
    }

    fn close(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} is not {b}");
    }

    #[test]
    fn figures_are_counted_by_hand() {
        let figures = measure(&[
            trial(true, Some(0), 0.95, true),
            trial(true, Some(2), 0.90, true),
            trial(true, Some(0), 0.35, false),
            trial(true, None, 0.0, false),
            trial(false, None, 0.80, true),
            trial(false, None, 0.20, false),
        ]);
        assert_eq!((figures.questions, figures.labelled), (6, 4));
        close(figures.accuracy, 0.5);
        close(figures.accuracy_at_3, 0.75);
        close(figures.answered, 0.5);
        close(figures.answered_right, 0.25);
        close(figures.false_answers, 0.5);
        // Pairs won by the labelled: 0.95 and 0.90 over both, 0.35 over 0.20, 0.0 over none.
        close(figures.auroc, 5.0 / 8.0);
        close(figures.coverage_at_95, 0.25);
        close(
            figures.calibration_error,
            ((0.925_f64 - 0.5).abs() * 2.0 + (0.35 - 1.0_f64).abs() + 0.80 + 0.20) / 6.0,
        );
        close(figures.micros_p50, 35.0);
        close(figures.micros_p99, 95.0);
    }

    #[test]
    fn a_threshold_cannot_separate_equal_confidences() {
        let figures = measure(&[
            trial(true, Some(0), 0.5, true),
            trial(false, None, 0.5, true),
        ]);
        close(figures.coverage_at_95, 0.0);
        close(figures.auroc, 0.5);
    }

    #[test]
    fn a_figure_over_nothing_is_none() {
        let labelled = trial(true, Some(0), 0.9, true);
        let other = trial(false, None, 0.1, false);
        // Of the labelled, of the others, of both, of any.
        for (trials, expected) in [
            (vec![], [false, false, false, false]),
            (vec![labelled], [true, false, false, true]),
            (vec![other], [false, true, false, true]),
            (vec![labelled, other], [true, true, true, true]),
        ] {
            let figures = measure(&trials);
            let found = [
                figures.answered_right,
                figures.false_answers,
                figures.auroc,
                figures.calibration_error,
            ];
            assert_eq!(found.map(|f| f.is_some()), expected, "{trials:?}");
            assert_eq!(figures.accuracy.is_some(), expected[0], "{trials:?}");
            assert_eq!(figures.coverage_at_95.is_some(), expected[0], "{trials:?}");
            assert_eq!(figures.micros_p50.is_some(), expected[3], "{trials:?}");
        }
    }
}
