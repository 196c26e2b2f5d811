//! Answering a question in response to a command.

use super::context::{Context, responder};
use crate::discord::render::{self, Asker, Feedback};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use citebot_core::answer::Reply;
use citebot_core::knowledge::{Entry, Knowledge};
use citebot_core::matcher::is_greeting;
use citebot_engine::Answered;
use citebot_store::QuestionId;

/// Asks `question` and logs it as asked on `surface`. If that takes long, the response is deferred.
///
/// # Errors
///
/// Discord's and the matcher's.
pub async fn ask(
    ctx: Context<'_>,
    question: String,
    visibility: Visibility,
    surface: &'static str,
) -> Result<(Answered, Option<QuestionId>), HandlerError> {
    let app = ctx.data();
    let asked = app.ask(ctx.guild_id(), question);
    let answered = responder(ctx).wait_for(asked, visibility).await??;
    let logged = app.log(&answered, surface);
    Ok((answered, logged))
}

/// Responds to `question`, asked on `surface`, with what the FAQ says.
///
/// # Errors
///
/// Discord's and the matcher's.
pub async fn respond(
    ctx: Context<'_>,
    question: String,
    visibility: Visibility,
    surface: &'static str,
) -> Result<(), HandlerError> {
    if is_greeting(&question) {
        let help = ctx.data().help(ctx.guild_id());
        return responder(ctx).show(help, Visibility::Private).await;
    }
    let (answered, question) = ask(ctx, question, visibility, surface).await?;
    // That nothing was found concerns only the person who asked.
    let visibility = match answered.reply {
        Reply::Unknown { .. } => Visibility::Private,
        _ => visibility,
    };
    let asker = Asker {
        user: ctx.author().id,
        question,
        visibility,
    };
    let votes = ctx.data().keeps_votes(ctx.guild_id());
    let message = render::reply(&answered, &ctx.data().links(), asker, votes);
    responder(ctx).show(message, visibility).await
}

/// Responds with an entry that was chosen from `knowledge`. `question`: the logged question.
///
/// # Errors
///
/// Discord's.
pub async fn show_entry(
    ctx: Context<'_>,
    knowledge: &Knowledge,
    entry: &Entry,
    question: Option<QuestionId>,
    visibility: Visibility,
) -> Result<(), HandlerError> {
    let feedback = Feedback {
        votes: ctx.data().keeps_votes(ctx.guild_id()),
        asker: Some(Asker {
            user: ctx.author().id,
            question,
            visibility,
        }),
    };
    let message = render::answer(ctx.data().links().view(knowledge), entry, feedback);
    responder(ctx).show(message, visibility).await
}
