//! What the search in the browser works on: every phrasing of every entry, the questions that have no
//! answer, and the names that mean the same or are no typing mistakes.

use crate::markup;
use crate::paths::Paths;
use citebot_core::knowledge::Knowledge;
use serde::Serialize;

/// How much of an answer a result shows, in characters.
const EXCERPT: usize = 240;

#[derive(Serialize)]
struct Index<'a> {
    entries: Vec<IndexedEntry<'a>>,
    outside: &'a [String],
    aliases: Vec<Vec<&'a str>>,
    names: &'a [String],
}

#[derive(Serialize)]
struct IndexedEntry<'a> {
    id: &'a str,
    url: String,
    question: &'a str,
    phrasings: &'a [String],
    answer: String,
}

/// The file, in JSON.
pub fn search_index(knowledge: &Knowledge, paths: &Paths) -> String {
    let index = Index {
        entries: knowledge
            .entries()
            .iter()
            .filter_map(|entry| {
                Some(IndexedEntry {
                    id: entry.id.as_str(),
                    url: paths.entry(entry)?,
                    question: &entry.question,
                    phrasings: &entry.phrasings,
                    answer: markup::excerpt(&entry.answer, EXCERPT),
                })
            })
            .collect(),
        outside: knowledge.out_of_scope(),
        aliases: knowledge
            .aliases()
            .iter()
            .map(|alias| {
                let also = alias.also.iter().map(String::as_str);
                std::iter::once(alias.name.as_str()).chain(also).collect()
            })
            .collect(),
        names: knowledge.names(),
    };
    // Texts and lists of texts can always be written.
    serde_json::to_string(&index).unwrap_or_default()
}
