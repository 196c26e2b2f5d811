//! Everything that is indexed of one FAQ.

use super::entry_traits::Traits;
use super::exact_match::ExactMatchIndex;
use super::lexical::LexicalIndex;
use super::ngram_index::NgramIndex;
use super::phrasing::Phrasing;
use super::phrasing_map::PhrasingMap;
use super::preprocess::{PreprocessCache, PreprocessedKnowledge};
use super::query::QueryReader;
use super::semantic::SemanticIndex;
use super::sentence_encoder::SentenceEncoder;
use super::vector_cache::VectorCache;
use crate::knowledge::Knowledge;
use std::sync::Arc;
use std::thread;

/// Everything that is indexed of one FAQ.
#[derive(Debug)]
pub(super) struct Index {
    pub reader: QueryReader,
    pub phrasings: PhrasingMap,
    pub exact_match: ExactMatchIndex,
    pub lexical: LexicalIndex,
    pub ngrams: NgramIndex,
    /// None without an encoder.
    pub semantic: Option<SemanticIndex>,
    pub traits: Traits,
    /// Kept alive so that the next build can reuse them.
    _out_of_scope: Vec<Arc<Phrasing>>,
}

impl Index {
    /// Indexes `knowledge` without vectors.
    pub fn lexical(knowledge: &Knowledge) -> Self {
        let preprocessed =
            PreprocessedKnowledge::new(knowledge, &mut PreprocessCache::default(), 1);
        let by_words = ByWords::new(&preprocessed);
        Self::assemble(preprocessed, by_words, None)
    }

    /// Indexes `knowledge` with vectors.
    pub fn semantic(
        knowledge: &Knowledge,
        encoder: Arc<dyn SentenceEncoder>,
        cache: &mut VectorCache,
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let preprocessed = PreprocessedKnowledge::new(knowledge, cache.preprocessed(), threads);
        let (by_words, semantic) = thread::scope(|scope| {
            let by_words = scope.spawn(|| ByWords::new(&preprocessed));
            let semantic = SemanticIndex::new(&preprocessed, encoder, cache, threads, progress);
            let by_words = by_words
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (by_words, semantic)
        });
        Self::assemble(preprocessed, by_words, Some(semantic))
    }

    fn assemble(
        preprocessed: PreprocessedKnowledge,
        by_words: ByWords,
        semantic: Option<SemanticIndex>,
    ) -> Self {
        let phrasings = PhrasingMap::new(preprocessed.phrasings.iter().map(Vec::len));
        let keys = preprocessed
            .phrasings
            .iter()
            .map(|entry| entry.iter().map(|phrasing| phrasing.keys));
        Self {
            exact_match: ExactMatchIndex::new(phrasings.phrasings(), keys),
            phrasings,
            reader: preprocessed.reader,
            traits: Traits::new(
                preprocessed.phrasings,
                preprocessed.answers,
                &by_words.lexical,
                !preprocessed.out_of_scope.is_empty(),
            ),
            lexical: by_words.lexical,
            ngrams: by_words.ngrams,
            semantic,
            _out_of_scope: preprocessed.out_of_scope,
        }
    }
}

/// The indexes that need no vectors.
struct ByWords {
    lexical: LexicalIndex,
    ngrams: NgramIndex,
}

impl ByWords {
    fn new(knowledge: &PreprocessedKnowledge) -> Self {
        let is_proper = |stem: &str| knowledge.reader.aliases.is_proper(stem);
        Self {
            lexical: LexicalIndex::new(&knowledge.phrasings, &knowledge.out_of_scope, is_proper),
            ngrams: NgramIndex::new(&knowledge.phrasings),
        }
    }
}
