//! A layer's product: every block of outputs for every tile of tokens.

use pulp::NullaryFnOnce;

use super::{
    activations::{Activations, tile_widths},
    kernel::{BLOCK, Kernel, TileOutput},
};

/// Quantised activations times weights, scaled back into `out`.
pub struct Product<'a> {
    pub inputs: usize,
    pub weight: &'a [u8],
    pub weight_scales: &'a [f32],
    pub bias: &'a [f32],
    pub activations: &'a Activations,
    pub out: &'a mut [f32],
}

impl Product<'_> {
    /// Runs `kernel` on every block of outputs and, while its weights are near, on every tile of tokens.
    #[inline(always)]
    pub fn run<K: Kernel>(self, kernel: K) {
        let inputs = self.inputs;
        let outputs = self.weight_scales.len();
        let (rows, _) = self.weight.as_chunks::<{ 2 * BLOCK }>();
        let scales = self
            .weight_scales
            .as_chunks::<BLOCK>()
            .0
            .iter()
            .zip(self.bias.as_chunks::<BLOCK>().0);
        for (block, (weights, (weight_scales, bias))) in
            rows.chunks_exact(inputs / 2).zip(scales).enumerate()
        {
            let (mut pairs, mut token) = (&self.activations.pairs[..], 0);
            for width in tile_widths(self.activations.scales.len(), self.activations.max_tile) {
                let (tile, rest) = pairs.split_at(width * inputs / 2);
                pairs = rest;
                let out = TileOutput {
                    token_scales: &self.activations.scales[token..token + width],
                    weight_scales,
                    bias,
                    rows: &mut self.out[token * outputs + block * BLOCK..],
                    stride: outputs,
                };
                // The compiler knows `TILE`, and drops the arms beyond it.
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

/// A product with the kernel to run it on.
pub struct Multiply<'a, K> {
    pub kernel: K,
    pub product: Product<'a>,
}

impl<K: Kernel> NullaryFnOnce for Multiply<'_, K> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.product.run(self.kernel);
    }
}
