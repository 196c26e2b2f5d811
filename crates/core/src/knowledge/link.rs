//! Links that may be shown: `http` and `https`.

use url::Url;

/// Why a text is not a link that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It begins with neither `http://` nor `https://`.
    #[error("a link begins with https:// or http://")]
    Scheme,
    /// It holds white space or control characters.
    #[error("a link holds no white space")]
    Space,
    /// A name and password stand before the host.
    #[error("a link that everyone sees must not hold a user name or password")]
    Credentials,
    /// No or no possible host, a port out of range and the like.
    #[error("this is not a link: {0}")]
    Malformed(String),
}

/// Checks that `text` is an absolute link with a host.
///
/// # Errors
///
/// Why it is not.
pub fn check_link(text: &str) -> Result<(), LinkError> {
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(LinkError::Space);
    }
    // The URL standard forgives `http:host` and `https:\\host`; people and chat programs do not.
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if !begins("http://") && !begins("https://") {
        return Err(LinkError::Scheme);
    }
    let url = Url::parse(text).map_err(|error| LinkError::Malformed(error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(LinkError::Credentials);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{LinkError, check_link};

    #[test]
    fn takes_web_links_alone() {
        let malformed = |why: &str| Err(LinkError::Malformed(why.into()));
        for (text, expected) in [
            ("https://huggingface.co/", Ok(())),
            ("http://example.org:8080/a?b=c#d", Ok(())),
            ("HTTPS://EXAMPLE.ORG", Ok(())),
            ("https://例え.jp/日本", Ok(())),
            ("", Err(LinkError::Scheme)),
            ("example.org", Err(LinkError::Scheme)),
            ("ftp://example.org/", Err(LinkError::Scheme)),
            ("javascript:alert(1)", Err(LinkError::Scheme)),
            ("http:example.org", Err(LinkError::Scheme)),
            ("日本語日本語", Err(LinkError::Scheme)),
            ("https://exa mple.org/", Err(LinkError::Space)),
            ("https://example.org/\n", Err(LinkError::Space)),
            ("https://", malformed("empty host")),
            (
                "https://example.org:99999/",
                malformed("invalid port number"),
            ),
            (
                "https://me:secret@example.org/",
                Err(LinkError::Credentials),
            ),
        ] {
            assert_eq!(check_link(text), expected, "{text:?}");
        }
    }
}
