//! Character n-grams: short sequences of characters, which inflections and compounds share where
//! whole words differ.

use super::words::Word;

/// The n-grams of two to four characters of each word with a space at either end, as hashes in
/// ascending order, each with one more than the logarithm of its count.
pub(super) fn ngrams(words: &[Word]) -> Box<[(u32, f32)]> {
    let mut all = Vec::new();
    let mut letters = Vec::new();
    for word in words {
        letters.clear();
        letters.push(' ');
        letters.extend(word.text.chars());
        letters.push(' ');
        for n in 2..=4 {
            all.extend(letters.windows(n).map(hash));
        }
    }
    all.sort_unstable();
    let mut out: Vec<(u32, f32)> = Vec::with_capacity(all.len());
    for ngram in all {
        match out.last_mut() {
            Some((last, count)) if *last == ngram => *count += 1.0,
            _ => out.push((ngram, 1.0)),
        }
    }
    for (_, x) in &mut out {
        *x = 1.0 + x.ln();
    }
    out.into()
}

/// FNV-1a in 32 bits over whole characters. Its order is the order of every sum over n-grams, so
/// that another hash would change confidences in their last digits; no crate has this one.
fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811c_9dc5, |hash, &c| {
        (hash ^ u32::from(c)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::ngrams;
    use crate::matcher::words::Word;

    #[test]
    fn each_ngram_comes_once_with_its_count() {
        // " a", "a ", " a " and the same again.
        let found = ngrams(&[Word::new("a"), Word::new("a")]);
        assert_eq!(found.len(), 3);
        assert!(found.is_sorted_by_key(|(hash, _)| *hash));
        assert!(found.iter().all(|(_, x)| (x - 1.693_147).abs() < 1e-5));
    }
}
