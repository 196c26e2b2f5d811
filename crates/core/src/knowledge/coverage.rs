//! A table of the entries that cite each section of each article.

use super::collection::Knowledge;
use std::fmt::Write;

/// The coverage table in Markdown: a heading for each article, a row for each section with the
/// entries that cite it.
#[must_use]
pub fn coverage(knowledge: &Knowledge) -> String {
    let mut table = String::from(
        "# Which entries rest on which part of the articles\n\n\
         Made by `citebot sources --coverage`; a test compares this file with what that prints.\n",
    );
    for article in knowledge.articles() {
        // Writing to a String cannot fail.
        let _ = write!(
            table,
            "\n## {}\n\n| section | entries |\n| --- | --- |\n",
            article.title
        );
        for section in &article.sections {
            let citing: Vec<&str> = knowledge
                .entries()
                .iter()
                .filter(|entry| entry.cites(&article.id, &section.id))
                .map(|entry| entry.id.as_str())
                .collect();
            let citing = if citing.is_empty() {
                "**none**".to_owned()
            } else {
                citing.join(", ")
            };
            let _ = writeln!(table, "| {} | {citing} |", section.heading);
        }
    }
    table
}
