//! Figures for each kind of question.

use super::fraction::fraction;
use super::trial::Trial;
use serde::Serialize;
use std::collections::BTreeMap;

/// The answers to the questions of one kind. A fraction of nothing is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindFigures {
    /// The kind.
    pub kind: String,
    /// How many questions there are.
    pub questions: usize,
    /// Those with a right entry.
    pub labelled: usize,
    /// Of all: an answer was given.
    pub answered: Option<f64>,
    /// Of the labelled: an answer was given and it was right.
    pub answered_right: Option<f64>,
}

/// The figures for each kind, by name. Leaves out trials without a kind.
pub fn measure_kinds<'a>(
    trials: impl IntoIterator<Item = (Option<&'a str>, &'a Trial)>,
) -> Vec<KindFigures> {
    let mut kinds: BTreeMap<&str, Vec<&Trial>> = BTreeMap::new();
    for (kind, trial) in trials {
        if let Some(kind) = kind {
            kinds.entry(kind).or_default().push(trial);
        }
    }
    let figures = |(kind, trials): (&str, Vec<&Trial>)| {
        let count = |holds: fn(&Trial) -> bool| trials.iter().filter(|t| holds(t)).count();
        let labelled = count(|t| t.labelled);
        KindFigures {
            kind: kind.to_owned(),
            questions: trials.len(),
            labelled,
            answered: fraction(count(|t| t.answered), trials.len()),
            answered_right: fraction(
                count(|t| t.labelled && t.answered && t.is_right()),
                labelled,
            ),
        }
    };
    kinds.into_iter().map(figures).collect()
}

#[cfg(test)]
mod tests {
    use super::{Trial, measure_kinds};

    #[test]
    fn kinds_are_counted_apart() {
        let trial = |rank: Option<usize>, answered| Trial {
            labelled: rank.is_some(),
            rank,
            confidence: 0.5,
            answered,
            micros: 1.0,
        };
        let trials = [
            (Some("name"), trial(None, true)),
            (Some("name"), trial(None, false)),
            (Some("control"), trial(Some(0), true)),
            (Some("control"), trial(Some(1), true)),
            (None, trial(Some(0), true)),
        ];
        let found = measure_kinds(trials.iter().map(|(kind, trial)| (*kind, trial)));
        let found: Vec<_> = found
            .iter()
            .map(|k| (k.kind.as_str(), k.questions, k.answered, k.answered_right))
            .collect();
        assert_eq!(
            found,
            [
                ("control", 2, Some(1.0), Some(0.5)),
                ("name", 2, Some(0.5), None),
            ]
        );
    }
}
