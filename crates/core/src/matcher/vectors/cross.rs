//! Dot products of many vectors with many others.

use super::kernel::{TILE_COLUMNS, TILE_ROWS, dots_into, tile_dots, tile_pairs};
use pulp::{Arch, Simd, WithSimd};

/// The dot product of each of `rows` with each of `columns`, row by row.
pub fn cross_dots(rows: &[f32], columns: &[f32], dims: usize) -> Vec<f32> {
    let dims = dims.max(1);
    let mut out = vec![0.0; (rows.len() / dims) * (columns.len() / dims)];
    Arch::new().dispatch(CrossDots {
        rows,
        columns,
        dims,
        out: &mut out,
    });
    out
}

struct CrossDots<'a> {
    rows: &'a [f32],
    columns: &'a [f32],
    dims: usize,
    out: &'a mut [f32],
}

impl WithSimd for CrossDots<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            rows,
            columns,
            dims,
            out,
        } = self;
        let width = columns.len() / dims;
        if width == 0 {
            return;
        }
        let tiles = rows.chunks_exact(TILE_ROWS * dims);
        let rest = tiles.remainder();
        let done = rows.len() / (TILE_ROWS * dims) * TILE_ROWS * width;
        let (tiled, single) = out.split_at_mut(done);
        for (tile, out) in tiles.zip(tiled.chunks_exact_mut(TILE_ROWS * width)) {
            let mut at = 0;
            while at + TILE_COLUMNS <= width {
                let pair = &columns[at * dims..(at + TILE_COLUMNS) * dims];
                let sums = tile_pairs(simd, tile, pair, dims);
                for (row, sums) in sums.into_iter().enumerate() {
                    out[row * width + at..][..TILE_COLUMNS].copy_from_slice(&sums);
                }
                at += TILE_COLUMNS;
            }
            if at < width {
                let last = tile_dots::<S, TILE_ROWS>(simd, tile, dims, &columns[at * dims..]);
                for (row, dot) in last.into_iter().enumerate() {
                    out[row * width + at] = dot;
                }
            }
        }
        for (row, out) in rest.chunks_exact(dims).zip(single.chunks_exact_mut(width)) {
            dots_into(simd, columns, dims, row, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_vectors::{plain_dot, random};
    use super::{Arch, CrossDots, cross_dots};

    #[test]
    fn dot_products_of_many_with_many_are_right() {
        for dims in [5, 32, 37] {
            for (rows, columns) in [(0, 3), (3, 0), (1, 1), (4, 2), (9, 5), (10, 17)] {
                let (a, b) = (random(rows, dims), random(columns, dims));
                let mut scalar = vec![0.0; rows * columns];
                Arch::Scalar.dispatch(CrossDots {
                    rows: &a,
                    columns: &b,
                    dims,
                    out: &mut scalar,
                });
                for out in [cross_dots(&a, &b, dims), scalar] {
                    assert_eq!(out.len(), rows * columns);
                    for (at, out) in out.into_iter().enumerate() {
                        let expected = plain_dot(
                            &a[at / columns * dims..][..dims],
                            &b[at % columns * dims..][..dims],
                        );
                        assert!((out - expected).abs() < 1e-4, "{dims} {rows} {columns}");
                    }
                }
            }
        }
    }
}
