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
    /// Its parts, in the article's order.
    pub sections: Vec<Section>,
}

/// A part of an [`Article`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its id, unique within the article.
    pub id: SectionId,
    /// The article's own heading, or a short description where it has none.
    pub heading: String,
}

/// A source as a reader sees it: number, titles and link, looked up. Displays as `[1] Title,
/// Author: Heading`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The `n` of `[n]`, from 1.
    pub n: usize,
    /// The article and section; `None` for a bare link.
    pub article: Option<(&'a Article, &'a Section)>,
    /// The link: the source's own, or the article's.
    pub url: Option<&'a str>,
}

impl fmt::Display for Citation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] ", self.n)?;
        match (self.article, self.url) {
            (Some((article, section)), _) => {
                f.write_str(&article.title)?;
                if let Some(author) = &article.author {
                    write!(f, ", {author}")?;
                }
                write!(f, ": {}", section.heading)
            }
            (None, Some(url)) => f.write_str(url),
            (None, None) => f.write_str("a source that is not in the knowledge files"),
        }
    }
}
