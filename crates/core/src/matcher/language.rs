//! Whether a text is English, which is all that the FAQ is written in and the matcher reads.

use super::count::as_f64;
use super::dictionary;
use super::query::QueryReader;
use super::small_talk::is_small_talk_word;

/// From this share of words that are not English, a text is in another language.
const FOREIGN: f64 = 0.5;
/// Frequent words of other languages that the dictionary has because English texts quote them, unless
/// they are frequent English words, too.
const ELSEWHERE: &[&str] = &[
    "auf", "avec", "che", "como", "con", "dans", "das", "del", "della", "der", "des", "ein", "el",
    "es", "est", "het", "ik", "il", "ist", "kan", "la", "las", "le", "les", "los", "mit", "och",
    "para", "por", "pour", "qu", "que", "ser", "sur", "um", "un", "una", "und", "une", "van",
    "von", "wat",
];
/// In a text of fewer words, one name tips the balance.
const MIN_WORDS: usize = 3;

/// Whether `typed` may be English: its letters are Latin, and most of its words are English, words of
/// the FAQ, names, or such words mistyped. So may a text of one or two words.
pub(super) fn may_be_english(typed: &[String], reader: &QueryReader) -> bool {
    let letters = || {
        typed
            .iter()
            .flat_map(|word| word.chars())
            .filter(|c| c.is_alphabetic())
    };
    let latin = letters().filter(|&c| c < '\u{250}').count();
    if latin * 2 < letters().count() {
        return false;
    }
    // Some English word is near to every short one.
    let is_mistyped = |word: &str| {
        let meant = reader.repairer.repair(word);
        meant.is_some_and(|meant| reader.repairer.contains(&meant))
    };
    let is_known = |word: &&String| {
        dictionary::contains(word) && !ELSEWHERE.contains(&word.as_str())
            || reader.repairer.contains(word)
            || reader.names.has_word(word)
            || is_small_talk_word(word)
            || word.chars().any(|c| c.is_ascii_digit())
            || is_mistyped(word)
    };
    let foreign = typed.iter().filter(|word| !is_known(word)).count();
    typed.len() < MIN_WORDS || as_f64(foreign) < FOREIGN * as_f64(typed.len())
}
