//! Mistyped words → the words that were meant.
//!
//! A word of four letters or more that is neither in the FAQ nor in the dictionary is replaced by the
//! cheapest word within an optimal string alignment distance of 1 (2 from seven letters on) in the
//! FAQ's vocabulary, or of 1 in the dictionary. Candidates come from an index of deletions for the
//! FAQ and from generated edits for the dictionary: neither is ever scanned.

mod deletion_index;
mod edits;

pub(super) use deletion_index::DeletionIndex;

use super::dictionary;
use super::small_talk::is_small_talk_word;
use edits::{MAX_LENGTH, allowed_edits, cost, is_repairable, one_edit_away};
use std::collections::{HashMap, HashSet};

/// Added to the cost, in edits, of words that occur in the FAQ.
const IN_FAQ: f64 = -0.5;
/// Dictionary words beyond this rank by frequency are never candidates: an unknown word is more
/// likely a name.
const MAX_RANK: f64 = 8_000.0;

/// A word that was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The word as typed.
    pub from: String,
    /// The word that replaced it.
    pub to: String,
}

/// Repairs words by the vocabulary of one FAQ and the dictionary.
#[derive(Debug, Default)]
pub(super) struct Repairer {
    /// How often each word occurs in the FAQ.
    counts: HashMap<Box<str>, u32>,
    deletions: DeletionIndex,
}

impl Repairer {
    /// Counts `words`, which come as often as they occur in the FAQ, and adds those that are new to
    /// `deletions`.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>, deletions: &mut DeletionIndex) -> Self {
        let mut counts: HashMap<Box<str>, u32> = HashMap::new();
        for word in words {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.into(), 1);
                }
            }
        }
        deletions.add(counts.keys());
        Self {
            counts,
            deletions: deletions.clone(),
        }
    }

    /// Whether the word occurs in the FAQ.
    pub fn contains(&self, word: &str) -> bool {
        self.counts.contains_key(word)
    }

    /// The word that was meant by `word`, if that is another one.
    pub fn repair(&self, word: &str) -> Option<String> {
        if self.contains(word) || dictionary::contains(word) || is_small_talk_word(word) {
            return None;
        }
        if let Some(word) = self.without_drawl(word) {
            return Some(word);
        }
        if !is_repairable(word) {
            return None;
        }
        let allowed = allowed_edits(word);
        let mut best = Best::default();
        let mut seen = HashSet::new();
        for candidate in self.deletions.candidates(word) {
            let Some(count) = self.counts.get(candidate) else {
                continue;
            };
            if !seen.insert(candidate) {
                continue;
            }
            let distance = strsim::osa_distance(word, candidate);
            if distance <= allowed {
                let rank = f64::from(dictionary::frequency_rank(candidate)) / f64::from(*count);
                best.offer(candidate, cost(word, candidate, distance, rank) + IN_FAQ);
            }
        }
        for candidate in one_edit_away(word) {
            let rank = f64::from(dictionary::frequency_rank(&candidate));
            if dictionary::is_ranked(&candidate) && rank <= MAX_RANK && !self.contains(&candidate) {
                best.offer(&candidate, cost(word, &candidate, 1, rank));
            }
        }
        best.word
    }

    /// The word without a drawl ("pleeease", "nooo"): no word has a letter three times in a row.
    fn without_drawl(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().take(MAX_LENGTH * 4).collect();
        if !letters
            .windows(3)
            .any(|w| w[0] == w[1] && w[1] == w[2] && w[0].is_alphabetic())
        {
            return None;
        }
        [2, 1].into_iter().find_map(|most| {
            let mut short = String::new();
            let mut run = 0;
            for (at, &c) in letters.iter().enumerate() {
                run = if at > 0 && letters[at - 1] == c {
                    run + 1
                } else {
                    1
                };
                if run <= most || !c.is_alphabetic() {
                    short.push(c);
                }
            }
            (self.contains(&short) || dictionary::contains(&short)).then_some(short)
        })
    }
}

/// The cheapest candidate so far; of two that cost the same, the first in the alphabet.
#[derive(Default)]
struct Best {
    word: Option<String>,
    cost: f64,
}

impl Best {
    fn offer(&mut self, candidate: &str, cost: f64) {
        let better = self.word.as_deref().is_none_or(|word| {
            cost.total_cmp(&self.cost)
                .then_with(|| candidate.cmp(word))
                .is_lt()
        });
        if better {
            self.word = Some(candidate.to_owned());
            self.cost = cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeletionIndex, Repairer};

    fn repairer(faq: &str) -> Repairer {
        Repairer::new(faq.split_ascii_whitespace(), &mut DeletionIndex::default())
    }

    #[test]
    fn mistyped_words_are_repaired_and_others_left_alone() {
        let faq = "open source source source model models tensorflow pytorch hugging face zuckerberg fine tune \
                    misuse transparency meat";
        let repairer = repairer(faq);
        let cases = [
            ("opne", Some("open")),
            ("sorce", Some("source")),
            ("suorce", Some("source")),
            ("tensorflwo", Some("tensorflow")),
            ("tensrflwo", Some("tensorflow")),
            ("pytroch", Some("pytorch")),
            ("zukerburg", Some("zuckerberg")),
            ("trasparency", Some("transparency")),
            ("modells", Some("models")),
            ("pleeease", Some("please")),
            ("opeeeeen", Some("open")),
            // From the dictionary.
            ("becuase", Some("because")),
            ("waht", Some("what")),
            // Correct, though near a word of the FAQ.
            ("models", None),
            ("meat", None),
            ("disuse", None),
            ("modem", None),
            ("spruce", None),
            // Too short, no word, in another script, near nothing.
            ("opn", None),
            ("gpt4o", None),
            ("модель", None),
            ("qqqzzzxxyyw", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(repairer.repair(typed).as_deref(), expected, "{typed:?}");
        }
    }

    #[test]
    fn words_that_are_frequent_in_the_faq_are_preferred() {
        let seldom = repairer("llamas llamaz llamaz llamaz");
        assert_eq!(seldom.repair("llamax").as_deref(), Some("llamaz"));
        let other = repairer("llamas llamas llamas llamaz");
        assert_eq!(other.repair("llamac").as_deref(), Some("llamas"));
    }

    #[test]
    fn a_shared_index_repairs_with_the_words_of_each_faq_alone() {
        let mut deletions = DeletionIndex::default();
        let mut of = |faq: &str| Repairer::new(faq.split_ascii_whitespace(), &mut deletions);
        let before = of("kubernetes tensorflow pytorch zuckerberg");
        let after = of("kubernetes pytorch cerebras");
        assert_eq!(before.repair("cerebrsa"), None);
        assert_eq!(after.repair("cerebrsa").as_deref(), Some("cerebras"));
        assert_eq!(after.repair("tensorflwo"), None);
        for repairer in [before, after] {
            assert_eq!(repairer.repair("pytroch").as_deref(), Some("pytorch"));
        }
    }
}
