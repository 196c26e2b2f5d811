//! Vectors of unit length, and their cosines with a query's.

use super::cross::cross_dots;
use super::dot::dots;
use super::quantise::{quantise, quantised_dots};
use std::sync::Arc;

/// From this many vectors on a quantised copy is searched first: data that exceeds the processor's
/// cache is read at the speed of memory, and eight bits are a quarter of a float.
const QUANTISE_FROM: usize = 1_024;

/// Unit vectors of the same length, numbered from 0.
#[derive(Debug, Default)]
pub struct UnitVectors {
    dims: usize,
    exact: Vec<f32>,
    /// Used in place of `exact` where there are many, to avoid a copy of vectors that others hold.
    shared: Vec<Arc<[f32]>>,
    /// The same in eight bits, `exact ≈ quantised · scale`; empty where there are few.
    quantised: Vec<i8>,
    scales: Vec<f32>,
}

impl UnitVectors {
    /// Collects vectors of `dims` numbers each.
    pub fn new(dims: usize, vectors: Vec<Arc<[f32]>>) -> Self {
        let mut all = Self {
            dims: dims.max(1),
            ..Self::default()
        };
        if vectors.len() < QUANTISE_FROM {
            all.exact = vectors.iter().flat_map(|v| v.iter().copied()).collect();
            return all;
        }
        all.quantised.reserve(vectors.len() * dims);
        all.scales.reserve(vectors.len());
        for vector in &vectors {
            all.scales.push(quantise(vector, &mut all.quantised));
        }
        all.shared = vectors;
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.shared.len().max(self.exact.len() / self.dims.max(1))
    }

    /// The vector with this number.
    pub fn get(&self, at: usize) -> &[f32] {
        match self.shared.get(at) {
            Some(vector) => vector,
            None => &self.exact[at * self.dims..(at + 1) * self.dims],
        }
    }

    /// The vectors with these numbers, one after the other.
    pub fn gather(&self, numbers: &[usize]) -> Vec<f32> {
        let mut gathered = Vec::with_capacity(numbers.len() * self.dims);
        for &at in numbers {
            gathered.extend_from_slice(self.get(at));
        }
        gathered
    }

    /// The cosine of `vector` with each: exact for few, within 0.01 for many.
    pub fn cosines(&self, vector: &[f32]) -> Vec<f32> {
        if self.quantised.is_empty() {
            dots(&self.exact, vector)
        } else {
            quantised_dots(&self.quantised, &self.scales, vector)
        }
    }

    /// The cosine of each of the vectors with these `numbers` with each of `others`, row by row.
    pub fn cross_cosines(&self, numbers: &[usize], others: &Self) -> Vec<f32> {
        let all: Vec<usize> = (0..others.len()).collect();
        cross_dots(&self.gather(numbers), &others.gather(&all), self.dims)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dot::dot;
    use super::super::test_vectors::random;
    use super::{Arc, QUANTISE_FROM, UnitVectors};

    fn unit_vectors(count: usize, dims: usize) -> UnitVectors {
        let mut all = random(count, dims);
        for vector in all.chunks_exact_mut(dims) {
            let length = dot(vector, vector).sqrt();
            for x in vector {
                *x /= length;
            }
        }
        UnitVectors::new(dims, all.chunks_exact(dims).map(Arc::from).collect())
    }

    #[test]
    fn cosines_of_few_are_exact_and_of_many_nearly() {
        for (count, allowed) in [(100, 1e-6), (QUANTISE_FROM, 0.01)] {
            let vectors = unit_vectors(count, 37);
            assert_eq!(vectors.len(), count);
            let query = vectors.get(7).to_vec();
            let cosines = vectors.cosines(&query);
            assert_eq!(cosines.len(), count);
            for (at, found) in cosines.iter().enumerate() {
                let exact = dot(vectors.get(at), &query);
                assert!(
                    (found - exact).abs() <= allowed,
                    "{at} of {count}: {found} is not {exact}"
                );
            }
        }
    }

    #[test]
    fn no_vectors_have_no_cosines() {
        let none = UnitVectors::new(4, Vec::new());
        assert_eq!(none.cosines(&[1.0, 0.0, 0.0, 0.0]), Vec::<f32>::new());
    }
}
