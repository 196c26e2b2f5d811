//! Solving linear systems by Cholesky's decomposition.

use pulp::{Arch, Simd, WithSimd};

/// Numbers in the widest vector register.
const LANES: usize = 16;

/// Solves `(K + diagonal) w = right` for a positive definite `K`, given as the lower half of its rows.
/// `None` when the sum is not positive definite.
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

struct Solve<'a> {
    /// The matrix, then the `U` of `Uᵀ U`. What stands below the diagonal is never read.
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

#[cfg(test)]
mod tests {
    use super::super::gram::{gram, triangle};
    use super::super::test_vectors::random;
    use super::solve;

    #[test]
    fn a_system_is_solved() {
        // [4 1 0; 1 3 1; 0 1 2] w = b for w = [1, -2, 3]
        let lower = [3.0, 1.0, 2.0, 0.0, 1.0, 1.0];
        let w = solve(&lower, &[1.0, 1.0, 1.0], &[2.0, -2.0, 4.0]).expect("positive definite");
        for (found, expected) in w.iter().zip([1.0, -2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-5, "{w:?}");
        }
        for size in [1, 8, 30, 77] {
            let lower = gram(&random(size, 40), 40);
            let expected = random(1, size);
            let entry = |row: usize, column: usize| {
                let (row, column) = (row.max(column), row.min(column));
                lower[triangle(row) + column] + if row == column { 1.0 } else { 0.0 }
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
    fn a_system_without_a_solution_gives_none() {
        assert_eq!(solve(&[1.0, 2.0, 1.0], &[0.0, 0.0], &[1.0, 1.0]), None);
        assert_eq!(solve(&[f32::NAN], &[0.0], &[1.0]), None);
        assert_eq!(solve(&[1.0], &[0.0, 0.0], &[1.0, 1.0]), None);
        assert_eq!(solve(&[], &[], &[]), Some(Vec::new()));
    }
}
