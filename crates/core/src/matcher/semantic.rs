//! Ranking by meaning: sentence vectors of a book's wordings, and what they say of a question.
//!
//! With unit vectors `q` of the question and `p` of the wordings:
//!
//! * **nearest** is an entry's greatest `q · p`;
//! * **closeness** is `1 − |q − c|`, `c` being the mean of the entry's `p`: a distance and no cosine,
//!   because a loose entry, whose mean is short, lies farther from everything;
//! * **ridge** is kernel ridge regression (kernel `exp(β (x · y − 1))`, targets centred) over the
//!   wordings of the few entries that are nearest: what tells one of them from the others.
//!   The questions that the book says it does not answer take part as one more entry, so that
//!   what is nearer to them speaks against the others;
//! * **answer** is the cosine of `q` and the entry's answer, times how far this book's answers tell
//!   its entries apart: where they are all alike, they say nothing;
//! * **talk** is the greatest cosine of `q` and sentences of ordinary talk, **out of scope** the
//!   same with the questions that the book does not answer; what this very book is about is left
//!   out of both.

use super::vector_cache::VectorCache;
use super::preprocess::{Encoded, Prepared, Wording};
use super::vectors::{Rows, greatest, product};
use super::vectors::dot::{among, exponentials, products, solve};
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

/// Talk that is nearer than this to a wording of the book is what the book is about.
const TALK_IS_TOPIC: f32 = 0.65;
/// A question that no entry answers and that is nearer than this to a wording is answered after
/// all, by an entry that came later.
const ANSWERED: f32 = 0.9;

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
    talk: Rows,
    /// Per entry: the squared length of the mean of its wordings, 1 where they are all the same.
    lengths: Vec<f32>,
    /// Wordings per entry, on average.
    usual: f32,
}

/// What the vectors say of one question.
#[derive(Debug)]
pub(super) struct Likeness {
    /// The question's own vector.
    vector: Vec<f32>,
    /// Per wording; of many only to within 0.01, until [`Meaning::weigh`] makes some exact.
    pub wordings: Vec<f32>,
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
    /// Per entry its nearest wordings, counted over the whole book.
    pub nearest: Vec<Vec<usize>>,
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
        Self {
            trust: trust(entries, &questions, &answers),
            answers,
            talk,
            lengths: lengths(entries, &questions, dims),
            usual: count(count_of_wordings) / count(entries.len().max(1)),
            wordings: count_of_wordings,
            questions,
            encoder,
        }
    }

    /// The likeness of a text, as it is to be encoded, to everything.
    pub fn likeness(&self, text: &str) -> Likeness {
        let vector = self.encoder.encode(text);
        let mut wordings = self.questions.products(&vector);
        let others = wordings.split_off(self.wordings);
        let mut answers = self.answers.products(&vector);
        for x in &mut answers {
            *x *= self.trust;
        }
        Likeness {
            wordings,
            answers,
            talk: self.talk.products(&vector),
            others,
            vector,
        }
    }

    /// One less the distance from the middle of the wordings of an entry, which are those of this
    /// range.
    pub fn closeness(&self, likeness: &Likeness, entry: usize, wordings: Range<usize>) -> f32 {
        // |q − c|² = 1 − 2 q · c + c · c, and q · c is the mean of the q · p.
        let number = count(wordings.len().max(1));
        let mean = likeness.wordings[wordings].iter().sum::<f32>() / number;
        let square = 1.0 - 2.0 * mean + self.lengths[entry];
        1.0 - square.max(0.0).sqrt()
    }

    /// Weighs `entries`, each given as the range of its wordings, of `all` entries, against each
    /// other and against what the book does not answer. The likeness to their nearest wordings is
    /// made exact on the way.
    pub fn weigh(&self, likeness: &mut Likeness, entries: &[Range<usize>], all: usize) -> Weighed {
        let of_entry = |range: &Range<usize>| -> Vec<usize> {
            let at = greatest(&likeness.wordings[range.clone()], MOST_WORDINGS).into_iter();
            at.map(|at| range.start + at).collect()
        };
        let nearest: Vec<Vec<usize>> = entries.iter().map(of_entry).collect();
        let owned = nearest.iter().enumerate();
        let (mut owners, rows): (Vec<usize>, Vec<usize>) = owned
            .flat_map(|(owner, rows)| rows.iter().map(move |&row| (owner, row)))
            .unzip();
        let mut near = self.questions.chosen(&rows);
        let mut cosines = products(&near, &likeness.vector);
        for (&row, &cosine) in rows.iter().zip(&cosines) {
            likeness.wordings[row] = cosine;
        }
        let beside = |rows, start, coarse, limit, most| {
            let candidates = greatest(coarse, 2 * MOST_WORDINGS).into_iter();
            let candidates = candidates.map(|at| start + at);
            beside(rows, candidates, &likeness.vector, &near, limit, most)
        };
        let talk = beside(&self.talk, 0, &likeness.talk, TALK_IS_TOPIC, 1);
        let others = beside(
            &self.questions,
            self.wordings,
            &likeness.others,
            ANSWERED,
            MOST_WORDINGS,
        );
        for &(row, cosine) in &others {
            owners.push(entries.len());
            cosines.push(cosine);
            near.extend_from_slice(self.questions.row(row));
        }
        let greatest_of = |found: &[(usize, f32)]| found.first().map_or(0.0, |found| found.1);
        Weighed {
            ridge: self.ridge(&near, cosines, &owners, entries.len(), all),
            nearest,
            talk: greatest_of(&talk),
            out_of_scope: greatest_of(&others),
        }
    }

    /// Ridge scores of so many `entries` of `all`, from `rows` of which each has its cosine with the
    /// question and its owner; what no entry answers is owned by the one after the last.
    fn ridge(
        &self,
        rows: &[f32],
        cosines: Vec<f32>,
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
        let lower = kernel(among(rows, self.encoder.dims()));
        let right = kernel(cosines);
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

/// Those of the `candidates` among `rows` that are not nearer than `limit` to any of the wordings that are
/// `near`, which is what an entry is about: the `most` that are nearest to the question's `vector`, each
/// with its cosine.
fn beside(
    rows: &Rows,
    candidates: impl Iterator<Item = usize>,
    vector: &[f32],
    near: &[f32],
    limit: f32,
    most: usize,
) -> Vec<(usize, f32)> {
    let with_cosine = |row| (row, product(rows.row(row), vector));
    let mut nearest: Vec<(usize, f32)> = candidates.map(with_cosine).collect();
    nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let is_beside = |&(row, _): &(usize, f32)| {
        let likeness = products(near, rows.row(row));
        likeness.into_iter().all(|cosine| cosine < limit)
    };
    nearest.into_iter().filter(is_beside).take(most).collect()
}

/// Encodes what `cache` lacks of `texts`.
pub(super) fn fill<'a>(
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

/// Per entry the squared length of the mean of its wordings.
fn lengths(entries: &[Vec<Arc<Wording>>], wordings: &Rows, dims: usize) -> Vec<f32> {
    let mut at = 0;
    let of_each = entries.iter().map(|entry| {
        let mut sum = vec![0.0; dims];
        for row in at..at + entry.len() {
            for (sum, x) in sum.iter_mut().zip(wordings.row(row)) {
                *sum += x;
            }
        }
        at += entry.len();
        product(&sum, &sum) / count(entry.len().max(1)).powi(2)
    });
    of_each.collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^24")]
fn count(n: usize) -> f32 {
    n as f32
}
