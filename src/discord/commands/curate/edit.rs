//! `/curate edit`

use super::entry_option::visible;
use crate::discord::commands::choices::entries;
use crate::discord::commands::context::{Context, admin, responder};
use crate::discord::curate::{drafts, modal};
use crate::discord::responder::{HandlerError, in_time};

/// Change an entry, or continue with a change that you began and did not publish.
#[poise::command(slash_command)]
pub async fn edit(
    ctx: Context<'_>,
    #[description = "Which entry: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
    #[description = "Start with the entry as it is now, whatever you typed last"] afresh: Option<
        bool,
    >,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let author = ctx.author().id;
    let entry = visible(admin, &entry)?;
    let draft = if afresh == Some(true) {
        in_time(drafts::detach_questions(admin, author, Some(&entry))).await?;
        drafts::as_published(admin, &entry)?
    } else {
        drafts::of_entry(admin, author, &entry).await?
    };
    responder(ctx).open(modal::modal(&draft)).await
}
