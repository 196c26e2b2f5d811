//! Buttons and menus of moderators.

use super::drafts::QuotedMessage;
use super::{drafts, history, modal, publish, revision};
use crate::discord::app::App;
use crate::discord::custom_id::{CurateAction, UnknownCustomId};
use crate::discord::interaction::{is_private, selected};
use crate::discord::permissions;
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::responder::{HandlerError, Responder, in_time};
use citebot_core::knowledge::EntryId;
use citebot_engine::{Edit, ServerAdmin};
use citebot_store::RevisionId;
use serenity::model::application::ComponentInteraction;

const NO_DRAFT: &str =
    "There is nothing left of what you typed: it was published, discarded, or too old.";
const DISCARDED: &str = "Discarded. Nothing was changed.";

/// Does what a button or menu says.
///
/// # Errors
///
/// Discord's and the engine's; a refusal to users without permission.
pub async fn handle(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    action: CurateAction,
) -> Result<(), HandlerError> {
    let admin = permissions::admin(app, used.guild_id, used.member.as_ref())?;
    let author = used.user.id;
    match action {
        CurateAction::Open { entry } => {
            let saved = in_time(admin.saved_draft(author.get(), entry.as_ref())).await?;
            let draft = saved
                .map(|saved| saved.draft)
                .or_else(|| entry.and_then(|entry| admin.draft_of(entry.as_str())))
                .ok_or_else(|| HandlerError::refused(NO_DRAFT))?;
            responder.open(modal::modal(&draft)).await
        }
        CurateAction::FromMessage {} => {
            in_time(drafts::detach_questions(admin, author, None)).await?;
            let quoted = QuotedMessage::read(&used.message);
            let draft = drafts::from_message(app, admin, &quoted).await;
            responder.open(modal::modal(&draft)).await
        }
        CurateAction::Publish { shown, over, entry } => {
            responder.acknowledge().await?;
            match admin.saved_draft(author.get(), entry.as_ref()).await? {
                Some(saved) => {
                    publish::publish_draft(admin, responder, author, saved.draft, shown, over).await
                }
                None => responder.update(Rendered::text(NO_DRAFT)).await,
            }
        }
        CurateAction::Discard { entry } => {
            responder.acknowledge().await?;
            admin.discard_draft(author.get(), entry.as_ref()).await?;
            responder.update(Rendered::text(DISCARDED)).await
        }
        CurateAction::Remove { based_on, entry } => {
            responder.acknowledge().await?;
            let edit = Edit::Remove {
                entry: entry.to_string(),
                based_on,
            };
            publish::publish(admin, responder, author, &edit, None).await
        }
        CurateAction::Restore { based_on, entry } => {
            responder.acknowledge().await?;
            let edit = Edit::Restore {
                entry: entry.to_string(),
                based_on,
            };
            publish::publish(admin, responder, author, &edit, None).await
        }
        CurateAction::Undo {
            to,
            based_on,
            entry,
        } => {
            responder.acknowledge().await?;
            let edit = Edit::Undo {
                entry: entry.to_string(),
                to,
                based_on,
            };
            publish::publish(admin, responder, author, &edit, None).await
        }
        CurateAction::Cancel {} => responder.update(Rendered::text(DISCARDED)).await,
        CurateAction::History { page, entry } => {
            show_history(admin, responder, used, &entry, None, page).await
        }
        CurateAction::OlderHistory {
            before,
            page,
            entry,
        } => show_history(admin, responder, used, &entry, Some(before), page).await,
        CurateAction::PickRevision { entry } => {
            let to = selected(used).ok_or(UnknownCustomId)?;
            let to = revision::parse(to).map_err(|_| UnknownCustomId)?;
            responder.acknowledge().await?;
            let edit = Edit::Undo {
                entry: entry.to_string(),
                to,
                based_on: admin.latest(entry.as_str()),
            };
            responder
                .update(publish::preview(admin, &edit, None).await?)
                .await
        }
        // Only a modal does this.
        CurateAction::Submit { .. } => Err(UnknownCustomId.into()),
    }
}

/// Shows a page of the history of `entry`.
async fn show_history(
    admin: ServerAdmin<'_>,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    entry: &EntryId,
    before: Option<RevisionId>,
    page: u16,
) -> Result<(), HandlerError> {
    // The line in the log channel stays; an open history turns its page.
    if is_private(used) {
        responder.acknowledge().await?;
    } else {
        responder.defer(Visibility::Private).await?;
    }
    let part = admin.history(entry.as_str(), before, history::REVISIONS);
    let shown = history::history(entry, &part.await?, before, page);
    responder.update(shown).await
}
