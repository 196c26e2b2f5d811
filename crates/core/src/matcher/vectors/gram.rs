//! Dot products of many vectors with each other: the Gram matrix.

use super::kernel::{TILE_COLUMNS, TILE_ROWS, dots_into, tile_pairs};
use pulp::{Arch, Simd, WithSimd};

/// The lower half of the Gram matrix of `vectors`, row by row: each vector's dot products with those
/// before it and with itself.
pub fn gram(vectors: &[f32], dims: usize) -> Vec<f32> {
    let count = vectors.len() / dims.max(1);
    let mut out = vec![0.0; triangle(count)];
    Arch::new().dispatch(Gram {
        vectors,
        dims: dims.max(1),
        out: &mut out,
    });
    out
}

/// How many numbers the first `rows` rows of the lower half of a matrix have.
pub const fn triangle(rows: usize) -> usize {
    rows * (rows + 1) / 2
}

struct Gram<'a> {
    vectors: &'a [f32],
    dims: usize,
    out: &'a mut [f32],
}

impl WithSimd for Gram<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { vectors, dims, out } = self;
        let mut rest = out;
        let tiles = vectors.chunks_exact(TILE_ROWS * dims);
        let single = tiles.remainder().chunks_exact(dims);
        let mut before = 0;
        for tile in tiles {
            let (ours, after) = rest.split_at_mut(TILE_ROWS * before + triangle(TILE_ROWS));
            rest = after;
            // A whole number of tiles comes before, so no pair is left over.
            for at in (0..before).step_by(TILE_COLUMNS) {
                let pair = &vectors[at * dims..(at + TILE_COLUMNS) * dims];
                let sums = tile_pairs(simd, tile, pair, dims);
                for (row, sums) in sums.into_iter().enumerate() {
                    let start = row * before + triangle(row);
                    ours[start + at..][..TILE_COLUMNS].copy_from_slice(&sums);
                }
            }
            for (row, vector) in tile.chunks_exact(dims).enumerate() {
                let start = (row + 1) * before + triangle(row);
                let out = &mut ours[start..=start + row];
                dots_into(simd, &tile[..(row + 1) * dims], dims, vector, out);
            }
            before += TILE_ROWS;
        }
        for vector in single {
            let (out, after) = rest.split_at_mut(before + 1);
            rest = after;
            dots_into(simd, &vectors[..(before + 1) * dims], dims, vector, out);
            before += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_vectors::{plain_dot, random};
    use super::gram;

    #[test]
    fn the_lower_half_is_right() {
        let vectors = random(11, 20);
        let mut half = gram(&vectors, 20).into_iter();
        for (at, a) in vectors.chunks_exact(20).enumerate() {
            for b in vectors.chunks_exact(20).take(at + 1) {
                let expected = plain_dot(a, b);
                assert!(half.next().is_some_and(|x| (x - expected).abs() < 1e-4));
            }
        }
        assert_eq!(half.next(), None);
    }
}
