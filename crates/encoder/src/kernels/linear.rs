//! `x · Wᵀ + b` with int8 weights.
//!
//! Activations are rounded to 16 bits with a scale per token (so finely that nothing is lost that the
//! weights had not lost already), products are summed exactly in 32-bit integers, and the sum is scaled
//! back. On AVX2 that is one `vpmaddwd` for sixteen products, twice what f32 arithmetic does, and a weight
//! is widened from 8 to 16 bits once for up to six tokens. On AVX-512 it is thirty-two products and twelve
//! tokens, and with VNNI the compiler makes one `vpdpwssd` of the product and its sum. All give the same sums.

use pulp::{Arch, NullaryFnOnce, Scalar, Simd, WithSimd};

use crate::model_file::Bytes;

/// Outputs computed side by side: two vectors of eight 32-bit sums.
pub const BLOCK: usize = 16;

/// The most tokens that any kernel computes side by side.
const WIDEST: usize = 12;

/// One pair of inputs for each of a block's outputs.
type WeightRow = [u8; 2 * BLOCK];

/// A layer's weights, packed as [`pack`] does it, one scale and bias per output.
#[derive(Debug)]
pub struct Linear {
    inputs: usize,
    weight: Bytes,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

/// Activations of several tokens, rounded to 16 bits, in the order the kernel reads them.
#[derive(Debug, Default)]
pub struct Rounded {
    /// Tile after tile; within a tile pair after pair of inputs, within a pair token after token.
    pairs: Vec<i32>,
    scale: Vec<f32>,
    /// The most tokens in a tile.
    tile: usize,
}

/// `[outputs][inputs]` to `[outputs / 16][inputs / 2][16][2]`.
pub fn pack(weight: &[i8], inputs: usize) -> Vec<u8> {
    let mut packed = Vec::with_capacity(weight.len());
    for block in weight.chunks_exact(BLOCK * inputs) {
        for pair in 0..inputs / 2 {
            for row in block.chunks_exact(inputs) {
                packed.extend(
                    row[2 * pair..2 * pair + 2]
                        .iter()
                        .map(|weight| weight.cast_unsigned()),
                );
            }
        }
    }
    packed
}

/// The largest rounded activation whose products with 8-bit weights can't overflow a 32-bit sum.
fn largest(inputs: usize) -> i32 {
    let inputs = i32::try_from(inputs).unwrap_or(i32::MAX);
    (i32::MAX / inputs.saturating_mul(128)).min(i32::from(i16::MAX))
}

/// Widths of the tiles for this many tokens: as few as possible, none wider than `widest` nor more than one wider
/// than another.
fn tiles(tokens: usize, widest: usize) -> impl Iterator<Item = usize> {
    let count = tokens.div_ceil(widest);
    (0..count).map(move |tile| (tokens + tile) / count)
}

impl Linear {
    /// Takes packed weights of `scale.len()` outputs; `None` if the lengths don't fit together.
    pub fn new(inputs: usize, weight: Bytes, scale: Vec<f32>, bias: Vec<f32>) -> Option<Self> {
        let outputs = scale.len();
        let fits = inputs > 0
            && inputs.is_multiple_of(BLOCK)
            && outputs.is_multiple_of(BLOCK)
            && bias.len() == outputs
            && weight.len() == inputs * outputs;
        fits.then_some(Self {
            inputs,
            weight,
            scale,
            bias,
        })
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.scale.len()
    }

    /// `out[token] = x[token] · Wᵀ + b` for every token in `x`.
    pub fn apply(&self, arch: Arch, x: &[f32], rounded: &mut Rounded, out: &mut Vec<f32>) {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V4::try_new() {
            let job = self.job(x86::Avx512(simd), arch, x, rounded, out);
            match x86::Vnni::try_new() {
                Some(vnni) => vnni.vectorize(job),
                None => simd.vectorize(job),
            }
            return;
        } else if let Some(simd) = pulp::x86::V3::try_new() {
            simd.vectorize(self.job(x86::Avx2(simd), arch, x, rounded, out));
            return;
        }
        arch.dispatch(Anywhere(self.job(Portable(Scalar), arch, x, rounded, out)));
    }

