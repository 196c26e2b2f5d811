//! Mistyped words → the words that were meant.
//!
//! A word of four letters or more that neither the book nor the general list knows is replaced by
//! the cheapest word within an optimal string alignment distance of 1 (2 from seven letters on) in
//! the book's vocabulary, or of 1 in the general list. Candidates come from an index of deletions
//! (`SymSpell`) for the book and from generated edits for the general list: neither is ever
//! scanned.

use super::dictionary;
use super::small_talk::is_small_word;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Shorter words are left alone: within one edit of them nearly everything is a word.
const SHORTEST: usize = 4;
/// From this length on, in letters, two edits are allowed.
const LONG: usize = 7;
/// Longer words are not typed by hand.
const LONGEST: usize = 24;

// What speaks for and against a candidate, in edits.

/// Two keys that lie side by side were taken for each other.
const NEIGHBOUR: f64 = -0.4;
/// Two letters stand in the wrong order: nothing else explains them as well.
const SWAP: f64 = -0.5;
/// The word stands in the book.
const IN_BOOK: f64 = -0.5;
/// Another first letter: people rarely mistype that.
const FIRST: f64 = 0.5;
/// Each doubling of the word's rank by frequency.
const RARER: f64 = 0.1;
/// Words of the general list beyond this rank are not what was meant: an unknown name is rather a
/// name.
const COMMON: f64 = 8_000.0;

/// A word that was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// As typed.
    pub from: String,
    /// As read.
    pub to: String,
}

/// A book's words, indexed for repairing others.
#[derive(Debug, Default)]
pub(super) struct Repairer {
    /// How often each word stands in the book.
    counts: HashMap<Box<str>, u32>,
    deletions: Deletions,
}

/// Words by what is left of them with up to as many letters deleted as edits are allowed. Shared by
/// the indexes of many books, and of one book over many edits: it may have words that a book lacks.
///
/// In layers, each less than half as large as the one before: new words make a small one.
#[derive(Debug, Clone, Default)]
pub(super) struct Deletions(Vec<Arc<Layer>>);

#[derive(Debug)]
struct Layer {
    /// Sorted.
    words: Vec<Box<str>>,
    /// Hashes of what is left, sorted, and the word.
    left: Vec<(u64, u32)>,
}

impl Layer {
    fn new(mut words: Vec<Box<str>>) -> Self {
        words.sort_unstable();
        let mut all = Vec::new();
        for (id, word) in (0_u32..).zip(&words) {
            all.extend(deletions(word).into_iter().map(|left| (left, id)));
        }
        all.sort_unstable();
        Self { words, left: all }
    }

    /// The words of which this is left.
    fn words(&self, left: u64) -> impl Iterator<Item = &str> {
        let start = self.left.partition_point(|(other, _)| *other < left);
        let found = self.left[start..]
            .iter()
            .take_while(move |(other, _)| *other == left);
        found.map(|(_, id)| &*self.words[*id as usize])
    }
}

impl Deletions {
    fn has(&self, word: &str) -> bool {
        let mut layers = self.0.iter();
        layers.any(|layer| layer.words.binary_search_by(|w| (**w).cmp(word)).is_ok())
    }

    fn add(&mut self, mut new: Vec<Box<str>>) {
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
}

impl Repairer {
    /// Indexes the words of a book, each as often as it stands there; `known` gets what it lacks.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>, known: &mut Deletions) -> Self {
        let mut counts: HashMap<Box<str>, u32> = HashMap::new();
        for word in words {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.into(), 1);
                }
            }
        }
        let new = counts
            .keys()
            .filter(|word| is_repairable(word) && !known.has(word));
        known.add(new.cloned().collect());
        Self {
            counts,
            deletions: known.clone(),
        }
    }

    /// Whether the book has the word.
    pub fn has(&self, word: &str) -> bool {
        self.counts.contains_key(word)
    }

    /// What was meant by `word`, where that is not what stands there.
    pub fn repair(&self, word: &str) -> Option<String> {
        if self.has(word) || dictionary::is_known(word) || is_small_word(word) {
            return None;
        }
        if let Some(word) = self.without_drawl(word) {
            return Some(word);
        }
        if !is_repairable(word) {
            return None;
        }
        let allowed = edits(word);
        let mut best = Best::default();
        let mut seen = HashSet::new();
        for left in deletions(word) {
            for candidate in self.deletions.0.iter().flat_map(|layer| layer.words(left)) {
                let Some(count) = self.counts.get(candidate) else {
                    continue;
                };
                if !seen.insert(candidate) {
                    continue;
                }
                let distance = strsim::osa_distance(word, candidate);
                if distance <= allowed {
                    let rank = f64::from(dictionary::rank(candidate)) / f64::from(*count);
                    best.offer(candidate, price(word, candidate, distance, rank) + IN_BOOK);
                }
            }
        }
        for candidate in one_edit(word) {
            let rank = f64::from(dictionary::rank(&candidate));
            if dictionary::is_ranked(&candidate) && rank <= COMMON && !self.has(&candidate) {
                best.offer(&candidate, price(word, &candidate, 1, rank));
            }
        }
        best.word
    }

    /// "pleeease", "nooo": a letter three times in a row is written at most twice.
    fn without_drawl(&self, word: &str) -> Option<String> {
        let letters: Vec<char> = word.chars().take(LONGEST * 4).collect();
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
            (self.has(&short) || dictionary::is_known(&short)).then_some(short)
        })
    }
}

