//! A question → the entries that may answer it, ranked, each with a confidence.
//!
//! [`Matcher::new`] indexes a [`Knowledge`], [`Matcher::rank`] answers for one question. The modules
//! behind them, each using only those before it:
//!
//! | modules | what they do |
//! | --- | --- |
//! | `normalise`, `words`, `padding` | text → words |
//! | `dictionary`, `small_talk`, `repair`, `alias`, `names` | what words mean: typos, names, chatter |
//! | `ngrams`, `exact_match`, `encoded_text`, `signs` | what else is compared of a text |
//! | `query`, `phrasing`, `answer_text`, `preprocess`, `language`, `split_questions` | reads questions, and the FAQ's texts |
//! | `sentence_encoder`, `vector_cache`, `vectors`, `background` | sentence vectors |
//! | `phrasing_map`, `lexical`, `ngram_index`, `judge`, `semantic` | scores by words, characters and vectors |
//! | `roles`, `entry_traits`, `comparison`, `objection` | what a question has that an entry lacks |
//! | `features`, `weighted_sum`, `score`, `calibration` | scores → one score and a probability |
//! | `index`, `ranking`, `screened`, `explanation` | put these together |

mod alias;
mod answer_text;
mod background;
mod calibration;
mod comparison;
mod count;
mod dictionary;
mod encoded_text;
mod entry_traits;
mod exact_match;
mod explanation;
mod features;
mod index;
mod judge;
mod language;
mod lexical;
mod names;
mod ngram_index;
mod ngrams;
mod normalise;
mod objection;
mod padding;
mod phrasing;
mod phrasing_map;
mod preprocess;
mod query;
mod ranking;
mod repair;
mod roles;
mod score;
mod screened;
mod semantic;
mod sentence_encoder;
mod signs;
mod small_talk;
mod split_questions;
mod vector_cache;
mod vectors;
mod weighted_sum;
mod words;

#[cfg(test)]
mod tests;

pub use alias::AppliedAlias;
pub use citebot_encoder::{Encoder, EncoderError, Layers};
pub use explanation::{EntryExplanation, RankingExplanation};
pub use features::Features;
pub use normalise::normalise;
pub use objection::Objection;
pub use ranking::{EarlyExit, MAX_MATCHES};
pub use repair::Repair;
pub use screened::Screened;
pub use sentence_encoder::SentenceEncoder;
pub use small_talk::is_greeting;
pub use split_questions::split_questions;
pub use vector_cache::{CacheError, VectorCache};
pub use weighted_sum::Contribution;

use crate::knowledge::Knowledge;
use alias::Aliases;
use index::Index;
use phrasing::Phrasing;
use preprocess::{PreprocessCache, PreprocessedKnowledge};
use ranking::{EXACT_MATCH, exact_match, rank, screen};
use std::sync::Arc;

/// An entry that may answer a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// The entry's position in [`Knowledge::entries`].
    pub entry: usize,
    /// The probability that it answers the question, in `[0, 1]`: of the matches with 0.9, nine in
    /// ten should be right.
    pub confidence: f64,
    /// What keeps it from answering a message that is not addressed to the bot.
    pub objection: Option<Objection>,
}

/// The texts of a FAQ that are encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// All of them.
    pub all: Vec<String>,
    /// Those that have no vector yet, each once.
    pub missing: Vec<String>,
}

/// An index of one [`Knowledge`]: immutable, shared by all readers.
#[derive(Debug)]
pub struct Matcher {
    index: Index,
}

impl Matcher {
    /// Indexes every phrasing of `knowledge` by words alone.
    #[must_use]
    pub fn new(knowledge: &Knowledge) -> Self {
        Self {
            index: Index::lexical(knowledge),
        }
    }

    /// Indexes every phrasing of `knowledge` by words and by sentence vectors.
    ///
    /// Only texts that `cache` lacks are encoded, on this many `threads`; their vectors are added to
    /// it, as is everything else that the next index can reuse. A cache of another model is emptied.
    /// `progress` gets the number of texts encoded and their total.
    #[must_use]
    pub fn with_encoder(
        knowledge: &Knowledge,
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        prepare(cache, encoder.fingerprint());
        Self {
            index: Index::semantic(knowledge, encoder, cache, threads, progress),
        }
    }

