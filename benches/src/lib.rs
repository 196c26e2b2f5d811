//! What the benches measure: bases of any size, and other ways to search them.

mod other;

pub use other::{Bm25, EditDistance};

use citebot_core::knowledge::{Entry, Knowledge};
use citebot_core::matcher::{Encoder, SentenceEncoder, VectorCache};
use citebot_engine::{Indexer, Snapshot};
use fastrand::Rng;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A question of eleven tokens, the two marks included.
pub const QUESTION: &str = "which company made the very most open model?";

/// This repository.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A base of so many phrasings, ten an entry, made of English words: the same for the same size.
///
/// # Panics
///
/// Never: the ids it makes are ids.
#[must_use]
pub fn base(phrasings: usize) -> Knowledge {
    let entries = (0..phrasings.div_ceil(10)).map(|n| entry(n, 0));
    Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), entries.collect())
}

/// The `n`-th entry of every [`base`], after so many edits.
///
/// # Panics
///
/// Never: the ids it makes are ids.
#[must_use]
pub fn entry(n: usize, edits: u64) -> Entry {
    let mut rng = Rng::with_seed(n as u64);
    let topic: Vec<&str> = (0..5).map(|_| word(&mut rng)).collect();
    let mut phrasings: Vec<String> = (0..10).map(|_| phrasing(&topic, &mut rng)).collect();
    if edits > 0 {
        phrasings[9] = phrasing(&topic, &mut Rng::with_seed(n as u64 + (edits << 32)));
    }
    let question = phrasings.remove(0);
    Entry {
        topic: "Bench".to_owned(),
        phrasings,
        answer: "An answer.".to_owned(),
        ..Entry::example(&format!("entry-{n}"), &question, &[])
    }
}

/// Questions that are nearly, and not quite, phrasings of a [`base`] of this size.
#[must_use]
pub fn questions(phrasings: usize, count: usize) -> Vec<String> {
    let entries = phrasings.div_ceil(10);
    let mut rng = Rng::with_seed(7);
    let mut questions = Vec::with_capacity(count);
    for _ in 0..count {
        let of = entry(rng.usize(0..entries), 0);
        let mut words: Vec<&str> = of.question.split(' ').collect();
        let at = rng.usize(0..words.len());
        words[at] = word(&mut rng);
        questions.push(words.join(" "));
    }
    questions
}

fn phrasing(topic: &[&str], rng: &mut Rng) -> String {
    const BEGINNINGS: [&str; 6] = [
        "how do i",
        "what is the",
        "why does",
        "can i use",
        "who made",
        "is there a",
    ];
    let mut words: Vec<&str> = BEGINNINGS[rng.usize(0..BEGINNINGS.len())]
        .split(' ')
        .collect();
    for _ in 0..3 {
        words.push(topic[rng.usize(0..topic.len())]);
    }
    words.push("of");
    words.push(word(rng));
    words.join(" ")
}

/// A word of the list that the program brings along.
fn word(rng: &mut Rng) -> &'static str {
    const WORDS: &str = include_str!("../../models/words/words.txt");
    loop {
        let start = rng.usize(0..WORDS.len() - 64);
        let mut lines = WORDS[start..].lines().skip(1);
        if let Some(word) = lines.next().filter(|word| word.len() > 3) {
            return word;
        }
    }
}

/// Stands in for the encoder where only what is beyond it is measured: every word has a direction,
/// and a text the sum of its words'. Takes microseconds.
#[derive(Debug)]
pub struct Words;

/// The length of a vector, as the encoder's.
const DIMS: usize = 384;

impl SentenceEncoder for Words {
    fn dims(&self) -> usize {
        DIMS
    }

    fn fingerprint(&self) -> &'static str {
        "words"
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0_f32; DIMS];
        for word in text.split(' ') {
            let seed = word.bytes().fold(0_u64, |seed, byte| {
                seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
            });
            let mut rng = Rng::with_seed(seed);
            for x in &mut vector {
                *x += rng.f32() - 0.5;
            }
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        for x in &mut vector {
            *x /= length.max(f32::MIN_POSITIVE);
        }
        vector
    }

    fn encode_many(
        &self,
        texts: &[String],
        _: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32> {
        progress(texts.len(), texts.len());
        texts.iter().flat_map(|text| self.encode(text)).collect()
    }
}

/// Indexes with [`Words`] for an encoder.
#[must_use]
pub fn indexer() -> Indexer {
    Indexer::by_meaning(Arc::new(Words), VectorCache::default())
}

/// An index of `knowledge` with [`Words`] for an encoder.
#[must_use]
pub fn index(knowledge: Knowledge) -> Snapshot {
    indexer().index(knowledge, &mut |_, _| ())
}

/// The encoder that the program brings along.
///
/// # Panics
///
/// When its files were damaged.
#[must_use]
pub fn encoder() -> Encoder {
    Encoder::embedded().expect("the model is part of the program")
}

/// The shipped base.
///
/// # Panics
///
/// When there is a mistake in it.
#[must_use]
pub fn shipped() -> Knowledge {
    Knowledge::load(
        &repository().join("knowledge"),
        &citebot_core::knowledge::Limits::UNLIMITED,
    )
    .expect("the shipped book has no mistake")
}

/// What is said on servers beside questions, a line each.
#[must_use]
pub fn talk() -> Vec<&'static str> {
    include_str!("../talk.txt").lines().collect()
}
