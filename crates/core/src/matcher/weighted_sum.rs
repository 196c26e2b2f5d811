//! Weighted sums of features that can say what they are made of.

use super::features::Features;

/// A weighted sum of values that are computed from features.
#[derive(Debug)]
pub(super) struct WeightedSum(pub &'static [Term]);

/// The name of a value, the value, and its weight.
pub(super) type Term = (&'static str, fn(&Features) -> f64, f64);

/// What one value contributes to a score or a confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// What was compared.
    pub name: &'static str,
    /// The value before weighting.
    pub value: f64,
    /// The value times its weight.
    pub adds: f64,
}

impl WeightedSum {
    /// The sum.
    pub fn total(&self, features: &Features) -> f64 {
        let terms = self.0.iter();
        terms
            .map(|(_, value, weight)| value(features) * weight)
            .sum()
    }

    /// What each value contributes, the greatest contribution first.
    pub fn contributions(&self, features: &Features) -> Vec<Contribution> {
        let contribution = |&(name, value, weight): &Term| {
            let value = value(features);
            Contribution {
                name,
                value,
                adds: value * weight,
            }
        };
        let mut all: Vec<Contribution> = self.0.iter().map(contribution).collect();
        all.sort_by(|a, b| b.adds.total_cmp(&a.adds));
        all
    }
}
