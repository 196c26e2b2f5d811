//! Finds the names of the field in a question.

use super::normalise::normalise;
use super::words::split;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Names of the field, known and unknown to the FAQ.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The words of each name by the first of them, the longest name first.
    by_first_word: HashMap<Box<str>, Vec<Vec<String>>>,
    words: HashSet<Box<str>>,
}

impl Names {
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for name in names {
            let words = split(&normalise(name));
            let Some(first) = words.first() else {
                continue;
            };
            all.words
                .extend(words.iter().map(|word| word.as_str().into()));
            let first = first.as_str().into();
            all.by_first_word.entry(first).or_default().push(words);
        }
        for names in all.by_first_word.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
        all
    }

    /// Whether a name has this word.
    pub fn has_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// The places of names in `words`, of overlapping ones the first and longest.
    pub fn find(&self, words: &[String]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(first) = words.get(at) {
            let names = self.by_first_word.get(first.as_str());
            let name = names.and_then(|names| {
                let mut names = names.iter();
                names.find(|name| words[at..].starts_with(name))
            });
            let length = name.map_or(0, Vec::len);
            if length > 0 {
                found.push(at..at + length);
            }
            at += length.max(1);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::matcher::words::split;

    #[test]
    fn names_are_found_the_longest_first() {
        let names = Names::new(["Llama", "Llama 3", "Stable Diffusion", "llama.cpp"].into_iter());
        let cases: [(&str, &[&str]); 6] = [
            ("is llama 3 free", &["llama 3"]),
            ("llama or stable diffusion", &["llama", "stable diffusion"]),
            ("what is llama.cpp", &["llama cpp"]),
            ("a stable model", &[]),
            ("llamas", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let words = split(text);
            let found = names.find(&words).into_iter();
            let found: Vec<String> = found.map(|place| words[place].join(" ")).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        assert!(names.has_word("diffusion") && !names.has_word("free"));
    }
}
