//! Builds the index of a snapshot: by words, or by words and meaning with every vector computed once.

use crate::snapshot::Snapshot;
use citebot_core::knowledge::Knowledge;
use citebot_core::matcher::{Matcher, SentenceEncoder, VectorCache};
use moka::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many vectors of questions are cached, the most used ones: a preview asks the same questions
/// before and after, and so does the next preview.
const MAX_QUESTIONS: u64 = 4_000;

/// Builds indexes. They share every vector that was computed for any of them.
#[derive(Debug, Default)]
pub struct Indexer {
    semantic: Option<Semantic>,
}

#[derive(Debug)]
struct Semantic {
    encoder: Arc<dyn SentenceEncoder>,
    /// Held while an index is built: only other builds wait for it.
    vectors: Mutex<VectorCache>,
    threads: usize,
}

impl Indexer {
    /// An indexer by words alone.
    #[must_use]
    pub fn by_words() -> Self {
        Self::default()
    }

    /// An indexer by words and by meaning. `known`: vectors that were computed before, or an empty
    /// cache.
    #[must_use]
    pub fn by_meaning(encoder: Arc<dyn SentenceEncoder>, known: VectorCache) -> Self {
        Self {
            semantic: Some(Semantic {
                encoder: Arc::new(CachingEncoder {
                    encoder,
                    questions: Cache::new(MAX_QUESTIONS),
                }),
                vectors: Mutex::new(known),
                threads: thread::available_parallelism().map_or(1, usize::from),
            }),
        }
    }

    /// Indexes `knowledge`. Encodes new phrasings, each of which takes some milliseconds, and calls
    /// `progress` with the number of those done and of all.
    #[must_use]
    pub fn index(&self, knowledge: Knowledge, progress: &mut dyn FnMut(usize, usize)) -> Snapshot {
        let matcher = match &self.semantic {
            None => Matcher::new(&knowledge),
            Some(semantic) => {
                let mut vectors = semantic
                    .vectors
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                Matcher::with_encoder(
                    &knowledge,
                    Arc::clone(&semantic.encoder),
                    &mut vectors,
                    semantic.threads,
                    progress,
                )
            }
        };
        Snapshot::from_parts(knowledge, matcher)
    }

    /// Every vector that is known, to be written to disk; `None` without an encoder.
    #[must_use]
    pub fn vectors(&self) -> Option<VectorCache> {
        let semantic = self.semantic.as_ref()?;
        let vectors = semantic
            .vectors
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Some(vectors.clone())
    }
}

/// An encoder with a cache of questions.
#[derive(Debug)]
struct CachingEncoder {
    encoder: Arc<dyn SentenceEncoder>,
    questions: Cache<String, Arc<[f32]>>,
}

impl SentenceEncoder for CachingEncoder {
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
