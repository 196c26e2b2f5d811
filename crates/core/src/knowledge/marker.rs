//! Markers: the `[n]` in an answer.

use std::ops::Range;

/// A `[n]` in an answer: the claim before it comes from the `n`-th source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The number between the brackets.
    pub n: usize,
    /// Its bytes in the answer, brackets included.
    pub range: Range<usize>,
}

/// The markers of `answer`, in its order: one to three ASCII digits in square brackets, not
/// followed by `(`, which would make it a Markdown link. A `[1]` in a code span counts as well, so
/// code that indexes a list has no place in an answer.
pub fn markers(answer: &str) -> impl Iterator<Item = Marker> + '_ {
    answer.match_indices('[').filter_map(|(start, _)| {
        let inside = &answer[start + 1..];
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=3).contains(&digits) {
            return None;
        }
        let after = inside[digits..].strip_prefix(']')?;
        if after.starts_with('(') {
            return None;
        }
        Some(Marker {
            n: inside[..digits].parse().ok()?,
            range: start..start + digits + 2,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::markers;

    #[test]
    fn finds_numbers_in_brackets_alone() {
        for (answer, expected) in [
            ("", vec![]),
            ("One. [1] Two.[2][3]", vec![1, 2, 3]),
            ("[0] [007]", vec![0, 7]),
            ("[1](https://example.org)", vec![]),
            ("[] [a] [1 ] [-1] [1234] [1", vec![]),
            ("[[1]]", vec![1]),
            ("日本[1]語", vec![1]),
            ("[１]", vec![]),
        ] {
            let found: Vec<usize> = markers(answer).map(|m| m.n).collect();
            assert_eq!(found, expected, "{answer:?}");
        }
        let answer = "日本[12]語";
        let marker = markers(answer).next().expect("one");
        assert_eq!(&answer[marker.range], "[12]");
    }
}
