//! Products of vectors, many at a time.
//!
//! Vectors lie one after the other in one piece of memory. In 32-bit floats products are exact; in 8-bit whole numbers
//! ([`quantise`]) they are four times as fast once there is more than a processor's cache holds. [`solve`] and
//! [`exponentials`] are what regression over a few of them takes.

#![allow(
    clippy::inline_always,
    reason = "what isn't inlined is compiled without the processor's vector instructions"
)]

use pulp::{Arch, Simd, WithSimd};

use citebot_encoder::exp;

/// Numbers in the widest vector.
const LANES: usize = 16;

/// Rows computed side by side, so that no sum waits for the one before.
const TILE: usize = 8;

/// The product of two vectors of the same length.
#[must_use]
pub fn product(a: &[f32], b: &[f32]) -> f32 {
    let mut out = [0.0];
    Arch::new().dispatch(Products {
        rows: a,
        vector: b,
        out: &mut out,
    });
    out[0]
}

/// The product of `vector` with each of `rows`, which are as long as it.
#[must_use]
pub fn products(rows: &[f32], vector: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; rows.len() / vector.len().max(1)];
    Arch::new().dispatch(Products {
        rows,
        vector,
        out: &mut out,
    });
    out
}

/// The product of each of `rows` with each before it and with itself: the lower half of a symmetric matrix, row by row.
#[must_use]
pub fn among(rows: &[f32], dims: usize) -> Vec<f32> {
    let count = rows.len() / dims.max(1);
    let mut out = vec![0.0; triangle(count)];
    Arch::new().dispatch(Among {
        rows,
        dims: dims.max(1),
        out: &mut out,
    });
    out
}

/// The product of each of `rows` with each of `others`: for every row as many numbers as there are others.
#[must_use]
pub fn cross(rows: &[f32], others: &[f32], dims: usize) -> Vec<f32> {
    let dims = dims.max(1);
    let mut out = vec![0.0; (rows.len() / dims) * (others.len() / dims)];
    Arch::new().dispatch(Cross {
        rows,
        others,
        dims,
        out: &mut out,
    });
    out
}

/// Appends `vector` to `out` in whole numbers from −127 to 127, and gives the scale that turns them back.
pub fn quantise(vector: &[f32], out: &mut Vec<i8>) -> f32 {
    Arch::new().dispatch(Quantise { vector, out })
}

/// [`products`] of rows that were [quantised](quantise), with their scales.
#[must_use]
pub fn coarse_products(rows: &[i8], scales: &[f32], vector: &[f32]) -> Vec<f32> {
    let mut narrow = Vec::with_capacity(vector.len());
    let scale = quantise(vector, &mut narrow);
    let wide: Vec<i16> = narrow.into_iter().map(i16::from).collect();
    let mut out = vec![0.0; scales.len()];
    let job = Coarse {
        rows,
        vector: &wide,
        out: &mut out,
    };
    job.run();
    for (out, row_scale) in out.iter_mut().zip(scales) {
        *out *= row_scale * scale;
    }
    out
}

/// Makes `eˣ` of each x, none of which is much above 0.
pub fn exponentials(values: &mut [f32]) {
    Arch::new().dispatch(Exponentials(values));
}

/// Solves `(K + diag) w = k` for a positive definite `K`, given as the lower half of its rows, by Cholesky's
/// decomposition. `None` when it is not positive definite after all.
#[must_use]
pub fn solve(lower: &[f32], diagonal: &[f32], right: &[f32]) -> Option<Vec<f32>> {
    let size = right.len();
    // The upper half, in rows of whole vectors.
    let stride = size.next_multiple_of(LANES);
    let mut upper = vec![0.0; size * stride];
    let mut rest = lower;
    for row in 0..size {
        let (known, after) = rest.split_at_checked(row + 1)?;
        rest = after;
        for (column, &x) in known.iter().enumerate() {
            upper[column * stride + row] = x;
        }
        upper[row * stride + row] += diagonal.get(row)?;
    }
    let mut solution = right.to_vec();
    let solved = Arch::new().dispatch(Solve {
        upper: &mut upper,
        stride,
        solution: &mut solution,
    });
    solved.then_some(solution)
}

