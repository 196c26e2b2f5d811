//! Activations, quantised to 16 bits in the order that the kernels read them.

use pulp::{Arch, Simd, WithSimd};

use super::kernel::BLOCK;

/// Activations of several tokens, in 16 bits with a scale per token.
#[derive(Debug, Default)]
pub struct Activations {
    /// Tile after tile; within a tile pair after pair of inputs, within a pair token after token.
    pub(super) pairs: Vec<i32>,
    pub(super) scales: Vec<f32>,
    /// The most tokens in a tile.
    pub(super) max_tile: usize,
}

impl Activations {
    /// Quantises tokens of `inputs` activations each, for tiles of at most `max_tile` tokens.
    pub(super) fn quantise(&mut self, arch: Arch, x: &[f32], inputs: usize, max_tile: usize) {
        let tokens = x.len() / inputs;
        self.scales.resize(tokens, 0.0);
        self.pairs.resize(tokens * inputs / 2, 0);
        self.max_tile = max_tile;
        arch.dispatch(Quantise {
            x,
            inputs,
            max_activation: max_activation(inputs),
            scales: &mut self.scales,
            pairs: &mut self.pairs,
            max_tile,
        });
    }
}

/// Widths of the tiles for this many tokens: as few tiles as possible, and no two widths differ by more than one.
pub fn tile_widths(tokens: usize, max_tile: usize) -> impl Iterator<Item = usize> {
    let count = tokens.div_ceil(max_tile);
    (0..count).map(move |tile| (tokens + tile) / count)
}

/// The largest quantised activation whose products with 8-bit weights can't overflow a 32-bit sum.
fn max_activation(inputs: usize) -> i32 {
    let inputs = i32::try_from(inputs).unwrap_or(i32::MAX);
    (i32::MAX / inputs.saturating_mul(128)).min(i32::from(i16::MAX))
}

struct Quantise<'a> {
    x: &'a [f32],
    inputs: usize,
    max_activation: i32,
    scales: &'a mut [f32],
    pairs: &'a mut [i32],
    max_tile: usize,
}

/// 1.5 · 2²³: added to a float of at most 2²², it leaves the nearest whole number in the sum's low bits.
const ROUNDER: f32 = 12_582_912.0;

impl WithSimd for Quantise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut rows = self.x.chunks_exact(self.inputs).zip(self.scales);
        let mut rest = self.pairs;
        #[allow(clippy::cast_precision_loss, reason = "at most 32,767")]
        let max_activation = self.max_activation as f32;
        for width in tile_widths(self.x.len() / self.inputs, self.max_tile) {
            let (tile, after) = rest.split_at_mut(width * self.inputs / 2);
            rest = after;
            for (column, (row, scale)) in rows.by_ref().take(width).enumerate() {
                let peak = peak(simd, row);
                *scale = peak / max_activation;
                let factor = simd.splat_f32s(max_activation / peak);
                let rounder = simd.splat_f32s(ROUNDER);
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{super::kernel::MAX_TILE, *};

    #[test]
    fn tiles_cover_every_token() {
        for (tokens, max_tile) in (0..100).flat_map(|tokens| [(tokens, 6), (tokens, MAX_TILE)]) {
            let widths: Vec<usize> = tile_widths(tokens, max_tile).collect();
            assert_eq!(widths.iter().sum::<usize>(), tokens);
            assert!(
                widths.iter().all(|&width| width <= max_tile),
                "{tokens}: {widths:?}"
            );
        }
    }

    #[test]
    fn sums_cannot_overflow() {
        for inputs in [16, 384, 1536, 4096] {
            let sum = i64::from(max_activation(inputs)) * 128 * i64::try_from(inputs).unwrap();
            assert!(sum <= i64::from(i32::MAX), "{inputs}");
        }
        assert_eq!(max_activation(384), 32_767);
    }
}
