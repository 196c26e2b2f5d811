//! Ranking by words.
//!
//! With `idf(t) = ln(1 + (N − n + ½) / (n + ½))` over the `N` entries, `n` of which have the stem
//! `t` (Robertson and Spärck Jones), and `w(t) = idf(t) · k(t)`, where `k` is smaller for words that
//! only hold a sentence together and larger for proper names:
//!
//! * an **entry** is one document of all its wordings, scored by BM25 and divided by the
//!   question's whole weight, so that 1 would be every word saturated, in any book;
//! * its nearest **wording** is found by the cosine of `w`-weighted stems;
//! * and compared in **characters**, sequences of two to four, by cosine. That costs, so only the
//!   wordings that share the most with the question are compared.

use super::preprocess::Wording;
use super::spread::Spread;
use super::words::{Kind, Word};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Saturation and length normalisation of BM25, in the ranges usual for short texts.
const K1: f32 = 1.2;
const B: f32 = 0.4;

/// How much kinds of words count beside a telling one.
const FUNCTION: f32 = 0.6;
const ASKING: f32 = 0.8;
const PROPER: f32 = 1.1;

#[derive(Debug, Clone)]
struct Term {
    /// Its weight `w`.
    weight: f32,
    /// Entries that have it, with its share of their BM25 score before the weight.
    entries: Vec<(u32, f32)>,
    /// Wordings that have it, with its share of their unit vector.
    wordings: Vec<(u32, f32)>,
}

/// A book's words, indexed.
#[derive(Debug, Default)]
pub(super) struct Lexical {
    ids: HashMap<Box<str>, u32>,
    terms: Vec<Term>,
    /// The weight factor-free idf of a word that no entry has.
    rarest: f32,
    /// The entry of each wording.
    owner: Vec<u32>,
    /// The first wording of each entry, and one more.
    starts: Vec<u32>,
    /// How many wordings are the entries'; those after them are questions that no entry answers.
    count: usize,
    /// How many there are with those.
    questions: usize,
    /// Each wording, for its character sequences.
    wordings: Vec<Arc<Wording>>,
    /// The lengths of their vectors as bits of an `f32`, each computed when it is first needed;
    /// until then 0.
    lengths: Vec<AtomicU32>,
    gram_idf: HashMap<u32, f32, Spread>,
    rarest_gram: f32,
}

/// What the words say of one question.
#[derive(Debug, Default, Clone)]
pub(super) struct Scores {
    /// Per entry, `[0, 1]`.
    pub entries: Vec<f32>,
    /// Per wording, `[0, 1]`.
    pub wordings: Vec<f32>,
    /// The nearest question that no entry answers, `[0, 1]`.
    pub out_of_scope: f32,
}

/// The weight factor of a word.
fn factor(word: &Word, proper: bool) -> f32 {
    match word.kind {
        Kind::Function => FUNCTION,
        Kind::Asking => ASKING,
        Kind::Content if proper => PROPER,
        Kind::Content => 1.0,
    }
}

fn idf(having: usize, all: usize) -> f32 {
    idf_of(small(having), small(all))
}

