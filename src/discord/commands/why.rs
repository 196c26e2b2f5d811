//! The message menu for moderators: *Why this answer?*

use super::curate::moderator;
use super::{CommandError, Context, say};
use crate::discord::bot::Bot;
use crate::discord::custom_id::CustomId;
use crate::discord::{question, render};
use citebot_store::StoreError;
use serenity::model::application::{ActionRowComponent, ButtonKind};
use serenity::model::channel::Message;

/// Shows how the question in a message, or the one that the bot answers in it, is understood.
#[poise::command(
    context_menu_command = "Why this answer?",
    guild_only,
    check = "moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn why_this_answer(ctx: Context<'_>, message: Message) -> Result<(), CommandError> {
    ctx.defer_ephemeral().await?;
    let bot = ctx.data();
    let Some(text) = asked(ctx, bot, &message).await? else {
        return say(ctx, NOTHING).await;
    };
    let why = bot.why(ctx.guild_id(), text.clone()).await?;
    ctx.send(render::why(&text, &why).into_reply(true)).await?;
    Ok(())
}

const NOTHING: &str = "I cannot tell what was asked there: the question is no longer kept, or the \
     message has no text.";

/// The question that `message` asks or, if it is one of the bot's own, answers.
async fn asked(
    ctx: Context<'_>,
    bot: &Bot,
    message: &Message,
) -> Result<Option<String>, StoreError> {
    let me = bot.me().await;
    let role = ctx.guild_id().and_then(|server| bot.role(server));
    let own = |message: &Message| {
        let text = question::without_mentions(&message.content, me, role);
        (!text.is_empty()).then_some(text)
    };
    if message.author.id != me {
        return Ok(own(message));
    }
    let logged = custom_ids(message).find_map(|id| match id {
        CustomId::Vote { question, .. } | CustomId::Suggestion { question, .. } => question,
        CustomId::NotAsked { question, .. } => Some(question),
        _ => None,
    });
    if let (Some(server), Some(logged)) = (ctx.guild_id(), logged)
        && let Some(text) = bot.question(server, logged).await?
    {
        return Ok(Some(text));
    }
    Ok(message.referenced_message.as_deref().and_then(own))
}

/// What the buttons under `message` do.
fn custom_ids(message: &Message) -> impl Iterator<Item = CustomId> {
    let parts = message.components.iter().flat_map(|row| &row.components);
    parts.filter_map(|part| match part {
        ActionRowComponent::Button(button) => match &button.data {
            ButtonKind::NonLink { custom_id, .. } => custom_id.parse().ok(),
            _ => None,
        },
        _ => None,
    })
}
