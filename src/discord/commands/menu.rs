//! The message menu: *Answer from the FAQ*

use super::{CommandError, Context, answered, say};
use crate::discord::question;
use crate::discord::render::{self, Feedback};
use citebot_core::answer::Reply;
use serenity::model::channel::Message;

/// Answers any message: for all to see where the FAQ is sure, else for the one who asked for it.
#[poise::command(
    context_menu_command = "Answer from the FAQ",
    install_context = "Guild|User",
    interaction_context = "Guild|BotDm|PrivateChannel"
)]
pub async fn answer_from_the_faq(ctx: Context<'_>, message: Message) -> Result<(), CommandError> {
    let bot = ctx.data();
    let role = ctx.guild_id().and_then(|server| bot.role(server));
    let text = question::without_mentions(&message.content, bot.me().await, role);
    if text.is_empty() {
        return say(ctx, NO_TEXT).await;
    }
    let asker = ctx.author().id;
    let (answered, question) = answered(ctx, text.clone(), true, "menu").await?;
    let (reply, private) = match answered.reply {
        Reply::Answer { best, .. } => {
            let snapshot = answered.snapshot;
            let feedback = Feedback {
                votes: bot.keeps(ctx.guild_id()),
                question: question.map(|question| (asker, question)),
                dismiss: Some(asker),
            };
            let reply = render::answer_with(&snapshot.knowledge, &best.entry, &feedback);
            let place = ctx
                .guild_id()
                .map_or_else(|| "@me".to_owned(), |server| server.to_string());
            let (channel, id) = (message.channel_id, message.id);
            let link = format!("https://discord.com/channels/{place}/{channel}/{id}");
            (reply.under(format!("In answer to {link}")), false)
        }
        Reply::Suggest { suggestions } => {
            let reply = render::suggestions(&suggestions, asker, question, false);
            (reply, true)
        }
        Reply::Unknown { .. } => (render::unknown(&text, None), true),
    };
    ctx.send(reply.into_reply(private)).await?;
    Ok(())
}

const NO_TEXT: &str = "That message has no text that I could look up.";