/// The cheapest candidate; of two that cost the same the first in the alphabet.
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

fn is_repairable(word: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// How many edits a word of this length may be away.
fn edits(word: &str) -> usize {
    if word.len() < LONG { 1 } else { 2 }
}

/// What it costs to read `word` as `candidate`, `distance` edits away, which is the `rank`-th most
/// frequent word.
fn price(word: &str, candidate: &str, distance: usize, rank: f64) -> f64 {
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
                        cost += NEIGHBOUR;
                    }
                }
            }
        }
    }
    if a.first() != b.first() {
        cost += FIRST;
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
        // Each row lies half a key to the right of the one above.
        std::cmp::Ordering::Less => row_b - row_a == 1 && (a == b || a == b + 1),
        std::cmp::Ordering::Greater => row_a - row_b == 1 && (a == b || b == a + 1),
    }
}

/// Hashes of `word` and of what is left of it with up to [`edits`] letters deleted, each once.
/// That two texts have one hash does no harm: the distance is computed all the same.
fn deletions(word: &str) -> Vec<u64> {
    // FNV-1a in 64 bits.
    let hash = |without: [usize; 2]| {
        let letters = word.bytes().enumerate();
        letters
            .filter(|(at, _)| !without.contains(at))
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, (_, byte)| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    };
    let nowhere = word.len();
    let mut all = vec![hash([nowhere; 2])];
    for first in 0..word.len() {
        all.push(hash([first, nowhere]));
        if edits(word) > 1 {
            all.extend((first + 1..word.len()).map(|second| hash([first, second])));
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Every word one edit away from `word`, which is lower-case ASCII.
fn one_edit(word: &str) -> impl Iterator<Item = String> {
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
    use super::{Deletions, Repairer, are_neighbours, one_edit};

    fn repairer(book: &str) -> Repairer {
        Repairer::new(book.split_ascii_whitespace(), &mut Deletions::default())
    }

    #[test]
    fn mistyped_words_are_repaired_and_right_ones_left_alone() {
        let book = "open source source source model models tensorflow pytorch hugging face zuckerberg fine tune \
                    misuse transparency meat";
        let repairer = repairer(book);
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
            // Of the general list.
            ("becuase", Some("because")),
            ("waht", Some("what")),
            // Right as they stand, though near a word of the book.
            ("models", None),
            ("meat", None),
            ("disuse", None),
            ("modem", None),
            ("spruce", None),
            // Too short, no word, in no alphabet we know, too long.
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
    fn words_that_are_frequent_in_the_book_are_preferred() {
        let seldom = repairer("llamas llamaz llamaz llamaz");
        assert_eq!(seldom.repair("llamax").as_deref(), Some("llamaz"));
        let other = repairer("llamas llamas llamas llamaz");
        assert_eq!(other.repair("llamac").as_deref(), Some("llamas"));
    }

    #[test]
    fn a_book_after_another_repairs_with_its_own_words_alone() {
        let mut known = Deletions::default();
        let mut of = |book: &str| Repairer::new(book.split_ascii_whitespace(), &mut known);
        let before = of("kubernetes tensorflow pytorch zuckerberg");
        let after = of("kubernetes pytorch cerebras");
        assert_eq!(before.repair("cerebrsa"), None);
        assert_eq!(after.repair("cerebrsa").as_deref(), Some("cerebras"));
        assert_eq!(after.repair("tensorflwo"), None);
        for repairer in [before, after] {
            assert_eq!(repairer.repair("pytroch").as_deref(), Some("pytorch"));
        }
        for n in 0..20 {
            of(&"abcdefghijklmnopqrstuvwxyz"[n..n + 6]);
        }
        assert!(known.0.len() < 6, "{} layers", known.0.len());
        assert!(known.has("cerebras") && known.has("cdefgh") && !known.has("cdefg"));
    }

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
        let edits: Vec<String> = one_edit("ab").collect();
        assert!(
            edits.iter().all(|e| strsim::osa_distance("ab", e) <= 1),
            "{edits:?}"
        );
        for expected in ["b", "a", "ba", "xb", "ax", "xab", "axb", "abx"] {
            assert!(edits.iter().any(|e| e == expected), "{expected}");
        }
    }
}
