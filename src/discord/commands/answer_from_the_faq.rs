//! The message menu: *Answer from the FAQ*

use super::asking::ask;
use super::context::{Context, responder, say};
use crate::discord::addressing;
use crate::discord::render::{self, Asker};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_core::answer::Reply;
use serenity::model::channel::Message;

/// Answers any message: in public where the FAQ is sure, otherwise to the person who asked for it.
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
    let visibility = match answered.reply {
        Reply::Answer { .. } => Visibility::Public,
        Reply::Suggest { .. } | Reply::Unknown { .. } => Visibility::Private,
    };
    let asker = Asker {
        user: ctx.author().id,
        question,
        visibility,
    };
    let mut reply = render::reply(&answered, asker, app.keeps_votes(server));
    if visibility == Visibility::Public {
        let server = server.map_or_else(|| "@me".to_owned(), |server| server.to_string());
        let (channel, id) = (message.channel_id, message.id);
        let link = format!("https://discord.com/channels/{server}/{channel}/{id}");
        reply = reply.with_content(format!("In answer to {link}"));
    }
    responder(ctx).show(reply, visibility).await
}

const NO_TEXT: &str = "That message has no text that I could look up.";
