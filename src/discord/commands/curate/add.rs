//! `/curate add`

use crate::discord::autocomplete;
use crate::discord::commands::choices::topics;
use crate::discord::commands::context::{Context, admin, responder};
use crate::discord::curate::{drafts, modal};
use crate::discord::responder::{HandlerError, in_time};

/// Write a new entry, or continue with the one that you began and did not publish.
#[poise::command(slash_command)]
pub async fn add(
    ctx: Context<'_>,
    #[description = "The topic it belongs to; it can be changed in the form"]
    #[autocomplete = "topics"]
    topic: Option<String>,
    #[description = "Start with an empty form, whatever you typed last"] empty: Option<bool>,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let author = ctx.author().id;
    let saved = match empty {
        Some(true) => {
            in_time(drafts::detach_questions(admin, author, None)).await?;
            None
        }
        _ => in_time(drafts::saved(admin, author, None)).await?,
    };
    let mut draft = saved.unwrap_or_default();
    if let Some(topic) = topic {
        let snapshot = admin.snapshot();
        let mut topics = snapshot.knowledge.topics().into_iter();
        let known = topics.find(|known| autocomplete::label(known) == topic.trim());
        draft.input.topic = known.map_or(topic.clone(), str::to_owned);
    }
    responder(ctx).open(modal::modal(&draft)).await
}
