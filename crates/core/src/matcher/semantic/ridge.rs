//! Kernel ridge regression over a few phrasings: which entry does a question belong to?

use crate::matcher::count::as_f32;
use crate::matcher::vectors::{exp_in_place, gram, solve};

/// `β`: how fast the kernel falls with the angle.
const BETA: f32 = 2.5;
/// `λ`: the regularisation of an entry with the usual number of phrasings. It grows with that number,
/// so that an entry gains nothing by phrasings that all say the same.
const LAMBDA: f32 = 0.2;

/// Phrasings with the entries that they belong to.
pub struct Ridge<'a> {
    /// The vectors of the phrasings, one after the other.
    pub vectors: &'a [f32],
    pub dims: usize,
    /// The cosine of each phrasing with the question.
    pub cosines: Vec<f32>,
    /// The class of each phrasing: the position of its entry in the shortlist, or the number of
    /// entries in the shortlist for an out-of-scope question.
    pub classes: &'a [usize],
    /// How many entries are in the shortlist.
    pub shortlist: usize,
    /// How many entries there are.
    pub entries: usize,
    /// The average number of phrasings of an entry.
    pub average_phrasings: f32,
}

impl Ridge<'_> {
    /// The score of each entry in the shortlist, about `[0, 1]`.
    pub fn scores(self) -> Vec<f32> {
        let mut sizes = vec![0; self.shortlist + 1];
        for &class in self.classes {
            sizes[class] += 1;
        }
        let regularisation =
            |&class: &usize| LAMBDA * as_f32(sizes[class]) / self.average_phrasings;
        let diagonal: Vec<f32> = self.classes.iter().map(regularisation).collect();
        let lower = kernel(gram(self.vectors, self.dims));
        let right = kernel(self.cosines);
        let mut scores = vec![0.0; self.shortlist + 1];
        let Some(weights) = solve(&lower, &diagonal, &right) else {
            scores.truncate(self.shortlist);
            return scores;
        };
        for (&class, weight) in self.classes.iter().zip(&weights) {
            scores[class] += weight;
        }
        // Centres the targets.
        let share = weights.iter().sum::<f32>() / as_f32(self.entries.max(1));
        for score in &mut scores {
            *score -= share;
        }
        scores.truncate(self.shortlist);
        scores
    }
}

/// `exp(β (x − 1))` of each cosine `x`.
fn kernel(mut cosines: Vec<f32>) -> Vec<f32> {
    for x in &mut cosines {
        *x = BETA * (*x - 1.0);
    }
    exp_in_place(&mut cosines);
    cosines
}