struct Products<'a> {
    rows: &'a [f32],
    vector: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let dims = self.vector.len().max(1);
        against(simd, self.rows, dims, self.vector, self.out);
    }
}

/// `out[row] = rows[row] · vector`.
#[inline(always)]
fn against<S: Simd>(simd: S, rows: &[f32], dims: usize, vector: &[f32], out: &mut [f32]) {
    let tiles = rows.chunks_exact(TILE * dims);
    let (rest, done) = (tiles.remainder(), out.len() / TILE * TILE);
    let (tiled, single) = out.split_at_mut(done);
    for (tile, out) in tiles.zip(tiled.as_chunks_mut::<TILE>().0) {
        *out = dots::<S, TILE>(simd, tile, dims, vector);
    }
    for (row, out) in rest.chunks_exact(dims).zip(single) {
        [*out] = dots::<S, 1>(simd, row, dims, vector);
    }
}

/// The products of `N` rows with one vector.
#[inline(always)]
fn dots<S: Simd, const N: usize>(simd: S, rows: &[f32], dims: usize, vector: &[f32]) -> [f32; N] {
    let (vector, tail) = S::as_simd_f32s(&vector[..dims]);
    let mut sums = [simd.splat_f32s(0.0); N];
    let mut whole: [&[S::f32s]; N] = [&[]; N];
    for (at, whole) in whole.iter_mut().enumerate() {
        *whole = &S::as_simd_f32s(&rows[at * dims..(at + 1) * dims]).0[..vector.len()];
    }
    for (step, &x) in vector.iter().enumerate() {
        for (sum, row) in sums.iter_mut().zip(whole) {
            *sum = simd.mul_add_e_f32s(row[step], x, *sum);
        }
    }
    let mut out = [0.0; N];
    for (at, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
        *out = simd.reduce_sum_f32s(sum);
        let rest = &rows[(at + 1) * dims - tail.len()..(at + 1) * dims];
        for (x, y) in rest.iter().zip(tail) {
            *out += x * y;
        }
    }
    out
}

struct Among<'a> {
    rows: &'a [f32],
    dims: usize,
    out: &'a mut [f32],
}

impl WithSimd for Among<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, dims, out } = self;
        let mut rest = out;
        let tiles = rows.chunks_exact(CROSS.0 * dims);
        let single = tiles.remainder().chunks_exact(dims);
        let mut before = 0;
        for tile in tiles {
            let (ours, after) = rest.split_at_mut(CROSS.0 * before + triangle(CROSS.0));
            rest = after;
            // The rows before come in whole tiles, and these in whole pairs.
            for at in (0..before).step_by(CROSS.1) {
                let pair = &rows[at * dims..(at + CROSS.1) * dims];
                let sums = cell(simd, tile, pair, dims);
                for (row, sums) in sums.into_iter().enumerate() {
                    let start = row * before + triangle(row);
                    ours[start + at..][..CROSS.1].copy_from_slice(&sums);
                }
            }
            for (row, vector) in tile.chunks_exact(dims).enumerate() {
                let start = (row + 1) * before + triangle(row);
                let out = &mut ours[start..=start + row];
                against(simd, &tile[..(row + 1) * dims], dims, vector, out);
            }
            before += CROSS.0;
        }
        for row in single {
            let (out, after) = rest.split_at_mut(before + 1);
            rest = after;
            against(simd, &rows[..(before + 1) * dims], dims, row, out);
            before += 1;
        }
    }
}

/// How many numbers the first `rows` rows of the lower half of a matrix have.
const fn triangle(rows: usize) -> usize {
    rows * (rows + 1) / 2
}

struct Cross<'a> {
    rows: &'a [f32],
    others: &'a [f32],
    dims: usize,
    out: &'a mut [f32],
}

/// Rows and others of a tile: eight sums fill half of AVX2's registers, and each number loaded is used more than once.
const CROSS: (usize, usize) = (4, 2);

