//! The transformer: token ids in, sentence vectors out.

use pulp::Arch;

use crate::{
    config::{Config, Pooling},
    kernels::{Activations, AttentionScratch, add_and_normalise, attend, gelu},
    weights::Weights,
};

/// Buffers of a pass, reused by the next.
#[derive(Debug, Default)]
pub struct Scratch {
    /// A row per token: the residual stream.
    x: Vec<f32>,
    /// Output of the products that are wider than `x`, and of attention's last one.
    wide: Vec<f32>,
    /// Output of attention and of the feed-forward part, as wide as `x`.
    narrow: Vec<f32>,
    /// `x` after the last layer but one.
    penultimate: Vec<f32>,
    activations: Activations,
    attention: AttentionScratch,
}

/// The layers whose outputs make a sentence's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layers {
    /// The last one, as the model was trained.
    Last,
    /// The sum of the last two: the last but one keeps more of the words, and so tells short questions apart better.
    LastTwo,
}

/// Computes unit vectors of several sentences at once, `config.width` numbers each, one after the other.
///
/// The sentences share every layer's weights while these are in the cache, and don't influence one another.
pub fn forward(
    config: &Config,
    weights: &Weights,
    sentences: &[&[u32]],
    layers: Layers,
    scratch: &mut Scratch,
) -> Vec<f32> {
    let arch = Arch::new();
    let Scratch {
        x,
        wide,
        narrow,
        penultimate,
        activations,
        attention,
    } = scratch;
    let width = config.width;
    embed(config, weights, sentences, x);
    narrow.clear();
    narrow.resize(x.len(), 0.0);
    add_and_normalise(arch, x, narrow, &weights.embedding_norm);
    penultimate.clear();
    for (index, layer) in weights.layers.iter().enumerate() {
        if layers == Layers::LastTwo && index > 0 && index + 1 == weights.layers.len() {
            penultimate.extend_from_slice(x);
        }
        layer.qkv.apply(arch, x, activations, wide);
        let mut start = 0;
        for sentence in sentences {
            let end = start + sentence.len() * width;
            let qkv = &wide[3 * start..3 * end];
            let out = &mut narrow[start..end];
            attend(arch, qkv, width, config.heads, attention, out);
            start = end;
        }
        layer
            .attention_output
            .apply(arch, narrow, activations, wide);
        add_and_normalise(arch, x, wide, &layer.attention_norm);
        layer.up.apply(arch, x, activations, wide);
        gelu(arch, wide);
        layer.down.apply(arch, wide, activations, narrow);
        add_and_normalise(arch, x, narrow, &layer.output_norm);
    }
    for (x, penultimate) in x.iter_mut().zip(penultimate.iter()) {
        *x += penultimate;
    }
    pool(config, sentences, x)
}

/// Fills `x` with the sum of a token's and its position's vector, a row per token.
fn embed(config: &Config, weights: &Weights, sentences: &[&[u32]], x: &mut Vec<f32>) {
    let width = config.width;
    x.clear();
    for sentence in sentences {
        for (&id, position) in sentence.iter().zip(weights.positions.chunks_exact(width)) {
            let start = x.len();
            x.extend(position);
            weights.embeddings.add(id, &mut x[start..]);
        }
    }
}

/// Reduces the rows of each sentence to a unit vector.
fn pool(config: &Config, sentences: &[&[u32]], x: &[f32]) -> Vec<f32> {
    let width = config.width;
    let mut out = vec![0.0; sentences.len() * width];
    let mut rows = x.chunks_exact(width);
    for (sentence, out) in sentences.iter().zip(out.chunks_exact_mut(width)) {
        for (position, row) in rows.by_ref().take(sentence.len()).enumerate() {
            if config.pooling == Pooling::Mean || position == 0 {
                out.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            }
        }
        // The sum has the direction of the mean, and only the direction is kept.
        let length = out
            .iter()
            .map(|x| x * x)
            .sum::<f32>()
            .sqrt()
            .max(f32::MIN_POSITIVE);
        for x in out {
            *x /= length;
        }
    }
    out
}
