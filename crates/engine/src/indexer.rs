//! Builds the index of a snapshot: by words, or by words and meaning with every vector computed once.
//!
//! The base has its index all the time. A server that has changed the FAQ gets one when it is asked there,
//! and loses it when others need the memory: its entries are all that it costs meanwhile.

use crate::match_cache::MatchCache;
use crate::server_vectors::ServerVectors;
use citebot_core::knowledge::Knowledge;
use citebot_core::matcher::{Matcher, SentenceEncoder, Texts, VectorCache};
use citebot_store::ServerId;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How many vectors of questions are cached, the most used ones: a preview asks the same questions
/// before and after, and so does the next preview.
const MAX_QUESTIONS: u64 = 4_000;
/// How many texts are encoded at a time: others may encode between.
const CHUNK: usize = 256;
/// After so long a file of vectors that belongs to no server is deleted.
const UNUSED: Duration = Duration::from_hours(1);
/// The memory of servers' indexes unless another amount is set, in bytes.
pub const INDEX_MEMORY: u64 = 256 << 20;
/// Bytes that an index takes for each phrasing and apart from them, measured on the shipped FAQ
/// (`benches/operations/table servers`).
const BYTES_PER_PHRASING: usize = 2_200;
const BYTES_PER_INDEX: usize = 256 << 10;

/// Builds indexes. They share every vector that was computed for the base.
#[derive(Debug)]
pub struct Indexer {
    semantic: Option<Semantic>,
    /// The indexes of servers, those dropped first that were not used for longest.
    indexes: Cache<IndexKey, Arc<Indexed>>,
    next_key: AtomicU64,
}

/// The number of a snapshot of a server.
type IndexKey = u64;

/// An index with the questions that were asked of it.
#[derive(Debug)]
pub(crate) struct Indexed {
    pub(crate) matcher: Arc<Matcher>,
    pub(crate) cache: MatchCache,
}

impl From<Matcher> for Indexed {
    fn from(matcher: Matcher) -> Self {
        Self {
            matcher: Arc::new(matcher),
            cache: MatchCache::default(),
        }
    }
}

#[derive(Debug)]
struct Semantic {
    encoder: Arc<dyn SentenceEncoder>,
    /// Those of the base. Held while an index is built, not while texts are encoded.
    vectors: Mutex<VectorCache>,
    /// Those of servers.
    server_vectors: Option<ServerVectors>,
    threads: usize,
}

impl Indexer {
    /// An indexer by words alone.
    #[must_use]
    pub fn by_words() -> Self {
        Self::new(None)
    }

    /// An indexer by words and by meaning. `known`: vectors that were computed before, or an empty
    /// cache.
    #[must_use]
    pub fn by_meaning(encoder: Arc<dyn SentenceEncoder>, known: VectorCache) -> Self {
        Self::new(Some(Semantic {
            encoder: Arc::new(CachingEncoder {
                encoder,
                questions: Cache::new(MAX_QUESTIONS),
            }),
            vectors: Mutex::new(known),
            server_vectors: None,
            threads: thread::available_parallelism().map_or(1, usize::from),
        }))
    }

    fn new(semantic: Option<Semantic>) -> Self {
        Self {
            semantic,
            indexes: indexes(INDEX_MEMORY),
            next_key: AtomicU64::new(0),
        }
    }

    /// Keeps the vectors of servers' own entries in this folder, which may not exist. Otherwise they are
    /// computed for each index.
    #[must_use]
    pub fn with_server_vectors(mut self, folder: &Path) -> Self {
        if let Some(semantic) = &mut self.semantic {
            semantic.server_vectors = Some(ServerVectors::new(folder));
        }
        self
    }

    /// Lets the indexes of servers take so many bytes.
    #[must_use]
    pub fn with_index_memory(mut self, bytes: u64) -> Self {
        self.indexes = indexes(bytes);
        self
    }

    /// Indexes `knowledge`. Encodes new phrasings, each of which takes some milliseconds, and calls
    /// `progress` with the number of those done and of all.
    #[must_use]
    pub fn index(&self, knowledge: &Knowledge, progress: &mut dyn FnMut(usize, usize)) -> Matcher {
        match &self.semantic {
            None => Matcher::new(knowledge),
            Some(semantic) => semantic.index(knowledge, progress),
        }
    }

    /// The index of a snapshot of `server`, to be built when something is asked there.
    pub(crate) fn on_demand(self: &Arc<Self>, server: ServerId) -> IndexOnDemand {
        IndexOnDemand {
            key: self.next_key.fetch_add(1, Ordering::Relaxed),
            server,
            indexer: Arc::clone(self),
        }
    }

    /// How many indexes of servers there are now.
    #[must_use]
    pub fn server_indexes(&self) -> u64 {
        self.indexes.run_pending_tasks();
        self.indexes.entry_count()
    }

    /// Every vector of the base that is known, to be written to disk; `None` without an encoder.
    #[must_use]
    pub fn vectors(&self) -> Option<VectorCache> {
        Some(self.semantic.as_ref()?.vectors().clone())
    }

