//! Fractions of questions.

/// `part / whole`; `None` if `whole` is 0.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of questions stay far below 2^52"
)]
pub(super) fn fraction(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
