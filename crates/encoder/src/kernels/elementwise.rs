//! GELU, layer normalisation, and the exponential for softmax.

use pulp::{Arch, Simd, WithSimd};

/// A layer normalisation's parameters.
#[derive(Debug)]
pub struct LayerNorm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

/// `x · Φ(x)` for every element, with the error function from Abramowitz and Stegun, formula 7.1.28 (error below 3e-7).
pub fn gelu(arch: Arch, x: &mut [f32]) {
    arch.dispatch(Gelu(x));
}

struct Gelu<'a>(&'a mut [f32]);

/// Coefficients of 7.1.28, highest power first; the lowest is 1.
const ERF: [f32; 6] = [
    4.306_38e-5,
    2.765_672e-4,
    1.520_143e-4,
    9.270_527e-3,
    4.228_201e-2,
    7.052_308e-2,
];

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (zero, one, half) = (
            simd.splat_f32s(0.0),
            simd.splat_f32s(1.0),
            simd.splat_f32s(0.5),
        );
        let root_half = simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2);
        for x in S::as_mut_simd_f32s(self.0).0 {
            let size = simd.abs_f32s(*x);
            let z = simd.mul_f32s(size, root_half);
            let mut sum = simd.splat_f32s(ERF[0]);
            for &coefficient in &ERF[1..] {
                sum = simd.mul_add_e_f32s(sum, z, simd.splat_f32s(coefficient));
            }
            sum = simd.mul_add_e_f32s(sum, z, one);
            for _ in 0..4 {
                sum = simd.mul_f32s(sum, sum);
            }
            // 1 / sum is 1 - erf(|x| / √2), so max(x, 0) - tail is x · Φ(x) for either sign.
            let tail = simd.div_f32s(simd.mul_f32s(size, half), sum);
            *x = simd.sub_f32s(simd.max_f32s(*x, zero), tail);
        }
    }
}

/// For every token: adds `residual` to `x`, then normalises the sum, in place.
pub fn add_and_normalise(arch: Arch, x: &mut [f32], residual: &[f32], norm: &LayerNorm) {
    arch.dispatch(AddAndNormalise { x, residual, norm });
}

struct AddAndNormalise<'a> {
    x: &'a mut [f32],
    residual: &'a [f32],
    norm: &'a LayerNorm,
}

impl WithSimd for AddAndNormalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let LayerNorm {
            weight,
            bias,
            epsilon,
        } = self.norm;
        let width = weight.len();
        #[allow(clippy::cast_precision_loss, reason = "a few hundred dimensions")]
        let inverse_width = 1.0 / width as f32;
        let (weight, bias) = (S::as_simd_f32s(weight).0, S::as_simd_f32s(bias).0);
        for (x, residual) in self
            .x
            .chunks_exact_mut(width)
            .zip(self.residual.chunks_exact(width))
        {
            let (x, _) = S::as_mut_simd_f32s(x);
            let mut sum = simd.splat_f32s(0.0);
            for (x, &residual) in x.iter_mut().zip(S::as_simd_f32s(residual).0) {
                *x = simd.add_f32s(*x, residual);
                sum = simd.add_f32s(sum, *x);
            }
            let mean = simd.splat_f32s(simd.reduce_sum_f32s(sum) * inverse_width);
            let mut squares = simd.splat_f32s(0.0);
            for x in x.iter_mut() {
                *x = simd.sub_f32s(*x, mean);
                squares = simd.mul_add_e_f32s(*x, *x, squares);
            }
            let variance = simd.reduce_sum_f32s(squares) * inverse_width;
            let factor = simd.splat_f32s(1.0 / (variance + epsilon).sqrt());
            for (x, (&weight, &bias)) in x.iter_mut().zip(weight.iter().zip(bias)) {
                *x = simd.mul_add_e_f32s(*x, simd.mul_f32s(factor, weight), bias);
            }
        }
    }
}

