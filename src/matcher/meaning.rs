//! Ranking by meaning: sentence vectors of a book's wordings, and what they say of a question.
//!
//! With unit vectors `q` of the question and `p` of the wordings, `μ` the mean of the wordings:
//!
//! * **nearest** is an entry's greatest `q · p`;
//! * **centroid** is the cosine of `q − μ` and the sum of the entry's normalised `p − μ`: without
//!   the mean, what all wordings share no longer makes everything alike;
//! * **ridge** is kernel ridge regression (kernel `exp(β (x · y − 1))`, targets centred) over the
//!   wordings of the few entries that are nearest: what tells one of them from the others;
//!   The questions that the book says it does not answer take part as one more entry, so that
//!   what is nearer to them speaks against the others;
//! * **answer** is the cosine of `q` and the entry's answer, times how far this book's answers tell
//!   its entries apart: where they are all alike, they say nothing;
//! * **talk** is the greatest cosine of `q` and sentences of ordinary talk, **out of scope** the
//!   same with the questions that the book does not answer; what this very book is about is left
//!   out of both.

use super::cache::VectorCache;
use super::prepared::{Encoded, Prepared, Wording};
use super::vectors::{Rows, normalise, product};
use citebot_encoder::vectors::{exponentials, solve};
use citebot_encoder::{Encoder, Layers};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// What makes vectors of sentences. [`Encoder`] does; tests have simpler ones.
pub trait SentenceEncoder: Send + Sync + fmt::Debug {
    /// Length of a vector.
    fn dims(&self) -> usize;
    /// Tells models apart: vectors of the same fingerprint may be compared.
    fn fingerprint(&self) -> &str;
    /// The vector of `text`, of length 1.
    fn encode(&self, text: &str) -> Vec<f32>;
    /// The vectors of `texts`, one after the other, on so many threads. `progress` hears how many
    /// of how many are done.
    fn encode_many(
        &self,
        texts: &[String],
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32>;
}

impl SentenceEncoder for Encoder {
    fn dims(&self) -> usize {
        Self::dims(self)
    }

    fn fingerprint(&self) -> &str {
        Self::fingerprint(self)
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        self.encode_with(text, Layers::LastTwo)
    }

