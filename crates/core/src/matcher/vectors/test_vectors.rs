//! Vectors for tests.

/// Vectors that look random and are the same every time, each number in [-½, ½).
pub fn random(count: usize, dims: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u16::try_from(state >> 16).unwrap_or(0)) / 65_536.0 - 0.5
    };
    (0..count * dims).map(|_| next()).collect()
}

/// The dot product in plain Rust.
pub fn plain_dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
