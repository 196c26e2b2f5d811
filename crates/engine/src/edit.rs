//! Editing an entry: planning an edit against the present state, previewing it, publishing it.

pub(crate) mod conflict;
pub(crate) mod error;
pub(crate) mod plan;
pub(crate) mod preview;
pub(crate) mod publish;