fn idf_of(having: f32, all: f32) -> f32 {
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

impl Lexical {
    pub fn new(
        entries: &[Vec<Arc<Wording>>],
        out_of_scope: &[Arc<Wording>],
        proper: impl Fn(&str) -> bool,
    ) -> Self {
        let mut index = Self {
            rarest: idf(0, entries.len()),
            starts: vec![0],
            ..Self::default()
        };
        let mut factors: Vec<f32> = Vec::new();
        let mut lengths = Vec::with_capacity(entries.len());
        // Term frequencies first: weights need to know all entries.
        for (entry, wordings) in (0_u32..).zip(entries) {
            let mut length = 0.0;
            for prepared in wordings {
                let wording = index.owner.len();
                index.owner.push(entry);
                length += small(prepared.words.len());
                for word in &prepared.words {
                    let id = index.term(word, &proper, &mut factors);
                    let term = &mut index.terms[id];
                    add(&mut term.entries, entry);
                    add(
                        &mut term.wordings,
                        u32::try_from(wording).unwrap_or(u32::MAX),
                    );
                }
            }
            index
                .starts
                .push(u32::try_from(index.owner.len()).unwrap_or(u32::MAX));
            lengths.push(length);
        }
        index.count = index.owner.len();
        for (wording, prepared) in (index.count..).zip(out_of_scope) {
            for word in &prepared.words {
                let id = index.term(word, &proper, &mut factors);
                add(
                    &mut index.terms[id].wordings,
                    u32::try_from(wording).unwrap_or(u32::MAX),
                );
            }
        }
        let mean = (lengths.iter().sum::<f32>() / small(lengths.len().max(1))).max(1.0);
        let mut norms = vec![0.0_f32; index.count + out_of_scope.len()];
        for (term, factor) in index.terms.iter_mut().zip(&factors) {
            term.weight = idf(term.entries.len(), entries.len()) * factor;
            for (entry, tf) in &mut term.entries {
                let norm = 1.0 - B + B * lengths[*entry as usize] / mean;
                *tf /= *tf + K1 * norm;
            }
            for (wording, tf) in &mut term.wordings {
                *tf = (1.0 + tf.ln()) * term.weight;
                norms[*wording as usize] += *tf * *tf;
            }
        }
        for term in &mut index.terms {
            for (wording, share) in &mut term.wordings {
                *share /= norms[*wording as usize].sqrt().max(f32::MIN_POSITIVE);
            }
        }
        index.questions = norms.len();
        index.index_grams(entries);
        index
    }

    fn term(
        &mut self,
        word: &Word,
        proper: &impl Fn(&str) -> bool,
        factors: &mut Vec<f32>,
    ) -> usize {
        if let Some(&id) = self.ids.get(word.stem.as_str()) {
            return id as usize;
        }
        let id = self.terms.len();
        self.ids.insert(
            word.stem.as_str().into(),
            u32::try_from(id).unwrap_or(u32::MAX),
        );
        self.terms.push(Term {
            weight: 0.0,
            entries: Vec::new(),
            wordings: Vec::new(),
        });
        factors.push(factor(word, proper(&word.stem)));
        id
    }

    fn index_grams(&mut self, entries: &[Vec<Arc<Wording>>]) {
        self.wordings = entries.iter().flatten().cloned().collect();
        self.lengths
            .resize_with(self.wordings.len(), AtomicU32::default);
        for wording in &self.wordings {
            for (gram, _) in wording.grams() {
                *self.gram_idf.entry(*gram).or_default() += 1.0;
            }
        }
        let all = small(self.wordings.len());
        for having in self.gram_idf.values_mut() {
            *having = idf_of(*having, all);
        }
        self.rarest_gram = idf_of(0.0, all);
    }

    fn gram_idf(&self, gram: u32) -> f32 {
        let idf = self.gram_idf.get(&gram);
        idf.copied().unwrap_or(self.rarest_gram)
    }

    /// The length of these sequences' vector, each weighted by how rare it is.
    fn length(&self, grams: &[(u32, f32)]) -> f32 {
        let square = |&(gram, x): &(u32, f32)| (x * self.gram_idf(gram)).powi(2);
        let length = grams.iter().map(square).sum::<f32>().sqrt();
        length.max(f32::MIN_POSITIVE)
    }

    fn length_of(&self, wording: usize) -> f32 {
        // Whoever computes it at the same time finds the same.
        let known = self.lengths[wording].load(Ordering::Relaxed);
        if known != 0 {
            return f32::from_bits(known);
        }
        let length = self.length(self.wordings[wording].grams());
        self.lengths[wording].store(length.to_bits(), Ordering::Relaxed);
        length
    }

    /// How many entries are indexed.
    pub fn entries(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many wordings they have.
    pub fn wordings(&self) -> usize {
        self.owner.len()
    }

    /// The entry of a wording.
    pub fn owner(&self, wording: usize) -> usize {
        self.owner[wording] as usize
    }

    /// The wordings of an entry.
    pub fn of(&self, entry: usize) -> std::ops::Range<usize> {
        self.starts[entry] as usize..self.starts[entry + 1] as usize
    }

    /// The weight of a word, also of one that no entry has.
    pub fn weight(&self, word: &Word) -> f32 {
        match self.ids.get(word.stem.as_str()) {
            Some(&id) => self.terms[id as usize].weight,
            None => self.rarest * factor(word, false),
        }
    }

    /// Scores every entry and wording.
    pub fn score(&self, question: &[Word]) -> Scores {
        let mut scores = Scores {
            entries: vec![0.0; self.starts.len() - 1],
            wordings: vec![0.0; self.questions],
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
            let weight = self.weight(word);
            total += weight;
            let share = (1.0 + count.ln()) * weight;
            squares += share * share;
            let Some(&id) = self.ids.get(word.stem.as_str()) else {
                continue;
            };
            let term = &self.terms[id as usize];
            for &(entry, tf) in &term.entries {
                scores.entries[entry as usize] += tf * weight;
            }
            for &(wording, unit) in &term.wordings {
                scores.wordings[wording as usize] += unit * share;
            }
        }
        if total > 0.0 {
            scores.entries.iter_mut().for_each(|s| *s /= total);
            let norm = squares.sqrt();
            scores
                .wordings
                .iter_mut()
                .for_each(|s| *s = (*s / norm).min(1.0));
        }
        let out_of_scope = scores.wordings.split_off(self.count);
        scores.out_of_scope = out_of_scope.into_iter().fold(0.0, f32::max);
        scores
    }

    /// The stems that a question and an entry share, with what each adds to the entry's score.
    pub fn shared(&self, question: &[Word], entry: usize) -> Vec<(String, f32)> {
        let mut shared: Vec<(String, f32)> = Vec::new();
        for word in question {
            let Some(&id) = self.ids.get(word.stem.as_str()) else {
                continue;
            };
            let term = &self.terms[id as usize];
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

    /// A question's character sequences, for [`characters`](Self::characters).
    pub fn question_grams(&self, question: &[Word]) -> QuestionGrams {
        let mut grams = grams(question);
        let length = self.length(&grams);
        for (gram, x) in &mut grams {
            // Squared: once for the question, once for the wording.
            *x *= self.gram_idf(*gram).powi(2) / length;
        }
        QuestionGrams::new(&grams)
    }

    /// Cosine in character sequences of a question and a wording, `[0, 1]`.
    pub fn characters(&self, question: &QuestionGrams, wording: usize) -> f32 {
        let grams = self.wordings[wording].grams();
        let sum: f32 = grams.iter().map(|&(gram, x)| x * question.get(gram)).sum();
        (sum / self.length_of(wording)).min(1.0)
    }
}

/// What [`Lexical::question_grams`] makes: a table by hash, so that a wording is compared in one pass over
/// its own sequences.
#[derive(Debug)]
pub(super) struct QuestionGrams {
    /// A power of two of places, most of them free: a sequence stands at the first free one from its
    /// hash on.
    places: Box<[(u32, f32)]>,
}

impl QuestionGrams {
    fn new(grams: &[(u32, f32)]) -> Self {
        let size = (8 * grams.len()).next_power_of_two();
        let mut table = Self {
            places: vec![(0, 0.0); size].into(),
        };
        for &(gram, x) in grams {
            let place = table.place(gram);
            table.places[place] = (gram, x);
        }
        table
    }

    /// Where a sequence stands or would stand.
    fn place(&self, gram: u32) -> usize {
        let mask = self.places.len() - 1;
        let mut place = gram as usize & mask;
        while self.places[place].1 != 0.0 && self.places[place].0 != gram {
            place = (place + 1) & mask;
        }
        place
    }

    /// How much a sequence counts; 0 where the question has it not.
    fn get(&self, gram: u32) -> f32 {
        self.places[self.place(gram)].1
    }
}

/// The sequences of two to four characters of each word with a space at either end, sorted by their
/// hash, each with one more than the logarithm of how often it stands there.
pub(super) fn grams(words: &[Word]) -> Box<[(u32, f32)]> {
    let mut all = Vec::new();
    let mut letters = Vec::new();
    for word in words {
        letters.clear();
        letters.push(' ');
        letters.extend(word.text.chars());
        letters.push(' ');
        for n in 2..=4 {
            all.extend(letters.windows(n).map(hash));
        }
    }
    all.sort_unstable();
    let mut out: Vec<(u32, f32)> = Vec::with_capacity(all.len());
    for gram in all {
        match out.last_mut() {
            Some((last, count)) if *last == gram => *count += 1.0,
            _ => out.push((gram, 1.0)),
        }
    }
    for (_, x) in &mut out {
        *x = 1.0 + x.ln();
    }
    out.into()
}

/// FNV-1a over characters: short keys, the same on every machine.
fn hash(letters: &[char]) -> u32 {
    letters.iter().fold(0x811c_9dc5, |hash, &c| {
        (hash ^ u32::from(c)).wrapping_mul(0x0100_0193)
    })
}

fn add(postings: &mut Vec<(u32, f32)>, id: u32) {
    match postings.last_mut() {
        Some((last, count)) if *last == id => *count += 1.0,
        _ => postings.push((id, 1.0)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^24")]
fn small(n: usize) -> f32 {
    n as f32
}
