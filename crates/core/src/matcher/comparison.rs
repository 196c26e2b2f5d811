//! A question beside one entry: what the question has that the entry lacks or contradicts.
//!
//! A sentence vector hardly tells two texts apart that differ in one telling word. These comparisons
//! look at the words.

use super::count::as_f64;
use super::entry_traits::{EntryTraits, Traits};
use super::lexical::LexicalIndex;
use super::query::{NameInQuery, Query};
use super::roles::Roles;
use super::words::{Word, WordClass};

/// More aspects than this say nothing more.
const MOST_ASPECTS: u32 = 2;
/// A phrasing is among the nearest in words if it has this share of what the nearest has.
const NEARLY: f64 = 0.75;

/// What a question has that an entry lacks or contradicts. An entry's words are those of its phrasings
/// and of its answer, unless a field says otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a comparison of its own"
)]
pub(super) struct Comparison {
    /// The share of the question's content words that are names which the entry does not have, `[0, 1]`.
    pub foreign_names: f64,
    /// Whether the question has a number that the entry does not have.
    pub foreign_number: bool,
    /// Whether the question has a version of a name that the entry does not have.
    pub other_version: bool,
    /// The share of the question's content words that the entry does not have, `[0, 1]`.
    pub uncovered: f64,
    /// How far the question has the words of the phrasings nearest in words, but in another order,
    /// `[0, 1]`.
    pub reordered: f64,
    /// Whether the question is about the opposite of what the phrasings are about.
    pub opposite: bool,
    /// Whether the question denies what no phrasing denies, or does not deny what most do.
    pub negation: bool,
    /// Whether the question asks if something works just now, and no phrasing does.
    pub status: bool,
    /// Whether the question asks that something be made for its writer, and no phrasing does.
    pub errand: bool,
    /// Whether two words of the question have exchanged the roles that they have in a phrasing.
    pub exchanged_roles: bool,
    /// The share of the phrasings that name the FAQ's subject, if the question does not: `[0, 1]`.
    pub off_subject: f64,
    /// Aspects that the question asks for and no phrasing does, at most 2.
    pub other_aspects: u32,
}

impl Comparison {
    pub fn new(query: &Query, entry: usize, traits: &Traits, lexical: &LexicalIndex) -> Self {
        let of_entry = &traits.entries[entry];
        let has = |stem: &str| lexical.has(entry, stem) || of_entry.answer.has(stem);
        let content = || query.words.iter().filter(|w| w.class == WordClass::Content);
        let share = |count: usize| (as_f64(count) / as_f64(content().count().max(1))).min(1.0);
        let foreign = query.names.iter().filter(|name| !has_name(name, has));
        let lacks = |number: &String| !has_written(&Word::new(number).stem, has);
        let uncovered = content().filter(|word| !has(&word.stem));
        let names_subject = content().any(|word| traits.subject.contains(word.stem.as_str()));
        let (asked, signs) = (query.signs, of_entry.signs);
        Self {
            foreign_names: share(foreign.map(|name| name.typed.len()).sum()),
            foreign_number: query.numbers.iter().any(lacks),
            other_version: query.versions.iter().any(lacks),
            uncovered: share(uncovered.count()),
            reordered: reordered(&query.words, of_entry),
            opposite: asked.poles.oppose(signs.poles),
            negation: asked.negated && !signs.negated || !asked.negated && of_entry.mostly_negated,
            status: asked.status && !signs.status,
            errand: asked.errand && !signs.errand,
            exchanged_roles: exchanged_roles(&query.words, of_entry),
            off_subject: if names_subject {
                0.0
            } else {
                of_entry.names_subject.into()
            },
            other_aspects: asked.aspects.beyond(signs.aspects).min(MOST_ASPECTS),
        }
    }
}

/// Whether an entry that `has` some stems has the name, as typed or as the FAQ calls it.
fn has_name(name: &NameInQuery, has: impl Fn(&str) -> bool) -> bool {
    let has_all = |stems: &[String]| stems.iter().all(|stem| has_written(stem, &has));
    has_all(&name.typed) || name.main_name.as_deref().is_some_and(has_all)
}

/// Whether an entry that `has` some stems has this one: "llama2" is what others write as "llama 2".
fn has_written(stem: &str, has: impl Fn(&str) -> bool) -> bool {
    let digits = stem.find(|c: char| c.is_ascii_digit()).filter(|&at| at > 0);
    has(stem) || digits.is_some_and(|at| has(&stem[..at]) && has(&stem[at..]))
}

/// Whether two words have other roles in `question` than in the phrasings of the entry.
fn exchanged_roles(question: &[Word], entry: &EntryTraits) -> bool {
    let asked = Roles::of(question);
    if asked.is_empty() {
        // As in most questions: nothing to look for in the phrasings.
        return false;
    }
    let phrasings = entry.phrasings.iter();
    let phrasings: Vec<Roles<'_>> = phrasings.map(|p| Roles::of(&p.words)).collect();
    asked.are_exchanged(&phrasings)
}

/// How far `question` has the words of the nearest phrasings in another order: of the phrasings that
/// share nearly the most words with it (intersection over union), the least share of their common
/// pairs of words that stand the other way round, times the greatest share of words in common.
fn reordered(question: &[Word], entry: &EntryTraits) -> f64 {
    let asked = content_stems(question);
    let compared: Vec<(f64, f64)> = entry
        .phrasings
        .iter()
        .filter_map(|phrasing| {
            let written = content_stems(&phrasing.words);
            let place = |stem: &&str| written.iter().position(|other| other == stem);
            let places: Vec<usize> = asked.iter().filter_map(place).collect();
            let either = asked.len() + written.len() - places.len();
            Some((as_f64(places.len()) / as_f64(either), inversions(&places)?))
        })
        .collect();
    let most = compared
        .iter()
        .map(|(common, _)| *common)
        .fold(0.0, f64::max);
    let near = compared
        .iter()
        .filter(|(common, _)| *common >= NEARLY * most);
    let least = near
        .map(|(_, inverted)| *inverted)
        .fold(f64::INFINITY, f64::min);
    if least.is_finite() { least * most } else { 0.0 }
}

/// The share of pairs that stand in falling order (Kendall's distance); `None` without any pair.
fn inversions(places: &[usize]) -> Option<f64> {
    let (mut pairs, mut inverted) = (0, 0);
    for (at, first) in places.iter().enumerate() {
        for second in &places[at + 1..] {
            pairs += 1;
            inverted += usize::from(first > second);
        }
    }
    (pairs > 0).then(|| as_f64(inverted) / as_f64(pairs))
}

/// The stems of the content words, each once.
fn content_stems(words: &[Word]) -> Vec<&str> {
    let mut stems: Vec<&str> = Vec::with_capacity(words.len());
    for word in words.iter().filter(|w| w.class == WordClass::Content) {
        if !stems.contains(&word.stem.as_str()) {
            stems.push(&word.stem);
        }
    }
    stems
}