    /// What `kernel` is to do for `x`.
    fn job<'a, K: Kernel>(
        &'a self,
        kernel: K,
        arch: Arch,
        x: &[f32],
        rounded: &'a mut Rounded,
        out: &'a mut Vec<f32>,
    ) -> Job<'a, K> {
        rounded.round(arch, x, self.inputs, K::TILE);
        out.resize(rounded.scale.len() * self.outputs(), 0.0);
        let product = Product {
            layer: self,
            rounded,
            out,
        };
        Job { kernel, product }
    }
}

impl Rounded {
    /// Rounds tokens of `inputs` activations each, for tiles of at most `tile` tokens.
    fn round(&mut self, arch: Arch, x: &[f32], inputs: usize, tile: usize) {
        let tokens = x.len() / inputs;
        self.scale.resize(tokens, 0.0);
        self.pairs.resize(tokens * inputs / 2, 0);
        self.tile = tile;
        arch.dispatch(Round {
            x,
            inputs,
            largest: largest(inputs),
            scale: &mut self.scale,
            pairs: &mut self.pairs,
            tile,
        });
    }
}

struct Round<'a> {
    x: &'a [f32],
    inputs: usize,
    largest: i32,
    scale: &'a mut [f32],
    pairs: &'a mut [i32],
    tile: usize,
}

/// Adding 1.5 · 2²³ to a float of at most 2²² leaves its nearest whole number in the sum's low bits.
const ROUNDER: f32 = 12_582_912.0;

impl WithSimd for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut rows = self.x.chunks_exact(self.inputs).zip(self.scale);
        let mut rest = self.pairs;
        #[allow(clippy::cast_precision_loss, reason = "at most 32,767")]
        let largest = self.largest as f32;
        for width in tiles(self.x.len() / self.inputs, self.tile) {
            let (tile, after) = rest.split_at_mut(width * self.inputs / 2);
            rest = after;
            for (column, (row, scale)) in rows.by_ref().take(width).enumerate() {
                let peak = peak(simd, row);
                *scale = peak / largest;
                let (factor, rounder) = (simd.splat_f32s(largest / peak), simd.splat_f32s(ROUNDER));
                let (chunks, _) = row.as_chunks::<BLOCK>();
                for (index, chunk) in chunks.iter().enumerate() {
                    let mut bits = [0_u32; BLOCK];
                    for (bits, &x) in S::as_mut_simd_u32s(&mut bits)
                        .0
                        .iter_mut()
                        .zip(S::as_simd_f32s(chunk).0)
                    {
                        *bits = simd.transmute_u32s_f32s(simd.mul_add_e_f32s(x, factor, rounder));
                    }
                    let cells = &mut tile[index * BLOCK / 2 * width..][..BLOCK / 2 * width];
                    for (pair, cells) in bits
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .zip(cells.chunks_exact_mut(width))
                    {
                        cells[column] = ((pair[0] & 0xffff) | (pair[1] << 16)).cast_signed();
                    }
                }
            }
        }
    }
}

/// The largest absolute value, and never zero.
#[inline(always)]
fn peak<S: Simd>(simd: S, row: &[f32]) -> f32 {
    let mut peak = simd.splat_f32s(1e-30);
    for &x in S::as_simd_f32s(row).0 {
        peak = simd.max_f32s(peak, simd.abs_f32s(x));
    }
    simd.reduce_max_f32s(peak)
}

/// Rounded activations times weights, scaled back into `out`.
struct Product<'a> {
    layer: &'a Linear,
    rounded: &'a Rounded,
    out: &'a mut [f32],
}

