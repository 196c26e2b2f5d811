//! The review queue: what went unanswered or was marked "not what I asked", group by group.
//!
//! | module | what it is |
//! | --- | --- |
//! | `digest` | the daily word in the review channel |

pub mod digest;

use super::bot::{Bot, MatchingFailed};
use super::components::picked;
use super::curate::page::Page;
use super::curate::preview::Intent;
use super::curate::{form, now, permission, respond};
use super::custom_id::CustomId;
use super::failure;
use super::render::{self, Rendered};
use citebot_core::knowledge::Entry;
use citebot_engine::{Edit, Group, ServerAdmin};
use citebot_store::{QuestionId, StoreError};
use serenity::builder::{CreateActionRow, CreateInputText, CreateInteractionResponse, CreateModal};
use serenity::http::Http;
use serenity::model::application::{
    ActionRowComponent, ComponentInteraction, InputTextStyle, ModalInteraction,
};
use serenity::model::id::{GuildId, UserId};
use std::sync::Arc;

const DEALT_WITH: &str = "That question was dealt with, or is no longer kept.";
const IGNORED: &str = "Ignored: it does not come back when it is asked again.";
/// The name of the field in the form for an entry's id.
const FIELD: &str = "entry";

/// Why something in the queue could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Looking for entries near the question.
    #[error(transparent)]
    Matching(#[from] MatchingFailed),
    /// At the moderators' admin.
    #[error(transparent)]
    ServerAdmin(#[from] citebot_engine::AdminError),
}

/// The group at `page` of the queue of `server`, with the entries nearest to it.
///
/// # Errors
///
/// The database's; when matching panics.
pub async fn queue(
    bot: &Bot,
    admin: ServerAdmin<'_>,
    server: GuildId,
    page: u16,
) -> Result<Rendered, Failed> {
    let groups = admin.review().await?;
    let at = usize::from(page).min(groups.len().saturating_sub(1));
    let nearest = match groups.get(at) {
        Some(group) => nearest(bot, server, group).await?,
        None => Vec::new(),
    };
    Ok(render::queue(&groups, page, &nearest))
}

/// The entries that come near the newest of the group's questions, the nearest first.
async fn nearest(bot: &Bot, server: GuildId, group: &Group) -> Result<Vec<Arc<Entry>>, Failed> {
    let why = bot.why(Some(server), group.newest.text.clone()).await?;
    Ok(why.considered.into_iter().map(|near| near.entry).collect())
}

/// A button or menu of the queue.
pub async fn handle(bot: &Bot, http: &Http, used: &ComponentInteraction, custom_id: CustomId) {
    if !permission::may_curate(used.member.as_ref()) {
        return failure::say(http, used.id, &used.token, permission::NOT_A_MODERATOR).await;
    }
    let Some((server, admin)) = used
        .guild_id
        .and_then(|server| Some((server, bot.admin(server)?)))
    else {
        return failure::say(http, used.id, &used.token, respond::NO_STORE).await;
    };
    let author = used.user.id;
    match custom_id {
        CustomId::ReviewById { question } => form_of_id(http, used, question).await,
        CustomId::ReviewNew { question } => new_entry(http, used, admin, question).await,
        CustomId::ReviewAnswer { question } => {
            if !acknowledged(http, used).await {
                return;
            }
            let shown = match picked(used) {
                Some(entry) => answers_to(admin, author, question, entry).await,
                None => Ok(Page::text(DEALT_WITH)),
            };
            show(http, used, shown).await;
        }
        CustomId::ReviewIgnore { question, page } => {
            if !acknowledged(http, used).await {
                return;
            }
            let next = ignore(bot, admin, server, question, page).await;
            show(http, used, next.map(Page::from)).await;
        }
        CustomId::Review { page } => {
            if !acknowledged(http, used).await {
                return;
            }
            let next = queue(bot, admin, server, page).await;
            show(http, used, next.map(Page::from)).await;
        }
        _ => failure::say(http, used.id, &used.token, super::components::FOREIGN).await,
    }
}

/// The form with an entry's id, sent.
pub async fn submitted(bot: &Bot, http: &Http, sent: &ModalInteraction, question: QuestionId) {
    if !permission::may_curate(sent.member.as_ref()) {
        return failure::say(http, sent.id, &sent.token, permission::NOT_A_MODERATOR).await;
    }
    let Some(admin) = sent.guild_id.and_then(|server| bot.admin(server)) else {
        return failure::say(http, sent.id, &sent.token, respond::NO_STORE).await;
    };
    let mut inputs = sent.data.components.iter().flat_map(|row| &row.components);
    let entry = inputs.find_map(|part| match part {
        ActionRowComponent::InputText(input) if input.custom_id == FIELD => input.value.clone(),
        _ => None,
    });
    let entry = entry.unwrap_or_default();
    let acknowledged = sent
        .create_response(http, CreateInteractionResponse::Acknowledge)
        .await;
    if let Err(error) = acknowledged {
        tracing::warn!(%error, "a form could not be answered");
        return;
    }
    let shown = answers_to(admin, sent.user.id, question, entry.trim()).await;
    if let Err(error) = respond::show(http, &sent.token, told(shown)).await {
        tracing::warn!(%error, "a form could not be answered");
        failure::say_after(http, &sent.token, failure::APOLOGY).await;
    }
}

/// The preview of the entry `entry` with the group's question as one more phrasing.
async fn answers_to(
    admin: ServerAdmin<'_>,
    author: UserId,
    question: QuestionId,
    entry: &str,
) -> Result<Page, Failed> {
    let Some(group) = admin.group(question).await? else {
        return Ok(Page::text(DEALT_WITH));
    };
    let Some(draft) = admin.add_phrasing_from(&group, entry) else {
        let entry = super::escape::quote(entry, 100);
        let unknown = format!("There is no entry “{entry}”. `/faq browse` lists them.");
        return Ok(Page::text(unknown));
    };
    admin.save_draft(author.get(), &draft, now()).await?;
    // From here on it is an edit like any other: to be published, gone on with or discarded.
    let edit = Edit::Write(draft.clone());
    Ok(respond::look(admin, &edit, Intent::Write(&draft)).await?)
}

async fn ignore(
    bot: &Bot,
    admin: ServerAdmin<'_>,
    server: GuildId,
    question: QuestionId,
    page: u16,
) -> Result<Rendered, Failed> {
    let said = match admin.group(question).await? {
        Some(group) => {
            admin.ignore(&group, now()).await?;
            IGNORED
        }
        None => DEALT_WITH,
    };
    Ok(queue(bot, admin, server, page).await?.under_too(said))
}

/// Puts up the form for the id of any entry.
async fn form_of_id(http: &Http, used: &ComponentInteraction, question: QuestionId) {
    let custom_id = CustomId::ReviewById { question };
    let input = CreateInputText::new(InputTextStyle::Short, "Id of the entry", FIELD)
        .placeholder("as it stands below its answer, after the dot")
        .max_length(u16::try_from(citebot_core::knowledge::MAX_ID_CHARS).unwrap_or(u16::MAX));
    let modal = CreateModal::new(custom_id.to_string(), "Answers to another entry")
        .components(vec![CreateActionRow::InputText(input)]);
    put_up(http, used, modal).await;
}

/// Puts up the form of a new entry that asks what the group asks.
async fn new_entry(
    http: &Http,
    used: &ComponentInteraction,
    admin: ServerAdmin<'_>,
    question: QuestionId,
) {
    // A form must be the first response: what it holds cannot be waited for long.
    let drafted = tokio::time::timeout(super::commands::PATIENCE, async {
        let Some(group) = admin.group(question).await? else {
            return Ok(None);
        };
        let mut draft = admin.new_entry_from(&group);
        draft.input.topic = respond::topic_for(admin, &draft.input.question);
        admin.save_draft(used.user.id.get(), &draft, now()).await?;
        Ok::<_, Failed>(Some(draft))
    });
    match drafted.await {
        Ok(Ok(Some(draft))) => put_up(http, used, form::modal(&draft)).await,
        Ok(Ok(None)) => failure::say(http, used.id, &used.token, DEALT_WITH).await,
        Ok(Err(error)) => {
            tracing::error!(%error, "a new entry could not be drafted");
            failure::apologise(http, used.id, &used.token).await;
        }
        Err(_) => failure::say(http, used.id, &used.token, SLOW).await,
    }
}

const SLOW: &str = "The store is slow just now. Please press the button again.";

async fn put_up(http: &Http, used: &ComponentInteraction, modal: CreateModal) {
    let response = CreateInteractionResponse::Modal(modal);
    if let Err(error) = used.create_response(http, response).await {
        tracing::warn!(%error, "a form could not be put up");
        failure::apologise(http, used.id, &used.token).await;
    }
}

/// Tells Discord that the message will change; `false` if it did not take that.
async fn acknowledged(http: &Http, used: &ComponentInteraction) -> bool {
    let taken = used
        .create_response(http, CreateInteractionResponse::Acknowledge)
        .await;
    if let Err(error) = &taken {
        tracing::warn!(%error, "a button could not be answered");
    }
    taken.is_ok()
}

/// What is shown, or that it failed.
fn told(shown: Result<Page, Failed>) -> Page {
    shown.unwrap_or_else(|error| {
        tracing::error!(%error, "something in the review queue could not be done");
        Page::text(failure::APOLOGY)
    })
}

async fn show(http: &Http, used: &ComponentInteraction, page: Result<Page, Failed>) {
    if let Err(error) = respond::show(http, &used.token, told(page)).await {
        tracing::warn!(%error, "a button could not be answered");
        failure::say_after(http, &used.token, failure::APOLOGY).await;
    }
}
