//! Shadow mode: what the bot would have said, judged by moderators, and the threshold that follows.

use crate::admin::ServerAdmin;
use citebot_store::{Judgement, StoreError};

/// The thresholds that figures are shown for.
const THRESHOLDS: [f64; 6] = [0.75, 0.8, 0.85, 0.9, 0.95, 0.98];
/// Fewer judgements say too little to suggest a threshold by.
pub const MIN_JUDGEMENTS: usize = 20;
/// The least share of right answers of a threshold that is suggested.
const MIN_PRECISION: f64 = 0.95;

/// What would have come of one threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShadowStep {
    /// The minimum confidence.
    pub threshold: f64,
    /// How many of the judged answers reach it.
    pub answers: usize,
    /// How many of those are right.
    pub right: usize,
}

impl ShadowStep {
    /// The share of right answers; `None` without answers.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts of judgements")]
    pub fn precision(&self) -> Option<f64> {
        (self.answers > 0).then(|| self.right as f64 / self.answers as f64)
    }
}

/// The figures of shadow mode.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShadowFigures {
    /// How many answers were judged.
    pub judged: usize,
    /// The thresholds that any judged answer reaches, in rising order.
    pub steps: Vec<ShadowStep>,
    /// The lowest threshold at which 19 of 20 answers are right; `None` if none is, or before
    /// [`MIN_JUDGEMENTS`].
    pub suggested: Option<f64>,
}

impl ShadowFigures {
    fn new(judgements: &[Judgement]) -> Self {
        let step = |threshold: f64| {
            let reaching = || judgements.iter().filter(|one| one.confidence >= threshold);
            ShadowStep {
                threshold,
                answers: reaching().count(),
                right: reaching().filter(|one| one.right).count(),
            }
        };
        let mut steps: Vec<ShadowStep> = THRESHOLDS.into_iter().map(step).collect();
        steps.retain(|step| step.answers > 0);
        let precise = |step: &&ShadowStep| step.precision() >= Some(MIN_PRECISION);
        let suggested = (judgements.len() >= MIN_JUDGEMENTS)
            .then(|| steps.iter().find(precise).map(|step| step.threshold))
            .flatten();
        Self {
            judged: judgements.len(),
            steps,
            suggested,
        }
    }
}

impl ServerAdmin<'_> {
    /// Notes whether an answer that was not given would have been right. `at` is in milliseconds since
    /// 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn judge(&self, judgement: Judgement, at: i64) -> Result<(), StoreError> {
        self.handle.store.judge(self.server, judgement, at).await
    }

    /// The figures of all judgements.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn shadow_figures(&self) -> Result<ShadowFigures, StoreError> {
        let judgements = self.handle.store.judgements(self.server).await?;
        Ok(ShadowFigures::new(&judgements))
    }
}

#[cfg(test)]
mod tests {
    use super::{MIN_JUDGEMENTS, ShadowFigures};
    use citebot_store::Judgement;

    fn judgements(groups: &[(usize, f64, bool)]) -> Vec<Judgement> {
        let one = |&(count, confidence, right): &(usize, f64, bool)| {
            let judgement = Judgement {
                message: 1,
                confidence,
                right,
            };
            std::iter::repeat_n(judgement, count)
        };
        groups.iter().flat_map(one).collect()
    }

    #[test]
    fn the_lowest_threshold_that_is_precise_enough_is_suggested() {
        for (groups, suggested) in [
            (&[(MIN_JUDGEMENTS - 1, 0.99, true)][..], None),
            (&[(MIN_JUDGEMENTS, 0.76, true)], Some(0.75)),
            (&[(20, 0.92, true), (5, 0.81, false)], Some(0.85)),
            (&[(18, 0.92, true), (2, 0.92, false)], None),
            (&[(20, 0.99, true), (2, 0.96, false)], Some(0.98)),
        ] {
            let figures = ShadowFigures::new(&judgements(groups));
            assert_eq!(figures.suggested, suggested, "{groups:?}");
        }
    }

    #[test]
    fn each_threshold_has_the_answers_that_reach_it() {
        let figures = ShadowFigures::new(&judgements(&[(2, 0.9, true), (1, 0.76, false)]));
        let steps: Vec<_> = figures
            .steps
            .iter()
            .map(|step| (step.threshold, step.answers, step.right))
            .collect();
        assert_eq!(
            steps,
            [(0.75, 3, 2), (0.8, 2, 2), (0.85, 2, 2), (0.9, 2, 2)]
        );
        assert_eq!(figures.judged, 3);
    }
}
