//! Ranking by meaning: sentence vectors of a book's wordings, and what they say of a question.
//!
//! With unit vectors `q` of the question and `p` of the wordings, `μ` the mean of the wordings:
//!
//! * **nearest** is an entry's greatest `q · p`;
//! * **centroid** is the cosine of `q − μ` and the sum of the entry's normalised `p − μ`: without
//!   the mean, what all wordings share no longer makes everything alike;
//! * **ridge** is kernel ridge regression (kernel `exp(β (x · y − 1))`, targets centred) over the
//!   wordings of the few entries that are nearest: what tells one of them from the others;
//! * **talk** is the greatest cosine of `q` and sentences of ordinary talk, those left out that
//!   this very book is about.

use super::cache::VectorCache;
use super::prepared::{Vector, Wording};
use super::vectors::{Rows, normalise};
use citebot_encoder::vectors::{exponentials, solve};
use citebot_encoder::{Encoder, Layers};
use std::fmt;
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
const TALK: &str = include_str!("background.txt");
/// Talk that is nearer than this to a wording of the book is what the book is about.
const TALK_IS_TOPIC: f32 = 0.55;

/// Wordings that are compared with all talk at a time.
const BLOCK: usize = 64;

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
    wordings: Rows,
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
    /// Per wording.
    pub wordings: Vec<f32>,
    /// Per entry.
    pub centroids: Vec<f32>,
    /// To ordinary talk.
    pub talk: f32,
}

impl Meaning {
    /// Vectors of `entries`, wordings each. What `cache` lacks is encoded and put there.
    pub fn new(
        entries: &[Vec<Arc<Wording>>],
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let dims = encoder.dims();
        let new: Vec<&Wording> = entries
            .iter()
            .flatten()
            .filter(|wording| wording.vector.get().is_none())
            .map(|wording| &**wording)
            .collect();
        let talk = cache.memo().talk.clone();
        let known_talk = if talk.is_some() { "" } else { TALK };
        let texts = new.iter().map(|wording| wording.sentence.as_str());
        let texts = texts.chain(known_talk.lines());
        fill(texts, &*encoder, cache, threads, progress);
        let vector = |text: &str| match cache.get(text) {
            Some(vector) if vector.len() == dims => Arc::clone(vector),
            _ => encoder.encode(text).into(),
        };
        let talk =
            talk.unwrap_or_else(|| Arc::new(Rows::of(dims, TALK.lines().map(&vector).collect())));
        for part in new.chunks(BLOCK) {
            note(
                part,
                part.iter()
                    .map(|wording| vector(&wording.sentence))
                    .collect(),
                &talk,
            );
        }
        cache.memo().talk = Some(Arc::clone(&talk));
        let vectors = || entries.iter().flatten().filter_map(|w| w.vector.get());
        let wordings = Rows::of(dims, vectors().map(|v| Arc::clone(&v.exact)).collect());
        let talk = talk_beside(&talk, vectors(), dims);
        let mean = mean(&wordings, dims);
        let centroids = centroids(entries, &wordings, &mean);
        let coherence = coherence(entries, &wordings);
        let usual = count(wordings.len()) / count(entries.len().max(1));
        Self {
            encoder,
            wordings,
            centroids,
            mean,
            talk,
            coherence,
            usual,
        }
    }

    /// The likeness of a text, as it is to be encoded, to everything.
    pub fn likeness(&self, text: &str) -> Likeness {
        let vector = self.encoder.encode(text);
        let mut centred: Vec<f32> = vector.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        normalise(&mut centred);
        Likeness {
            wordings: self.wordings.products(&vector),
            centroids: self.centroids.products(&centred),
            talk: self.talk.products(&vector).into_iter().fold(0.0, f32::max),
        }
    }

    /// How alike the wordings of an entry are, `[0, 1]`.
    pub fn coherence(&self, entry: usize) -> f32 {
        self.coherence[entry]
    }

    /// Ridge scores for `entries`, each given as the range of its wordings, of `all` entries.
    pub fn ridge(
        &self,
        likeness: &Likeness,
        entries: &[std::ops::Range<usize>],
        all: usize,
    ) -> Vec<f32> {
        let mut rows = Vec::new();
        let mut owners = Vec::new();
        let mut diagonal = Vec::new();
        for (owner, range) in entries.iter().enumerate() {
            let mut nearest: Vec<usize> = range.clone().collect();
            let by_likeness = |&a: &usize, &b: &usize| {
                likeness.wordings[b]
                    .total_cmp(&likeness.wordings[a])
                    .then(a.cmp(&b))
            };
            if nearest.len() > MOST_WORDINGS {
                nearest.sort_by(by_likeness);
                nearest.truncate(MOST_WORDINGS);
            }
            let trust = LAMBDA * count(nearest.len()) / self.usual;
            diagonal.extend(nearest.iter().map(|_| trust));
            owners.extend(nearest.iter().map(|_| owner));
            rows.extend(nearest);
        }
        let kernel = |mut cosines: Vec<f32>| {
            for x in &mut cosines {
                *x = BETA * (*x - 1.0);
            }
            exponentials(&mut cosines);
            cosines
        };
        let lower = kernel(self.wordings.among(&rows));
        let right = kernel(rows.iter().map(|&row| likeness.wordings[row]).collect());
        let mut scores = vec![0.0; entries.len()];
        let Some(weights) = solve(&lower, &diagonal, &right) else {
            return scores;
        };
        for (owner, weight) in owners.into_iter().zip(&weights) {
            scores[owner] += weight;
        }
        let share = weights.iter().sum::<f32>() / count(all.max(1));
        for score in &mut scores {
            *score -= share;
        }
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
        cache.insert(text, vector.into());
    }
}

/// Gives wordings their vectors, and notes which sentences of talk are near.
fn note(wordings: &[&Wording], vectors: Vec<Arc<[f32]>>, talk: &Rows) {
    let rows: Vec<f32> = vectors.iter().flat_map(|v| v.iter().copied()).collect();
    let products = talk.cross(&rows);
    let mut products = products.chunks_exact(talk.len().max(1));
    for (wording, exact) in wordings.iter().zip(vectors) {
        let mut near = vec![0_u64; talk.len().div_ceil(64)];
        for (at, cosine) in products.next().unwrap_or_default().iter().enumerate() {
            near[at / 64] |= u64::from(*cosine >= TALK_IS_TOPIC) << (at % 64);
        }
        // A wording that stands in the book twice has its vector already: the same.
        let _ = wording.vector.set(Vector {
            exact,
            talk: near.into(),
        });
    }
}

/// The sentences of talk that are not about what the book is about.
fn talk_beside<'a>(talk: &Rows, wordings: impl Iterator<Item = &'a Vector>, dims: usize) -> Rows {
    let mut near = vec![0_u64; talk.len().div_ceil(64)];
    for wording in wordings {
        for (all, bits) in near.iter_mut().zip(&wording.talk) {
            *all |= bits;
        }
    }
    let beside = (0..talk.len()).filter(|at| near[at / 64] >> (at % 64) & 1 == 0);
    Rows::new(dims, beside.flat_map(|at| talk.row(at)).copied().collect())
}

fn mean(wordings: &Rows, dims: usize) -> Vec<f32> {
    let mut mean = vec![0.0; dims];
    for at in 0..wordings.len() {
        for (sum, x) in mean.iter_mut().zip(wordings.row(at)) {
            *sum += x;
        }
    }
    let all = count(wordings.len().max(1));
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
