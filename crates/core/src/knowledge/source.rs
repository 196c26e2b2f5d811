//! What a `[n]` in an answer points to.

use super::id::{ArticleId, SectionId};
use super::link::{LinkError, check_link};
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
        /// Words of the section that the claim rests on, at most [`MAX_QUOTE_WORDS`].
        quote: Option<String>,
    },
    /// A page on the web, `http` or `https`.
    Url(String),
}

/// The most words of a quote: enough to find the passage, too few to replace the article.
pub const MAX_QUOTE_WORDS: usize = 11;

/// Why a text is not a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// A link, but not one that may be shown.
    #[error(transparent)]
    Link(LinkError),
    /// Neither a link nor two ids with a `#` between them.
    #[error("a source is written `article#section` or is a link")]
    Shape,
    /// Something after `article#section` that is not one quote in quotation marks.
    #[error("after `article#section` may stand words of the article, in “quotation marks”")]
    Quote,
    /// A quote that is too long.
    #[error("the quote has {0} words, at most {MAX_QUOTE_WORDS} are allowed")]
    LongQuote(usize),
}

impl Source {
    /// Reads a link, `article#section` or `article#section “quote”`. Straight quotation marks do as
    /// well. Does not look the article and section up.
    ///
    /// # Errors
    ///
    /// When `text` is none of these.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let (reference, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if reference.contains(':') {
            check_link(text).map_err(SourceError::Link)?;
            return Ok(Self::Url(text.to_owned()));
        }
        let (article, section) = reference.split_once('#').ok_or(SourceError::Shape)?;
        Ok(Self::Section {
            article: ArticleId::new(article).map_err(|_| SourceError::Shape)?,
            section: SectionId::new(section).map_err(|_| SourceError::Shape)?,
            quote: quote(rest.trim())?,
        })
    }
}

fn quote(text: &str) -> Result<Option<String>, SourceError> {
    const MARKS: [char; 3] = ['“', '”', '"'];
    if text.is_empty() {
        return Ok(None);
    }
    let inside = text
        .strip_prefix(MARKS)
        .and_then(|rest| rest.strip_suffix(MARKS))
        .ok_or(SourceError::Quote)?;
    let words: Vec<&str> = inside.split_whitespace().collect();
    if words.is_empty() || inside.contains(MARKS) {
        return Err(SourceError::Quote);
    }
    if words.len() > MAX_QUOTE_WORDS {
        return Err(SourceError::LongQuote(words.len()));
    }
    Ok(Some(words.join(" ")))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section {
                article,
                section,
                quote,
            } => {
                write!(f, "{article}#{section}")?;
                match quote {
                    Some(quote) => write!(f, " “{quote}”"),
                    None => Ok(()),
                }
            }
            Self::Url(url) => f.write_str(url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, SourceError};

    #[test]
    fn sources_are_read_and_written() {
        for (text, expected) in [
            ("a#b", Ok("a#b")),
            ("https://example.org/#b", Ok("https://example.org/#b")),
            ("a#b “some words”", Ok("a#b “some words”")),
            ("a#b  \"some  words: two\" ", Ok("a#b “some words: two”")),
            ("a", Err(SourceError::Shape)),
            ("a b#c", Err(SourceError::Shape)),
            ("a#b some words", Err(SourceError::Quote)),
            ("a#b “some words", Err(SourceError::Quote)),
            ("a#b “ ”", Err(SourceError::Quote)),
            ("a#b “", Err(SourceError::Quote)),
            ("a#b “one” “two”", Err(SourceError::Quote)),
            (
                "a#b “1 2 3 4 5 6 7 8 9 10 11 12”",
                Err(SourceError::LongQuote(12)),
            ),
        ] {
            let read = Source::parse(text).map(|source| source.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text:?}");
        }
    }
}
