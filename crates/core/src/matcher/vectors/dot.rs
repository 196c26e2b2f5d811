//! Dot products with one vector.

use super::kernel::dots_into;
use pulp::{Arch, Simd, WithSimd};

/// The dot product of two vectors of the same length.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut out = [0.0];
    Arch::new().dispatch(Dots {
        vectors: a,
        other: b,
        out: &mut out,
    });
    out[0]
}

/// The dot product of each of `vectors` with `other`, which has the length of one of them.
pub fn dots(vectors: &[f32], other: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; vectors.len() / other.len().max(1)];
    Arch::new().dispatch(Dots {
        vectors,
        other,
        out: &mut out,
    });
    out
}

struct Dots<'a> {
    vectors: &'a [f32],
    other: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Dots<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let dims = self.other.len().max(1);
        dots_into(simd, self.vectors, dims, self.other, self.out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_vectors::{plain_dot, random};
    use super::{Arch, Dots, dots};

    #[test]
    fn dot_products_are_right_for_any_number_and_length() {
        for dims in [1, 7, 16, 37, 64] {
            for count in [0, 1, 7, 8, 9, 19] {
                let (vectors, other) = (random(count, dims), random(1, dims));
                let mut scalar = vec![0.0; count];
                Arch::Scalar.dispatch(Dots {
                    vectors: &vectors,
                    other: &other,
                    out: &mut scalar,
                });
                for out in [dots(&vectors, &other), scalar] {
                    assert_eq!(out.len(), count);
                    for (vector, out) in vectors.chunks_exact(dims).zip(out) {
                        let expected = plain_dot(vector, &other);
                        assert!((out - expected).abs() < 1e-4, "{dims} {count}");
                    }
                }
            }
        }
    }
}
