//! Cosines by character n-grams, each weighted by its inverse document frequency over all phrasings.

use super::count::as_f32;
use super::lexical::idf;
use super::ngrams::ngrams;
use super::phrasing::Phrasing;
use super::words::Word;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The phrasings of all entries by their character n-grams.
///
/// Comparing a phrasing costs more here than by words, so only those that share the most with the
/// question are compared.
#[derive(Debug, Default)]
pub(super) struct NgramIndex {
    phrasings: Vec<Arc<Phrasing>>,
    /// The length of each phrasing's vector, as the bits of an `f32`: computed when it is first needed,
    /// 0 until then.
    lengths: Vec<AtomicU32>,
    idf: FxHashMap<u32, f32>,
    /// The weight of an n-gram that no phrasing has.
    unseen_idf: f32,
}

impl NgramIndex {
    pub fn new(entries: &[Vec<Arc<Phrasing>>]) -> Self {
        let phrasings: Vec<_> = entries.iter().flatten().cloned().collect();
        let mut lengths = Vec::new();
        lengths.resize_with(phrasings.len(), AtomicU32::default);
        let mut idfs: FxHashMap<u32, f32> = FxHashMap::default();
        for phrasing in &phrasings {
            for (ngram, _) in phrasing.ngrams() {
                *idfs.entry(*ngram).or_default() += 1.0;
            }
        }
        let all = as_f32(phrasings.len());
        for count in idfs.values_mut() {
            *count = idf(*count, all);
        }
        Self {
            phrasings,
            lengths,
            idf: idfs,
            unseen_idf: idf(0.0, all),
        }
    }

    /// The n-grams of a question, for [`cosine`](Self::cosine).
    pub fn query(&self, words: &[Word]) -> QueryNgrams {
        let mut ngrams = ngrams(words);
        let length = self.length(&ngrams);
        for (ngram, x) in &mut ngrams {
            // Squared: once for the question, once for the phrasing.
            *x *= self.idf(*ngram).powi(2) / length;
        }
        QueryNgrams::new(&ngrams)
    }

    /// Cosine of a question and a phrasing, `[0, 1]`.
    pub fn cosine(&self, query: &QueryNgrams, phrasing: usize) -> f32 {
        let ngrams = self.phrasings[phrasing].ngrams();
        let sum: f32 = ngrams.iter().map(|&(ngram, x)| x * query.get(ngram)).sum();
        (sum / self.length_of(phrasing)).min(1.0)
    }

    fn idf(&self, ngram: u32) -> f32 {
        self.idf.get(&ngram).copied().unwrap_or(self.unseen_idf)
    }

    /// The length of the weighted vector of these n-grams.
    fn length(&self, ngrams: &[(u32, f32)]) -> f32 {
        let square = |&(ngram, x): &(u32, f32)| (x * self.idf(ngram)).powi(2);
        let length = ngrams.iter().map(square).sum::<f32>().sqrt();
        length.max(f32::MIN_POSITIVE)
    }

    fn length_of(&self, phrasing: usize) -> f32 {
        // Threads that compute it at the same time store the same value.
        let known = self.lengths[phrasing].load(Ordering::Relaxed);
        if known != 0 {
            return f32::from_bits(known);
        }
        let length = self.length(self.phrasings[phrasing].ngrams());
        self.lengths[phrasing].store(length.to_bits(), Ordering::Relaxed);
        length
    }
}

/// The weighted n-grams of a question: a hash table, so that a phrasing is compared in one pass over
/// its own n-grams.
#[derive(Debug)]
pub(super) struct QueryNgrams {
    /// A power of two of slots, most of them free. An n-gram takes the first free slot from its hash
    /// on.
    slots: Box<[(u32, f32)]>,
}

impl QueryNgrams {
    fn new(ngrams: &[(u32, f32)]) -> Self {
        let size = (8 * ngrams.len()).next_power_of_two();
        let mut table = Self {
            slots: vec![(0, 0.0); size].into(),
        };
        for &(ngram, x) in ngrams {
            let slot = table.slot(ngram);
            table.slots[slot] = (ngram, x);
        }
        table
    }

    /// The slot of an n-gram, or the free one that it would take.
    fn slot(&self, ngram: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = ngram as usize & mask;
        while self.slots[slot].1 != 0.0 && self.slots[slot].0 != ngram {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// The weight of an n-gram; 0 where the question lacks it.
    fn get(&self, ngram: u32) -> f32 {
        self.slots[self.slot(ngram)].1
    }
}
