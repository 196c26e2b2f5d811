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
/// followed by `(`, which would make it a Markdown link. Those in code, between backticks, are part
/// of the code.
pub fn markers(answer: &str) -> impl Iterator<Item = Marker> + '_ {
    let code = code(answer);
    answer.match_indices('[').filter_map(move |(start, _)| {
        if code.iter().any(|code| code.contains(&start)) {
            return None;
        }
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

/// The code in `text`: what stands between two runs of as many backticks, on one line or, between
/// three and more, on several.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(start) = text[rest..].find('`').map(|at| rest + at) {
        let ticks = run(text, start);
        let inside = start + ticks;
        match closing(text, inside, ticks) {
            Some(end) => {
                found.push(inside..end);
                rest = end + ticks;
            }
            None => rest = inside,
        }
    }
    found
}

/// How many backticks stand in a row at `start`.
fn run(text: &str, start: usize) -> usize {
    text[start..]
        .bytes()
        .take_while(|byte| *byte == b'`')
        .count()
}

/// Where the run of exactly `ticks` backticks after `from` stands that ends the code.
fn closing(text: &str, from: usize, ticks: usize) -> Option<usize> {
    let mut at = from;
    while let Some(next) = text[at..].find('`').map(|offset| at + offset) {
        if ticks < 3 && text[from..next].contains('\n') {
            return None;
        }
        let found = run(text, next);
        if found == ticks {
            return Some(next);
        }
        at = next + found;
    }
    None
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
            ("Use `a[1]` here. [2]", vec![2]),
            ("```rust\nlet x = a[1];\n```\nDone. [2]", vec![2]),
            ("`` a`[1]`b `` [2]", vec![2]),
            ("A lone ` tick [1]\nand `another [2]", vec![1, 2]),
            ("``` never closed [1]", vec![1]),
        ] {
            let found: Vec<usize> = markers(answer).map(|m| m.n).collect();
            assert_eq!(found, expected, "{answer:?}");
        }
        let answer = "日本[12]語";
        let marker = markers(answer).next().expect("one");
        assert_eq!(&answer[marker.range], "[12]");
    }
}
