//! Counts in formulas.

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn as_f64(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^24")]
pub(super) fn as_f32(count: usize) -> f32 {
    count as f32
}
