//! Sentences of ordinary talk, and questions on everything under the sun, written for this: what is
//! nearer to them than to an entry is hardly meant for the book.
//!
//! Their vectors are part of the program for the model that is part of it, too.

use super::vector_cache::VectorCache;
use super::semantic::{SentenceEncoder, fill};
use super::preprocess::Encoded;
use std::sync::{Arc, OnceLock};

/// A line each.
const SENTENCES: &str = include_str!("../../../../models/background/sentences.txt");
/// As [`VectorCache::to_bytes`] writes them.
const VECTORS: &[u8] = include_bytes!("../../../../models/background/vectors.bin");

/// The sentences; with their vectors, if the model with this fingerprint made those.
pub(super) fn sentences(fingerprint: &str) -> Arc<[Encoded]> {
    /// Once for all indexes, and whose they are.
    static KNOWN: OnceLock<(String, Arc<[Encoded]>)> = OnceLock::new();
    if let Some((known, sentences)) = KNOWN.get()
        && known == fingerprint
    {
        return Arc::clone(sentences);
    }
    let sentences: Arc<[Encoded]> = SENTENCES
        .lines()
        .map(|line| Encoded::new(line.to_owned()))
        .collect();
    let Ok(vectors) = VectorCache::from_bytes(VECTORS, fingerprint) else {
        return sentences;
    };
    for sentence in &*sentences {
        if let Some(vector) = vectors.get(&sentence.text) {
            let _ = sentence.vector.set(Arc::clone(vector));
        }
    }
    // Whoever is first makes the same.
    let (_, sentences) = KNOWN.get_or_init(|| (fingerprint.to_owned(), sentences));
    Arc::clone(sentences)
}

/// The vectors of all sentences, computed anew.
pub(super) fn vectors(encoder: &dyn SentenceEncoder, threads: usize) -> VectorCache {
    let mut cache = VectorCache::new(encoder.fingerprint());
    fill(
        SENTENCES.lines(),
        encoder,
        &mut cache,
        threads,
        &mut |_, _| (),
    );
    cache
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, VECTORS, sentences};
    use crate::matcher::{Encoder, SentenceEncoder, VectorCache};
    use std::collections::HashSet;

    #[test]
    fn every_sentence_is_its_own_and_has_its_vector() {
        let lines: HashSet<&str> = SENTENCES.lines().collect();
        assert_eq!(lines.len(), SENTENCES.lines().count());
        for line in &lines {
            assert_eq!(
                *line,
                super::super::normalise::plain(line).trim(),
                "as it is compared"
            );
        }
        let encoder = Encoder::embedded().unwrap_or_else(|error| panic!("{error}"));
        let fingerprint = SentenceEncoder::fingerprint(&encoder);
        let vectors = VectorCache::from_bytes(VECTORS, fingerprint)
            .unwrap_or_else(|error| panic!("{error}: models/README.md says how to write them"));
        assert_eq!(
            vectors.len(),
            lines.len(),
            "models/README.md says how to write them"
        );
        let ready = sentences(fingerprint);
        assert!(ready.iter().all(|sentence| sentence.vector.get().is_some()));
        assert!(
            sentences("another")
                .iter()
                .all(|sentence| sentence.vector.get().is_none())
        );
    }
}
