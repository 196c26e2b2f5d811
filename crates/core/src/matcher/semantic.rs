//! Scores by sentence vectors.
//!
//! With unit vectors `q` of the question and `p` of the phrasings:
//!
//! * **nearest** is an entry's greatest `q · p`;
//! * **centroid similarity** is `1 − |q − c|`, `c` being the centroid of the entry's `p`: a distance
//!   and no cosine, because a loose entry, whose centroid is short, is farther from everything;
//! * **ridge** is kernel ridge regression (kernel `exp(β (x · y − 1))`, targets centred) over the
//!   phrasings of the few nearest entries, which tells these apart. The out-of-scope questions take
//!   part as one more entry, so that being near to them counts against the others;
//! * **answer** is the cosine of `q` and the entry's answer, times how well this FAQ's answers tell its
//!   entries apart: answers that are all alike say nothing;
//! * **background** is the greatest cosine of `q` with a background sentence, **out of scope** the same
//!   with an out-of-scope question, both without those that are near to a phrasing.

mod answer_trust;
mod ridge;

use super::count::as_f32;
use super::encoded_text::EncodedText;
use super::judge::PairJudge;
use super::phrasing::Phrasing;
use super::preprocess::PreprocessedKnowledge;
use super::sentence_encoder::SentenceEncoder;
use super::vector_cache::VectorCache;
use super::vectors::{UnitVectors, dot, dots, top_k};
use answer_trust::answer_trust;
use ridge::Ridge;
use std::ops::Range;
use std::sync::Arc;

/// Background sentences at least this near to a phrasing are about the FAQ's subject and ignored.
const BACKGROUND_LIMIT: f32 = 0.65;
/// Out-of-scope questions at least this near to a phrasing are ignored: an entry that came later
/// answers them.
const OUT_OF_SCOPE_LIMIT: f32 = 0.9;
/// How many phrasings of an entry, the nearest, take part in the regression.
const MAX_PHRASINGS: usize = 12;

/// The vectors of all phrasings, answers, out-of-scope questions and background sentences.
#[derive(Debug)]
pub(super) struct SemanticIndex {
    encoder: Arc<dyn SentenceEncoder>,
    /// The phrasings of all entries, then the out-of-scope questions.
    questions: UnitVectors,
    /// How many of them are phrasings.
    phrasings: usize,
    /// Per entry.
    answers: UnitVectors,
    answer_trust: f32,
    background: UnitVectors,
    /// Per entry: the squared length of the centroid of its phrasings, 1 where they are all the same.
    centroid_norms: Vec<f32>,
    /// Phrasings per entry.
    average_phrasings: f32,
    judge: PairJudge,
}

/// The cosines of one question with everything in the index.
#[derive(Debug)]
pub(super) struct Similarities {
    query: Vec<f32>,
    /// Per phrasing. Within 0.01 where there are many, until [`SemanticIndex::score_shortlist`] makes
    /// some exact.
    pub phrasings: Vec<f32>,
    /// Per entry, times how well the answers tell the entries apart.
    pub answers: Vec<f32>,
    background: Vec<f32>,
    out_of_scope: Vec<f32>,
}

/// The scores of a shortlist of entries, as [`SemanticIndex::score_shortlist`] computes them.
#[derive(Debug)]
pub(super) struct ShortlistScores {
    /// Per entry.
    pub ridge: Vec<f32>,
    /// The nearest phrasings of each entry.
    pub nearest: Vec<Vec<usize>>,
    /// The cosine with the nearest background sentence.
    pub background: f32,
    /// The cosine with the nearest out-of-scope question; 0 without any.
    pub out_of_scope: f32,
}

impl SemanticIndex {
    /// Indexes `knowledge`. Encodes the texts that have no vector yet and adds them to `cache`.
    pub fn new(
        knowledge: &PreprocessedKnowledge,
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let dims = encoder.dims();
        let entries = &knowledge.phrasings;
        let new = knowledge
            .encoded()
            .filter(|encoded| encoded.vector.get().is_none());
        let texts = new.map(|encoded| encoded.text.as_str());
        cache.fill(texts, &*encoder, threads, progress);
        let vector = |encoded: &EncodedText| {
            let make = || match cache.get(&encoded.text) {
                Some(vector) if vector.len() == dims => Arc::clone(vector),
                _ => encoder.encode(&encoded.text).into(),
            };
            Arc::clone(encoded.vector.get_or_init(make))
        };
        let answers = knowledge
            .answers
            .iter()
            .map(|answer| vector(&answer.encoded));
        let answers = UnitVectors::new(dims, answers.collect());
        let background = knowledge.background.iter().map(vector);
        let background = UnitVectors::new(dims, background.collect());
        let all = entries.iter().flatten().chain(&knowledge.out_of_scope);
        let questions = all.map(|phrasing| vector(&phrasing.encoded));
        let questions = UnitVectors::new(dims, questions.collect());
        let phrasings = entries.iter().map(Vec::len).sum();
        Self {
            answer_trust: answer_trust(entries, &questions, &answers),
            answers,
            background,
            centroid_norms: centroid_norms(entries, &questions, dims),
            average_phrasings: as_f32(phrasings) / as_f32(entries.len().max(1)),
            judge: PairJudge::new(knowledge.judge.as_ref(), encoder.fingerprint(), dims),
            phrasings,
            questions,
            encoder,
        }
    }

    /// What made the vectors.
    pub fn encoder(&self) -> &dyn SentenceEncoder {
        &*self.encoder
    }

    /// Compares the vector of a text with everything.
    pub fn similarities(&self, query: Vec<f32>) -> Similarities {
        let mut phrasings = self.questions.cosines(&query);
        let out_of_scope = phrasings.split_off(self.phrasings);
        let mut answers = self.answers.cosines(&query);
        for x in &mut answers {
            *x *= self.answer_trust;
        }
        Similarities {
            phrasings,
            answers,
            background: self.background.cosines(&query),
            out_of_scope,
            query,
        }
    }

