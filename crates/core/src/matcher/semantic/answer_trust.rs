//! How well a FAQ's answers tell its entries apart.

use crate::matcher::count::as_f32;
use crate::matcher::phrasing::Phrasing;
use crate::matcher::vectors::UnitVectors;
use std::sync::Arc;

/// How many phrasings are examined at most.
const SAMPLE: usize = 256;
/// The share of phrasings nearest to their own answer that answers without information reach.
const CHANCE: f32 = 0.1;
/// The share that answers in full sentences reach.
const INFORMATIVE: f32 = 0.5;

/// How well the answers tell the entries apart, `[0, 1]`: the share of phrasings whose nearest answer
/// is that of their own entry, scaled from [`CHANCE`] to [`INFORMATIVE`].
pub fn answer_trust(
    entries: &[Vec<Arc<Phrasing>>],
    phrasings: &UnitVectors,
    answers: &UnitVectors,
) -> f32 {
    let owners: Vec<usize> = entries
        .iter()
        .enumerate()
        .flat_map(|(entry, phrasings)| phrasings.iter().map(move |_| entry))
        .collect();
    let step = owners.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<usize> = (0..owners.len()).step_by(step).collect();
    let cosines = phrasings.cross_cosines(&sample, answers);
    let cosines = cosines.chunks_exact(answers.len().max(1));
    let own = sample.iter().zip(cosines).filter(|(phrasing, cosines)| {
        let nearest = (0..cosines.len()).max_by(|&a, &b| cosines[a].total_cmp(&cosines[b]));
        nearest == Some(owners[**phrasing])
    });
    let share = as_f32(own.count()) / as_f32(sample.len().max(1));
    ((share - CHANCE) / (INFORMATIVE - CHANCE)).clamp(0.0, 1.0)
}
