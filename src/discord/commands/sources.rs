//! `/sources`

use super::choices::as_choices;
use super::context::{Context, say, show_privately};
use crate::discord::responder::HandlerError;
use crate::discord::{autocomplete, render};
use serenity::builder::CreateAutocompleteResponse;

/// Where the answers come from, and what is taken from each article.
#[poise::command(
    slash_command,
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn sources(
    ctx: Context<'_>,
    #[description = "One article; all of them if you leave it out"]
    #[autocomplete = "articles"]
    article: Option<String>,
) -> Result<(), HandlerError> {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    let knowledge = &snapshot.knowledge;
    let links = ctx.data().links();
    let list = match article {
        None => render::articles(links.view(knowledge), 0),
        Some(typed) => {
            let typed = typed.trim();
            let found = knowledge
                .article(typed)
                .or_else(|| autocomplete::articles(knowledge, typed).first().copied());
            match found {
                Some(article) => render::article(links.view(knowledge), article, 0),
                None => return say(ctx, NO_ARTICLE).await,
            }
        }
    };
    show_privately(ctx, list).await
}

const NO_ARTICLE: &str = "There is no such article. Choose one from the list, or leave it out.";

#[expect(
    clippy::unused_async,
    reason = "poise completes by async functions only"
)]
async fn articles(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let snapshot = ctx.data().snapshot(ctx.guild_id());
    as_choices(
        autocomplete::articles(&snapshot.knowledge, typed)
            .into_iter()
            .map(|article| (article.title.clone(), article.id.to_string())),
    )
}
