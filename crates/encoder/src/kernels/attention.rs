//! Attention within one sentence: all heads, scores never leaving the cache.

use pulp::{Arch, Simd, WithSimd};

use super::elementwise::exp;

/// Queries scored together: their sums are independent, which hides the latency of each.
const QUERIES: usize = 4;

/// Scores are padded to whole vectors of any width.
const PAD: usize = 16;

/// Buffers for one head: its keys transposed, and the scores of a few queries.
#[derive(Debug, Default)]
pub struct AttentionScratch {
    keys: Vec<f32>,
    scores: Vec<f32>,
}

/// `softmax(Q Kᵀ / √d) V` for every head.
///
/// `qkv` holds a row per token: queries, keys and values, each `width` wide and `width / heads` per head. `out` has a row
/// of `width` per token.
pub fn attend(
    arch: Arch,
    qkv: &[f32],
    width: usize,
    heads: usize,
    scratch: &mut AttentionScratch,
    out: &mut [f32],
) {
    let tokens = qkv.len() / (3 * width);
    let padded = tokens.next_multiple_of(PAD);
    let depth = width / heads;
    scratch.keys.resize(depth * padded, 0.0);
    scratch.scores.resize(QUERIES * padded, 0.0);
    arch.dispatch(Attend {
        qkv,
        width,
        heads,
        tokens,
        padded,
        scratch,
        out,
    });
}

struct Attend<'a> {
    qkv: &'a [f32],
    width: usize,
    heads: usize,
    tokens: usize,
    padded: usize,
    scratch: &'a mut AttentionScratch,
    out: &'a mut [f32],
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            qkv,
            width,
            heads,
            tokens,
            padded,
            scratch,
            out,
        } = self;
        let depth = width / heads;
        #[allow(clippy::cast_precision_loss, reason = "at most a few hundred")]
        let scale = simd.splat_f32s(1.0 / (depth as f32).sqrt());
        for head in 0..heads {
            for (token, row) in qkv.chunks_exact(3 * width).enumerate() {
                let key = &row[width + head * depth..][..depth];
                for (cells, &key) in scratch.keys.chunks_exact_mut(padded).zip(key) {
                    cells[token] = key;
                }
            }
            let mut first = 0;
            while first < tokens {
                // The last group reaches back over queries that are done already: cheaper than one by one.
                let from = first.min(tokens.saturating_sub(QUERIES));
                let count = QUERIES.min(tokens);
                let queries: [&[f32]; QUERIES] = std::array::from_fn(|i| {
                    &qkv[(from + i.min(count - 1)) * 3 * width + head * depth..][..depth]
                });
                score(simd, queries, &scratch.keys, padded, &mut scratch.scores);
                for (i, scores) in scratch
                    .scores
                    .chunks_exact_mut(padded)
                    .take(count)
                    .enumerate()
                {
                    let factor = softmax(simd, scores, tokens, scale);
                    let out = &mut out[(from + i) * width + head * depth..][..depth];
                    mix(
                        simd,
                        scores,
                        &qkv[2 * width + head * depth..],
                        3 * width,
                        factor,
                        out,
                    );
                }
                first = from + count;
            }
        }
    }
}

/// `scores[i][token] = queries[i] · key[token]`
#[inline(always)]
fn score<S: Simd>(
    simd: S,
    queries: [&[f32]; QUERIES],
    keys: &[f32],
    padded: usize,
    scores: &mut [f32],
) {
    let lanes = S::F32_LANES;
    for start in (0..padded).step_by(lanes) {
        let mut sums = [simd.splat_f32s(0.0); QUERIES];
        for (dimension, keys) in keys.chunks_exact(padded).enumerate() {
            let key = S::as_simd_f32s(&keys[start..start + lanes]).0[0];
            for (sum, query) in sums.iter_mut().zip(queries) {
                *sum = simd.mul_add_e_f32s(simd.splat_f32s(query[dimension]), key, *sum);
            }
        }
        for (sum, scores) in sums.into_iter().zip(scores.chunks_exact_mut(padded)) {
            S::as_mut_simd_f32s(&mut scores[start..start + lanes]).0[0] = sum;
        }
    }
}

