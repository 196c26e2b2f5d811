//! The message menu for moderators: *Why this answer?*

use super::context::{Context, is_moderator, responder, say, show_privately};
use crate::discord::custom_id::{CustomId, MemberAction};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use crate::discord::{addressing, render};
use citebot_store::{QuestionId, StoreError};
use serenity::model::application::{ActionRowComponent, ButtonKind};
use serenity::model::channel::Message;

/// Explains how the question in a message is answered; in a message of the bot, the question that it
/// answers.
#[poise::command(
    context_menu_command = "Why this answer?",
    guild_only,
    check = "is_moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn why_this_answer(ctx: Context<'_>, message: Message) -> Result<(), HandlerError> {
    responder(ctx).defer(Visibility::Private).await?;
    let Some(question) = question_of(ctx, &message).await? else {
        return say(ctx, NO_QUESTION).await;
    };
    let why = ctx.data().why(ctx.guild_id(), question.clone()).await?;
    show_privately(ctx, render::why(&question, &why)).await
}

const NO_QUESTION: &str = "I cannot tell what was asked there: the question is no longer kept, or the \
     message has no text.";

async fn question_of(ctx: Context<'_>, message: &Message) -> Result<Option<String>, StoreError> {
    let app = ctx.data();
    let bot = app.identity(ctx.guild_id()).await;
    let text_of = |message: &Message| {
        let text = addressing::without_mentions(&message.content, bot);
        (!text.is_empty()).then_some(text)
    };
    if message.author.id != bot.user {
        return Ok(text_of(message));
    }
    let logged = custom_ids(message).find_map(|id| logged_question(&id));
    if let (Some(server), Some(logged)) = (ctx.guild_id(), logged)
        && let Some(text) = app.logged_question(server, logged).await?
    {
        return Ok(Some(text));
    }
    Ok(message.referenced_message.as_deref().and_then(text_of))
}

fn logged_question(custom_id: &CustomId) -> Option<QuestionId> {
    match custom_id {
        CustomId::Member(
            MemberAction::LoggedSuggestion { question, .. }
            | MemberAction::NotWhatIAsked { question, .. },
        ) => Some(*question),
        CustomId::Member(
            MemberAction::VoteUp { question, .. } | MemberAction::VoteDown { question, .. },
        ) => *question,
        _ => None,
    }
}

/// The custom ids of the buttons under `message`.
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