    fn encode_many(
        &self,
        texts: &[String],
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32> {
        self.encode_many_with(texts, Layers::LastTwo, threads, progress)
    }
}

/// Sentences of ordinary talk, written for this, one a line.
pub(super) const TALK: &str = include_str!("background.txt");
/// Talk that is nearer than this to a wording of the book is what the book is about.
const TALK_IS_TOPIC: f32 = 0.55;
/// A question that no entry answers and that is nearer than this to a wording is answered after
/// all, by an entry that came later.
const ANSWERED: f32 = 0.85;

/// How many wordings are looked at to see how far answers tell entries apart.
const SAMPLE: usize = 256;
/// The share of them with their own answer nearest at which answers say nothing, and enough.
const TOLD_BY_CHANCE: f32 = 0.1;
const TOLD_WELL: f32 = 0.5;

/// `β`: how fast likeness falls with the angle.
const BETA: f32 = 2.5;
/// `λ`: how little a single wording is trusted, times its entry's share of wordings.
const LAMBDA: f32 = 0.2;
/// How many of an entry's wordings, the nearest, take part.
const MOST_WORDINGS: usize = 12;

/// A book's wordings as vectors.
#[derive(Debug)]
pub(super) struct Meaning {
    encoder: Arc<dyn SentenceEncoder>,
    /// The wordings of all entries, then the questions that no entry answers.
    questions: Rows,
    /// How many of them are wordings.
    wordings: usize,
    /// Per entry.
    answers: Rows,
    /// How far the answers tell the entries apart, `[0, 1]`.
    trust: f32,
    /// Per entry; a zero vector for an entry without wordings.
    centroids: Rows,
    mean: Vec<f32>,
    talk: Rows,
    /// Per entry: how alike its wordings are.
    coherence: Vec<f32>,
    /// Wordings per entry, on average.
    usual: f32,
}

/// What the vectors say of one question.
#[derive(Debug)]
pub(super) struct Likeness {
    /// The question's own vector.
    vector: Vec<f32>,
    /// Per wording; of many only to within 0.01, until [`Meaning::refine`] makes some exact.
    pub wordings: Vec<f32>,
    /// Per entry.
    pub centroids: Vec<f32>,
    /// Per entry, times how far the answers are to be trusted.
    pub answers: Vec<f32>,
    /// To each sentence of ordinary talk.
    talk: Vec<f32>,
    /// To each question that no entry answers.
    others: Vec<f32>,
}

/// What [`Meaning::weigh`] finds for a few entries.
#[derive(Debug)]
pub(super) struct Weighed {
    /// Per entry.
    pub ridge: Vec<f32>,
    /// The cosine with ordinary talk that is not what these entries are about.
    pub talk: f32,
    /// The cosine with the nearest question that no entry answers; 0 where there is none.
    pub out_of_scope: f32,
}

impl Meaning {
    /// Vectors of what is `prepared`. What `cache` lacks is encoded and put there.
    pub fn new(
        prepared: &Prepared,
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let dims = encoder.dims();
        let entries = &prepared.wordings;
        let talk = prepared.talk.iter();
        let answers = prepared.answers.iter().map(|answer| &**answer);
        let others = prepared.out_of_scope.iter().map(|other| &other.encoded);
        let wordings = || entries.iter().flatten().map(|wording| &wording.encoded);
        let new = prepared
            .encoded()
            .filter(|encoded| encoded.vector.get().is_none());
        let texts = new.map(|encoded| encoded.text.as_str());
        fill(texts, &*encoder, cache, threads, progress);
        let vector = |encoded: &Encoded| {
            let make = || match cache.get(&encoded.text) {
                Some(vector) if vector.len() == dims => Arc::clone(vector),
                _ => encoder.encode(&encoded.text).into(),
            };
            Arc::clone(encoded.vector.get_or_init(make))
        };
        let answers = Rows::of(dims, answers.map(vector).collect());
        let talk = Rows::of(dims, talk.map(vector).collect());
        let count_of_wordings = wordings().count();
        let questions = Rows::of(dims, wordings().chain(others).map(vector).collect());
        let mean = mean(&questions, count_of_wordings, dims);
        Self {
            trust: trust(entries, &questions, &answers),
            answers,
            centroids: centroids(entries, &questions, &mean),
            mean,
            talk,
            coherence: coherence(entries, &questions),
            usual: count(count_of_wordings) / count(entries.len().max(1)),
            wordings: count_of_wordings,
            questions,
            encoder,
        }
    }

    /// The likeness of a text, as it is to be encoded, to everything.
    pub fn likeness(&self, text: &str) -> Likeness {
        let vector = self.encoder.encode(text);
        let mut centred: Vec<f32> = vector.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        normalise(&mut centred);
        let mut wordings = self.questions.products(&vector);
        let others = wordings.split_off(self.wordings);
        let mut answers = self.answers.products(&vector);
        for x in &mut answers {
            *x *= self.trust;
        }
        Likeness {
            wordings,
            centroids: self.centroids.products(&centred),
            answers,
            talk: self.talk.products(&vector),
            others,
            vector,
        }
    }

    /// Makes exact what is compared further: the likeness to the wordings of `entries`, each given
    /// as their range, and to the nearest questions that no entry answers.
    pub fn refine(&self, likeness: &mut Likeness, entries: &[Range<usize>]) {
        let Likeness {
            vector,
            wordings,
            others,
            ..
        } = likeness;
        self.questions
            .refine(vector, 0, wordings, entries.iter().cloned().flatten());
        let nearest = greatest(others, 2 * MOST_WORDINGS);
        self.questions
            .refine(vector, self.wordings, others, nearest);
    }

    /// How alike the wordings of an entry are, `[0, 1]`.
    pub fn coherence(&self, entry: usize) -> f32 {
        self.coherence[entry]
    }

