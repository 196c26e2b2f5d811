//! A question as typed → the words and the text that are compared.

use super::alias::{Aliases, AppliedAlias};
use super::encoded_text::text_to_encode;
use super::normalise::normalise;
use super::padding::{is_only_padding, strip_padding};
use super::repair::{Repair, Repairer};
use super::words::{Word, split_with_spans};

/// Reads questions with the vocabulary of one FAQ.
#[derive(Debug)]
pub(super) struct QueryReader {
    pub aliases: Aliases,
    pub repairer: Repairer,
    /// Whether the FAQ answers small talk. No message is ignored as small talk then.
    pub answers_small_talk: bool,
}

/// A question as it is compared.
#[derive(Debug, Default)]
pub(super) struct Query {
    /// Its words after repairs and aliases; none where there is nothing to compare.
    pub words: Vec<Word>,
    /// The text that is encoded.
    pub text: String,
    pub repairs: Vec<Repair>,
    pub applied_aliases: Vec<AppliedAlias>,
}

impl QueryReader {
    pub fn read(&self, question: &str) -> Query {
        let mut query = Query::default();
        let normalised = normalise(question);
        let (mut typed, spans) = split_with_spans(&normalised);
        let kept = strip_padding(&typed);
        if !typed[kept.clone()].iter().any(|word| is_comparable(word)) {
            return query;
        }
        // Padding is a question where the FAQ itself uses it.
        let is_padding = !self.answers_small_talk && is_only_padding(&typed);
        if is_padding && !typed.iter().any(|word| self.repairer.contains(word)) {
            return query;
        }
        let mut repaired = Vec::new();
        for (at, word) in typed[kept.clone()].iter_mut().enumerate() {
            if let Some(meant) = self.repairer.repair(word) {
                query.repairs.push(Repair {
                    from: word.clone(),
                    to: meant.clone(),
                });
                *word = meant;
                repaired.push(at);
            }
        }
        query.text = text_to_encode(
            &normalised,
            &typed[kept.clone()],
            &spans[kept.clone()],
            &repaired,
        );
        let words = typed[kept].iter().map(|word| Word::new(word)).collect();
        query.words = self.aliases.apply(words, &mut query.applied_aliases);
        query
    }
}

/// Whether a word can be compared: it has two letters, or one that is a word by itself, which
/// happens outside the Latin script.
fn is_comparable(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters
        .next()
        .is_some_and(|first| !first.is_ascii() || letters.next().is_some())
}
