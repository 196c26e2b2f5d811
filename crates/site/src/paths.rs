//! The path of each page, relative to the root of the site, and the anchors in it.
//!
//! The ids of entries, articles and sections make up the paths that are given out, so that these
//! stay the same when a text changes.

use citebot_core::knowledge::{ArticleId, Entry, EntryId, Knowledge, SectionId};
use std::collections::HashSet;

/// The page with the search and the list of everything.
pub const HOME: &str = "index.html";
/// The page of what answers link to.
pub const TOOLKIT: &str = "toolkit.html";
/// The page for an address that leads nowhere.
pub const NOT_FOUND: &str = "404.html";
/// The anchor of the list of articles on the [home](HOME) page. Ids have no underscore, so that no
/// anchor of a page can be that of an entry or section.
pub const ARTICLES_ANCHOR: &str = "_articles";

/// The permalink of an entry, also by a former id. It leads to the entry on the page of its topic.
#[must_use]
pub fn permalink(entry: &EntryId) -> String {
    format!("entries/{entry}.html")
}

/// The page of an article.
#[must_use]
pub fn article(article: &ArticleId) -> String {
    format!("articles/{article}.html")
}

/// A section on the page of its article.
#[must_use]
pub fn section(article: &ArticleId, section: &SectionId) -> String {
    format!("articles/{article}.html#{section}")
}

/// The pages of the topics of one FAQ.
#[derive(Debug, Clone)]
pub struct Paths {
    topics: Vec<(String, String)>,
}

impl Paths {
    /// The pages of the topics in `knowledge`.
    #[must_use]
    pub fn new(knowledge: &Knowledge) -> Self {
        let mut taken = HashSet::from([HOME, TOOLKIT, NOT_FOUND].map(str::to_owned));
        let topics = knowledge.topics().into_iter().map(|topic| {
            let name = slug(topic);
            let mut path = format!("{name}.html");
            let mut n = 1;
            while !taken.insert(path.clone()) {
                n += 1;
                path = format!("{name}-{n}.html");
            }
            (topic.to_owned(), path)
        });
        Self {
            topics: topics.collect(),
        }
    }

    /// The topics with their pages, in the order of the FAQ.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &str)> {
        self.topics
            .iter()
            .map(|(topic, path)| (topic.as_str(), path.as_str()))
    }

    /// The page of a topic.
    #[must_use]
    pub fn topic(&self, topic: &str) -> Option<&str> {
        self.topics()
            .find(|(name, _)| *name == topic)
            .map(|(_, path)| path)
    }

    /// An entry on the page of its topic.
    #[must_use]
    pub fn entry(&self, entry: &Entry) -> Option<String> {
        Some(format!("{}#{}", self.topic(&entry.topic)?, entry.id))
    }
}

/// A topic's name in the letters that every file system and address takes.
fn slug(topic: &str) -> String {
    let kept = topic.chars().filter(|c| !matches!(c, '\'' | '’'));
    let words: String = kept
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => ' ',
        })
        .collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    if slug.is_empty() {
        "topic".into()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::Paths;
    use citebot_core::knowledge::{Entry, Knowledge};

    #[test]
    fn each_topic_has_a_page_of_its_own() {
        let topics = [
            ("Risks and safety", "risks-and-safety.html"),
            ("Risks & safety!", "risks-safety.html"),
            ("risks, and safety", "risks-and-safety-2.html"),
            ("Zuckerberg's vision", "zuckerbergs-vision.html"),
            ("日本", "topic.html"),
            ("../../etc", "etc.html"),
            ("русский", "topic-2.html"),
            ("Toolkit", "toolkit-2.html"),
        ];
        let entries = topics.iter().enumerate().map(|(n, (topic, _))| Entry {
            topic: (*topic).to_owned(),
            ..Entry::example(&format!("e{n}"), "Why?", &[])
        });
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], entries.collect());
        let paths = Paths::new(&knowledge);
        let found: Vec<_> = paths.topics().collect();
        assert_eq!(found, topics);
        let entry = &knowledge.entries()[2];
        assert_eq!(
            paths.entry(entry).as_deref(),
            Some("risks-and-safety-2.html#e2")
        );
        assert_eq!(paths.topic("Nothing"), None);
    }
}
