//! The message menu: *Answer from the FAQ*

use super::asking::ask;
use super::context::{Context, responder, say};
use crate::discord::addressing;
use crate::discord::custom_id::MemberAction;
use crate::discord::render::{self, Asker};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use crate::discord::widgets::button;
use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;
use serenity::model::channel::Message;

/// Answers any message to the person who asked for it, who can then post the answer for all to see.
#[poise::command(
    context_menu_command = "Answer from the FAQ",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn answer_from_the_faq(ctx: Context<'_>, message: Message) -> Result<(), HandlerError> {
    let app = ctx.data();
    let server = ctx.guild_id();
    let bot = app.identity(server).await;
    let text = addressing::without_mentions(&message.content, bot);
    if text.is_empty() {
        return say(ctx, NO_TEXT).await;
    }
    let (answered, question) = ask(ctx, text, Visibility::Private, "menu").await?;
    let asker = Asker {
        user: ctx.author().id,
        question,
        visibility: Visibility::Private,
    };
    let post = answered.entry().map(|entry| {
        let action = MemberAction::Post {
            message: message.id,
            question,
            entry: entry.clone(),
        };
        let button = button(action, "Post it for all to see", ButtonStyle::Primary);
        CreateActionRow::Buttons(vec![button])
    });
    let reply =
        render::reply(&answered, &app.links(), asker, app.keeps_votes(server)).with_rows(post);
    responder(ctx).show(reply, Visibility::Private).await
}

const NO_TEXT: &str = "That message has no text that I could look up.";