/// `eˣ` for x ≤ 0, and 1e-38 for any x below -87.
///
/// `2ⁿ · eʳ` with whole n and |r| ≤ ln 2 / 2: n goes straight into the exponent's bits, eʳ is its Taylor series.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    /// 1.5 · 2²³: added to a float, it leaves the nearest whole number in the low bits.
    const ROUNDER: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first short enough that its product with n is exact.
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    const TAYLOR: [f32; 5] = [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let x = simd.max_f32s(x, simd.splat_f32s(-87.0));
    let rounder = simd.splat_f32s(ROUNDER);
    let shifted = simd.mul_add_e_f32s(x, simd.splat_f32s(std::f32::consts::LOG2_E), rounder);
    let n = simd.sub_f32s(shifted, rounder);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2.0), x);
    let r = simd.mul_add_e_f32s(n, simd.splat_f32s(-LN_2.1), r);
    let mut sum = simd.splat_f32s(1.0 / 720.0);
    for coefficient in TAYLOR {
        sum = simd.mul_add_e_f32s(sum, r, simd.splat_f32s(coefficient));
    }
    let sum = simd.mul_add_e_f32s(sum, r, simd.splat_f32s(1.0));
    let exponent =
        simd.wrapping_dyn_shl_u32s(simd.transmute_u32s_f32s(shifted), simd.splat_u32s(23));
    simd.transmute_f32s_u32s(simd.add_u32s(simd.transmute_u32s_f32s(sum), exponent))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    struct Exp<'a>(&'a mut [f32]);

    impl WithSimd for Exp<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for x in S::as_mut_simd_f32s(self.0).0 {
                *x = exp(simd, *x);
            }
        }
    }

    #[test]
    fn exponential() {
        for arch in [Arch::new(), Arch::Scalar] {
            #[allow(clippy::cast_precision_loss)]
            let x: Vec<f32> = (0..1600).map(|i| i as f32 * -0.05).collect();
            let mut y = x.clone();
            arch.dispatch(Exp(&mut y));
            for (x, y) in x.into_iter().zip(y) {
                let expected = f64::from(x).exp();
                assert!(
                    (f64::from(y) / expected - 1.0).abs() < 2e-6,
                    "{x}: {y} for {expected}"
                );
            }
            let mut far = [f32::MIN; 16];
            arch.dispatch(Exp(&mut far));
            assert!(far.iter().all(|&y| (0.0..1e-37).contains(&y)), "{far:?}");
        }
    }

    #[test]
    fn gelu_of_known_values() {
        // x · Φ(x), from a table of the normal distribution.
        let table = [
            (0.0, 0.0),
            (1.0, 0.841_344_8),
            (-1.0, -0.158_655_2),
            (2.0, 1.954_499_7),
            (-3.0, -0.004_049_694),
            (0.1, 0.053_982_78),
            (30.0, 30.0),
            (-30.0, 0.0),
        ];
        for arch in [Arch::new(), Arch::Scalar] {
            let mut row: Vec<f32> = table.iter().map(|row| row.0).chain([0.0; 8]).collect();
            gelu(arch, &mut row);
            for (got, (x, expected)) in row.into_iter().zip(table) {
                assert!(
                    (got - expected).abs() < 2e-6,
                    "gelu({x}) = {got}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn normalises_each_token() {
        let norm = LayerNorm {
            weight: vec![2.0; 16],
            bias: vec![1.0; 16],
            epsilon: 1e-12,
        };
        #[allow(clippy::cast_precision_loss)]
        let mut x: Vec<f32> = (0..32).map(|i| (i * i) as f32).collect();
        let residual = x.clone();
        add_and_normalise(Arch::new(), &mut x, &residual, &norm);
        for row in x.chunks_exact(16) {
            let mean = row.iter().sum::<f32>() / 16.0;
            let deviation = (row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 16.0).sqrt();
            assert!(
                (mean - 1.0).abs() < 1e-5 && (deviation - 2.0).abs() < 1e-5,
                "{mean} {deviation}"
            );
        }
    }
}