    /// Deletes the vectors of servers that `keeps` does not name.
    pub(crate) fn retain_server_vectors(&self, keeps: impl Fn(ServerId) -> bool) {
        let semantic = self.semantic.as_ref();
        if let Some(vectors) = semantic.and_then(|semantic| semantic.server_vectors.as_ref()) {
            vectors.retain(keeps, UNUSED);
        }
    }
}

fn indexes(bytes: u64) -> Cache<IndexKey, Arc<Indexed>> {
    let weigh = |_: &IndexKey, index: &Arc<Indexed>| {
        let bytes = BYTES_PER_INDEX + index.matcher.phrasings() * BYTES_PER_PHRASING;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    };
    Cache::builder()
        .max_capacity(bytes)
        .weigher(weigh)
        // Another policy could refuse a new index its place, which would then be built for every question.
        .eviction_policy(EvictionPolicy::lru())
        .build()
}

/// The index of a server's snapshot, which may not be there at present.
#[derive(Debug)]
pub(crate) struct IndexOnDemand {
    key: IndexKey,
    server: ServerId,
    indexer: Arc<Indexer>,
}

impl IndexOnDemand {
    /// The index, built if it is not there (slow, blocking). Who asks meanwhile waits for it.
    pub(crate) fn get(&self, knowledge: &Knowledge) -> Arc<Indexed> {
        let build = || {
            let matcher = match &self.indexer.semantic {
                None => Matcher::new(knowledge),
                Some(semantic) => semantic.index_server(knowledge, self.server),
            };
            Arc::new(Indexed::from(matcher))
        };
        self.indexer.indexes.get_with(self.key, build)
    }

    /// The index if it is there.
    pub(crate) fn get_present(&self) -> Option<Arc<Indexed>> {
        self.indexer.indexes.get(&self.key)
    }
}

impl Drop for IndexOnDemand {
    fn drop(&mut self) {
        self.indexer.indexes.invalidate(&self.key);
    }
}

impl Semantic {
    fn vectors(&self) -> MutexGuard<'_, VectorCache> {
        self.vectors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Indexes the base.
    fn index(&self, knowledge: &Knowledge, progress: &mut dyn FnMut(usize, usize)) -> Matcher {
        let new = self.encode(&self.texts(knowledge).missing, progress);
        let mut vectors = self.vectors();
        vectors.extend(&new);
        self.build(knowledge, &mut vectors)
    }

    /// Indexes what the members of `server` see. What is not of the base is forgotten again.
    fn index_server(&self, knowledge: &Knowledge, server: ServerId) -> Matcher {
        let texts = self.texts(knowledge);
        let (own, is_new) = self.server_vectors(&texts.missing, server);
        if is_new {
            self.write_server_vectors(&texts.all, server, &own);
        }
        let mut vectors = self.vectors();
        vectors.extend(&own);
        let matcher = self.build(knowledge, &mut vectors);
        vectors.remove(&own);
        matcher
    }

    fn texts(&self, knowledge: &Knowledge) -> Texts {
        Matcher::texts(knowledge, &*self.encoder, &mut self.vectors(), self.threads)
    }

    /// The vectors of `texts`, from the file of `server` or else computed; and whether any had to be.
    fn server_vectors(&self, texts: &[String], server: ServerId) -> (VectorCache, bool) {
        let mut own = VectorCache::new(self.encoder.fingerprint());
        if texts.is_empty() {
            return (own, false);
        }
        if let Some(files) = &self.server_vectors {
            let mut known = files.read(server, self.encoder.fingerprint());
            own = known.take(texts.iter().map(String::as_str));
        }
        let new: Vec<String> = texts
            .iter()
            .filter(|text| own.get(text).is_none())
            .cloned()
            .collect();
        if !new.is_empty() {
            own.extend(&self.encode(&new, &mut |_, _| ()));
        }
        (own, !new.is_empty())
    }

    /// Writes what the file of `server` lacks into it, and forgets there what is not among its `texts` any more.
    fn write_server_vectors(&self, texts: &[String], server: ServerId, own: &VectorCache) {
        if let Some(files) = &self.server_vectors {
            let mut all = files.read(server, self.encoder.fingerprint());
            all.extend(own);
            all.retain(texts.iter().map(String::as_str));
            files.write(server, &all);
        }
    }

    /// Encodes `texts`, which holds no lock.
    fn encode(&self, texts: &[String], progress: &mut dyn FnMut(usize, usize)) -> VectorCache {
        let mut new = VectorCache::new(self.encoder.fingerprint());
        let dims = self.encoder.dims().max(1);
        let mut before = 0;
        for chunk in texts.chunks(CHUNK) {
            let mut of_all = |done, _| progress(before + done, texts.len());
            let vectors = self.encoder.encode_many(chunk, self.threads, &mut of_all);
            for (text, vector) in chunk.iter().zip(vectors.chunks_exact(dims)) {
                new.insert(text, vector);
            }
            before += chunk.len();
        }
        new
    }

    /// Builds an index. Texts that `vectors` lacks all the same, because others forgot them in between, are
    /// encoded.
    fn build(&self, knowledge: &Knowledge, vectors: &mut VectorCache) -> Matcher {
        let encoder = Arc::clone(&self.encoder);
        Matcher::with_encoder(knowledge, encoder, vectors, self.threads, &mut |_, _| ())
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