impl Product<'_> {
    /// Runs `kernel` on every block of outputs and, while its weights are near, on every tile of tokens.
    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) {
        let Linear {
            inputs,
            weight,
            scale,
            bias,
        } = self.layer;
        let outputs = scale.len();
        let (rows, _) = weight.as_chunks::<{ 2 * BLOCK }>();
        let scales = scale
            .as_chunks::<BLOCK>()
            .0
            .iter()
            .zip(bias.as_chunks::<BLOCK>().0);
        for (block, (weights, (scale, bias))) in
            rows.chunks_exact(inputs / 2).zip(scales).enumerate()
        {
            let (mut pairs, mut token) = (&self.rounded.pairs[..], 0);
            for width in tiles(self.rounded.scale.len(), self.rounded.tile) {
                let (tile, rest) = pairs.split_at(width * inputs / 2);
                pairs = rest;
                let out = Out {
                    tokens: &self.rounded.scale[token..token + width],
                    scale,
                    bias,
                    rows: &mut self.out[token * outputs + block * BLOCK..],
                    stride: outputs,
                };
                // Which arms a kernel has no use for is known when it is compiled.
                match width {
                    12 if K::TILE >= 12 => kernel.tile::<12>(weights, tile, out),
                    11 if K::TILE >= 11 => kernel.tile::<11>(weights, tile, out),
                    10 if K::TILE >= 10 => kernel.tile::<10>(weights, tile, out),
                    9 if K::TILE >= 9 => kernel.tile::<9>(weights, tile, out),
                    8 if K::TILE >= 8 => kernel.tile::<8>(weights, tile, out),
                    7 if K::TILE >= 7 => kernel.tile::<7>(weights, tile, out),
                    6 => kernel.tile::<6>(weights, tile, out),
                    5 => kernel.tile::<5>(weights, tile, out),
                    4 => kernel.tile::<4>(weights, tile, out),
                    3 => kernel.tile::<3>(weights, tile, out),
                    2 => kernel.tile::<2>(weights, tile, out),
                    _ => kernel.tile::<1>(weights, tile, out),
                }
                token += width;
            }
        }
    }
}

/// Where a tile's sums go, and what they are scaled with.
struct Out<'a> {
    tokens: &'a [f32],
    scale: &'a [f32; BLOCK],
    bias: &'a [f32; BLOCK],
    /// Starts at the tile's first token and the block's first output.
    rows: &'a mut [f32],
    stride: usize,
}

impl Out<'_> {
    #[inline(always)]
    fn write<S: Simd>(self, simd: S, token: usize, sums: &[f32; BLOCK]) -> Self {
        let factor = simd.splat_f32s(self.tokens[token]);
        let out = &mut self.rows[token * self.stride..][..BLOCK];
        let ours = S::as_mut_simd_f32s(out)
            .0
            .iter_mut()
            .zip(S::as_simd_f32s(sums).0);
        let theirs = S::as_simd_f32s(self.scale)
            .0
            .iter()
            .zip(S::as_simd_f32s(self.bias).0);
        for ((out, &sum), (&scale, &bias)) in ours.zip(theirs) {
            *out = simd.mul_add_e_f32s(sum, simd.mul_f32s(scale, factor), bias);
        }
        self
    }
}

/// A product and the kernel that computes it.
struct Job<'a, K> {
    kernel: K,
    product: Product<'a>,
}

impl<K: Kernel> NullaryFnOnce for Job<'_, K> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.product.run(self.kernel);
    }
}

trait Kernel: Copy {
    /// The most tokens it computes side by side: as many as its registers hold, at most [`WIDEST`].
    const TILE: usize;

    /// One block of weights times `M` tokens.
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], out: Out<'_>);
}

/// What runs where there is no AVX2.
#[derive(Clone, Copy)]
struct Portable<S>(S);

/// The same, for whatever instructions there turn out to be.
struct Anywhere<'a>(Job<'a, Portable<Scalar>>);

impl WithSimd for Anywhere<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.product.run(Portable(simd));
    }
}

impl<S: Simd> Kernel for Portable<S> {
    const TILE: usize = 6;