impl WithSimd for Cross<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            rows,
            others,
            dims,
            out,
        } = self;
        let width = others.len() / dims;
        if width == 0 {
            return;
        }
        let tiles = rows.chunks_exact(CROSS.0 * dims);
        let rest = tiles.remainder();
        let done = rows.len() / (CROSS.0 * dims) * CROSS.0 * width;
        let (tiled, single) = out.split_at_mut(done);
        for (tile, out) in tiles.zip(tiled.chunks_exact_mut(CROSS.0 * width)) {
            let mut at = 0;
            while at + CROSS.1 <= width {
                let pair = &others[at * dims..(at + CROSS.1) * dims];
                let sums = cell(simd, tile, pair, dims);
                for (row, sums) in sums.into_iter().enumerate() {
                    out[row * width + at..][..CROSS.1].copy_from_slice(&sums);
                }
                at += CROSS.1;
            }
            if at < width {
                let last = dots::<S, { CROSS.0 }>(simd, tile, dims, &others[at * dims..]);
                for (row, product) in last.into_iter().enumerate() {
                    out[row * width + at] = product;
                }
            }
        }
        for (row, out) in rest.chunks_exact(dims).zip(single.chunks_exact_mut(width)) {
            against(simd, others, dims, row, out);
        }
    }
}

/// The products of a tile's rows and others.
#[inline(always)]
fn cell<S: Simd>(simd: S, rows: &[f32], others: &[f32], dims: usize) -> [[f32; CROSS.1]; CROSS.0] {
    let mut sums = [[simd.splat_f32s(0.0); CROSS.1]; CROSS.0];
    let steps = S::as_simd_f32s(&others[..dims]).0.len();
    let mut a: [&[S::f32s]; CROSS.0] = [&[]; CROSS.0];
    for (at, a) in a.iter_mut().enumerate() {
        *a = &S::as_simd_f32s(&rows[at * dims..(at + 1) * dims]).0[..steps];
    }
    let mut b: [&[S::f32s]; CROSS.1] = [&[]; CROSS.1];
    for (at, b) in b.iter_mut().enumerate() {
        *b = &S::as_simd_f32s(&others[at * dims..(at + 1) * dims]).0[..steps];
    }
    for step in 0..steps {
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = simd.mul_add_e_f32s(a[step], b[step], *sum);
            }
        }
    }
    let whole = dims - S::as_simd_f32s(&others[..dims]).1.len();
    let mut out = [[0.0; CROSS.1]; CROSS.0];
    for (row, (out, sums)) in out.iter_mut().zip(sums).enumerate() {
        for (other, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
            *out = simd.reduce_sum_f32s(sum);
            for at in whole..dims {
                *out += rows[row * dims + at] * others[other * dims + at];
            }
        }
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

/// Whole-number products, not yet scaled.
struct Coarse<'a> {
    rows: &'a [i8],
    vector: &'a [i16],
    out: &'a mut [f32],
}

impl Coarse<'_> {
    fn run(self) {
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            simd.vectorize(avx2::Coarse { simd, job: self });
            return;
        }
        Arch::new().dispatch(self);
    }
}

impl WithSimd for Coarse<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (row, out) in self
            .rows
            .chunks_exact(self.vector.len().max(1))
            .zip(self.out)
        {
            let mut sum = 0_i32;
            for (&x, &y) in row.iter().zip(self.vector) {
                sum += i32::from(i16::from(x) * y);
            }
            *out = whole(sum);
        }
    }
}

/// A sum of products of seven bits each, exact up to a thousand of them.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "below 2²⁴")]
fn whole(sum: i32) -> f32 {
    sum as f32
}

struct Exponentials<'a>(&'a mut [f32]);

impl WithSimd for Exponentials<'_> {
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

struct Solve<'a> {
    /// The matrix, then the `U` of `Uᵀ U`; below the diagonal stands what is never read.
    upper: &'a mut [f32],
    /// Numbers from one of its rows to the next: a multiple of [`LANES`].
    stride: usize,
    /// The right side, then the solution.
    solution: &'a mut [f32],
}