    /// Weighs `entries`, each given as the range of its wordings, of `all` entries, against each
    /// other and against what the book does not answer.
    pub fn weigh(&self, likeness: &Likeness, entries: &[Range<usize>], all: usize) -> Weighed {
        let mut rows = Vec::new();
        let mut owners = Vec::new();
        for (owner, range) in entries.iter().enumerate() {
            let nearest = greatest(&likeness.wordings[range.clone()], MOST_WORDINGS);
            owners.extend(nearest.iter().map(|_| owner));
            rows.extend(nearest.iter().map(|at| range.start + at));
        }
        let talk = self.beside(&self.talk, 0, &likeness.talk, &rows, TALK_IS_TOPIC, 1);
        let others = self.beside(
            &self.questions,
            self.wordings,
            &likeness.others,
            &rows,
            ANSWERED,
            MOST_WORDINGS,
        );
        let greatest_of = |values: &[f32], at: &[usize]| at.first().map_or(0.0, |&at| values[at]);
        owners.extend(others.iter().map(|_| entries.len()));
        rows.extend(others.iter().map(|at| self.wordings + at));
        Weighed {
            ridge: self.ridge(likeness, &rows, &owners, entries.len(), all),
            talk: greatest_of(&likeness.talk, &talk),
            out_of_scope: greatest_of(&likeness.others, &others),
        }
    }

    /// The `most` greatest of `values`, which belong to `rows` from `start` on, that are not `near`
    /// to one of the `wordings`: those are what an entry is about.
    fn beside(
        &self,
        rows: &Rows,
        start: usize,
        values: &[f32],
        wordings: &[usize],
        near: f32,
        most: usize,
    ) -> Vec<usize> {
        let is_beside = |&at: &usize| {
            let row = rows.row(start + at);
            wordings
                .iter()
                .all(|&wording| product(row, self.questions.row(wording)) < near)
        };
        let candidates = greatest(values, 2 * MOST_WORDINGS).into_iter();
        candidates.filter(is_beside).take(most).collect()
    }

    /// Ridge scores of so many `entries` of `all`, from `rows` of which each has its owner; what no
    /// entry answers is owned by the one after the last.
    fn ridge(
        &self,
        likeness: &Likeness,
        rows: &[usize],
        owners: &[usize],
        entries: usize,
        all: usize,
    ) -> Vec<f32> {
        let mut sizes = vec![0; entries + 1];
        for &owner in owners {
            sizes[owner] += 1;
        }
        let trust = |&owner: &usize| LAMBDA * count(sizes[owner]) / self.usual;
        let diagonal: Vec<f32> = owners.iter().map(trust).collect();
        let kernel = |mut cosines: Vec<f32>| {
            for x in &mut cosines {
                *x = BETA * (*x - 1.0);
            }
            exponentials(&mut cosines);
            cosines
        };
        let lower = kernel(self.questions.among(rows));
        let cosine = |row: usize| match row.checked_sub(self.wordings) {
            None => likeness.wordings[row],
            Some(other) => likeness.others[other],
        };
        let right = kernel(rows.iter().map(|&row| cosine(row)).collect());
        let mut scores = vec![0.0; entries + 1];
        let Some(weights) = solve(&lower, &diagonal, &right) else {
            scores.truncate(entries);
            return scores;
        };
        for (&owner, weight) in owners.iter().zip(&weights) {
            scores[owner] += weight;
        }
        let share = weights.iter().sum::<f32>() / count(all.max(1));
        for score in &mut scores {
            *score -= share;
        }
        scores.truncate(entries);
        scores
    }
}

/// Encodes what `cache` lacks of `texts`.
fn fill<'a>(
    texts: impl Iterator<Item = &'a str>,
    encoder: &dyn SentenceEncoder,
    cache: &mut VectorCache,
    threads: usize,
    progress: &mut dyn FnMut(usize, usize),
) {
    let dims = encoder.dims();
    let mut missing: Vec<String> = texts
        .filter(|text| cache.get(text).is_none_or(|vector| vector.len() != dims))
        .map(str::to_owned)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return;
    }
    let vectors = encoder.encode_many(&missing, threads, progress);
    for (text, vector) in missing.iter().zip(vectors.chunks_exact(dims.max(1))) {
        cache.insert(text, vector);
    }
}

