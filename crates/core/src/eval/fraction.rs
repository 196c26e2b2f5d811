//! Fractions of questions.

/// `part / whole`; 0 where there is nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of questions stay far below 2^52"
)]
pub(super) fn fraction(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
