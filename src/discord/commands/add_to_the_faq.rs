//! The message menu: *Add to the FAQ*

use super::context::{Context, admin, is_moderator, responder, say, show_privately};
use crate::discord::curate::drafts::QuotedMessage;
use crate::discord::curate::{drafts, modal};
use crate::discord::custom_id::CurateAction;
use crate::discord::rendered::Rendered;
use crate::discord::responder::{HandlerError, in_time};
use crate::discord::widgets::button;
use crate::discord::{addressing, escape};
use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;
use serenity::model::channel::Message;

/// Opens the modal of a new entry that asks what the message says. If the message replies to another, that
/// one is the question and this one the answer.
#[poise::command(
    context_menu_command = "Add to the FAQ",
    check = "is_moderator",
    default_member_permissions = "MANAGE_MESSAGES",
    install_context = "Guild",
    interaction_context = "Guild"
)]
pub async fn add_to_the_faq(ctx: Context<'_>, message: Message) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let bot = ctx.data().identity(ctx.guild_id()).await;
    let text_of = |message: &Message| addressing::without_mentions(&message.content, bot);
    let text = text_of(&message);
    if text.is_empty() {
        return say(ctx, NO_TEXT).await;
    }
    let asked = message.referenced_message.as_deref().map(text_of);
    let quoted = match asked.filter(|asked| !asked.is_empty()) {
        Some(asked) => QuotedMessage {
            question: asked,
            answer: Some(text),
        },
        None => QuotedMessage {
            question: text,
            answer: None,
        },
    };
    let Some(saved) = in_time(drafts::saved(admin, ctx.author().id, None)).await? else {
        let draft = drafts::from_message(ctx.data(), admin, &quoted).await;
        return responder(ctx).open(modal::modal(&draft)).await;
    };
    // Only one draft of a new entry is saved: the moderator decides which of the two it is.
    let said = format!(
        "You have begun a new entry and not published it: “{}”. Continue with it, or start over from \
         this message? Starting over replaces what you typed once you send the form.",
        escape::quote(&saved.input.question, MAX_QUOTED)
    );
    let open = CurateAction::Open { entry: None };
    let start_over = CurateAction::FromMessage {};
    let row = vec![
        button(open, "Continue", ButtonStyle::Primary),
        button(start_over, "From this message", ButtonStyle::Secondary),
    ];
    let choice = Rendered::embed(quoted.embed())
        .with_content(said)
        .with_row(CreateActionRow::Buttons(row));
    show_privately(ctx, choice).await
}

const NO_TEXT: &str = "That message has no text for the form.";
/// The longest question that is quoted.
const MAX_QUOTED: usize = 200;
