//! What a `[n]` in an answer points to.

use super::link::{LinkError, check_link};
use super::{ArticleId, SectionId};
use std::fmt;

/// What a `[n]` in an answer points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A section of an article in `articles.toml`.
    Section {
        /// The article's id.
        article: ArticleId,
        /// The section's id within it.
        section: SectionId,
    },
    /// A page on the web, `http` or `https`.
    Url(String),
}

/// Why a text is not a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// A link, but not one that may be shown.
    #[error(transparent)]
    Link(LinkError),
    /// Neither a link nor two ids with a `#` between them.
    #[error("a source is written `article#section` or is a link")]
    Shape,
}

impl Source {
    /// Reads `article#section` or a link. Does not look the article and section up.
    ///
    /// # Errors
    ///
    /// When `text` is neither.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        if text.contains(':') {
            check_link(text).map_err(SourceError::Link)?;
            return Ok(Self::Url(text.to_owned()));
        }
        let (article, section) = text.split_once('#').ok_or(SourceError::Shape)?;
        Ok(Self::Section {
            article: ArticleId::new(article).map_err(|_| SourceError::Shape)?,
            section: SectionId::new(section).map_err(|_| SourceError::Shape)?,
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section { article, section } => write!(f, "{article}#{section}"),
            Self::Url(url) => f.write_str(url),
        }
    }
}
