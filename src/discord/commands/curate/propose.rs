//! Changes that need no modal: the preview, with buttons to publish or discard it.

use crate::discord::commands::context::{Context, responder, show_privately};
use crate::discord::curate::publish;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_core::knowledge::EntryId;
use citebot_engine::{Edit, ServerAdmin};
use citebot_store::RevisionId;

/// Shows the preview of the edit that `edit` makes of the latest revision of the entry.
///
/// # Errors
///
/// Discord's and the engine's.
pub async fn propose(
    ctx: Context<'_>,
    admin: ServerAdmin<'_>,
    entry: &EntryId,
    edit: impl FnOnce(String, Option<RevisionId>) -> Edit,
) -> Result<(), HandlerError> {
    responder(ctx).defer(Visibility::Private).await?;
    let past = admin.history(entry.as_str()).await?;
    let latest = past.first().map(|past| past.id);
    let edit = edit(entry.to_string(), latest);
    show_privately(ctx, publish::preview(admin, &edit, None).await?).await
}
