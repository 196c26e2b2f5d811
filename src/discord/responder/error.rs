//! Why a handler did not do what it was asked for.

use super::sentences;
use crate::discord::custom_id::UnknownCustomId;
use crate::discord::http_error::describe;
use citebot_store::StoreError;
use std::borrow::Cow;

/// Why a command, button, menu or modal could not be served.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// No fault of ours: the person is told this sentence, and nothing is logged.
    #[error("{0}")]
    Refused(Cow<'static, str>),
    /// Discord did not take a response.
    #[error("{}", describe(.0))]
    Discord(Box<serenity::Error>),
    /// Matching a question panicked.
    #[error("matching a question failed: {0}")]
    Matching(#[from] tokio::task::JoinError),
    /// The engine failed at what a moderator does.
    #[error(transparent)]
    Engine(#[from] citebot_engine::AdminError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A chart could not be drawn.
    #[error("drawing a chart: {0}")]
    Chart(#[from] std::io::Error),
}

impl HandlerError {
    /// What to tell the person; `None` where only the log tells more.
    #[must_use]
    pub fn sentence(&self) -> Option<&str> {
        use citebot_engine::AdminError;
        match self {
            Self::Refused(sentence) => Some(sentence),
            Self::Engine(AdminError::Store(error)) | Self::Store(error) => match error {
                StoreError::Unreachable { .. } | StoreError::TimedOut { .. } => {
                    Some(sentences::STORE_DOWN)
                }
                StoreError::Busy { .. } => Some(sentences::STORE_BUSY),
                StoreError::Full { .. } => Some(sentences::STORE_FULL),
                StoreError::Gone { .. } => Some(sentences::STORE_GONE),
                _ => None,
            },
            _ => None,
        }
    }

    /// Tells the person this sentence.
    pub fn refused(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<serenity::Error> for HandlerError {
    fn from(error: serenity::Error) -> Self {
        Self::Discord(Box::new(error))
    }
}

impl From<UnknownCustomId> for HandlerError {
    fn from(_: UnknownCustomId) -> Self {
        Self::refused(sentences::OUTDATED_BUTTON)
    }
}
