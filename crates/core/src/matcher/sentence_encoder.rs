//! What the matcher needs of a sentence encoder.

use citebot_encoder::{Encoder, Layers};
use std::fmt;

/// Turns sentences into vectors. [`Encoder`] does; tests have simpler ones.
pub trait SentenceEncoder: Send + Sync + fmt::Debug {
    /// Length of a vector.
    fn dims(&self) -> usize;
    /// Identifies the model: vectors with the same fingerprint may be compared.
    fn fingerprint(&self) -> &str;
    /// The unit vector of `text`.
    fn encode(&self, text: &str) -> Vec<f32>;
    /// The unit vectors of `texts`, one after the other, computed on this many threads. `progress`
    /// gets the number of texts done and their total.
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
