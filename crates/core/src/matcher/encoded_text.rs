//! Texts that are encoded, and which part of a text that is.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A text with its vector.
#[derive(Debug)]
pub(super) struct EncodedText {
    /// The text exactly as it is encoded.
    pub text: String,
    /// Its vector, once there is one.
    pub vector: OnceLock<Arc<[f32]>>,
}

impl EncodedText {
    pub fn new(text: String) -> Self {
        Self {
            text,
            vector: OnceLock::new(),
        }
    }
}

/// The part of `normalised` from the first to the last of `words`, which stand at `spans`. Words at
/// the positions `repaired` replace what was typed there.
pub(super) fn text_to_encode(
    normalised: &str,
    words: &[String],
    spans: &[Range<usize>],
    repaired: &[usize],
) -> String {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return String::new();
    };
    let mut out = String::with_capacity(last.end - first.start);
    let mut at = first.start;
    for &index in repaired {
        let before = normalised.get(at..spans[index].start);
        out.push_str(before.unwrap_or_default());
        out.push_str(&words[index]);
        at = spans[index].end;
    }
    out.push_str(normalised.get(at..last.end).unwrap_or_default());
    out
}
