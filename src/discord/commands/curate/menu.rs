//! The message menu: *Add to the FAQ*

use super::super::{CommandError, Context, say};
use super::{admin, moderator, put_up};
use crate::discord::curate::action::Action;
use crate::discord::curate::preview::button;
use crate::discord::curate::{form, respond};
use crate::discord::render::Rendered;
use crate::discord::{escape, limits, question};
use serenity::builder::{CreateActionRow, CreateEmbed};
use serenity::model::application::ButtonStyle;
use serenity::model::channel::Message;

/// Begins a new entry that asks what the message says.
#[poise::command(
    context_menu_command = "Add to the FAQ",
    check = "moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn add_to_the_faq(ctx: Context<'_>, message: Message) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    let bot = ctx.data();
    let role = ctx.guild_id().and_then(|server| bot.role(server));
    let text = question::without_mentions(&message.content, bot.me().await, role);
    if text.is_empty() {
        return say(ctx, NO_TEXT).await;
    }
    let Some(begun) = respond::begun(admin, ctx.author().id, None).await? else {
        return put_up(ctx, form::modal(&respond::from_message(admin, &text))).await;
    };
    // One new entry at a time is kept: which of the two goes on is for the moderator to say.
    let said = format!(
        "You have begun a new entry and not published it: “{}”. Go on with it, or begin anew from \
         this message? Beginning anew replaces what you typed once you send the form.",
        escape::quote(&begun.input.question, QUOTED)
    );
    let quoted = CreateEmbed::new().description(limits::truncate(&text, limits::EMBED_DESCRIPTION));
    let row = vec![
        button(Action::Open { entry: None }, "Go on", ButtonStyle::Primary),
        button(
            Action::FromMessage,
            "From this message",
            ButtonStyle::Secondary,
        ),
    ];
    let reply = Rendered::embed(quoted)
        .under(said)
        .with_row(CreateActionRow::Buttons(row));
    ctx.send(reply.into_reply(true)).await?;
    Ok(())
}

const NO_TEXT: &str = "That message has no text that I could put into the form.";
/// How much of a question is quoted.
const QUOTED: usize = 200;
