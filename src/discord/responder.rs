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

use super::error_id::ErrorId;
use super::http_error::{describe, is_already_acknowledged};
use super::rendered::{Rendered, Visibility};
use super::retry::{self, Temporary};
use serenity::builder::{
    Builder, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
};
use serenity::http::{Http, HttpError};
use serenity::model::id::InteractionId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// How long a result is waited for before the interaction is acknowledged without it.
pub const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long a first response is tried for: Discord takes none after three seconds.
const FIRST_RESPONSE_PATIENCE: Duration = Duration::from_secs(2);
/// How long Discord's answer to a first response is waited for before it is sent once more. It answers within
/// half a second as a rule. After [`PATIENCE`] and this the second still comes in time.
const HANGS_AFTER: Duration = Duration::from_millis(800);
/// How long an edit or a later message is tried for.
const LATER_PATIENCE: Duration = Duration::from_secs(30);

/// The result of `work`, if it comes in time to be the first response: for a modal or choices, which
/// cannot be deferred.
///
/// # Errors
///
/// Those of `work`; a refusal when it takes longer than [`PATIENCE`].
pub async fn in_time<T, E: Into<HandlerError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, HandlerError> {
    match timeout(PATIENCE, work).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(HandlerError::refused(sentences::SLOW)),
    }
}

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
        let mut tries = 0;
        let attempt = || {
            tries += 1;
            let is_repeated = tries > 1;
            let send = || response.clone().execute(self.http, to);
            async move {
                let (sent, is_repeated) = match timeout(HANGS_AFTER, send()).await {
                    Ok(sent) => (sent, is_repeated),
                    Err(_) => {
                        tracing::info!(
                            "Discord does not answer to a response: sending it once more"
                        );
                        // Whatever becomes of this one, there is no time for a third.
                        (send().await, true)
                    }
                };
                match sent {
                    // An earlier one arrived, and only its confirmation was lost.
                    Err(error) if is_repeated && is_already_acknowledged(&error) => Ok(()),
                    sent => sent.map(drop),
                }
            }
        };
        retry::within(FIRST_RESPONSE_PATIENCE, log_retry, attempt).await?;
        self.responded.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn edit(self, message: Rendered) -> serenity::Result<()> {
        let edit = message.into_edit();
        let attempt = || edit.clone().execute(self.http, self.token);
        retry::within(LATER_PATIENCE, log_retry, attempt).await?;
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
        let attempt = || {
            let sent = followup.clone().execute(self.http, (None, self.token));
            async move {
                match sent.await {
                    // It was taken: nobody needs the rest of the answer.
                    Ok(_) | Err(serenity::Error::Json(_)) => Ok(()),
                    Err(error) => Err(Unrepeatable(error)),
                }
            }
        };
        let on_pause = |Unrepeatable(error): &_, pause| log_retry(error, pause);
        retry::within(LATER_PATIENCE, on_pause, attempt)
            .await
            .map_err(|Unrepeatable(error)| error)?;
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
        if let Ok(result) = timeout(PATIENCE, &mut work).await {
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
                Err(error) => {
                    let error = describe(&error);
                    tracing::debug!(error, "an interaction took no response");
                }
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
                match error.sentence() {
                    Some(sentence) => self.say(sentence).await,
                    None => self.apologise().await,
                }
            }
        }
    }

    /// Says that something went wrong on the bot's side.
    pub async fn apologise(self) {
        self.say(&self.apology()).await;
    }

    /// Says so, with the name of the error in the log.
    #[must_use]
    pub fn apology(self) -> String {
        sentences::apology(ErrorId::of(self.interaction.get()))
    }
}

/// The error of a request whose repetition would show a message twice.
struct Unrepeatable(serenity::Error);

impl Temporary for Unrepeatable {
    fn is_temporary(&self) -> bool {
        // Without an answer nobody knows whether it arrived.
        let was_refused = matches!(
            self.0,
            serenity::Error::Http(HttpError::UnsuccessfulRequest(_))
        );
        was_refused && self.0.is_temporary()
    }
}

fn log_retry(error: &serenity::Error, pause: Duration) {
    let error = describe(error);
    tracing::info!(
        error,
        pause_ms = pause.as_millis(),
        "a response was not taken: trying again"
    );
}

#[cfg(test)]
mod tests {
    use super::{HandlerError, PATIENCE, in_time};
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_for_a_first_response_is_refused() {
        for (takes, expected) in [
            (Duration::ZERO, Some(7)),
            (Duration::from_secs(1), Some(7)),
            (Duration::from_secs(10), None),
            (Duration::MAX, None),
        ] {
            let begun = Instant::now();
            let result = in_time(async {
                sleep(takes).await;
                Ok::<_, HandlerError>(7)
            });
            let result = result.await;
            assert_eq!(result.as_ref().ok(), expected.as_ref(), "{takes:?}");
            assert!(expected.is_some() || matches!(result, Err(HandlerError::Refused(_))));
            assert!(begun.elapsed() <= PATIENCE);
        }
    }
}