impl WithSimd for Solve<'_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let Self {
            upper,
            stride,
            solution,
        } = self;
        let size = solution.len();
        for row in 0..size {
            let (done, below) = upper.split_at_mut((row + 1) * stride);
            let current = &mut done[row * stride..];
            let square = current[row];
            if square <= 0.0 || !square.is_finite() {
                return false;
            }
            let factor = 1.0 / square.sqrt();
            for x in &mut current[row..] {
                *x *= factor;
            }
            let next = row + 1;
            for (at, below) in below.chunks_exact_mut(stride).enumerate() {
                // From where a whole vector begins: what that reaches before the diagonal is never read.
                let from = (next + at) / LANES * LANES;
                subtract(
                    simd,
                    &mut below[from..],
                    current[next + at],
                    &current[from..],
                );
            }
            let current = &current[next..size];
            let (before, after) = solution.split_at_mut(row + 1);
            before[row] *= factor;
            subtract(simd, after, before[row], current);
        }
        for row in (0..size).rev() {
            let current = &upper[row * stride + row..row * stride + size];
            let (before, after) = solution.split_at_mut(row + 1);
            let mut known = 0.0;
            for (u, x) in current[1..].iter().zip(after) {
                known += u * *x;
            }
            before[row] = (before[row] - known) / current[0];
        }
        true
    }
}

