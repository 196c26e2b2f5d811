//! The kernels for AVX2, AVX-512 and VNNI.

use std::arch::x86_64::{__m128i, __m256i};

use pulp::{
    cast, simd_type,
    x86::{V3, V4},
};

use super::kernel::{BLOCK, Kernel, MAX_TILE, TileOutput, WeightRow};

simd_type!({
    /// [`V4`] with VNNI.
    pub struct Vnni {
        pub avx: target_feature!("avx"),
        pub avx2: target_feature!("avx2"),
        pub fma: target_feature!("fma"),
        pub avx512f: target_feature!("avx512f"),
        pub avx512bw: target_feature!("avx512bw"),
        pub avx512cd: target_feature!("avx512cd"),
        pub avx512dq: target_feature!("avx512dq"),
        pub avx512vl: target_feature!("avx512vl"),
        pub avx512vnni: target_feature!("avx512vnni"),
    }
});

#[derive(Clone, Copy)]
pub struct Avx2(pub V3);

/// Compiled for AVX-512 or, when [`Vnni`] calls it, for AVX-512 with VNNI.
#[derive(Clone, Copy)]
pub struct Avx512(pub V4);

impl Kernel for Avx2 {
    // Sums, weights and an activation fill the sixteen registers.
    const TILE: usize = 6;

    #[inline(always)]
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], mut out: TileOutput<'_>) {
        let V3 { avx, avx2, .. } = self.0;
        let mut sums = [[avx._mm256_setzero_si256(); 2]; M];
        for (weights, pairs) in weights.iter().zip(pairs.as_chunks::<M>().0) {
            let [low, high]: [__m128i; 2] = cast(*weights);
            let (low, high) = (
                avx2._mm256_cvtepi8_epi16(low),
                avx2._mm256_cvtepi8_epi16(high),
            );
            for token in 0..M {
                let pair = avx._mm256_set1_epi32(pairs[token]);
                let [a, b] = sums[token];
                sums[token] = [
                    avx2._mm256_add_epi32(a, avx2._mm256_madd_epi16(low, pair)),
                    avx2._mm256_add_epi32(b, avx2._mm256_madd_epi16(high, pair)),
                ];
            }
        }
        for (token, sums) in sums.into_iter().enumerate() {
            let sums: [f32; BLOCK] = cast(sums.map(|sum| avx._mm256_cvtepi32_ps(sum)));
            out = out.write(self.0, token, &sums);
        }
    }
}

impl Kernel for Avx512 {
    const TILE: usize = MAX_TILE;

    #[inline(always)]
    fn tile<const M: usize>(self, weights: &[WeightRow], pairs: &[i32], mut out: TileOutput<'_>) {
        let V4 {
            avx512f, avx512bw, ..
        } = self.0;
        let mut sums = [avx512f._mm512_setzero_si512(); M];
        for (weights, pairs) in weights.iter().zip(pairs.as_chunks::<M>().0) {
            let weights: __m256i = cast(*weights);
            let weights = avx512bw._mm512_cvtepi8_epi16(weights);
            for token in 0..M {
                let pair = avx512f._mm512_set1_epi32(pairs[token]);
                sums[token] = avx512f
                    ._mm512_add_epi32(sums[token], avx512bw._mm512_madd_epi16(weights, pair));
            }
        }
        for (token, sums) in sums.into_iter().enumerate() {
            let sums: [f32; BLOCK] = cast(avx512f._mm512_cvtepi32_ps(sums));
            out = out.write(self.0, token, &sums);
        }
    }
}
