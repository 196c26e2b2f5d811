//! The address that a site is published at.

use citebot_core::knowledge::{LinkError, check_link};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// The longest address: with a path behind it, it has to fit into the lines of a message.
const MAX_CHARS: usize = 120;

/// The address of a published site. Ends in a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrl(Url);

/// Why a text cannot be the address of a site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteUrlError {
    /// It is no link that may be shown.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// There is something behind the path.
    #[error("the address of a site has neither `?` nor `#`")]
    BehindPath,
    /// It is too long.
    #[error("the address of a site has at most {MAX_CHARS} characters")]
    Long,
}

impl SiteUrl {
    /// The address of a page or of an anchor in it.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The path that the site is at on its host, with a slash at both ends.
    #[must_use]
    pub fn root(&self) -> &str {
        self.0.path()
    }
}

impl FromStr for SiteUrl {
    type Err = SiteUrlError;

    fn from_str(text: &str) -> Result<Self, SiteUrlError> {
        check_link(text)?;
        let mut url = Url::parse(text).map_err(|error| LinkError::Malformed(error.to_string()))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(SiteUrlError::BehindPath);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        if url.as_str().chars().count() > MAX_CHARS {
            return Err(SiteUrlError::Long);
        }
        Ok(Self(url))
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{SiteUrl, SiteUrlError};

    #[test]
    fn addresses_are_read() {
        let read = |text: &str| text.parse::<SiteUrl>().map(|url| url.page("index.html"));
        for (text, page) in [
            ("https://faq.example", "https://faq.example/index.html"),
            ("https://faq.example/", "https://faq.example/index.html"),
            ("http://localhost:8000", "http://localhost:8000/index.html"),
            (
                "https://org.example/faq",
                "https://org.example/faq/index.html",
            ),
        ] {
            assert_eq!(read(text), Ok(page.to_owned()), "{text:?}");
        }
        for text in [
            "faq.example",
            "ftp://faq.example",
            "https://",
            "https://a b/",
        ] {
            assert!(matches!(read(text), Err(SiteUrlError::Link(_))), "{text:?}");
        }
        for text in ["https://faq.example/?a", "https://faq.example/#a"] {
            assert_eq!(read(text), Err(SiteUrlError::BehindPath), "{text:?}");
        }
        let long = format!("https://faq.example/{}", "a".repeat(120));
        assert_eq!(read(&long), Err(SiteUrlError::Long));
    }
}