/// `from −= factor · row`.
#[inline(always)]
fn subtract<S: Simd>(simd: S, from: &mut [f32], factor: f32, row: &[f32]) {
    let minus = simd.splat_f32s(-factor);
    let (whole, rest) = S::as_mut_simd_f32s(from);
    let (row_whole, row_rest) = S::as_simd_f32s(row);
    for (x, &y) in whole.iter_mut().zip(row_whole) {
        *x = simd.mul_add_e_f32s(minus, y, *x);
    }
    for (x, &y) in rest.iter_mut().zip(row_rest) {
        *x -= factor * y;
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::__m128i;

    use pulp::{NullaryFnOnce, cast, x86::V3};

    use super::whole;

    pub struct Coarse<'a> {
        pub simd: V3,
        pub job: super::Coarse<'a>,
    }

    impl NullaryFnOnce for Coarse<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let V3 { avx, avx2, .. } = self.simd;
            let super::Coarse { rows, vector, out } = self.job;
            let (chunks, tail) = vector.as_chunks::<16>();
            for (row, out) in rows.chunks_exact(vector.len().max(1)).zip(out) {
                let (row, rest) = row.as_chunks::<16>();
                let mut sum = avx._mm256_setzero_si256();
                for (&x, &y) in row.iter().zip(chunks) {
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
    use super::{
        Arch, Coarse, Cross, Products, among, coarse_products, cross, exponentials, products,
        quantise, solve,
    };

    /// Vectors that look random and are the same every time, each number in [-½, ½).
    fn vectors(count: usize, dims: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap_or(0)) / 65_536.0 - 0.5
        };
        (0..count * dims).map(|_| next()).collect()
    }

    fn plain(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn products_are_right_for_any_number_and_length() {
        for dims in [1, 7, 16, 37, 64] {
            for count in [0, 1, 7, 8, 9, 19] {
                let (rows, vector) = (vectors(count, dims), vectors(1, dims));
                let mut scalar = vec![0.0; count];
                Arch::Scalar.dispatch(Products {
                    rows: &rows,
                    vector: &vector,
                    out: &mut scalar,
                });
                for out in [products(&rows, &vector), scalar] {
                    assert_eq!(out.len(), count);
                    for (row, out) in rows.chunks_exact(dims).zip(out) {
                        assert!((out - plain(row, &vector)).abs() < 1e-4, "{dims} {count}");
                    }
                }
            }
        }
    }

    #[test]
    fn products_of_many_with_many_are_right() {
        for dims in [5, 32, 37] {
            for (rows, others) in [(0, 3), (3, 0), (1, 1), (4, 2), (9, 5), (10, 17)] {
                let (a, b) = (vectors(rows, dims), vectors(others, dims));
                let mut scalar = vec![0.0; rows * others];
                Arch::Scalar.dispatch(Cross {
                    rows: &a,
                    others: &b,
                    dims,
                    out: &mut scalar,
                });
                for out in [cross(&a, &b, dims), scalar] {
                    assert_eq!(out.len(), rows * others);
                    for (at, out) in out.into_iter().enumerate() {
                        let expected = plain(
                            &a[at / others * dims..][..dims],
                            &b[at % others * dims..][..dims],
                        );
                        assert!((out - expected).abs() < 1e-4, "{dims} {rows} {others}");
                    }
                }
            }
        }
        let rows = vectors(11, 20);
        let mut half = among(&rows, 20).into_iter();
        for (at, a) in rows.chunks_exact(20).enumerate() {
            for b in rows.chunks_exact(20).take(at + 1) {
                assert!(half.next().is_some_and(|x| (x - plain(a, b)).abs() < 1e-4));
            }
        }
        assert_eq!(half.next(), None);
    }

    #[test]
    fn coarse_products_are_near_and_the_same_everywhere() {
        for dims in [16, 37, 384] {
            let (rows, vector) = (vectors(9, dims), vectors(1, dims));
            let (mut coarse, mut scales) = (Vec::new(), Vec::new());
            for row in rows.chunks_exact(dims) {
                scales.push(quantise(row, &mut coarse));
            }
            let found = coarse_products(&coarse, &scales, &vector);
            let length = |x: &[f32]| plain(x, x).sqrt();
            for (row, found) in rows.chunks_exact(dims).zip(&found) {
                let allowed = 0.01 * length(row) * length(&vector);
                assert!((found - plain(row, &vector)).abs() <= allowed, "{dims}");
            }
            let wide: Vec<i16> = coarse[..dims].iter().map(|&x| x.into()).collect();
            let (mut one, mut other) = ([0.0; 9], [0.0; 9]);
            Coarse {
                rows: &coarse,
                vector: &wide,
                out: &mut one,
            }
            .run();
            Arch::Scalar.dispatch(Coarse {
                rows: &coarse,
                vector: &wide,
                out: &mut other,
            });
            assert_eq!(one.map(f32::to_bits), other.map(f32::to_bits));
        }
    }

    #[test]
    fn a_system_is_solved() {
        // [4 1 0; 1 3 1; 0 1 2] w = b for w = [1, -2, 3]
        let lower = [3.0, 1.0, 2.0, 0.0, 1.0, 1.0];
        let w = solve(&lower, &[1.0, 1.0, 1.0], &[2.0, -2.0, 4.0]).expect("positive definite");
        for (found, expected) in w.iter().zip([1.0, -2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-5, "{w:?}");
        }
        for size in [1, 8, 30, 77] {
            let rows = vectors(size, 40);
            let lower = among(&rows, 40);
            let expected = vectors(1, size);
            let entry = |row: usize, column: usize| {
                let (row, column) = (row.max(column), row.min(column));
                lower[row * (row + 1) / 2 + column] + if row == column { 1.0 } else { 0.0 }
            };
            let right: Vec<f32> = (0..size)
                .map(|row| (0..size).map(|c| entry(row, c) * expected[c]).sum())
                .collect();
            let found = solve(&lower, &vec![1.0; size], &right).expect("positive definite");
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    (found - expected).abs() < 1e-3,
                    "{size}: {found} {expected}"
                );
            }
        }
    }

    #[test]
    fn what_has_no_solution_gives_none() {
        assert_eq!(solve(&[1.0, 2.0, 1.0], &[0.0, 0.0], &[1.0, 1.0]), None);
        assert_eq!(solve(&[f32::NAN], &[0.0], &[1.0]), None);
        assert_eq!(solve(&[1.0], &[0.0, 0.0], &[1.0, 1.0]), None);
        assert_eq!(solve(&[], &[], &[]), Some(Vec::new()));
    }

    #[test]
    fn exponentials_are_right() {
        let mut values: Vec<f32> = vectors(1, 37).iter().map(|x| x - 0.5).collect();
        let expected: Vec<f32> = values.iter().map(|x| x.exp()).collect();
        exponentials(&mut values);
        for (found, expected) in values.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6);
        }
    }
}