/// Turns scores into weights, still to be multiplied with the factor returned. Those beyond `tokens` become zero.
#[inline(always)]
fn softmax<S: Simd>(simd: S, scores: &mut [f32], tokens: usize, scale: S::f32s) -> f32 {
    scores[tokens..].fill(f32::MIN);
    let (scores, _) = S::as_mut_simd_f32s(scores);
    let mut peak = simd.splat_f32s(f32::MIN);
    for &score in scores.iter() {
        peak = simd.max_f32s(peak, score);
    }
    let peak = simd.splat_f32s(simd.reduce_max_f32s(peak));
    let mut sum = simd.splat_f32s(0.0);
    for score in scores.iter_mut() {
        *score = exp(simd, simd.mul_f32s(simd.sub_f32s(*score, peak), scale));
        sum = simd.add_f32s(sum, *score);
    }
    1.0 / simd.reduce_sum_f32s(sum)
}

/// `out = factor · Σ weight[token] · value[token]`, values lying `stride` apart.
#[inline(always)]
fn mix<S: Simd>(
    simd: S,
    weights: &[f32],
    values: &[f32],
    stride: usize,
    factor: f32,
    out: &mut [f32],
) {
    let factor = simd.splat_f32s(factor);
    let lanes = S::F32_LANES;
    // Four independent sums at a time hide the latency of each.
    for (chunk, out) in out.chunks_mut(4 * lanes).enumerate() {
        let (out, _) = S::as_mut_simd_f32s(out);
        let mut sums = [simd.splat_f32s(0.0); 4];
        for (value, &weight) in values.chunks(stride).zip(weights) {
            let weight = simd.splat_f32s(weight);
            let value = S::as_simd_f32s(&value[chunk * 4 * lanes..][..out.len() * lanes]).0;
            for (sum, &value) in sums.iter_mut().zip(value) {
                *sum = simd.mul_add_e_f32s(weight, value, *sum);
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = simd.mul_f32s(sum, factor);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_f64_arithmetic() {
        let (width, heads) = (32, 2);
        let depth = width / heads;
        for tokens in [1, 2, 3, 4, 5, 11, 16, 17] {
            #[allow(clippy::cast_precision_loss)]
            let qkv: Vec<f32> = (0..tokens * 3 * width)
                .map(|i| ((i * 37 % 101) as f32 / 50.0 - 1.0) * 2.0)
                .collect();
            for arch in [Arch::new(), Arch::Scalar] {
                let mut out = vec![0.0; tokens * width];
                attend(
                    arch,
                    &qkv,
                    width,
                    heads,
                    &mut AttentionScratch::default(),
                    &mut out,
                );
                for (index, got) in out.into_iter().enumerate() {
                    let (token, column) = (index / width, index % width);
                    let head = column / depth;
                    let at = |token: usize, part: usize, i: usize| {
                        f64::from(qkv[token * 3 * width + part * width + i])
                    };
                    #[allow(clippy::cast_precision_loss)]
                    let weight = |other: usize| {
                        let dot: f64 = (0..depth)
                            .map(|i| {
                                at(token, 0, head * depth + i) * at(other, 1, head * depth + i)
                            })
                            .sum();
                        (dot / (depth as f64).sqrt()).exp()
                    };
                    let total: f64 = (0..tokens).map(weight).sum();
                    let expected: f64 = (0..tokens)
                        .map(|other| weight(other) / total * at(other, 2, column))
                        .sum();
                    assert!(
                        (f64::from(got) - expected).abs() < 1e-4,
                        "{tokens} tokens, {index}: {got} for {expected}"
                    );
                }
            }
        }
    }
}
