//! The transformer: token ids in, sentence vectors out.

use pulp::Arch;

use super::{
    config::{Config, Pooling},
    kernels::{Attention, Rounded, add_and_normalise, attend, gelu},
    weights::Weights,
};

/// Room for a pass, kept from one to the next.
#[derive(Debug, Default)]
pub struct Room {
    x: Vec<f32>,
    wide: Vec<f32>,
    narrow: Vec<f32>,
    rounded: Rounded,
    attention: Attention,
    below: Vec<f32>,
}

/// Which layers' outputs make a sentence's vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layers {
    /// The last one's, as the model was trained.
    Last,
    /// The sum of the last two: the one below keeps more of the words, and tells short questions
    /// apart better.
    LastTwo,
}

/// Unit vectors of several sentences at once, `config.width` numbers each, one after the other.
///
/// They share every layer's weights while these are near, and see nothing of one another.
pub fn forward(
    config: &Config,
    weights: &Weights,
    sentences: &[&[u32]],
    layers: Layers,
    room: &mut Room,
) -> Vec<f32> {
    let arch = Arch::new();
    let Room {
        x,
        wide,
        narrow,
        rounded,
        attention,
        below,
    } = room;
    let width = config.width;
    embed(config, weights, sentences, x);
    narrow.clear();
    narrow.resize(x.len(), 0.0);
    add_and_normalise(arch, x, narrow, &weights.norm);
    below.clear();
    for (at, layer) in weights.layers.iter().enumerate() {
        if layers == Layers::LastTwo && at > 0 && at + 1 == weights.layers.len() {
            below.extend_from_slice(x);
        }
        layer.qkv.apply(arch, x, rounded, wide);
        let mut start = 0;
        for sentence in sentences {
            let end = start + sentence.len() * width;
            let qkv = &wide[3 * start..3 * end];
            attend(
                arch,
                qkv,
                width,
                config.heads,
                attention,
                &mut narrow[start..end],
            );
            start = end;
        }
        layer.mixed.apply(arch, narrow, rounded, wide);
        add_and_normalise(arch, x, wide, &layer.mixed_norm);
        layer.up.apply(arch, x, rounded, wide);
        gelu(arch, wide);
        layer.down.apply(arch, wide, rounded, narrow);
        add_and_normalise(arch, x, narrow, &layer.down_norm);
    }
    for (x, below) in x.iter_mut().zip(below.iter()) {
        *x += below;
    }
    pool(config, sentences, x)
}

/// Words and positions, a row per token.
fn embed(config: &Config, weights: &Weights, sentences: &[&[u32]], x: &mut Vec<f32>) {
    let width = config.width;
    x.clear();
    for sentence in sentences {
        for (&id, position) in sentence.iter().zip(weights.positions.chunks_exact(width)) {
            let start = x.len();
            x.extend(position);
            weights.words.add(id, &mut x[start..]);
        }
    }
}

/// A unit vector per sentence.
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
        // The length of a sum and of a mean differ, their direction doesn't.
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
