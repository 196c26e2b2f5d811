//! The message menu: *Reply with an entry…*

use super::asking::ask;
use super::context::{Context, responder};
use crate::discord::addressing;
use crate::discord::autocomplete;
use crate::discord::render;
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_core::answer::Reply;
use citebot_core::knowledge::Entry;
use serenity::model::channel::Message;
use std::sync::Arc;

/// Offers the entries nearest to a message; the one that is picked is posted in answer to it.
#[poise::command(
    context_menu_command = "Reply with an entry…",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn reply_with_an_entry(ctx: Context<'_>, message: Message) -> Result<(), HandlerError> {
    let app = ctx.data();
    let bot = app.identity(ctx.guild_id()).await;
    let text = addressing::without_mentions(&message.content, bot);
    let (near, question) = if text.is_empty() {
        (Vec::new(), None)
    } else {
        let (answered, question) = ask(ctx, text, Visibility::Private, "menu").await?;
        (nearest(answered.reply), question)
    };
    let snapshot = app.snapshot(ctx.guild_id());
    // What else there is, so that the menu is never empty.
    let others = autocomplete::entries(&snapshot.knowledge, "");
    let others = others
        .into_iter()
        .filter(|other| near.iter().all(|near| near.id != other.id));
    let offered: Vec<Arc<Entry>> = near.iter().chain(others).cloned().collect();
    let menu = render::pick_reply(message.id, question, &offered);
    responder(ctx).show(menu, Visibility::Private).await
}

/// The entries that came nearest, best first.
fn nearest(reply: Reply) -> Vec<Arc<Entry>> {
    let candidates = match reply {
        Reply::Answer { best, passed_over } => std::iter::once(best).chain(passed_over).collect(),
        Reply::Suggest { suggestions } => suggestions,
        Reply::Unknown { passed_over } => passed_over,
    };
    candidates.into_iter().map(|one| one.entry).collect()
}
