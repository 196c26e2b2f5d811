//! Scores by words.
//!
//! With `idf(t) = ln(1 + (N − n + ½) / (n + ½))` over the `N` entries, `n` of which have the stem
//! `t` (Robertson and Spärck Jones), and `w(t) = idf(t) · k(t)`, where `k` is smaller for function
//! words and larger for proper names:
//!
//! * an **entry** is one document of all its phrasings, scored by BM25 and divided by the question's
//!   whole weight, so that 1 would be every word saturated, in any FAQ;
//! * a **phrasing** is scored by the cosine of `w`-weighted stems.

use super::count::as_f32;
use super::phrasing::Phrasing;
use super::words::{Word, WordClass};
use std::collections::HashMap;
use std::sync::Arc;

/// Saturation and length normalisation of BM25, in the ranges usual for short texts.
const K1: f32 = 1.2;
const B: f32 = 0.4;

/// The weights `k` of words other than common content words.
const FUNCTION: f32 = 0.6;
const INTERROGATIVE: f32 = 0.8;
const PROPER: f32 = 1.1;

#[derive(Debug, Clone)]
struct Term {
    /// Its weight `w`.
    weight: f32,
    /// Entries that have it, with its share of their BM25 score before the weight.
    entries: Vec<(u32, f32)>,
    /// Phrasings that have it, with its share of their unit vector.
    phrasings: Vec<(u32, f32)>,
}

/// The words of all phrasings and of the out-of-scope questions.
#[derive(Debug, Default)]
pub(super) struct LexicalIndex {
    /// The position of each stem in `terms`.
    ids: HashMap<Box<str>, u32>,
    terms: Vec<Term>,
    /// The idf of a stem that no entry has.
    unseen_idf: f32,
    entries: usize,
    /// How many phrasings there are. The out-of-scope questions are numbered after them.
    phrasings: usize,
    /// How many there are with the out-of-scope questions.
    questions: usize,
}

/// The scores of one question.
#[derive(Debug, Default, Clone)]
pub(super) struct LexicalScores {
    /// Per entry, `[0, 1]`.
    pub entries: Vec<f32>,
    /// Per phrasing, `[0, 1]`.
    pub phrasings: Vec<f32>,
    /// Of the nearest out-of-scope question, `[0, 1]`.
    pub out_of_scope: f32,
}

/// The weight `k` of a word.
fn class_weight(word: &Word, proper: bool) -> f32 {
    match word.class {
        WordClass::Function => FUNCTION,
        WordClass::Interrogative => INTERROGATIVE,
        WordClass::Content if proper => PROPER,
        WordClass::Content => 1.0,
    }
}

