//! Changes that need no modal: the preview, with buttons to publish or discard it.

use crate::discord::commands::context::{Context, responder, show_privately};
use crate::discord::curate::publish;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_core::knowledge::EntryId;
use citebot_engine::{Edit, PastRevision, ServerAdmin};
use citebot_store::RevisionId;

/// How much of its history an edit is made of: the last revision and the one before.
const NEEDED: usize = 2;

/// Shows the preview of the edit that `edit` makes of the entry and its last two revisions, latest first.
///
/// # Errors
///
/// Discord's and the engine's; a refusal of `edit`.
pub async fn propose(
    ctx: Context<'_>,
    admin: ServerAdmin<'_>,
    entry: &EntryId,
    edit: impl FnOnce(String, &[PastRevision]) -> Result<Edit, HandlerError>,
) -> Result<(), HandlerError> {
    responder(ctx).defer(Visibility::Private).await?;
    let mut past = admin.history(entry.as_str(), None, NEEDED).await?.revisions;
    // What an entry was that is part of this one now is for reading only.
    past.retain(|past| past.entry == entry.as_str());
    let edit = edit(entry.to_string(), &past)?;
    show_privately(ctx, publish::preview(admin, &edit, None).await?).await
}

/// The latest revision of a history.
#[must_use]
pub fn latest(past: &[PastRevision]) -> Option<RevisionId> {
    past.first().map(|past| past.id)
}
