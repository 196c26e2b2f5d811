//! For tests: the shortest and the longest values that custom ids hold.

use super::codec::Fingerprint;
use citebot_core::knowledge::{ArticleId, EntryId, MAX_ID_CHARS};
use citebot_store::{QuestionId, RevisionId};
use serenity::model::id::{MessageId, UserId};

/// How long an example is when it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Shortest,
    Longest,
}

impl Length {
    fn of<T>(self, shortest: T, longest: T) -> T {
        match self {
            Self::Shortest => shortest,
            Self::Longest => longest,
        }
    }

    fn id(self) -> String {
        self.of("a".to_owned(), "z".repeat(MAX_ID_CHARS))
    }
}

/// A value to test custom ids with.
pub trait Example: Sized {
    fn example(length: Length) -> Self;
}

impl<T: Example> Example for Option<T> {
    fn example(length: Length) -> Self {
        (length == Length::Longest).then(|| T::example(length))
    }
}

impl Example for EntryId {
    fn example(length: Length) -> Self {
        Self::new(&length.id()).unwrap()
    }
}

impl Example for ArticleId {
    fn example(length: Length) -> Self {
        Self::new(&length.id()).unwrap()
    }
}

impl Example for UserId {
    fn example(length: Length) -> Self {
        Self::new(length.of(1, u64::MAX))
    }
}

impl Example for MessageId {
    fn example(length: Length) -> Self {
        Self::new(length.of(1, u64::MAX))
    }
}

impl Example for QuestionId {
    fn example(length: Length) -> Self {
        Self(length.of(0, i64::MAX))
    }
}

impl Example for RevisionId {
    fn example(length: Length) -> Self {
        Self(length.of(0, i64::MAX))
    }
}

impl Example for u16 {
    fn example(length: Length) -> Self {
        length.of(0, Self::MAX)
    }
}

impl Example for Fingerprint {
    fn example(_: Length) -> Self {
        Self::of("")
    }
}
