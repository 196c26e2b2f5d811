//! Kernels, and the tiles that they compute: the outputs of one block for a few tokens.

use pulp::Simd;

/// Outputs computed side by side: two vectors of eight 32-bit sums.
pub const BLOCK: usize = 16;

/// The most tokens that any kernel computes side by side.
pub const MAX_TILE: usize = 12;

/// One pair of inputs for each of a block's outputs.
pub type WeightRow = [u8; 2 * BLOCK];

/// Multiplies weights with activations, with one set of vector instructions.
pub trait Kernel: Copy {
    /// The most tokens computed side by side: as many as the registers hold, at most [`MAX_TILE`].
    const TILE: usize;

    /// Multiplies one block of weights with `M` tokens.
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], out: TileOutput<'_>);
}

/// The place of a tile's sums, and the factors that scale them back.
pub struct TileOutput<'a> {
    pub token_scales: &'a [f32],
    pub weight_scales: &'a [f32; BLOCK],
    pub bias: &'a [f32; BLOCK],
    /// Starts at the tile's first token and the block's first output.
    pub rows: &'a mut [f32],
    /// Distance from one token's row to the next.
    pub stride: usize,
}

impl TileOutput<'_> {
    #[inline(always)]
    pub fn write<S: Simd>(self, simd: S, token: usize, sums: &[f32; BLOCK]) -> Self {
        let factor = simd.splat_f32s(self.token_scales[token]);
        let row = &mut self.rows[token * self.stride..][..BLOCK];
        let sums = S::as_mut_simd_f32s(row)
            .0
            .iter_mut()
            .zip(S::as_simd_f32s(sums).0);
        let scales = S::as_simd_f32s(self.weight_scales)
            .0
            .iter()
            .zip(S::as_simd_f32s(self.bias).0);
        for ((out, &sum), (&scale, &bias)) in sums.zip(scales) {
            *out = simd.mul_add_e_f32s(sum, simd.mul_f32s(scale, factor), bias);
        }
        self
    }
}
