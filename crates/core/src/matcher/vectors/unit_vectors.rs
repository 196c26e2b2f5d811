//! Unit vectors in one piece of memory, and their products with a question's.

use super::dot::{coarse_products, cross, products, quantise};
use std::sync::Arc;

pub(crate) use super::dot::product;

/// From this many rows on a coarse copy is searched first: what does not fit into a processor's
/// cache is as slow as its bytes are many.
const MANY: usize = 1_024;

/// Unit vectors of the same length, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    dims: usize,
    exact: Vec<f32>,
    /// Where there are many, in place of `exact`: no copy of what others hold.
    shared: Vec<Arc<[f32]>>,
    /// The same in eight bits, `exact ≈ coarse · scale`; empty for few rows.
    coarse: Vec<i8>,
    scales: Vec<f32>,
}

impl Rows {
    /// Takes vectors of `dims` numbers each.
    pub fn new(dims: usize, exact: Vec<f32>) -> Self {
        let mut rows = Self {
            dims: dims.max(1),
            exact,
            ..Self::default()
        };
        if rows.len() >= MANY {
            for row in rows.exact.chunks_exact(rows.dims) {
                rows.scales.push(quantise(row, &mut rows.coarse));
            }
        }
        rows
    }

    /// The same for vectors that others hold, too.
    pub fn of(dims: usize, rows: Vec<Arc<[f32]>>) -> Self {
        if rows.len() < MANY {
            return Self::new(
                dims,
                rows.iter().flat_map(|row| row.iter().copied()).collect(),
            );
        }
        let mut all = Self {
            dims: dims.max(1),
            coarse: Vec::with_capacity(rows.len() * dims),
            scales: Vec::with_capacity(rows.len()),
            ..Self::default()
        };
        for row in &rows {
            all.scales.push(quantise(row, &mut all.coarse));
        }
        all.shared = rows;
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.shared.len().max(self.exact.len() / self.dims.max(1))
    }

    /// The product of each of these `rows` with each of `others`, row by row.
    pub fn cross(&self, rows: &[usize], others: &Self) -> Vec<f32> {
        let all: Vec<usize> = (0..others.len()).collect();
        cross(&self.chosen(rows), &others.chosen(&all), self.dims)
    }

    /// These of them, one after the other.
    pub fn chosen(&self, rows: &[usize]) -> Vec<f32> {
        let mut chosen = Vec::with_capacity(rows.len() * self.dims);
        for &row in rows {
            chosen.extend_from_slice(self.row(row));
        }
        chosen
    }

    /// One of them.
    pub fn row(&self, at: usize) -> &[f32] {
        match self.shared.get(at) {
            Some(row) => row,
            None => &self.exact[at * self.dims..(at + 1) * self.dims],
        }
    }

    /// The product of `vector` with each: cosines, from few rows exactly, from many to within 0.01.
    pub fn products(&self, vector: &[f32]) -> Vec<f32> {
        if self.coarse.is_empty() {
            products(&self.exact, vector)
        } else {
            coarse_products(&self.coarse, &self.scales, vector)
        }
    }
}

/// Where the `most` greatest of `values` stand, the greatest first; of equals the first.
pub(crate) fn greatest(values: &[f32], most: usize) -> Vec<usize> {
    let order = |&a: &usize, &b: &usize| values[b].total_cmp(&values[a]).then(a.cmp(&b));
    let mut at: Vec<usize> = (0..values.len()).collect();
    if at.len() > most {
        at.select_nth_unstable_by(most, order);
        at.truncate(most);
    }
    at.sort_by(order);
    at
}

#[cfg(test)]
mod tests {
    use super::{Arc, MANY, Rows, greatest, product};

    /// Made as long as 1.
    fn normalise(vector: &mut [f32]) {
        let length = product(vector, vector).sqrt();
        for x in vector {
            *x /= length;
        }
    }

    /// Unit vectors that look random and are the same every time.
    fn vectors(count: usize, dims: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).unwrap_or(0)) / 65_536.0 - 0.5
        };
        let mut all: Vec<f32> = (0..count * dims).map(|_| next()).collect();
        all.chunks_exact_mut(dims).for_each(normalise);
        all
    }

    #[test]
    fn few_rows_are_exact_and_many_nearly() {
        for (count, allowed) in [(100, 1e-6), (MANY, 0.01)] {
            let rows = Rows::new(37, vectors(count, 37));
            let shared = vectors(count, 37).chunks_exact(37).map(Arc::from).collect();
            assert_eq!(
                Rows::of(37, shared).products(rows.row(3)),
                rows.products(rows.row(3))
            );
            let question = rows.row(7).to_vec();
            let products = rows.products(&question);
            assert_eq!(products.len(), count);
            for (at, found) in products.iter().enumerate() {
                let exact = product(rows.row(at), &question);
                assert!(
                    (found - exact).abs() <= allowed,
                    "{at} of {count}: {found} is not {exact}"
                );
            }
        }
    }

    #[test]
    fn the_greatest_are_found_in_order() {
        let values = [0.1, 0.7, f32::NEG_INFINITY, 0.7, 0.3];
        let cases: [(usize, &[usize]); 4] =
            [(0, &[]), (1, &[1]), (3, &[1, 3, 4]), (9, &[1, 3, 4, 0, 2])];
        for (most, expected) in cases {
            assert_eq!(greatest(&values, most), expected, "{most}");
        }
    }

    #[test]
    fn nothing_is_no_trouble() {
        assert_eq!(
            Rows::new(4, Vec::new()).products(&[1.0, 0.0, 0.0, 0.0]),
            Vec::<f32>::new()
        );
    }
}