    /// The texts of `knowledge`: all that are encoded, and those of them that `cache` lacks and that no other
    /// index has a vector of, which [`with_encoder`](Self::with_encoder) would encode. What they are
    /// preprocessed to is added to `cache`.
    #[must_use]
    pub fn texts(
        knowledge: &Knowledge,
        encoder: &dyn SentenceEncoder,
        cache: &mut VectorCache,
        threads: usize,
    ) -> Texts {
        prepare(cache, encoder.fingerprint());
        let preprocessed = PreprocessedKnowledge::new(knowledge, cache.preprocessed(), threads);
        let new = preprocessed
            .encoded()
            .filter(|text| text.vector.get().is_none());
        let missing = cache.missing(new.map(|text| text.text.as_str()), encoder.dims());
        Texts {
            all: preprocessed
                .encoded()
                .map(|text| text.text.clone())
                .collect(),
            missing,
        }
    }

    /// How many phrasings are indexed, questions included.
    #[must_use]
    pub fn phrasings(&self) -> usize {
        self.index.phrasings.phrasings()
    }

    /// The texts of `knowledge` that [`with_encoder`](Self::with_encoder) encodes, without the
    /// background sentences.
    #[must_use]
    pub fn texts_to_encode(knowledge: &Knowledge) -> Vec<String> {
        let preprocessed =
            PreprocessedKnowledge::new(knowledge, &mut PreprocessCache::default(), 1);
        let encoded = preprocessed.encoded();
        encoded.map(|encoded| encoded.text.clone()).collect()
    }

    /// The part of a question or a phrasing that is encoded: normalised, without the padding around it.
    #[must_use]
    pub fn text_to_encode(text: &str) -> String {
        Phrasing::new(text, &Aliases::default()).encoded.text
    }

    /// Computes the vectors of the background sentences, which the program contains for its own
    /// model.
    #[must_use]
    pub fn background_vectors(encoder: &dyn SentenceEncoder, threads: usize) -> VectorCache {
        background::vectors(encoder, threads)
    }

    /// The entry that has `question` as a phrasing, word for word or except for words that change
    /// nothing. [`rank`](Self::rank) puts it first; this avoids nearly all of its work.
    #[must_use]
    pub fn exact_match(&self, question: &str) -> Option<Match> {
        let query = self.index.reader.read(question);
        let phrasing = exact_match(&self.index, &query)?;
        Some(Match {
            objection: Objection::to_exact_match(&query),
            entry: self.index.phrasings.entry_of(phrasing),
            confidence: EXACT_MATCH,
        })
    }

    /// The entries that may answer `question`, the most probable first, at most [`MAX_MATCHES`].
    /// Empty where there is nothing to compare: no word, only emoji, a bare number, a link, small
    /// talk.
    #[must_use]
    pub fn rank(&self, question: &str) -> Vec<Match> {
        let query = self.index.reader.read(question);
        match screen(&self.index, &query) {
            Ok(screening) => rank(&self.index, &query, &screening, None).matches(),
            Err(_) => Vec::new(),
        }
    }

    /// [`rank`](Self::rank) for a message that is not addressed to the bot. Empty also where it does not
    /// read as a question or its words show that no entry would be probable enough, which takes
    /// microseconds for most of what is said in a channel.
    #[must_use]
    pub fn rank_unprompted(&self, message: &str) -> Vec<Match> {
        self.screen_unprompted(message)
            .map_or_else(Vec::new, Screened::rank)
    }

    /// The part of [`rank_unprompted`](Self::rank_unprompted) that needs no sentence vector: `None` where
    /// that finds nothing.
    #[must_use]
    pub fn screen_unprompted(&self, message: &str) -> Option<Screened<'_>> {
        Screened::new(&self.index, self.index.reader.read(message))
    }

    /// Whether `question` may be English, the only language that is understood: most of its words are.
    #[must_use]
    pub fn may_be_english(&self, question: &str) -> bool {
        let typed = words::split(&normalise(question));
        language::may_be_english(&typed, &self.index.reader)
    }

    /// Explains the result of [`rank`](Self::rank).
    #[must_use]
    pub fn explain(&self, question: &str) -> RankingExplanation {
        explanation::explain(&self.index, self.index.reader.read(question))
    }
}

/// Makes `cache` one of the model with this fingerprint, with its background sentences.
fn prepare(cache: &mut VectorCache, fingerprint: &str) {
    if cache.fingerprint() != fingerprint {
        *cache = VectorCache::new(fingerprint);
    }
    let preprocessed = cache.preprocessed();
    if preprocessed.background.is_empty() {
        preprocessed.background = background::sentences(fingerprint);
    }
}
