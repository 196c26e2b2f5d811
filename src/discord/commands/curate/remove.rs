//! `/curate remove`

use super::entry_option::visible;
use super::propose::{latest, propose};
use crate::discord::commands::choices::entries;
use crate::discord::commands::context::{Context, admin};
use crate::discord::responder::HandlerError;
use citebot_engine::Edit;

/// Take an entry out of this server's FAQ. It can be restored.
#[poise::command(slash_command)]
pub async fn remove(
    ctx: Context<'_>,
    #[description = "Which entry: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let entry = visible(admin, &entry)?;
    let remove = |entry, past: &[_]| {
        Ok(Edit::Remove {
            entry,
            based_on: latest(past),
        })
    };
    propose(ctx, admin, &entry, remove).await
}
