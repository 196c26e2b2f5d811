//! Kernel ridge regression over a few wordings, solved for one question.

/// Solves `(K + diag) w = k` for a positive definite `K`, given as the lower half of its rows, by
/// Cholesky's decomposition. `None` when it is not positive definite after all.
pub(super) fn solve(mut lower: Vec<f32>, diagonal: &[f32], right: &[f32]) -> Option<Vec<f32>> {
    let n = right.len();
    let start = |row: usize| row * (row + 1) / 2;
    for (row, extra) in diagonal.iter().enumerate() {
        lower[start(row) + row] += extra;
    }
    for row in 0..n {
        let (done, rest) = lower.split_at_mut(start(row));
        let current = &mut rest[..=row];
        for column in 0..row {
            let other = &done[start(column)..=start(column) + column];
            let sum = dot(&current[..column], &other[..column]);
            current[column] = (current[column] - sum) / other[column];
        }
        let square = current[row] - dot(&current[..row], &current[..row]);
        if square <= 0.0 || !square.is_finite() {
            return None;
        }
        current[row] = square.sqrt();
    }
    let mut w = right.to_vec();
    for row in 0..n {
        let l = &lower[start(row)..=start(row) + row];
        w[row] = (w[row] - dot(&l[..row], &w[..row])) / l[row];
    }
    for row in (0..n).rev() {
        let l = &lower[start(row)..=start(row) + row];
        w[row] /= l[row];
        let x = w[row];
        for (w, l) in w[..row].iter_mut().zip(l) {
            *w -= l * x;
        }
    }
    Some(w)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a, rest_a) = a.as_chunks::<8>();
    let (b, rest_b) = b.as_chunks::<8>();
    for (a, b) in a.iter().zip(b) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest_a.iter().zip(rest_b).map(|(x, y)| x * y).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::solve;

    #[test]
    fn a_system_is_solved() {
        // [4 1 0; 1 3 1; 0 1 2] w = b for w = [1, -2, 3]
        let lower = vec![3.0, 1.0, 2.0, 0.0, 1.0, 1.0];
        let w = solve(lower, &[1.0, 1.0, 1.0], &[2.0, -2.0, 4.0]).expect("positive definite");
        for (found, expected) in w.iter().zip([1.0, -2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-5, "{w:?}");
        }
    }

    #[test]
    fn what_has_no_solution_gives_none() {
        assert_eq!(solve(vec![1.0, 2.0, 1.0], &[0.0, 0.0], &[1.0, 1.0]), None);
        assert_eq!(solve(vec![f32::NAN], &[0.0], &[1.0]), None);
        assert_eq!(solve(Vec::new(), &[], &[]), Some(Vec::new()));
    }
}
