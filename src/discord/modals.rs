//! Submitted modals → their handlers.

use super::app::App;
use super::custom_id::{CurateAction, CustomId, ReviewAction, UnknownCustomId};
use super::responder::{HandlerError, Responder};
use super::{curate, review};
use serenity::model::application::ModalInteraction;

/// Takes what was typed into a modal.
///
/// # Errors
///
/// The handler's; a refusal for a modal of another version.
pub async fn handle(
    app: &App,
    responder: Responder<'_>,
    submitted: &ModalInteraction,
) -> Result<(), HandlerError> {
    match submitted.data.custom_id.parse()? {
        CustomId::Review(ReviewAction::AnswerById { question }) => {
            review::submitted(app, responder, submitted, question).await
        }
        CustomId::Curate(CurateAction::Submit {
            hidden,
            based_on,
            entry,
        }) => curate::submitted(app, responder, submitted, hidden, based_on, entry).await,
        _ => Err(UnknownCustomId.into()),
    }
}
