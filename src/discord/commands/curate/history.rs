//! `/curate history`

use super::entry_option::{changed_entries, with_history};
use crate::discord::commands::context::{Context, admin, responder, show_privately};
use crate::discord::curate;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;

/// Show who changed an entry, when and how.
#[poise::command(slash_command)]
pub async fn history(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "changed_entries"]
    entry: String,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let entry = with_history(admin, &entry)?;
    responder(ctx).defer(Visibility::Private).await?;
    let part = admin.history(entry.as_str(), None, curate::history::REVISIONS);
    let shown = curate::history::history(&entry, &part.await?, None, 0);
    show_privately(ctx, shown).await
}