/// Where the `most` greatest of `values` stand, the greatest first; of equals the first.
fn greatest(values: &[f32], most: usize) -> Vec<usize> {
    let order = |&a: &usize, &b: &usize| values[b].total_cmp(&values[a]).then(a.cmp(&b));
    let mut at: Vec<usize> = (0..values.len()).collect();
    if at.len() > most {
        at.select_nth_unstable_by(most, order);
        at.truncate(most);
    }
    at.sort_by(order);
    at
}

/// How far the answers tell the entries apart: for what share of the wordings the nearest answer is
/// their own entry's, as `[0, 1]` between what chance gives and what answers that are written out
/// give. Of a large book some wordings are looked at.
fn trust(entries: &[Vec<Arc<Wording>>], wordings: &Rows, answers: &Rows) -> f32 {
    let owners: Vec<usize> = entries
        .iter()
        .enumerate()
        .flat_map(|(entry, wordings)| wordings.iter().map(move |_| entry))
        .collect();
    let step = owners.len().div_ceil(SAMPLE).max(1);
    let looked_at: Vec<usize> = (0..owners.len()).step_by(step).collect();
    let products = wordings.cross(&looked_at, answers);
    let products = products.chunks_exact(answers.len().max(1));
    let own = looked_at
        .iter()
        .zip(products)
        .filter(|(wording, products)| {
            let nearest = (0..products.len()).max_by(|&a, &b| products[a].total_cmp(&products[b]));
            nearest == Some(owners[**wording])
        });
    let share = count(own.count()) / count(looked_at.len().max(1));
    ((share - TOLD_BY_CHANCE) / (TOLD_WELL - TOLD_BY_CHANCE)).clamp(0.0, 1.0)
}

/// The mean of the first so many `rows`.
fn mean(rows: &Rows, so_many: usize, dims: usize) -> Vec<f32> {
    let mut mean = vec![0.0; dims];
    for at in 0..so_many {
        for (sum, x) in mean.iter_mut().zip(rows.row(at)) {
            *sum += x;
        }
    }
    let all = count(so_many.max(1));
    for x in &mut mean {
        *x /= all;
    }
    mean
}

fn centroids(entries: &[Vec<Arc<Wording>>], wordings: &Rows, mean: &[f32]) -> Rows {
    let mut all = Vec::with_capacity(entries.len() * mean.len());
    let mut at = 0;
    for entry in entries {
        let mut sum = vec![0.0; mean.len()];
        for row in at..at + entry.len() {
            let mut centred: Vec<f32> = wordings
                .row(row)
                .iter()
                .zip(mean)
                .map(|(x, m)| x - m)
                .collect();
            normalise(&mut centred);
            for (sum, x) in sum.iter_mut().zip(&centred) {
                *sum += x;
            }
        }
        normalise(&mut sum);
        all.extend(sum);
        at += entry.len();
    }
    Rows::new(mean.len(), all)
}

/// Per entry the mean, over its wordings, of the cosine with the nearest other one; for an entry
/// with one wording the mean of all wordings that have another.
fn coherence(entries: &[Vec<Arc<Wording>>], wordings: &Rows) -> Vec<f32> {
    let mut nearest = Vec::with_capacity(entries.len());
    let mut at = 0;
    for entry in entries {
        let range = at..at + entry.len();
        let mut of_each = vec![f32::NEG_INFINITY; entry.len()];
        let mut products = wordings
            .among(&range.clone().collect::<Vec<_>>())
            .into_iter();
        for a in 0..entry.len() {
            for (b, cosine) in products.by_ref().take(a + 1).enumerate() {
                if a != b {
                    of_each[a] = of_each[a].max(cosine);
                    of_each[b] = of_each[b].max(cosine);
                }
            }
        }
        nearest.push((of_each.iter().sum::<f32>(), entry.len()));
        at = range.end;
    }
    let several = || nearest.iter().filter(|(_, n)| *n > 1);
    let wordings: usize = several().map(|(_, n)| n).sum();
    let usual = if wordings == 0 {
        0.6
    } else {
        several().map(|(sum, _)| sum).sum::<f32>() / count(wordings)
    };
    nearest
        .iter()
        .map(|&(sum, n)| if n > 1 { sum / count(n) } else { usual })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^24")]
fn count(n: usize) -> f32 {
    n as f32
}
