//! The inner loops of dot products.

use pulp::Simd;

/// Vectors multiplied side by side with one other, so that no sum waits for the one before.
const TILE: usize = 8;

/// Vectors on either side of [`tile_pairs`]: eight sums fill half of AVX2's registers, and each
/// number loaded is used more than once.
pub const TILE_ROWS: usize = 4;
/// See [`TILE_ROWS`].
pub const TILE_COLUMNS: usize = 2;

/// `out[i] = vectors[i] · other`.
#[inline(always)]
pub fn dots_into<S: Simd>(simd: S, vectors: &[f32], dims: usize, other: &[f32], out: &mut [f32]) {
    let tiles = vectors.chunks_exact(TILE * dims);
    let (rest, done) = (tiles.remainder(), out.len() / TILE * TILE);
    let (tiled, single) = out.split_at_mut(done);
    for (tile, out) in tiles.zip(tiled.as_chunks_mut::<TILE>().0) {
        *out = tile_dots::<S, TILE>(simd, tile, dims, other);
    }
    for (vector, out) in rest.chunks_exact(dims).zip(single) {
        [*out] = tile_dots::<S, 1>(simd, vector, dims, other);
    }
}

/// The dot products of `N` vectors with one other.
#[inline(always)]
pub fn tile_dots<S: Simd, const N: usize>(
    simd: S,
    vectors: &[f32],
    dims: usize,
    other: &[f32],
) -> [f32; N] {
    let (other, tail) = S::as_simd_f32s(&other[..dims]);
    let mut sums = [simd.splat_f32s(0.0); N];
    let mut whole: [&[S::f32s]; N] = [&[]; N];
    for (at, whole) in whole.iter_mut().enumerate() {
        *whole = &S::as_simd_f32s(&vectors[at * dims..(at + 1) * dims]).0[..other.len()];
    }
    for (step, &x) in other.iter().enumerate() {
        for (sum, vector) in sums.iter_mut().zip(whole) {
            *sum = simd.mul_add_e_f32s(vector[step], x, *sum);
        }
    }
    let mut out = [0.0; N];
    for (at, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
        *out = simd.reduce_sum_f32s(sum);
        let rest = &vectors[(at + 1) * dims - tail.len()..(at + 1) * dims];
        for (x, y) in rest.iter().zip(tail) {
            *out += x * y;
        }
    }
    out
}

/// The dot products of [`TILE_ROWS`] `rows` with [`TILE_COLUMNS`] `columns`.
#[inline(always)]
pub fn tile_pairs<S: Simd>(
    simd: S,
    rows: &[f32],
    columns: &[f32],
    dims: usize,
) -> [[f32; TILE_COLUMNS]; TILE_ROWS] {
    let mut sums = [[simd.splat_f32s(0.0); TILE_COLUMNS]; TILE_ROWS];
    let steps = S::as_simd_f32s(&columns[..dims]).0.len();
    let mut a: [&[S::f32s]; TILE_ROWS] = [&[]; TILE_ROWS];
    for (at, a) in a.iter_mut().enumerate() {
        *a = &S::as_simd_f32s(&rows[at * dims..(at + 1) * dims]).0[..steps];
    }
    let mut b: [&[S::f32s]; TILE_COLUMNS] = [&[]; TILE_COLUMNS];
    for (at, b) in b.iter_mut().enumerate() {
        *b = &S::as_simd_f32s(&columns[at * dims..(at + 1) * dims]).0[..steps];
    }
    for step in 0..steps {
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = simd.mul_add_e_f32s(a[step], b[step], *sum);
            }
        }
    }
    let whole = dims - S::as_simd_f32s(&columns[..dims]).1.len();
    let mut out = [[0.0; TILE_COLUMNS]; TILE_ROWS];
    for (row, (out, sums)) in out.iter_mut().zip(sums).enumerate() {
        for (column, (out, sum)) in out.iter_mut().zip(sums).enumerate() {
            *out = simd.reduce_sum_f32s(sum);
            for at in whole..dims {
                *out += rows[row * dims + at] * columns[column * dims + at];
            }
        }
    }
    out
}
