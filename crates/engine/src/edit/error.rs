//! Why an edit was not published.

use crate::admin::AdminError;
use crate::edit::conflict::EditConflict;
use crate::quota::QuotaError;
use citebot_core::knowledge::EntryError;
use citebot_store::{RevisionId, StoreError};

/// An edit is not possible, whatever was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Members see no such entry.
    #[error("there is no entry `{id}`{}", did_you_mean(.near.as_ref()))]
    NoEntry {
        /// The id that was asked for.
        id: String,
        /// One with a similar name.
        near: Option<String>,
    },
    /// `[curation] override_base` is off.
    #[error("`{0}` belongs to the bot's own FAQ, which its operator does not let servers change")]
    Closed(String),
    /// The entry was neither removed nor changed.
    #[error("`{0}` was neither removed nor changed here: there is nothing to restore")]
    NothingToRestore(String),
    /// The revision is of another entry, or there is none.
    #[error("`{entry}` has no revision {revision} on this server")]
    NoRevision {
        /// The entry.
        entry: String,
        /// The revision.
        revision: RevisionId,
    },
    /// The server has as much of its own as it may.
    #[error(transparent)]
    Quota(#[from] QuotaError),
}

/// Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The entry breaks rules: everything to fix before publishing.
    #[error("{}", sentences(.0))]
    Invalid(Vec<EntryError>),
    /// Somebody else published the same entry in the meantime.
    #[error("`{}` was changed by somebody else since you began; nothing was overwritten", .0.entry)]
    Conflict(Box<EditConflict>),
    /// The edit is not possible.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The edit failed.
    #[error(transparent)]
    Failed(#[from] AdminError),
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

fn did_you_mean(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn sentences(errors: &[EntryError]) -> String {
    let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    sentences.join("\n")
}
