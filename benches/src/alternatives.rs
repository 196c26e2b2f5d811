//! Other ways to find the phrasing that is nearest to a question.

use citebot_core::knowledge::Knowledge;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TEXT, Value};
use tantivy::{Index, IndexReader, TantivyDocument, Term, doc};

/// Every phrasing of a base in lower case, with the index of its entry.
fn phrasings(base: &Knowledge) -> impl Iterator<Item = (usize, String)> {
    let entries = base.entries().iter().enumerate();
    entries.flat_map(|(at, entry)| {
        entry
            .all_phrasings()
            .map(move |text| (at, text.to_lowercase()))
    })
}

/// Search by edit distance.
#[derive(Debug)]
pub struct EditDistance(Vec<(usize, String)>);

impl EditDistance {
    /// Collects a base's phrasings.
    #[must_use]
    pub fn new(base: &Knowledge) -> Self {
        Self(phrasings(base).collect())
    }

    /// The index of the entry with the phrasing nearest to the question.
    #[must_use]
    pub fn nearest(&self, question: &str) -> Option<usize> {
        let question = question.to_lowercase();
        let similarity = |text: &str| strsim::normalized_levenshtein(&question, text);
        let similarities = self.0.iter().map(|(entry, text)| (entry, similarity(text)));
        similarities
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(entry, _)| *entry)
    }
}

/// Search by a search engine's BM25, in memory, with a document for each phrasing.
pub struct Bm25 {
    reader: IndexReader,
    text: Field,
    entry: Field,
}

impl std::fmt::Debug for Bm25 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bm25")
    }
}

impl Bm25 {
    /// Indexes a base's phrasings.
    ///
    /// # Panics
    /// There is not enough memory.
    #[must_use]
    pub fn new(base: &Knowledge) -> Self {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let entry = schema.add_u64_field("entry", STORED);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index
            .writer_with_num_threads(1, 64 << 20)
            .expect("an index in memory can be written");
        for (at, phrasing) in phrasings(base) {
            writer
                .add_document(doc!(text => phrasing, entry => at as u64))
                .expect("an index in memory takes a document");
        }
        writer
            .commit()
            .expect("an index in memory can be committed");
        let reader = index.reader().expect("an index in memory can be read");
        Self {
            reader,
            text,
            entry,
        }
    }

    /// The indices of the entries with the ten best phrasings.
    ///
    /// # Panics
    /// Never: the index is in memory and whole.
    #[must_use]
    pub fn rank(&self, question: &str) -> Vec<u64> {
        let question = question.to_lowercase();
        let words = question.split(|c: char| !c.is_alphanumeric());
        let terms = words.filter(|word| !word.is_empty()).map(|word| {
            let term = Term::from_field_text(self.text, word);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(query) as Box<dyn Query>)
        });
        let query = BooleanQuery::new(terms.collect());
        let searcher = self.reader.searcher();
        let best = searcher
            .search(&query, &TopDocs::with_limit(10).order_by_score())
            .expect("an index in memory can be searched");
        let entry = |address| {
            let document: TantivyDocument = searcher.doc(address).ok()?;
            document.get_first(self.entry)?.as_u64()
        };
        best.into_iter()
            .filter_map(|(_, address)| entry(address))
            .collect()
    }
}
