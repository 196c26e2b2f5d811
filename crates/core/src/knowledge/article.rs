//! The articles that answers cite.

use super::id::{ArticleId, SectionId};
use std::fmt;

/// A text that is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Its title, as published.
    pub title: String,
    /// What answers and source lines call it, where the title is too long for that.
    pub short: Option<String>,
    /// Who wrote it, where the article says so.
    pub author: Option<String>,
    /// Who published it, where known.
    pub publisher: Option<String>,
    /// Where it can be read, `http` or `https`.
    pub url: Option<String>,
    /// When it was published, as the article gives it.
    pub published: Option<String>,
    /// A note for readers, e.g. that an AI wrote it.
    pub note: Option<String>,
    /// Its first words, to search for where it has no link.
    pub opening: Option<String>,
    /// Its parts, in the article's order.
    pub sections: Vec<Section>,
}

impl Article {
    /// What answers and source lines call it: its short name, or its title without one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.title)
    }
}

/// A part of an [`Article`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its id, unique within the article.
    pub id: SectionId,
    /// The article's own heading, or a short description where it has none.
    pub heading: String,
    /// Where it stands, for a reader of an article without headings: “paragraph 6 of 8”.
    pub place: Option<String>,
}

/// A source as a reader sees it: number, names and link, looked up. Displays as `[1] Name: Heading`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The `n` of `[n]`, from 1.
    pub n: usize,
    /// The article and section; `None` for a bare link.
    pub article: Option<(&'a Article, &'a Section)>,
    /// The words of the article that the claim rests on.
    pub quote: Option<&'a str>,
    /// The link: the source's own, or the article's.
    pub url: Option<&'a str>,
}

impl fmt::Display for Citation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] ", self.n)?;
        match (self.article, self.url) {
            (Some((article, section)), _) => {
                write!(f, "{}: {}", article.name(), section.heading)
            }
            (None, Some(url)) => f.write_str(url),
            (None, None) => f.write_str("a source that is not in the knowledge files"),
        }
    }
}
