//! The review queue: questions that went unanswered or whose asker rejected the reply, group by
//! group.
//!
//! | module | what it is |
//! | --- | --- |
//! | `digest` | the daily message to the review channel |

pub mod digest;

use super::app::App;
use super::curate::{drafts, modal, publish};
use super::custom_id::{CustomId, ReviewAction, UnknownCustomId};
use super::interaction::{is_private, selected, typed};
use super::rendered::{Rendered, Visibility};
use super::responder::{HandlerError, Responder, in_time};
use super::{clock, escape, permissions, render, shadow};
use citebot_core::knowledge::{Entry, MAX_ID_CHARS};
use citebot_engine::{Edit, Group, ServerAdmin};
use citebot_store::QuestionId;
use serenity::builder::{CreateActionRow, CreateInputText, CreateModal};
use serenity::model::application::{ComponentInteraction, InputTextStyle, ModalInteraction};
use serenity::model::id::{GuildId, UserId};
use std::sync::Arc;

const DEALT_WITH: &str = "That question was dealt with, or is no longer kept.";
const IGNORED: &str = "Ignored: it does not come back when it is asked again.";

/// The group at `page` of the server's queue, with the entries nearest to it.
///
/// # Errors
///
/// The database's; when matching panics.
pub async fn queue(app: &App, admin: ServerAdmin<'_>, page: u16) -> Result<Rendered, HandlerError> {
    let groups = admin.review().await?;
    let at = usize::from(page).min(groups.len().saturating_sub(1));
    let nearest = match groups.get(at) {
        Some(group) => nearest(app, admin, group).await?,
        None => Vec::new(),
    };
    Ok(render::queue(&groups, page, &nearest))
}

/// The entries nearest to the newest question of the group, best first.
async fn nearest(
    app: &App,
    admin: ServerAdmin<'_>,
    group: &Group,
) -> Result<Vec<Arc<Entry>>, HandlerError> {
    let server = GuildId::from(admin.server().0);
    let why = app.why(Some(server), group.newest.text.clone()).await?;
    let near = why.considered.into_iter().map(|near| near.entry);
    // What the asker chose comes first.
    let snapshot = admin.snapshot();
    let chosen = group.chosen.as_deref();
    let chosen = chosen.and_then(|id| snapshot.knowledge.entry_now_or_formerly(id));
    let near = near.filter(|near| chosen.is_none_or(|chosen| chosen.id != near.id));
    Ok(chosen.cloned().into_iter().chain(near).collect())
}

/// Does what a button or menu of the queue says.
///
/// # Errors
///
/// Discord's, the database's and the matcher's; a refusal to users without permission.
pub async fn handle(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    action: ReviewAction,
) -> Result<(), HandlerError> {
    let admin = permissions::admin(app, used.guild_id, used.member.as_ref())?;
    let author = used.user.id;
    match action {
        ReviewAction::Right {
            confidence,
            message,
        } => shadow::judge(app, responder, used, message, confidence, true).await,
        ReviewAction::Wrong {
            confidence,
            message,
        } => shadow::judge(app, responder, used, message, confidence, false).await,
        ReviewAction::Page { page } if is_private(used) => {
            responder.acknowledge().await?;
            responder.update(queue(app, admin, page).await?).await
        }
        // Under the digest: the queue is shown to the moderator alone.
        ReviewAction::Page { page } => {
            responder.defer(Visibility::Private).await?;
            let shown = queue(app, admin, page).await?;
            responder.show(shown, Visibility::Private).await
        }
        ReviewAction::AnswerWith { question } => {
            let entry = selected(used).ok_or(UnknownCustomId)?;
            responder.acknowledge().await?;
            let preview = answer_with(admin, author, question, entry).await?;
            responder.update(preview).await
        }
        ReviewAction::AnswerById { question } => responder.open(id_modal(question)).await,
        ReviewAction::NewEntry { question } => {
            responder
                .open(new_entry(app, admin, author, question).await?)
                .await
        }
        ReviewAction::Ignore { question, page } => {
            responder.acknowledge().await?;
            let said = match admin.group(question).await? {
                Some(group) => {
                    admin.ignore(&group, clock::now()).await?;
                    IGNORED
                }
                None => DEALT_WITH,
            };
            let next = queue(app, admin, page).await?;
            responder.update(next.with_content_before(said)).await
        }
    }
}

/// The field of the modal for an entry's id.
const ID_FIELD: &str = "entry";

/// The modal for the id of any entry.
fn id_modal(question: QuestionId) -> CreateModal {
    let custom_id = CustomId::from(ReviewAction::AnswerById { question });
    let input = CreateInputText::new(InputTextStyle::Short, "Id of the entry", ID_FIELD)
        .placeholder("it stands below the answer, after the dot")
        .max_length(u16::try_from(MAX_ID_CHARS).unwrap_or(u16::MAX));
    CreateModal::new(custom_id.to_string(), "Answers to another entry")
        .components(vec![CreateActionRow::InputText(input)])
}

/// Takes an entry's id from its modal.
///
/// # Errors
///
/// Discord's and the engine's; a refusal to users without permission.
pub async fn submitted(
    app: &App,
    responder: Responder<'_>,
    submitted: &ModalInteraction,
    question: QuestionId,
) -> Result<(), HandlerError> {
    let admin = permissions::admin(app, submitted.guild_id, submitted.member.as_ref())?;
    responder.acknowledge().await?;
    let entry = typed(&submitted.data, ID_FIELD).trim();
    let preview = answer_with(admin, submitted.user.id, question, entry).await?;
    responder.update(preview).await
}

/// The preview of `entry` with the question of a group as one more phrasing.
async fn answer_with(
    admin: ServerAdmin<'_>,
    author: UserId,
    question: QuestionId,
    entry: &str,
) -> Result<Rendered, HandlerError> {
    let Some(group) = admin.group(question).await? else {
        return Ok(Rendered::text(DEALT_WITH));
    };
    let Some(draft) = admin.add_phrasing_from(&group, entry) else {
        let entry = escape::quote(entry, 100);
        let unknown = format!("There is no entry “{entry}”. `/faq browse` lists them.");
        return Ok(Rendered::text(unknown));
    };
    admin.save_draft(author.get(), &draft, clock::now()).await?;
    // From here on it is an edit like any other.
    publish::preview(admin, &Edit::Write(draft.into()), None).await
}

/// The modal of a new entry that asks what the group asks.
async fn new_entry(
    app: &App,
    admin: ServerAdmin<'_>,
    author: UserId,
    question: QuestionId,
) -> Result<CreateModal, HandlerError> {
    let drafted = in_time(async {
        let group = admin.group(question).await?;
        let group = group.ok_or_else(|| HandlerError::refused(DEALT_WITH))?;
        let mut draft = admin.new_entry_from(&group);
        draft.input.topic = drafts::nearest_topic(app, admin, &draft.input.question).await;
        admin.save_draft(author.get(), &draft, clock::now()).await?;
        Ok::<_, HandlerError>(modal::modal(&draft))
    });
    drafted.await
}
