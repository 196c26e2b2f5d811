//! A model's weights, as the transformer uses them.

use bytes::Bytes;

use crate::kernels::{LayerNorm, Linear};

/// Every weight of a model.
#[derive(Debug)]
pub struct Weights {
    pub embeddings: WordEmbeddings,
    /// A row per position; the vector of token type 0 is added already.
    pub positions: Vec<f32>,
    /// Applied to the sum of embeddings and positions.
    pub embedding_norm: LayerNorm,
    pub layers: Vec<LayerWeights>,
}

/// The weights of one transformer layer.
#[derive(Debug)]
pub struct LayerWeights {
    /// Queries, keys and values, side by side.
    pub qkv: Linear,
    pub attention_output: Linear,
    pub attention_norm: LayerNorm,
    /// Into the feed-forward part.
    pub up: Linear,
    /// Out of the feed-forward part.
    pub down: Linear,
    pub output_norm: LayerNorm,
}

/// Vectors of the vocabulary's pieces: the first ones in 8 bits a number, the others in 4.
#[derive(Debug)]
pub struct WordEmbeddings {
    pub width: usize,
    pub head: Bytes,
    pub head_scales: Vec<f32>,
    /// Two numbers a byte, the first in the low half.
    pub tail: Bytes,
    pub tail_scales: Vec<f32>,
    /// The sixteen values that the tail's numbers stand for.
    pub tail_levels: [f32; 16],
}

impl WordEmbeddings {
    /// Adds the vector of a piece to `out`. An id beyond the vocabulary adds nothing.
    pub fn add(&self, id: u32, out: &mut [f32]) {
        let id = id as usize;
        if let Some(&scale) = self.head_scales.get(id) {
            let row = &self.head[id * self.width..][..self.width];
            for (out, &byte) in out.iter_mut().zip(row) {
                *out += f32::from(byte.cast_signed()) * scale;
            }
            return;
        }
        let id = id - self.head_scales.len();
        if let Some(&scale) = self.tail_scales.get(id) {
            let row = &self.tail[id * self.width / 2..][..self.width / 2];
            for (out, &byte) in out.as_chunks_mut::<2>().0.iter_mut().zip(row) {
                out[0] += self.tail_levels[usize::from(byte & 15)] * scale;
                out[1] += self.tail_levels[usize::from(byte >> 4)] * scale;
            }
        }
    }
}
