//! A cache of sentence vectors, so that no text is encoded twice.
//!
//! The cache does no I/O: [`VectorCache::to_bytes`] and [`VectorCache::from_bytes`] give and take the
//! content of a file.

use super::preprocess::PreprocessCache;
use super::sentence_encoder::SentenceEncoder;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The first bytes of a file: its kind, and the version of its format.
const MAGIC: &[u8; 8] = b"CITEVEC2";
/// Bytes of the checksum, SHA-256.
const CHECKSUM: usize = 32;

/// The key of a text: the first half of its SHA-256, where collisions are out of the question.
type TextKey = [u8; 16];
/// Bytes of a record apart from its numbers: the key and the scale.
const RECORD_HEADER: usize = 16 + 4;

/// Why a file's content cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// It was not written by [`VectorCache::to_bytes`], or was cut off or changed.
    #[error("the vector cache is damaged and will be rebuilt")]
    Damaged,
    /// Its vectors come from another model and can't be compared with this one's.
    #[error("the vector cache belongs to another model and will be rebuilt")]
    OtherModel,
}

/// The sentence vectors of texts, all by one model.
#[derive(Debug, Clone, Default)]
pub struct VectorCache {
    fingerprint: String,
    vectors: HashMap<TextKey, Arc<[f32]>>,
    /// Never written to a file.
    preprocessed: PreprocessCache,
}

impl VectorCache {
    /// An empty cache for the model with this fingerprint.
    #[must_use]
    pub fn new(fingerprint: &str) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            vectors: HashMap::new(),
            preprocessed: PreprocessCache::default(),
        }
    }

    /// Texts that were preprocessed for earlier indexes.
    pub(super) fn preprocessed(&mut self) -> &mut PreprocessCache {
        &mut self.preprocessed
    }

    /// The fingerprint of the model.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// How many vectors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether there are no vectors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// The vector of `text`.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<&Arc<[f32]>> {
        self.vectors.get(&key(text))
    }

    /// Adds the vector of `text`, rounded to eight bits a number, so that it is the same before and
    /// after it was written to a file. Its cosines change by a few thousandths.
    pub fn insert(&mut self, text: &str, vector: &[f32]) {
        let (scale, numbers) = rounded(vector);
        self.vectors.insert(key(text), exact(scale, &numbers));
    }

    /// Adds the vectors of `other`, if they are by the same model.
    pub fn extend(&mut self, other: &Self) {
        if self.fingerprint == other.fingerprint {
            for (key, vector) in &other.vectors {
                self.vectors
                    .entry(*key)
                    .or_insert_with(|| Arc::clone(vector));
            }
        }
    }

    /// Those of `texts` that have no vector of so many numbers, each once.
    pub(super) fn missing<'a>(
        &self,
        texts: impl Iterator<Item = &'a str>,
        dims: usize,
    ) -> Vec<String> {
        let mut missing: Vec<String> = texts
            .filter(|text| self.get(text).is_none_or(|vector| vector.len() != dims))
            .map(str::to_owned)
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Encodes those of `texts` that have no vector yet. `progress` gets the number of texts done and
    /// their total.
    pub(super) fn fill<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a str>,
        encoder: &dyn SentenceEncoder,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) {
        let dims = encoder.dims();
        let missing = self.missing(texts, dims);
        if missing.is_empty() {
            return;
        }
        let vectors = encoder.encode_many(&missing, threads, progress);
        for (text, vector) in missing.iter().zip(vectors.chunks_exact(dims.max(1))) {
            self.insert(text, vector);
        }
    }

    /// Removes every vector that `other` has.
    pub fn remove(&mut self, other: &Self) {
        for key in other.vectors.keys() {
            self.vectors.remove(key);
        }
    }

    /// Moves the vectors of `texts`, as far as there are any, into a cache of their own.
    #[must_use]
    pub fn take<'a>(&mut self, texts: impl Iterator<Item = &'a str>) -> Self {
        let mut taken = Self::new(&self.fingerprint);
        for key in texts.map(key) {
            taken.vectors.extend(self.vectors.remove_entry(&key));
        }
        taken
    }

    /// Removes every vector except those of `texts`.
    pub fn retain<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let keys: HashSet<TextKey> = texts.map(key).collect();
        self.vectors.retain(|key, _| keys.contains(key));
    }

    /// The content of a file. The same vectors give the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let dims = self.vectors.values().next().map_or(0, |v| v.len());
        let mut out = Vec::with_capacity(64 + self.vectors.len() * (RECORD_HEADER + dims));
        out.extend_from_slice(MAGIC);
        let mut vectors: Vec<_> = self
            .vectors
            .iter()
            .filter(|(_, v)| v.len() == dims)
            .collect();
        vectors.sort_unstable_by_key(|(key, _)| **key);
        for number in [self.fingerprint.len(), dims, vectors.len()] {
            out.extend_from_slice(&(number as u64).to_le_bytes());
        }
        out.extend_from_slice(self.fingerprint.as_bytes());
        for (key, vector) in vectors {
            out.extend_from_slice(key);
            // Rounding a rounded vector changes nothing.
            let (scale, numbers) = rounded(vector);
            out.extend_from_slice(&scale.to_le_bytes());
            out.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        }
        let checksum = Sha256::digest(&out);
        out.extend_from_slice(&checksum);
        out
    }

    /// Reads the output of [`to_bytes`](Self::to_bytes) for the model with this fingerprint.
    ///
    /// # Errors
    ///
    /// When the bytes are not a cache, were changed or cut off, or belong to another model. An empty
    /// cache can be used instead: the vectors are then computed again.
    pub fn from_bytes(bytes: &[u8], fingerprint: &str) -> Result<Self, CacheError> {
        let end = bytes
            .len()
            .checked_sub(CHECKSUM)
            .ok_or(CacheError::Damaged)?;
        let (body, checksum) = bytes.split_at(end);
        if Sha256::digest(body).as_slice() != checksum {
            return Err(CacheError::Damaged);
        }
        let mut rest = body.strip_prefix(MAGIC).ok_or(CacheError::Damaged)?;
        let mut numbers = [0_usize; 3];
        for number in &mut numbers {
            let (bytes, after) = rest.split_first_chunk::<8>().ok_or(CacheError::Damaged)?;
            *number =
                usize::try_from(u64::from_le_bytes(*bytes)).map_err(|_| CacheError::Damaged)?;
            rest = after;
        }
        let [name, dims, count] = numbers;
        let (name, rest) = rest.split_at_checked(name).ok_or(CacheError::Damaged)?;
        if name != fingerprint.as_bytes() {
            return Err(CacheError::OtherModel);
        }
        let record = dims.checked_add(RECORD_HEADER).ok_or(CacheError::Damaged)?;
        if record.checked_mul(count) != Some(rest.len()) {
            return Err(CacheError::Damaged);
        }
        let mut cache = Self::new(fingerprint);
        for record in rest.chunks_exact(record) {
            let (key, record) = record.split_first_chunk().ok_or(CacheError::Damaged)?;
            let (scale, numbers) = record.split_first_chunk().ok_or(CacheError::Damaged)?;
            let numbers: Vec<i8> = numbers.iter().map(|&n| n.cast_signed()).collect();
            let vector = exact(f32::from_le_bytes(*scale), &numbers);
            cache.vectors.insert(*key, vector);
        }
        Ok(cache)
    }
}

