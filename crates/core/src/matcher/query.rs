//! A question as typed → the words and the text that are compared.

use super::alias::{Aliases, AppliedAlias};
use super::dictionary;
use super::encoded_text::text_to_encode;
use super::names::Names;
use super::normalise::normalise;
use super::padding::{is_only_padding, strip_padding};
use super::repair::{Repair, Repairer};
use super::signs::{Signs, reads_as_question};
use super::small_talk::is_small_talk_word;
use super::words::{Word, WordClass, split_with_spans};
use std::ops::Range;
use std::sync::Arc;

/// Reads questions with the vocabulary of one FAQ.
#[derive(Debug)]
pub(super) struct QueryReader {
    pub aliases: Aliases,
    pub repairer: Repairer,
    /// Names of the field.
    pub names: Arc<Names>,
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
    /// The names in it.
    pub names: Vec<NameInQuery>,
    /// Its numbers, as typed.
    pub numbers: Vec<String>,
    /// The numbers that follow a name: "3" in "llama 3".
    pub versions: Vec<String>,
    pub signs: Signs,
    pub reads_as_question: bool,
}

/// A name in a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NameInQuery {
    /// The stems of its words as typed.
    pub typed: Vec<String>,
    /// The stems of what its alias group calls it, if it has one.
    pub main_name: Option<Vec<String>>,
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
        let as_typed = typed[kept.clone()].to_vec();
        for (at, word) in typed[kept.clone()].iter_mut().enumerate() {
            if let Some(meant) = self.repair(word) {
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
        query.names = self.names(&as_typed, &query);
        let numbers = as_typed.iter().filter(|word| has_digit(word));
        query.numbers = numbers.cloned().collect();
        query.versions = self.versions(&as_typed);
        query.signs = Signs::new(&as_typed);
        query.reads_as_question = reads_as_question(&as_typed, question.contains('?'));
        query
    }

    /// The word that was meant by `word`. A name is never another word, and hardly anybody mistypes the
    /// first letter of one: "ollama" is not "llama".
    fn repair(&self, word: &str) -> Option<String> {
        if self.names.has_word(word) {
            return None;
        }
        let meant = self.repairer.repair(word)?;
        let is_name = || self.aliases.is_proper(&Word::new(&meant).stem);
        let same_start = meant.chars().next() == word.chars().next();
        (same_start || !is_name()).then_some(meant)
    }

    /// The names in a question: those of the field, and words that are neither English nor the FAQ's
    /// nor mistyped.
    fn names(&self, as_typed: &[String], query: &Query) -> Vec<NameInQuery> {
        let mut places: Vec<Range<usize>> = self.names.find(as_typed);
        for (at, word) in as_typed.iter().enumerate() {
            let is_in_name = places.iter().any(|place| place.contains(&at));
            let is_repaired = || query.repairs.iter().any(|repair| repair.from == *word);
            if !is_in_name && self.is_unknown(word) && !is_repaired() {
                places.push(at..at + 1);
            }
        }
        let names = places.into_iter().map(|place| {
            let words = &as_typed[place];
            let written = words.join(" ");
            let mut aliases = query.applied_aliases.iter();
            let alias = aliases.find(|alias| alias.from.contains(&written));
            let stem = |word: &str| Word::new(word).stem;
            NameInQuery {
                typed: words.iter().map(|word| stem(word)).collect(),
                main_name: alias.map(|alias| alias.to.split(' ').map(stem).collect()),
            }
        });
        names.collect()
    }

    /// The numbers that directly follow a word of a name.
    fn versions(&self, as_typed: &[String]) -> Vec<String> {
        let is_name =
            |word: &str| self.names.has_word(word) || self.aliases.is_proper(&Word::new(word).stem);
        let pairs = as_typed.iter().zip(as_typed.iter().skip(1));
        let versions = pairs.filter(|(name, number)| {
            !has_digit(name) && is_name(name) && number.starts_with(|c: char| c.is_ascii_digit())
        });
        versions.map(|(_, number)| number.clone()).collect()
    }

    /// Whether a word can only be a name that the FAQ does not have.
    fn is_unknown(&self, word: &str) -> bool {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        letters >= 3
            && word.is_ascii()
            && !dictionary::contains(word)
            && !self.repairer.contains(word)
            && !is_small_talk_word(word)
            && !ABBREVIATIONS.contains(&word)
            && WordClass::of(word) == WordClass::Content
    }
}

/// Short forms that people type and no dictionary lists: they name nothing.
const ABBREVIATIONS: &[&str] = &[
    "ppl",
    "sth",
    "smth",
    "sb",
    "thru",
    "cuz",
    "coz",
    "cos",
    "bcs",
    "bcz",
    "irl",
    "fyi",
    "ofc",
    "obv",
    "def",
    "prob",
    "prolly",
    "tldr",
    "eli5",
    "etc",
    "afaict",
    "imao",
    "app",
    "apps",
    "repo",
    "repos",
    "dev",
    "devs",
    "config",
    "configs",
    "async",
    "gpu",
    "gpus",
    "cpu",
    "cpus",
    "vram",
    "ram",
    "ssd",
    "euro",
    "euros",
    "info",
    "infos",
    "admin",
    "admins",
    "mod",
    "mods",
    "emoji",
    "emojis",
    "screenshot",
    "screenshots",
    "username",
    "wifi",
    "selfie",
    "vid",
    "vids",
    "pic",
    "pics",
    "msg",
    "msgs",
    "pdf",
    "faq",
    "faqs",
    "api",
    "apis",
    "url",
    "urls",
    "gotta",
    "gimme",
    "lemme",
    "kinda",
    "sorta",
    "dunno",
    "whatcha",
    "aint",
    "wasup",
    "tryna",
    "finna",
    "boi",
    "rn",
    "wym",
    "hbu",
    "wdym",
    "smb",
    "govt",
    "uni",
    "telly",
    "nan",
    "phd",
    "phds",
    "cto",
    "ceo",
    "ngo",
    "ngos",
];

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

/// Whether a word can be compared: it has two letters, or one that is a word by itself, which
/// happens outside the Latin script.
fn is_comparable(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters
        .next()
        .is_some_and(|first| !first.is_ascii() || letters.next().is_some())
}
