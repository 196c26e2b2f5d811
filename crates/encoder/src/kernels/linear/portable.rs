//! The kernel for machines without AVX2.

use pulp::{Scalar, Simd, WithSimd};

use super::{
    kernel::{BLOCK, Kernel, TileOutput, WeightRow},
    product::Multiply,
};

#[derive(Clone, Copy)]
pub struct Portable<S>(pub S);

/// Runs a product on the portable kernel, compiled for the instructions it is dispatched to.
pub struct Dispatched<'a>(pub Multiply<'a, Portable<Scalar>>);

impl WithSimd for Dispatched<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.product.run(Portable(simd));
    }
}

impl<S: Simd> Kernel for Portable<S> {
    const TILE: usize = 6;

    #[inline(always)]
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], mut out: TileOutput<'_>) {
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
