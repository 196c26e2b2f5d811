//! Which entries cite which part of which article, as a table.

use super::Knowledge;
use std::fmt::Write;

/// The coverage table in Markdown: a heading an article, a row a section with the entries that
/// cite it. A section that no entry cites says so.
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
