//! Vectors in eight bits: four times as fast to multiply once they exceed the processor's cache.

use pulp::{Arch, Simd, WithSimd};

/// Appends `vector` to `out` in whole numbers from −127 to 127, and returns the scale that turns
/// them back.
pub fn quantise(vector: &[f32], out: &mut Vec<i8>) -> f32 {
    Arch::new().dispatch(Quantise { vector, out })
}

/// The dot products of [quantised](quantise) `vectors`, given with their scales, with `other`.
pub fn quantised_dots(vectors: &[i8], scales: &[f32], other: &[f32]) -> Vec<f32> {
    let mut narrow = Vec::with_capacity(other.len());
    let scale = quantise(other, &mut narrow);
    let wide: Vec<i16> = narrow.into_iter().map(i16::from).collect();
    let mut out = vec![0.0; scales.len()];
    let job = WholeDots {
        vectors,
        other: &wide,
        out: &mut out,
    };
    job.run();
    for (out, vector_scale) in out.iter_mut().zip(scales) {
        *out *= vector_scale * scale;
    }
    out
}

struct Quantise<'a> {
    vector: &'a [f32],
    out: &'a mut Vec<i8>,
}

impl WithSimd for Quantise<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        /// 1.5 · 2²³: added to a float, it leaves the nearest whole number in the low bits.
        const ROUNDER: f32 = 12_582_912.0;
        let Self { vector, out } = self;
        // Never 0, and its inverse never beyond what a float holds.
        let mut largest = 1e-30_f32;
        for x in vector {
            largest = largest.max(x.abs());
        }
        let factor = 127.0 / largest;
        let start = out.len();
        out.resize(start + vector.len(), 0);
        for (out, x) in out[start..].iter_mut().zip(vector) {
            let [low, ..] = (x * factor + ROUNDER).to_le_bytes();
            *out = low.cast_signed();
        }
        largest / 127.0
    }
}

/// Dot products in whole numbers, before they are scaled.
struct WholeDots<'a> {
    vectors: &'a [i8],
    other: &'a [i16],
    out: &'a mut [f32],
}

impl WholeDots<'_> {
    fn run(self) {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            simd.vectorize(avx2::Avx2Dots { simd, job: self });
            return;
        }
        Arch::new().dispatch(self);
    }
}

impl WithSimd for WholeDots<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let vectors = self.vectors.chunks_exact(self.other.len().max(1));
        for (vector, out) in vectors.zip(self.out) {
            let mut sum = 0_i32;
            for (&x, &y) in vector.iter().zip(self.other) {
                sum += i32::from(i16::from(x) * y);
            }
            *out = whole(sum);
        }
    }
}

/// A sum of products of seven bits each as a float, exact up to a thousand of them.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "below 2²⁴")]
fn whole(sum: i32) -> f32 {
    sum as f32
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::__m128i;

    use pulp::{NullaryFnOnce, cast, x86::V3};

    use super::whole;

    pub struct Avx2Dots<'a> {
        pub simd: V3,
        pub job: super::WholeDots<'a>,
    }

    impl NullaryFnOnce for Avx2Dots<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let V3 { avx, avx2, .. } = self.simd;
            let super::WholeDots {
                vectors,
                other,
                out,
            } = self.job;
            let (chunks, tail) = other.as_chunks::<16>();
            for (vector, out) in vectors.chunks_exact(other.len().max(1)).zip(out) {
                let (vector, rest) = vector.as_chunks::<16>();
                let mut sum = avx._mm256_setzero_si256();
                for (&x, &y) in vector.iter().zip(chunks) {
                    let x: __m128i = cast(x);
                    let products = avx2._mm256_madd_epi16(avx2._mm256_cvtepi8_epi16(x), cast(y));
                    sum = avx2._mm256_add_epi32(sum, products);
                }
                let sums: [i32; 8] = cast(sum);
                let mut sum = 0;
                for part in sums {
                    sum += part;
                }
                for (&x, &y) in rest.iter().zip(tail) {
                    sum += i32::from(i16::from(x) * y);
                }
                *out = whole(sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_vectors::{plain_dot, random};
    use super::{Arch, WholeDots, quantise, quantised_dots};

    #[test]
    fn quantised_dot_products_are_near_and_the_same_on_every_processor() {
        for dims in [16, 37, 384] {
            let (vectors, other) = (random(9, dims), random(1, dims));
            let (mut quantised, mut scales) = (Vec::new(), Vec::new());
            for vector in vectors.chunks_exact(dims) {
                scales.push(quantise(vector, &mut quantised));
            }
            let found = quantised_dots(&quantised, &scales, &other);
            let length = |x: &[f32]| plain_dot(x, x).sqrt();
            for (vector, found) in vectors.chunks_exact(dims).zip(&found) {
                let allowed = 0.01 * length(vector) * length(&other);
                assert!(
                    (found - plain_dot(vector, &other)).abs() <= allowed,
                    "{dims}"
                );
            }
            let wide: Vec<i16> = quantised[..dims].iter().map(|&x| x.into()).collect();
            let (mut native, mut scalar) = ([0.0; 9], [0.0; 9]);
            WholeDots {
                vectors: &quantised,
                other: &wide,
                out: &mut native,
            }
            .run();
            Arch::Scalar.dispatch(WholeDots {
                vectors: &quantised,
                other: &wide,
                out: &mut scalar,
            });
            assert_eq!(native.map(f32::to_bits), scalar.map(f32::to_bits));
        }
    }
}
