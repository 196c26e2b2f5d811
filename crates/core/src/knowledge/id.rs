//! Ids, of a type each, so that none can stand where another belongs.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The most characters of an id. They are all ASCII.
pub const MAX_ID_CHARS: usize = 60;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty.
    #[error("an id must not be empty")]
    Empty,
    /// Longer than [`MAX_ID_CHARS`].
    #[error("an id has at most {MAX_ID_CHARS} characters, this one has {0}")]
    Long(usize),
    /// A character other than `a`–`z`, `0`–`9` and `-`.
    #[error("an id holds a–z, 0–9 and -, not {0:?}")]
    Character(char),
}

/// Checks that `text` is an id.
pub(super) fn check_id(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if let Some(other) = text
        .chars()
        .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
    {
        return Err(IdError::Character(other));
    }
    if text.len() > MAX_ID_CHARS {
        return Err(IdError::Long(text.len()));
    }
    Ok(())
}

macro_rules! id {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// An id from `text`.
            ///
            /// # Errors
            ///
            /// When `text` is empty, longer than [`MAX_ID_CHARS`], or holds anything but lower-case
            /// ASCII letters, digits and hyphens.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check_id(text)?;
                Ok(Self(text.into()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

id! {
    /// The id of an [`Entry`](super::Entry) in kebab case: `misuse`.
    EntryId
}
id! {
    /// The id of an [`Article`](super::Article) in kebab case: `zuckerberg-vision`.
    ArticleId
}
id! {
    /// The id of a [`Section`](super::Section), unique within its article: `safety`.
    SectionId
}
id! {
    /// The id of a [`Resource`](super::Resource) in kebab case: `hugging-face`.
    ResourceId
}
