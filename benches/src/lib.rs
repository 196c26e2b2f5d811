//! What the benches measure: bases of any size, and other ways to search them.
//!
//! `src/main.rs` prints the README's tables, `matching.rs` has the `divan` benches.

mod alternatives;

pub use alternatives::{Bm25, EditDistance};

use citebot_core::knowledge::{Entry, Knowledge};
use citebot_core::matcher::{Encoder, SentenceEncoder, VectorCache};
use citebot_engine::{Indexer, Snapshot};
use fastrand::Rng;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A question of eleven tokens, `[CLS]` and `[SEP]` included.
pub const QUESTION: &str = "which company made the very most open model?";

/// The root of this repository.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// A base of this many phrasings, ten an entry, made of English words. It depends on nothing but its size.
#[must_use]
pub fn base(phrasings: usize) -> Knowledge {
    let entries = (0..phrasings.div_ceil(10)).map(|n| entry(n, 0));
    Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), entries.collect())
}

/// The `n`-th entry of every [`base`], after this many edits.
///
/// # Panics
/// Never: the ids that it makes are valid.
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

/// Questions that differ by one word from the phrasings of a [`base`] of this size.
#[must_use]
pub fn questions(phrasings: usize, count: usize) -> Vec<String> {
    let entries = phrasings.div_ceil(10);
    let mut rng = Rng::with_seed(7);
    let mut questions = Vec::with_capacity(count);
    for _ in 0..count {
        let entry = entry(rng.usize(0..entries), 0);
        let mut words: Vec<&str> = entry.question.split(' ').collect();
        let at = rng.usize(0..words.len());
        words[at] = word(&mut rng);
        questions.push(words.join(" "));
    }
    questions
}

fn phrasing(topic: &[&str], rng: &mut Rng) -> String {
    const OPENINGS: [&str; 6] = [
        "how do i",
        "what is the",
        "why does",
        "can i use",
        "who made",
        "is there a",
    ];
    let mut words: Vec<&str> = OPENINGS[rng.usize(0..OPENINGS.len())].split(' ').collect();
    for _ in 0..3 {
        words.push(topic[rng.usize(0..topic.len())]);
    }
    words.push("of");
    words.push(word(rng));
    words.join(" ")
}

/// A random word of the program's dictionary.
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

/// A stand-in for the encoder that takes microseconds: a text's vector is the sum of random vectors, one for each word.
///
/// For figures that leave the encoder out.
#[derive(Debug)]
pub struct RandomVectors;

/// As many as the encoder's vectors have.
const DIMS: usize = 384;

impl SentenceEncoder for RandomVectors {
    fn dims(&self) -> usize {
        DIMS
    }

    fn fingerprint(&self) -> &'static str {
        "random"
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0_f32; DIMS];
        for word in text.split(' ') {
            let mut hasher = DefaultHasher::new();
            word.hash(&mut hasher);
            let mut rng = Rng::with_seed(hasher.finish());
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

/// An indexer with [`RandomVectors`] for an encoder.
#[must_use]
pub fn indexer() -> Indexer {
    Indexer::by_meaning(Arc::new(RandomVectors), VectorCache::default())
}

/// A snapshot of `knowledge` with [`RandomVectors`] for an encoder.
#[must_use]
pub fn index(knowledge: Knowledge) -> Snapshot {
    Snapshot::indexed(knowledge, &indexer(), &mut |_, _| ())
}

/// The encoder that is part of the program.
///
/// # Panics
/// Its files were damaged before the build.
#[must_use]
pub fn encoder() -> Encoder {
    Encoder::embedded().expect("the model is part of the program")
}

/// The base in `knowledge/`.
///
/// # Panics
/// There is a mistake in it.
#[must_use]
pub fn shipped() -> Knowledge {
    Knowledge::load(
        &repository().join("knowledge"),
        &citebot_core::knowledge::Limits::UNLIMITED,
    )
    .expect("knowledge/ has no mistake")
}

/// Messages of a chat that are no questions.
#[must_use]
pub fn small_talk() -> Vec<&'static str> {
    include_str!("../small_talk.txt").lines().collect()
}
