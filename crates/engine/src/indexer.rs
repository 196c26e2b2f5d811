//! Indexing a base or an overlay: by words, or by words and meaning, with every vector computed once.

use crate::Snapshot;
use citebot_core::knowledge::Knowledge;
use citebot_core::matcher::{Matcher, SentenceEncoder, VectorCache};
use moka::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many questions' vectors are remembered, the most used ones: a preview asks the same ones
/// before and after, and the next preview asks them again.
const QUESTIONS: u64 = 4_000;

/// Makes indexes. Those of all servers share what is computed for any of them.
#[derive(Debug, Default)]
pub struct Indexer {
    meaning: Option<Meaning>,
}

#[derive(Debug)]
struct Meaning {
    encoder: Arc<dyn SentenceEncoder>,
    /// Held while an index is built, which only another build waits for.
    vectors: Mutex<VectorCache>,
    threads: usize,
}

impl Indexer {
    /// Finds by words alone.
    #[must_use]
    pub fn by_words() -> Self {
        Self::default()
    }

    /// Finds by words and by meaning. `known`: vectors that were computed before, or an empty cache.
    #[must_use]
    pub fn by_meaning(encoder: Arc<dyn SentenceEncoder>, known: VectorCache) -> Self {
        Self {
            meaning: Some(Meaning {
                encoder: Arc::new(Remembering {
                    encoder,
                    questions: Cache::new(QUESTIONS),
                }),
                vectors: Mutex::new(known),
                threads: thread::available_parallelism().map_or(1, usize::from),
            }),
        }
    }

    /// Indexes `knowledge`. What was never encoded before is encoded, which takes some
    /// milliseconds a wording; `progress` hears how many of how many are done.
    #[must_use]
    pub fn index(&self, knowledge: Knowledge, progress: &mut dyn FnMut(usize, usize)) -> Snapshot {
        let matcher = match &self.meaning {
            None => Matcher::new(&knowledge),
            Some(meaning) => {
                let mut vectors = meaning
                    .vectors
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                Matcher::with_encoder(
                    &knowledge,
                    Arc::clone(&meaning.encoder),
                    &mut vectors,
                    meaning.threads,
                    progress,
                )
            }
        };
        Snapshot::of(knowledge, matcher)
    }

    /// Every vector that was computed or known, to be kept; `None` without an encoder.
    #[must_use]
    pub fn vectors(&self) -> Option<VectorCache> {
        let meaning = self.meaning.as_ref()?;
        let vectors = meaning
            .vectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Some(vectors.clone())
    }
}

/// An encoder that remembers what it was asked.
#[derive(Debug)]
struct Remembering {
    encoder: Arc<dyn SentenceEncoder>,
    questions: Cache<String, Arc<[f32]>>,
}

impl SentenceEncoder for Remembering {
    fn dims(&self) -> usize {
        self.encoder.dims()
    }

    fn fingerprint(&self) -> &str {
        self.encoder.fingerprint()
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        if let Some(vector) = self.questions.get(text) {
            return vector.to_vec();
        }
        let vector = self.encoder.encode(text);
        self.questions
            .insert(text.to_owned(), vector.as_slice().into());
        vector
    }

    fn encode_many(
        &self,
        texts: &[String],
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32> {
        self.encoder.encode_many(texts, threads, progress)
    }
}
