//! Edits between words: how many are allowed, what they cost, and every word one edit away.

/// Shorter words are never repaired: nearly everything is a word within one edit of them.
const MIN_LENGTH: usize = 4;
/// Longer words are not typed by hand.
pub const MAX_LENGTH: usize = 24;
/// From this length on, in letters, two edits are allowed.
const TWO_EDITS_FROM: usize = 7;

// Adjustments to the cost of a candidate, in edits.

/// Per letter replaced by one of a neighbouring key.
const NEIGHBOURING_KEY: f64 = -0.4;
/// For two adjacent letters swapped: nothing else explains them as well.
const SWAP: f64 = -0.5;
/// For another first letter, which people rarely mistype.
const FIRST_LETTER: f64 = 0.5;
/// Per doubling of the candidate's rank by frequency.
const RARER: f64 = 0.1;

/// Whether a word is of a kind that is repaired: lower-case ASCII letters of a usual number.
pub fn is_repairable(word: &str) -> bool {
    (MIN_LENGTH..=MAX_LENGTH).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// How many edits a word of this length may be away from the word that was meant.
pub fn allowed_edits(word: &str) -> usize {
    if word.len() < TWO_EDITS_FROM { 1 } else { 2 }
}

/// The cost of reading `word` as `candidate`, which is `distance` edits away and the `rank`-th most
/// frequent word.
pub fn cost(word: &str, candidate: &str, distance: usize, rank: f64) -> f64 {
    let (a, b) = (word.as_bytes(), candidate.as_bytes());
    #[expect(clippy::cast_precision_loss, reason = "at most two")]
    let mut cost = distance as f64 + RARER * (1.0 + rank / 100.0).log2();
    if a.len() == b.len() {
        let differing: Vec<usize> = (0..a.len()).filter(|&at| a[at] != b[at]).collect();
        match differing[..] {
            [at, next] if next == at + 1 && a[at] == b[next] && a[next] == b[at] => cost += SWAP,
            _ => {
                for at in differing {
                    if are_neighbours(a[at], b[at]) {
                        cost += NEIGHBOURING_KEY;
                    }
                }
            }
        }
    }
    if a.first() != b.first() {
        cost += FIRST_LETTER;
    }
    cost
}

/// Whether two keys touch on an English keyboard.
fn are_neighbours(a: u8, b: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |key: u8| {
        ROWS.iter().enumerate().find_map(|(row, keys)| {
            let column = keys.iter().position(|&k| k == key)?;
            Some((row, column))
        })
    };
    let (Some((row_a, a)), Some((row_b, b))) = (place(a), place(b)) else {
        return false;
    };
    match row_a.cmp(&row_b) {
        std::cmp::Ordering::Equal => a.abs_diff(b) == 1,
        // Each row is half a key to the right of the one above.
        std::cmp::Ordering::Less => row_b - row_a == 1 && (a == b || a == b + 1),
        std::cmp::Ordering::Greater => row_a - row_b == 1 && (a == b || b == a + 1),
    }
}

/// Every string of lower-case letters one edit away from `word`, which is lower-case ASCII.
pub fn one_edit_away(word: &str) -> impl Iterator<Item = String> {
    let at_each = move |make: fn(&[u8], usize, u8) -> Option<Vec<u8>>,
                        letters: std::ops::RangeInclusive<u8>| {
        (0..=word.len()).flat_map(move |at| {
            letters
                .clone()
                .filter_map(move |c| make(word.as_bytes(), at, c))
        })
    };
    let without = at_each(
        |w, at, _| Some([w.get(..at)?, w.get(at + 1..)?].concat()),
        b'a'..=b'a',
    );
    let swapped = at_each(
        |w, at, _| {
            let mut w = w.to_vec();
            (at + 1 < w.len()).then(|| w.swap(at, at + 1)).map(|()| w)
        },
        b'a'..=b'a',
    );
    let other = at_each(
        |w, at, c| {
            let mut w = w.to_vec();
            *w.get_mut(at)? = c;
            Some(w)
        },
        b'a'..=b'z',
    );
    let more = at_each(
        |w, at, c| Some([w.get(..at)?, &[c], w.get(at..)?].concat()),
        b'a'..=b'z',
    );
    without
        .chain(swapped)
        .chain(other)
        .chain(more)
        .filter_map(|w| String::from_utf8(w).ok())
}

#[cfg(test)]
mod tests {
    use super::{are_neighbours, one_edit_away};

    #[test]
    fn keys_that_touch_are_neighbours() {
        let cases = [
            ("qw", true),
            ("qa", true),
            ("sw", true),
            ("se", true),
            ("sd", true),
            ("qp", false),
            ("az", true),
            ("qz", false),
            ("aa", false),
        ];
        for (keys, expected) in cases {
            let (a, b) = (keys.as_bytes()[0], keys.as_bytes()[1]);
            assert_eq!(are_neighbours(a, b), expected, "{keys}");
            assert_eq!(are_neighbours(b, a), expected, "{keys} reversed");
        }
    }

    #[test]
    fn generated_edits_are_one_edit_away() {
        let edits: Vec<String> = one_edit_away("ab").collect();
        assert!(
            edits.iter().all(|e| strsim::osa_distance("ab", e) <= 1),
            "{edits:?}"
        );
        for expected in ["b", "a", "ba", "xb", "ax", "xab", "axb", "abx"] {
            assert!(edits.iter().any(|e| e == expected), "{expected}");
        }
    }
}
