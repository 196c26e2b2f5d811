//! Unit vectors in one piece of memory, and their products with a question's.

use pulp::Arch;

/// From this many rows on a coarse copy is searched first: what does not fit into a processor's
/// cache is as slow as its bytes are many.
const MANY: usize = 8_192;

/// Unit vectors of the same length, one after the other.
#[derive(Debug, Default)]
pub(super) struct Rows {
    dims: usize,
    exact: Vec<f32>,
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

    /// These and then `others`, as many numbers each.
    pub fn followed_by(self, others: &Self) -> Self {
        let mut exact = self.exact;
        exact.extend_from_slice(&others.exact);
        Self::new(self.dims, exact)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.exact.len() / self.dims
    }

    /// One of them.
    pub fn row(&self, at: usize) -> &[f32] {
        &self.exact[at * self.dims..(at + 1) * self.dims]
    }

    /// The product of `vector` with each: cosines, from few rows exactly, from many to within 0.01.
    pub fn products(&self, vector: &[f32]) -> Vec<f32> {
        let arch = Arch::new();
        if self.coarse.is_empty() {
            return arch.dispatch(|| {
                self.exact
                    .chunks_exact(self.dims)
                    .map(|row| dot(row, vector))
                    .collect()
            });
        }
        let mut coarse = Vec::with_capacity(self.dims);
        let scale = quantise(vector, &mut coarse);
        arch.dispatch(|| {
            let rows = self.coarse.chunks_exact(self.dims).zip(&self.scales);
            rows.map(|(row, row_scale)| dot_coarse(row, &coarse) * row_scale * scale)
                .collect()
        })
    }

    /// The product of each of `rows` with each before it and itself: the lower half of a symmetric
    /// matrix, row by row.
    pub fn among(&self, rows: &[usize]) -> Vec<f32> {
        Arch::new().dispatch(|| {
            let mut out = Vec::with_capacity(rows.len() * (rows.len() + 1) / 2);
            for (at, &a) in rows.iter().enumerate() {
                let a = self.row(a);
                out.extend(rows[..=at].iter().map(|&b| dot(a, self.row(b))));
            }
            out
        })
    }
}

/// The product of two vectors.
pub(super) fn product(a: &[f32], b: &[f32]) -> f32 {
    Arch::new().dispatch(|| dot(a, b))
}

/// `vector` made as long as 1; left alone where it is 0.
pub(super) fn normalise(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        for x in vector {
            *x /= length;
        }
    }
}

/// Sixteen sums side by side, so that they can be made at once.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it has to be compiled for the processor it is dispatched to"
)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (a, rest_a) = a.as_chunks::<16>();
    let (b, rest_b) = b.as_chunks::<16>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it has to be compiled for the processor it is dispatched to"
)]
#[expect(
    clippy::cast_precision_loss,
    reason = "a product of a few hundred numbers of seven bits"
)]
fn dot_coarse(a: &[i8], b: &[i8]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(&x, &y)| i32::from(i16::from(x) * i16::from(y)))
        .sum::<i32>() as f32
}

/// Appends `vector` in whole numbers from −127 to 127 and gives the scale back.
#[expect(clippy::cast_possible_truncation, reason = "scaled to fit")]
fn quantise(vector: &[f32], out: &mut Vec<i8>) -> f32 {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let scale = (largest / 127.0).max(f32::MIN_POSITIVE);
    out.extend(vector.iter().map(|x| (x / scale).round() as i8));
    scale
}

#[cfg(test)]
mod tests {
    use super::{MANY, Rows, normalise, product};

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
    fn products_among_rows_are_the_lower_half_of_a_matrix() {
        let rows = Rows::new(20, vectors(5, 20));
        let half = rows.among(&[4, 0, 2]);
        let expected = [(4, 4), (0, 4), (0, 0), (2, 4), (2, 0), (2, 2)];
        assert_eq!(half.len(), expected.len());
        for (found, (a, b)) in half.iter().zip(expected) {
            assert!((found - product(rows.row(a), rows.row(b))).abs() < 1e-6);
        }
    }

    #[test]
    fn nothing_is_no_trouble() {
        assert_eq!(
            Rows::new(4, Vec::new()).products(&[1.0, 0.0, 0.0, 0.0]),
            Vec::<f32>::new()
        );
        let mut zero = [0.0_f32; 3];
        normalise(&mut zero);
        assert_eq!(zero.map(f32::to_bits), [0, 0, 0]);
    }
}
