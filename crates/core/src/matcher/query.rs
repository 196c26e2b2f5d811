//! A question as somebody typed it → the words and the sentence that are compared.

use super::alias::{Aliases, Reading};
use super::repair::{Repair, Repairer};
use super::normalise;
use super::words::{self, Word};

/// Reads questions as one book's words.
#[derive(Debug)]
pub(super) struct Reader {
    pub aliases: Aliases,
    pub repairer: Repairer,
    /// Whether the book has small talk among its own wordings: none is passed over then.
    pub small_talk: bool,
}

/// A question as it is compared.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Its words, names read as the book's.
    pub words: Vec<Word>,
    /// Its words, as they are to be encoded.
    pub sentence: String,
    pub repairs: Vec<Repair>,
    pub readings: Vec<Reading>,
}

impl Reader {
    /// Reads `question`; what has nothing to go by becomes no words.
    pub fn read(&self, question: &str) -> Read {
        let mut read = Read::default();
        let plain = normalise::plain(question);
        let (mut typed, places) = words::split_with_places(&plain);
        let kept = words::without_padding(&typed);
        if !typed[kept.clone()].iter().any(|word| is_telling(word)) {
            return read;
        }
        // Padding that the book itself never uses is small talk and no question.
        let is_padding = !self.small_talk && words::is_padding(&typed);
        if is_padding && !typed.iter().any(|word| self.repairer.has(word)) {
            return read;
        }
        let mut repaired = Vec::new();
        for (at, word) in typed[kept.clone()].iter_mut().enumerate() {
            if let Some(meant) = self.repairer.repair(word) {
                read.repairs.push(Repair {
                    from: word.clone(),
                    to: meant.clone(),
                });
                *word = meant;
                repaired.push(at);
            }
        }
        read.sentence = sentence(
            &plain,
            &typed[kept.clone()],
            &places[kept.clone()],
            &repaired,
        );
        let words = typed[kept].iter().map(|word| Word::new(word)).collect();
        read.words = self.aliases.apply(words, &mut read.readings);
        read
    }
}

/// What is encoded of a text: the part of `plain` from the first to the last of the `words`, with
/// those at the places that were `repaired` standing for what was typed.
pub(super) fn sentence(
    plain: &str,
    words: &[String],
    places: &[std::ops::Range<usize>],
    repaired: &[usize],
) -> String {
    let (Some(first), Some(last)) = (places.first(), places.last()) else {
        return String::new();
    };
    let mut out = String::with_capacity(last.end - first.start);
    let mut at = first.start;
    for &index in repaired {
        out.push_str(plain.get(at..places[index].start).unwrap_or_default());
        out.push_str(&words[index]);
        at = places[index].end;
    }
    out.push_str(plain.get(at..last.end).unwrap_or_default());
    out
}

/// Whether a word gives anything to go by: two letters, or one that is a word by itself elsewhere
/// than in the Latin script.
fn is_telling(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters
        .next()
        .is_some_and(|first| !first.is_ascii() || letters.next().is_some())
}
