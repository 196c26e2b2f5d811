//! `/curate restore`

use super::entry_option::{matching, with_history};
use super::propose::{latest, propose};
use crate::discord::commands::choices::no_choices;
use crate::discord::commands::context::{Context, admin};
use crate::discord::responder::{HandlerError, in_time};
use citebot_engine::Edit;
use serenity::builder::CreateAutocompleteResponse;

/// Bring a removed entry back, or undo this server's changes to an entry of the shared FAQ.
#[poise::command(slash_command)]
pub async fn restore(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "restorable_entries"]
    entry: String,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let entry = with_history(admin, &entry)?;
    let restore = |entry, past: &[_]| {
        Ok(Edit::Restore {
            entry,
            based_on: latest(past),
        })
    };
    propose(ctx, admin, &entry, restore).await
}

/// Offers removed entries, and base entries that were changed here.
async fn restorable_entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let app = ctx.data();
    let Some(admin) = ctx.guild_id().and_then(|server| app.admin(server)) else {
        return no_choices();
    };
    let removed = in_time(admin.removed_entries()).await;
    let removed = removed.unwrap_or_else(|error| {
        tracing::error!(%error, "autocompletion failed");
        Vec::new()
    });
    let removed = removed
        .into_iter()
        .map(|removed| (removed.question, removed.entry));
    let (snapshot, base) = (admin.snapshot(), app.snapshot(None));
    let changed = admin.edited_entries().into_iter().filter_map(|id| {
        base.knowledge.entry(&id)?;
        Some((snapshot.knowledge.entry(&id)?.question.clone(), id))
    });
    matching(removed.chain(changed), typed)
}
