//! The places of the greatest values.

/// The places of the `k` greatest of `values`, the greatest first, the earlier of two equal ones first.
pub fn top_k(values: &[f32], k: usize) -> Vec<usize> {
    let order = |&a: &usize, &b: &usize| values[b].total_cmp(&values[a]).then(a.cmp(&b));
    let mut places: Vec<usize> = (0..values.len()).collect();
    if places.len() > k {
        places.select_nth_unstable_by(k, order);
        places.truncate(k);
    }
    places.sort_by(order);
    places
}

#[cfg(test)]
mod tests {
    use super::top_k;

    #[test]
    fn the_greatest_are_found_in_order() {
        let values = [0.1, 0.7, f32::NEG_INFINITY, 0.7, 0.3];
        let cases: [(usize, &[usize]); 4] =
            [(0, &[]), (1, &[1]), (3, &[1, 3, 4]), (9, &[1, 3, 4, 0, 2])];
        for (k, expected) in cases {
            assert_eq!(top_k(&values, k), expected, "{k}");
        }
    }
}
