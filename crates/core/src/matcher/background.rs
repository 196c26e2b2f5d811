//! Background sentences: small talk and questions on all kinds of subjects. A message that is nearer
//! to one of them than to an entry is hardly a question to the FAQ.
//!
//! The program contains the sentences, and their vectors by the model that it contains.

use super::encoded_text::EncodedText;
use super::sentence_encoder::SentenceEncoder;
use super::vector_cache::VectorCache;
use std::sync::{Arc, OnceLock};

/// One a line.
const SENTENCES: &str = include_str!("../../../../models/background/sentences.txt");
/// As [`VectorCache::to_bytes`] writes them.
const VECTORS: &[u8] = include_bytes!("../../../../models/background/vectors.bin");

/// The sentences, with their vectors if these are by the model with this fingerprint.
pub(super) fn sentences(fingerprint: &str) -> Arc<[EncodedText]> {
    /// The sentences that all indexes share, with the fingerprint of the model.
    static KNOWN: OnceLock<(String, Arc<[EncodedText]>)> = OnceLock::new();
    if let Some((known, sentences)) = KNOWN.get()
        && known == fingerprint
    {
        return Arc::clone(sentences);
    }
    let sentences: Arc<[EncodedText]> = SENTENCES
        .lines()
        .map(|line| EncodedText::new(line.to_owned()))
        .collect();
    let Ok(vectors) = VectorCache::from_bytes(VECTORS, fingerprint) else {
        return sentences;
    };
    for sentence in &*sentences {
        if let Some(vector) = vectors.get(&sentence.text) {
            let _ = sentence.vector.set(Arc::clone(vector));
        }
    }
    // Threads that arrive here at the same time have the same sentences.
    let (_, sentences) = KNOWN.get_or_init(|| (fingerprint.to_owned(), sentences));
    Arc::clone(sentences)
}

/// Computes the vectors of all sentences.
pub(super) fn vectors(encoder: &dyn SentenceEncoder, threads: usize) -> VectorCache {
    let mut cache = VectorCache::new(encoder.fingerprint());
    cache.fill(SENTENCES.lines(), encoder, threads, &mut |_, _| ());
    cache
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, VECTORS, sentences};
    use crate::matcher::{Encoder, SentenceEncoder, VectorCache};
    use std::collections::HashSet;

    #[test]
    fn sentences_differ_and_have_vectors() {
        let lines: HashSet<&str> = SENTENCES.lines().collect();
        assert_eq!(lines.len(), SENTENCES.lines().count());
        for line in &lines {
            assert_eq!(
                *line,
                super::super::normalise::normalise(line),
                "it is compared as it is written"
            );
        }
        let encoder = Encoder::embedded().unwrap_or_else(|error| panic!("{error}"));
        let fingerprint = SentenceEncoder::fingerprint(&encoder);
        let vectors = VectorCache::from_bytes(VECTORS, fingerprint)
            .unwrap_or_else(|error| panic!("{error}: models/README.md says how to compute them"));
        assert_eq!(
            vectors.len(),
            lines.len(),
            "models/README.md says how to compute them"
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