/// A vector as a scale and whole numbers from −127 to 127.
#[expect(clippy::cast_possible_truncation, reason = "scaled to fit")]
fn rounded(vector: &[f32]) -> (f32, Vec<i8>) {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    // Its last eight bits are cleared, so that 127 times the scale is exact and rounds to itself.
    let scale = f32::from_bits((largest / 127.0).to_bits() & !0xff).max(f32::MIN_POSITIVE);
    let numbers = vector.iter().map(|x| (x / scale).round() as i8);
    (scale, numbers.collect())
}

/// The vector with this scale and these numbers.
fn exact(scale: f32, numbers: &[i8]) -> Arc<[f32]> {
    numbers.iter().map(|&n| f32::from(n) * scale).collect()
}

fn key(text: &str) -> TextKey {
    let digest = Sha256::digest(text.as_bytes());
    let mut key = TextKey::default();
    key.copy_from_slice(&digest.as_slice()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::{CacheError, VectorCache};

    fn cache() -> VectorCache {
        let mut cache = VectorCache::new("model");
        cache.insert("one", &[1.0, 0.0]);
        cache.insert("two", &[0.0, -1.0]);
        cache
    }

    #[test]
    fn written_vectors_are_read_again() {
        let bytes = cache().to_bytes();
        let read = VectorCache::from_bytes(&bytes, "model").expect("a cache");
        assert_eq!(read.len(), 2);
        assert_eq!(read.get("two"), cache().get("two"));
        let two = read.get("two").expect("it was inserted");
        assert!(
            two[0].abs() < 1e-6 && (two[1] + 1.0).abs() < 1e-4,
            "{two:?}"
        );
        assert!(read.get("three").is_none());
        assert_eq!(read.to_bytes(), bytes);
        let mut rounded = VectorCache::new("model");
        rounded.insert("three", &[0.3, -0.91, 0.287_4]);
        let read = VectorCache::from_bytes(&rounded.to_bytes(), "model").expect("a cache");
        let (before, after) = (rounded.get("three"), read.get("three"));
        assert!(before.is_some());
        assert_eq!(before, after);
        let empty = VectorCache::new("model").to_bytes();
        assert!(VectorCache::from_bytes(&empty, "model").is_ok_and(|c| c.is_empty()));
    }

    #[test]
    fn damage_and_another_model_are_noticed() {
        let bytes = cache().to_bytes();
        assert_eq!(
            VectorCache::from_bytes(&bytes, "other").err(),
            Some(CacheError::OtherModel)
        );
        for length in 0..bytes.len() {
            let cut = VectorCache::from_bytes(&bytes[..length], "model");
            assert_eq!(cut.err(), Some(CacheError::Damaged), "{length}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = VectorCache::from_bytes(&changed, "model");
            assert_eq!(changed.err(), Some(CacheError::Damaged), "{at}");
        }
    }

    #[test]
    fn vectors_are_taken_out_and_removed() {
        let mut all = cache();
        let taken = all.take(["two", "three"].into_iter());
        assert!(all.get("two").is_none() && all.get("one").is_some());
        assert_eq!(taken.get("two"), cache().get("two"));
        assert_eq!(taken.len(), 1);
        let mut both = cache();
        both.remove(&taken);
        assert_eq!(both.to_bytes(), all.to_bytes());
    }

    #[test]
    fn texts_that_are_not_retained_are_removed() {
        let mut cache = cache();
        cache.retain(["two", "three"].into_iter());
        assert!(cache.get("one").is_none() && cache.get("two").is_some());
    }
}