/// The inverse document frequency of what `having` of `all` documents have.
pub(super) fn idf(having: f32, all: f32) -> f32 {
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

impl LexicalIndex {
    /// Indexes the phrasings of each entry and the out-of-scope questions. `is_proper`: whether a stem
    /// is part of a proper name.
    pub fn new(
        entries: &[Vec<Arc<Phrasing>>],
        out_of_scope: &[Arc<Phrasing>],
        is_proper: impl Fn(&str) -> bool,
    ) -> Self {
        let all = as_f32(entries.len());
        let mut index = Self {
            unseen_idf: idf(0.0, all),
            entries: entries.len(),
            phrasings: entries.iter().map(Vec::len).sum(),
            ..Self::default()
        };
        let mut class_weights: Vec<f32> = Vec::new();
        let mut lengths = Vec::with_capacity(entries.len());
        // Term frequencies first: weights depend on all entries.
        let mut number = 0;
        for (entry, phrasings) in (0_u32..).zip(entries) {
            let mut length = 0.0;
            for phrasing in phrasings {
                length += as_f32(phrasing.words.len());
                for word in &phrasing.words {
                    let term = index.term(word, &is_proper, &mut class_weights);
                    increment(&mut term.entries, entry);
                    increment(&mut term.phrasings, number);
                }
                number += 1;
            }
            lengths.push(length);
        }
        for question in out_of_scope {
            for word in &question.words {
                let term = index.term(word, &is_proper, &mut class_weights);
                increment(&mut term.phrasings, number);
            }
            number += 1;
        }
        index.questions = index.phrasings + out_of_scope.len();
        let mean = (lengths.iter().sum::<f32>() / as_f32(lengths.len().max(1))).max(1.0);
        let mut norms = vec![0.0_f32; index.questions];
        for (term, class_weight) in index.terms.iter_mut().zip(&class_weights) {
            term.weight = idf(as_f32(term.entries.len()), all) * class_weight;
            for (entry, tf) in &mut term.entries {
                let norm = 1.0 - B + B * lengths[*entry as usize] / mean;
                *tf /= *tf + K1 * norm;
            }
            for (phrasing, tf) in &mut term.phrasings {
                *tf = (1.0 + tf.ln()) * term.weight;
                norms[*phrasing as usize] += *tf * *tf;
            }
        }
        for term in &mut index.terms {
            for (phrasing, share) in &mut term.phrasings {
                *share /= norms[*phrasing as usize].sqrt().max(f32::MIN_POSITIVE);
            }
        }
        index
    }

    /// The term of a word, which is added if it is new.
    fn term(
        &mut self,
        word: &Word,
        is_proper: &impl Fn(&str) -> bool,
        class_weights: &mut Vec<f32>,
    ) -> &mut Term {
        let id = match self.ids.get(word.stem.as_str()) {
            Some(&id) => id as usize,
            None => {
                let id = self.terms.len();
                self.ids.insert(
                    word.stem.as_str().into(),
                    u32::try_from(id).unwrap_or(u32::MAX),
                );
                self.terms.push(Term {
                    weight: 0.0,
                    entries: Vec::new(),
                    phrasings: Vec::new(),
                });
                class_weights.push(class_weight(word, is_proper(&word.stem)));
                id
            }
        };
        &mut self.terms[id]
    }

    fn known_term(&self, word: &Word) -> Option<&Term> {
        let id = self.ids.get(word.stem.as_str())?;
        Some(&self.terms[*id as usize])
    }

    /// Scores every entry and phrasing.
    pub fn score(&self, question: &[Word]) -> LexicalScores {
        let mut scores = LexicalScores {
            entries: vec![0.0; self.entries],
            phrasings: vec![0.0; self.questions],
            out_of_scope: 0.0,
        };
        let mut counts: Vec<(&Word, f32)> = Vec::new();
        for word in question {
            match counts.iter_mut().find(|(other, _)| other.stem == word.stem) {
                Some((_, count)) => *count += 1.0,
                None => counts.push((word, 1.0)),
            }
        }
        let (mut total, mut squares) = (0.0, 0.0);
        for &(word, count) in &counts {
            let term = self.known_term(word);
            let weight = match term {
                Some(term) => term.weight,
                None => self.unseen_idf * class_weight(word, false),
            };
            total += weight;
            let share = (1.0 + count.ln()) * weight;
            squares += share * share;
            let Some(term) = term else {
                continue;
            };
            for &(entry, tf) in &term.entries {
                scores.entries[entry as usize] += tf * weight;
            }
            for &(phrasing, unit) in &term.phrasings {
                scores.phrasings[phrasing as usize] += unit * share;
            }
        }
        if total > 0.0 {
            scores.entries.iter_mut().for_each(|s| *s /= total);
            let norm = squares.sqrt();
            scores
                .phrasings
                .iter_mut()
                .for_each(|s| *s = (*s / norm).min(1.0));
        }
        let out_of_scope = scores.phrasings.split_off(self.phrasings);
        scores.out_of_scope = out_of_scope.into_iter().fold(0.0, f32::max);
        scores
    }

    /// Whether a phrasing of the entry has the stem.
    pub fn has(&self, entry: usize, stem: &str) -> bool {
        let Some(&id) = self.ids.get(stem) else {
            return false;
        };
        let of_entry = |&(other, _): &(u32, f32)| (other as usize).cmp(&entry);
        self.terms[id as usize]
            .entries
            .binary_search_by(of_entry)
            .is_ok()
    }

    /// The stems that at least this share of the entries have.
    pub fn common_stems(&self, share: f32) -> impl Iterator<Item = &str> {
        let least = share * as_f32(self.entries);
        let ids = self.ids.iter();
        let common =
            ids.filter(move |&(_, &id)| as_f32(self.terms[id as usize].entries.len()) >= least);
        common.map(|(stem, _)| &**stem)
    }

    /// The words that a question and an entry share, with what each adds to the entry's score, the
    /// greatest first.
    pub fn shared_words(&self, question: &[Word], entry: usize) -> Vec<(String, f32)> {
        let mut shared: Vec<(String, f32)> = Vec::new();
        for word in question {
            let Some(term) = self.known_term(word) else {
                continue;
            };
            if shared.iter().any(|(text, _)| *text == word.text) {
                continue;
            }
            if let Some((_, tf)) = term.entries.iter().find(|(e, _)| *e as usize == entry) {
                shared.push((word.text.clone(), tf * term.weight));
            }
        }
        shared.sort_by(|a, b| b.1.total_cmp(&a.1));
        shared
    }
}

/// Counts one more occurrence in the document `id`, which is the last or a new one.
fn increment(postings: &mut Vec<(u32, f32)>, id: u32) {
    match postings.last_mut() {
        Some((last, count)) if *last == id => *count += 1.0,
        _ => postings.push((id, 1.0)),
    }
}
