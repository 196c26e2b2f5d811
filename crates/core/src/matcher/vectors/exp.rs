//! The exponential function of many values.

use citebot_encoder::exp;
use pulp::{Arch, Simd, WithSimd};

/// Replaces each value by `eˣ`. The values must not be much above 0.
pub fn exp_in_place(values: &mut [f32]) {
    Arch::new().dispatch(ExpInPlace(values));
}

struct ExpInPlace<'a>(&'a mut [f32]);

impl WithSimd for ExpInPlace<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (whole, rest) = S::as_mut_simd_f32s(self.0);
        for x in whole {
            *x = exp(simd, *x);
        }
        for x in rest {
            *x = x.exp();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_vectors::random;
    use super::exp_in_place;

    #[test]
    fn exponentials_are_right() {
        let mut values: Vec<f32> = random(1, 37).iter().map(|x| x - 0.5).collect();
        let expected: Vec<f32> = values.iter().map(|x| x.exp()).collect();
        exp_in_place(&mut values);
        for (found, expected) in values.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6);
        }
    }
}
