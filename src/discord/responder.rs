//! The one way to respond to an interaction: a command, a button, a menu or a modal.
//!
//! Discord drops an interaction that has had no response within three seconds. A handler that may
//! take longer acknowledges it first ([`defer`](Responder::defer),
//! [`acknowledge`](Responder::acknowledge), [`wait_for`](Responder::wait_for)) and shows its result
//! by editing that response. A handler that fails returns a [`HandlerError`], and
//! [`fail`](Responder::fail) tells the person.

mod error;
pub mod sentences;

pub use error::HandlerError;

use super::rendered::{Rendered, Visibility};
use serenity::builder::{
    Builder, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
};
use serenity::http::Http;
use serenity::model::id::InteractionId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a result is waited for before the interaction is acknowledged without it.
pub const PATIENCE: Duration = Duration::from_millis(1_500);

/// Responds to one interaction.
#[derive(Debug, Clone, Copy)]
pub struct Responder<'a> {
    http: &'a Http,
    interaction: InteractionId,
    token: &'a str,
    /// Whether Discord has taken the first response: what follows it are edits and new messages.
    responded: &'a AtomicBool,
}

impl<'a> Responder<'a> {
    /// A responder that notes in `responded` whether a first response was given.
    #[must_use]
    pub fn new(
        http: &'a Http,
        interaction: InteractionId,
        token: &'a str,
        responded: &'a AtomicBool,
    ) -> Self {
        Self {
            http,
            interaction,
            token,
            responded,
        }
    }

    /// The client that the responses go through.
    #[must_use]
    pub fn http(self) -> &'a Http {
        self.http
    }

    fn has_responded(self) -> bool {
        self.responded.load(Ordering::SeqCst)
    }

    async fn respond(self, response: CreateInteractionResponse) -> serenity::Result<()> {
        let to = (self.interaction, self.token);
        response.execute(self.http, to).await?;
        self.responded.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn edit(self, message: Rendered) -> serenity::Result<()> {
        message.into_edit().execute(self.http, self.token).await?;
        Ok(())
    }

    /// Shows `message` as the response. After an acknowledgement it takes the place of that, and
    /// who sees it is settled already.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn show(self, message: Rendered, visibility: Visibility) -> Result<(), HandlerError> {
        if self.has_responded() {
            self.edit(message).await?;
        } else {
            self.respond(message.into_response(visibility)).await?;
        }
        Ok(())
    }

    /// Shows `message` in place of the message whose button or menu was used.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn update(self, message: Rendered) -> Result<(), HandlerError> {
        if self.has_responded() {
            self.edit(message).await?;
        } else {
            self.respond(message.into_update()).await?;
        }
        Ok(())
    }

    /// Sends `message` after the response.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn follow_up(
        self,
        message: Rendered,
        visibility: Visibility,
    ) -> Result<(), HandlerError> {
        let followup = message.into_followup(visibility);
        followup.execute(self.http, (None, self.token)).await?;
        Ok(())
    }

    /// Opens a modal, which only the first response can do.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn open(self, modal: CreateModal) -> Result<(), HandlerError> {
        Ok(self
            .respond(CreateInteractionResponse::Modal(modal))
            .await?)
    }

    /// Tells Discord that a new message will come.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn defer(self, visibility: Visibility) -> Result<(), HandlerError> {
        let private = visibility == Visibility::Private;
        let later = CreateInteractionResponseMessage::new().ephemeral(private);
        Ok(self
            .respond(CreateInteractionResponse::Defer(later))
            .await?)
    }

    /// Tells Discord that the message whose button or menu was used will change.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn acknowledge(self) -> Result<(), HandlerError> {
        let response = CreateInteractionResponse::Acknowledge;
        Ok(self.respond(response).await?)
    }

    /// The result of `work`. When it takes longer than [`PATIENCE`], the response is deferred
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn wait_for<T>(
        self,
        work: impl Future<Output = T>,
        visibility: Visibility,
    ) -> Result<T, HandlerError> {
        tokio::pin!(work);
        if let Ok(result) = tokio::time::timeout(PATIENCE, &mut work).await {
            return Ok(result);
        }
        self.defer(visibility).await?;
        Ok(work.await)
    }

    /// Deletes the response or, after [`acknowledge`](Self::acknowledge), the message whose button
    /// was used. Unlike a deletion in the channel, this also works where the bot is not a member: in
    /// direct messages between people, and on servers that it was not invited to.
    ///
    /// # Errors
    ///
    /// Discord's.
    pub async fn delete(self) -> Result<(), HandlerError> {
        let deleted = self.http.delete_original_interaction_response(self.token);
        Ok(deleted.await?)
    }

    /// Says a sentence to the person alone: as the response or, where there was one, after it.
    pub async fn say(self, sentence: &str) {
        let message = Rendered::text(sentence);
        if !self.has_responded() {
            let response = message.clone().into_response(Visibility::Private);
            match self.respond(response).await {
                Ok(()) => return,
                // Discord may have taken an earlier response whose confirmation was lost.
                Err(error) => tracing::debug!(%error, "an interaction took no response"),
            }
        }
        if let Err(error) = self.follow_up(message, Visibility::Private).await {
            tracing::warn!(%error, "an interaction could not be answered");
        }
    }

    /// Says what went wrong to the person, and logs it if the fault is ours. `what` failed.
    pub async fn fail(self, what: &str, error: &HandlerError) {
        match error {
            HandlerError::Refused(sentence) => self.say(sentence).await,
            error => {
                tracing::error!(%error, "{what} failed");
                self.apologise().await;
            }
        }
    }

    /// Says that something went wrong on the bot's side.
    pub async fn apologise(self) {
        self.say(sentences::APOLOGY).await;
    }
}