    #[inline(always)]
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], mut out: Out<'_>) {
        let mut sums = [[0_i32; BLOCK]; M];
        for (weights, pairs) in weights.iter().zip(pairs.as_chunks::<M>().0) {
            for (sums, &pair) in sums.iter_mut().zip(pairs) {
                #[allow(clippy::cast_possible_truncation, reason = "the two halves of a pair")]
                let (first, second) = (i32::from(pair as i16), i32::from((pair >> 16) as i16));
                for (sum, weights) in sums.iter_mut().zip(weights.as_chunks::<2>().0) {
                    let [a, b] = weights.map(|weight| i32::from(weight.cast_signed()));
                    *sum += a * first + b * second;
                }
            }
        }
        for (token, sums) in sums.iter().enumerate() {
            #[allow(
                clippy::cast_precision_loss,
                reason = "a sum's last bits are below the weights' own rounding"
            )]
            let sums = sums.map(|sum| sum as f32);
            out = out.write(self.0, token, &sums);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Rounded products against f64 ones, for widths around the tiles' and every kernel.
    #[test]
    fn agrees_with_plain_arithmetic() {
        let (inputs, outputs) = (48, 32);
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 23) - 1.0
        };
        #[allow(clippy::cast_possible_truncation)]
        let weight: Vec<i8> = (0..inputs * outputs)
            .map(|_| (next() * 127.0) as i8)
            .collect();
        #[allow(clippy::cast_possible_truncation)]
        let mut floats = |n: usize| (0..n).map(|_| next() as f32).collect::<Vec<f32>>();
        let (scale, bias) = (floats(outputs), floats(outputs));
        let packed = Bytes::from(pack(&weight, inputs));
        let layer = Linear::new(inputs, packed, scale.clone(), bias.clone()).unwrap();
        for tokens in [0, 1, 2, 5, 6, 7, 11, 12, 13, 40] {
            let x = floats(tokens * inputs);
            for (kernel, got) in by_every_kernel(&layer, &x) {
                assert_eq!(got.len(), tokens * outputs, "{kernel}");
                for (index, &got) in got.iter().enumerate() {
                    let (token, output) = (index / outputs, index % outputs);
                    let sum: f64 = (0..inputs)
                        .map(|i| {
                            f64::from(x[token * inputs + i])
                                * f64::from(weight[output * inputs + i])
                        })
                        .sum();
                    let expected = sum * f64::from(scale[output]) + f64::from(bias[output]);
                    assert!(
                        (f64::from(got) - expected).abs() < 0.02,
                        "{kernel}, {tokens} tokens, {index}: {got} for {expected}"
                    );
                }
            }
        }
    }

    /// What each kernel that this machine has makes of `x`.
    fn by_every_kernel(layer: &Linear, x: &[f32]) -> Vec<(&'static str, Vec<f32>)> {
        let mut made = Vec::new();
        let mut run = |name, apply: &dyn Fn(&mut Rounded, &mut Vec<f32>)| {
            let mut out = Vec::new();
            apply(&mut Rounded::default(), &mut out);
            made.push((name, out));
        };
        run("the one chosen", &|rounded, out| {
            layer.apply(Arch::new(), x, rounded, out);
        });
        run("portable", &|rounded, out| {
            let arch = Arch::Scalar;
            let job = layer.job(Portable(Scalar), arch, x, rounded, out);
            arch.dispatch(Anywhere(job));
        });
        #[cfg(target_arch = "x86_64")]
        {
            let arch = Arch::new();
            if let Some(simd) = pulp::x86::V3::try_new() {
                run("AVX2", &|rounded, out| {
                    simd.vectorize(layer.job(x86::Avx2(simd), arch, x, rounded, out));
                });
            }
            if let Some(simd) = pulp::x86::V4::try_new() {
                run("AVX-512", &|rounded, out| {
                    simd.vectorize(layer.job(x86::Avx512(simd), arch, x, rounded, out));
                });
            }
        }
        made
    }

    #[test]
    fn tiles_cover_every_token() {
        for (tokens, widest) in (0..100).flat_map(|tokens| [(tokens, 6), (tokens, WIDEST)]) {
            let widths: Vec<usize> = tiles(tokens, widest).collect();
            assert_eq!(widths.iter().sum::<usize>(), tokens);
            assert!(
                widths.iter().all(|&width| width <= widest),
                "{tokens}: {widths:?}"
            );
        }
    }

    #[test]
    fn sums_cannot_overflow() {
        for inputs in [16, 384, 1536, 4096] {
            let sum = i64::from(largest(inputs)) * 128 * i64::try_from(inputs).unwrap();
            assert!(sum <= i64::from(i32::MAX), "{inputs}");
        }
        assert_eq!(largest(384), 32_767);
    }
}