    /// Whether the FAQ has a judge for the vectors.
    pub fn has_judge(&self) -> bool {
        self.judge.is_there()
    }

    /// What the judge says of a question and a phrasing, in log odds; 0 without a judge.
    pub fn judged(&self, similarities: &Similarities, phrasing: usize) -> f32 {
        let phrasing = self.questions.get(phrasing);
        self.judge.log_odds(&similarities.query, phrasing)
    }

    /// One minus the distance to the centroid of an entry, which has these phrasings.
    pub fn centroid_similarity(
        &self,
        similarities: &Similarities,
        entry: usize,
        phrasings: Range<usize>,
    ) -> f32 {
        // |q − c|² = 1 − 2 q · c + c · c, and q · c is the mean of the q · p.
        let number = as_f32(phrasings.len().max(1));
        let mean = similarities.phrasings[phrasings].iter().sum::<f32>() / number;
        let square = 1.0 - 2.0 * mean + self.centroid_norms[entry];
        1.0 - square.max(0.0).sqrt()
    }

    /// Compares the entries of a shortlist with each other and with what is out of scope. Each is
    /// given by the range of its phrasings; there are `entries` in all. Makes the similarities to
    /// their nearest phrasings exact.
    pub fn score_shortlist(
        &self,
        similarities: &mut Similarities,
        shortlist: &[Range<usize>],
        entries: usize,
    ) -> ShortlistScores {
        let nearest_of = |range: &Range<usize>| -> Vec<usize> {
            let nearest = top_k(&similarities.phrasings[range.clone()], MAX_PHRASINGS);
            nearest.into_iter().map(|at| range.start + at).collect()
        };
        let nearest: Vec<Vec<usize>> = shortlist.iter().map(nearest_of).collect();
        let (mut classes, phrasings): (Vec<usize>, Vec<usize>) = nearest
            .iter()
            .enumerate()
            .flat_map(|(class, phrasings)| phrasings.iter().map(move |&at| (class, at)))
            .unzip();
        let mut vectors = self.questions.gather(&phrasings);
        let mut cosines = dots(&vectors, &similarities.query);
        for (&phrasing, &cosine) in phrasings.iter().zip(&cosines) {
            similarities.phrasings[phrasing] = cosine;
        }
        let background = NearestOutside {
            candidates: &self.background,
            first: 0,
            approximate: &similarities.background,
            limit: BACKGROUND_LIMIT,
            k: 1,
        };
        let background = background.find(&similarities.query, &vectors);
        let out_of_scope = NearestOutside {
            candidates: &self.questions,
            first: self.phrasings,
            approximate: &similarities.out_of_scope,
            limit: OUT_OF_SCOPE_LIMIT,
            k: MAX_PHRASINGS,
        };
        let out_of_scope = out_of_scope.find(&similarities.query, &vectors);
        for &(question, cosine) in &out_of_scope {
            classes.push(shortlist.len());
            cosines.push(cosine);
            vectors.extend_from_slice(self.questions.get(question));
        }
        let ridge = Ridge {
            vectors: &vectors,
            dims: self.encoder.dims(),
            cosines,
            classes: &classes,
            shortlist: shortlist.len(),
            entries,
            average_phrasings: self.average_phrasings,
        };
        let greatest = |found: &[(usize, f32)]| found.first().map_or(0.0, |found| found.1);
        ShortlistScores {
            ridge: ridge.scores(),
            nearest,
            background: greatest(&background),
            out_of_scope: greatest(&out_of_scope),
        }
    }
}

/// A search for sentences that are near to a question but not to the phrasings of a shortlist.
struct NearestOutside<'a> {
    candidates: &'a UnitVectors,
    /// The first candidate.
    first: usize,
    /// The cosine of the question with each candidate from the first on, within 0.01.
    approximate: &'a [f32],
    /// Candidates with this cosine or a greater one with a phrasing are ignored.
    limit: f32,
    k: usize,
}

impl NearestOutside<'_> {
    /// The `k` candidates nearest to `query`, without those near to one of `phrasings`, each with its
    /// cosine. Of all candidates, only twice [`MAX_PHRASINGS`] are examined.
    fn find(&self, query: &[f32], phrasings: &[f32]) -> Vec<(usize, f32)> {
        let examined = top_k(self.approximate, 2 * MAX_PHRASINGS).into_iter();
        let with_cosine = |at| {
            let candidate = self.first + at;
            (candidate, dot(self.candidates.get(candidate), query))
        };
        let mut nearest: Vec<(usize, f32)> = examined.map(with_cosine).collect();
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let is_outside = |&(candidate, _): &(usize, f32)| {
            let cosines = dots(phrasings, self.candidates.get(candidate));
            cosines.into_iter().all(|cosine| cosine < self.limit)
        };
        let outside = nearest.into_iter().filter(is_outside);
        outside.take(self.k).collect()
    }
}

/// Per entry the squared length of the centroid of its phrasings.
fn centroid_norms(
    entries: &[Vec<Arc<Phrasing>>],
    phrasings: &UnitVectors,
    dims: usize,
) -> Vec<f32> {
    let mut at = 0;
    let norms = entries.iter().map(|entry| {
        let mut sum = vec![0.0; dims];
        for phrasing in at..at + entry.len() {
            for (sum, x) in sum.iter_mut().zip(phrasings.get(phrasing)) {
                *sum += x;
            }
        }
        at += entry.len();
        dot(&sum, &sum) / as_f32(entry.len().max(1)).powi(2)
    });
    norms.collect()
}
