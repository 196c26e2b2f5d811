//! The modal of an entry, submitted.

use super::{modal, publish};
use crate::discord::app::App;
use crate::discord::custom_id::Fingerprint;
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::responder::{HandlerError, Responder};
use crate::discord::{clock, permissions};
use citebot_core::knowledge::{EntryId, Field};
use citebot_engine::{Draft, Edit, EntryInput, ServerAdmin};
use citebot_store::RevisionId;
use serenity::builder::CreateAttachment;
use serenity::model::application::ModalInteraction;

/// Saves what was typed into the modal as a draft, and shows its preview.
///
/// # Errors
///
/// Discord's; a refusal to users without permission.
pub async fn submitted(
    app: &App,
    responder: Responder<'_>,
    submitted: &ModalInteraction,
    hidden: Fingerprint,
    based_on: Option<RevisionId>,
    entry: Option<EntryId>,
) -> Result<(), HandlerError> {
    let admin = permissions::admin(app, submitted.guild_id, submitted.member.as_ref())?;
    let saved = save(admin, responder, submitted, hidden, based_on, entry);
    match saved.await {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::error!(%error, "a moderator's modal could not be served");
            give_back(responder, &modal::typed(&submitted.data, hidden, &[])).await
        }
    }
}

async fn save(
    admin: ServerAdmin<'_>,
    responder: Responder<'_>,
    submitted: &ModalInteraction,
    hidden: Fingerprint,
    based_on: Option<RevisionId>,
    entry: Option<EntryId>,
) -> Result<(), HandlerError> {
    // From a button, the preview takes the place of the message with that button.
    if submitted.message.is_some() {
        responder.acknowledge().await?;
    } else {
        responder.defer(Visibility::Private).await?;
    }
    let author = submitted.user.id.get();
    let earlier = admin.saved_draft(author, entry.as_ref()).await?;
    let earlier = earlier.map(|saved| saved.draft);
    let present = entry
        .as_ref()
        .and_then(|entry| admin.draft_of(entry.as_str()));
    // The modal was filled with one of these.
    let sources: Vec<&EntryInput> = earlier
        .iter()
        .chain(&present)
        .map(|draft| &draft.input)
        .collect();
    let draft = Draft {
        entry: entry.as_ref().map(EntryId::to_string),
        based_on: based_on.map(|RevisionId(id)| id),
        input: modal::typed(&submitted.data, hidden, &sources),
        answers: earlier.map(|draft| draft.answers).unwrap_or_default(),
    };
    admin.save_draft(author, &draft, clock::now()).await?;
    let preview = publish::preview(admin, &Edit::Write(draft.into()), None).await?;
    responder.update(preview).await
}

/// Returns what was typed as a file, because it could not be saved or shown.
async fn give_back(responder: Responder<'_>, typed: &EntryInput) -> Result<(), HandlerError> {
    let fields = Field::ALL.into_iter().filter_map(|field| {
        let value = typed.text(field)?;
        Some(format!("{field}:\n{value}\n"))
    });
    let text = fields.collect::<Vec<_>>().join("\n");
    let message = Rendered::text(format!(
        "{} What you typed is in the file.",
        responder.apology()
    ))
    .with_files([CreateAttachment::bytes(text.as_bytes(), "typed.txt")]);
    responder.follow_up(message, Visibility::Private).await
}
