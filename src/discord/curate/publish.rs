//! Previewing and publishing an edit.

use super::announce;
use super::preview::{self, fingerprint};
use crate::discord::custom_id::Fingerprint;
use crate::discord::rendered::Rendered;
use crate::discord::responder::{HandlerError, Responder};
use crate::discord::{clock, escape, limits};
use citebot_engine::{Draft, Edit, EditError, ServerAdmin};
use citebot_store::RevisionId;
use serenity::model::id::UserId;

/// The longest refusal that is shown.
const MAX_REFUSAL: usize = 1_900;

/// The preview of an edit, with buttons to publish or discard it. `saved` is the draft as it is saved,
/// where the edit's is not the same.
///
/// # Errors
///
/// The engine's.
pub async fn preview(
    admin: ServerAdmin<'_>,
    edit: &Edit,
    saved: Option<&Draft>,
) -> Result<Rendered, HandlerError> {
    match admin.preview(edit).await {
        Ok(found) => {
            let snapshot = admin.snapshot();
            Ok(preview::preview(&snapshot.knowledge, &found, edit, saved))
        }
        Err(EditError::Failed(error)) => Err(error.into()),
        Err(refusal) => Ok(refused(&refusal.to_string())),
    }
}

fn refused(why: &str) -> Rendered {
    // The ids in it are meant to be shown as code.
    let mut sentence = escape::markdown(why).replace("\\`", "`");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    Rendered::text(limits::truncate(&format!("{sentence}."), MAX_REFUSAL))
}

/// Publishes a saved draft if it is still what the moderator was `shown`; otherwise shows it. `over`:
/// overwrites what others published up to this revision.
///
/// # Errors
///
/// Discord's and the engine's.
pub async fn publish_draft(
    admin: ServerAdmin<'_>,
    responder: Responder<'_>,
    author: UserId,
    saved: Draft,
    shown: Fingerprint,
    over: Option<RevisionId>,
) -> Result<(), HandlerError> {
    if fingerprint(&saved) != shown {
        let edit = Edit::Write(saved.into());
        return responder.update(preview(admin, &edit, None).await?).await;
    }
    let mut draft = saved.clone();
    if let Some(RevisionId(over)) = over {
        draft.based_on = Some(over);
    }
    publish(
        admin,
        responder,
        author,
        &Edit::Write(draft.into()),
        Some(&saved),
    )
    .await
}

/// Publishes an edit and shows the result; where it can't be published, the preview tells why.
///
/// # Errors
///
/// Discord's and the engine's.
pub async fn publish(
    admin: ServerAdmin<'_>,
    responder: Responder<'_>,
    author: UserId,
    edit: &Edit,
    saved: Option<&Draft>,
) -> Result<(), HandlerError> {
    match admin.publish(author.get(), clock::now(), edit).await {
        Ok(published) => {
            // It came from the review queue.
            let answers = match edit {
                Edit::Write(draft) => !draft.answers.is_empty(),
                _ => false,
            };
            let shown = preview::published(&published, answers);
            responder.update(shown).await?;
            announce::published(responder.http(), admin, author, &published).await;
            Ok(())
        }
        Err(EditError::Invalid(_) | EditError::Conflict(_)) => {
            responder.update(preview(admin, edit, saved).await?).await
        }
        Err(EditError::Refused(refusal)) => responder.update(refused(&refusal.to_string())).await,
        Err(EditError::Failed(error)) => Err(error.into()),
    }
}
