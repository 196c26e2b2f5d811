//! Finds the words near a misspelt one by the letters that both keep when some are deleted
//! (`SymSpell`).

use super::edits::{allowed_edits, is_repairable};
use fnv::FnvHasher;
use std::hash::Hasher;
use std::sync::Arc;

/// Words, by every string that is left of them after deleting as many letters as edits are allowed.
///
/// Shared by the indexes of many servers, and by those before and after an edit: it may hold words
/// that one of them lacks. Kept in layers, each less than half as large as the one before, so that
/// new words are indexed without the others.
#[derive(Debug, Clone, Default)]
pub struct DeletionIndex(Vec<Arc<Layer>>);

#[derive(Debug)]
struct Layer {
    /// Sorted.
    words: Vec<Box<str>>,
    /// The hash of every string left, sorted, with the position of its word.
    deletions: Vec<(u64, u32)>,
}

impl Layer {
    fn new(mut words: Vec<Box<str>>) -> Self {
        words.sort_unstable();
        let mut all = Vec::new();
        for (at, word) in (0_u32..).zip(&words) {
            all.extend(deletions(word).into_iter().map(|hash| (hash, at)));
        }
        all.sort_unstable();
        Self {
            words,
            deletions: all,
        }
    }

    fn words(&self, deletion: u64) -> impl Iterator<Item = &str> {
        let start = self
            .deletions
            .partition_point(|(other, _)| *other < deletion);
        let found = self.deletions[start..]
            .iter()
            .take_while(move |(other, _)| *other == deletion);
        found.map(|(_, at)| &*self.words[*at as usize])
    }
}

impl DeletionIndex {
    /// Adds those of `words` that are repairable and not in the index yet.
    pub fn add<'a>(&mut self, words: impl Iterator<Item = &'a Box<str>>) {
        let new = words.filter(|word| is_repairable(word) && !self.contains(word));
        let mut new: Vec<Box<str>> = new.cloned().collect();
        if new.is_empty() {
            return;
        }
        while let Some(last) = self.0.last()
            && last.words.len() < 2 * new.len()
        {
            new.extend(last.words.iter().cloned());
            self.0.pop();
        }
        self.0.push(Arc::new(Layer::new(new)));
    }

    /// Words near `word`, and some that are not: their distance has to be computed. One may come
    /// more than once.
    pub fn candidates(&self, word: &str) -> impl Iterator<Item = &str> {
        let layers = |deletion| self.0.iter().flat_map(move |layer| layer.words(deletion));
        deletions(word).into_iter().flat_map(layers)
    }

    fn contains(&self, word: &str) -> bool {
        let mut layers = self.0.iter();
        layers.any(|layer| layer.words.binary_search_by(|w| (**w).cmp(word)).is_ok())
    }
}

/// Hashes of `word` and of every string left after deleting up to [`allowed_edits`] letters, each
/// once. A collision only adds a candidate.
fn deletions(word: &str) -> Vec<u64> {
    let hash = |deleted: [usize; 2]| {
        let mut hasher = FnvHasher::default();
        for (at, byte) in word.bytes().enumerate() {
            if !deleted.contains(&at) {
                hasher.write_u8(byte);
            }
        }
        hasher.finish()
    };
    let nowhere = word.len();
    let mut all = vec![hash([nowhere; 2])];
    for first in 0..word.len() {
        all.push(hash([first, nowhere]));
        if allowed_edits(word) > 1 {
            all.extend((first + 1..word.len()).map(|second| hash([first, second])));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::DeletionIndex;

    #[test]
    fn words_are_added_once_and_layers_stay_few() {
        let mut index = DeletionIndex::default();
        for n in 0..20 {
            let words: [Box<str>; 2] = [
                "cerebras".into(),
                "abcdefghijklmnopqrstuvwxyz"[n..n + 6].into(),
            ];
            index.add(words.iter());
        }
        assert!(index.0.len() < 6, "{} layers", index.0.len());
        let words: usize = index.0.iter().map(|layer| layer.words.len()).sum();
        assert_eq!(words, 21);
        assert!(index.contains("cdefgh") && !index.contains("cdefg"));
    }

    #[test]
    fn words_two_deletions_away_are_candidates() {
        let mut index = DeletionIndex::default();
        index.add(["tensorflow".into()].iter());
        assert!(
            index
                .candidates("tensrflwo")
                .any(|word| word == "tensorflow")
        );
        assert_eq!(index.candidates("kubernetes").next(), None);
    }
}
