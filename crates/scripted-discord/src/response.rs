//! The bot's responses to what members do.

use crate::interaction::ResponseKind;
use crate::message::Message;
use crate::shared::Shared;
use crate::wire::{list, text};
use serde_json::Value;
use std::sync::Arc;

/// The response to a command, a click or a modal, with all that a deferred response was to bring.
#[derive(Debug, Clone)]
pub struct Response {
    pub(crate) shared: Arc<Shared>,
    pub(crate) interaction: u64,
    /// Where the interaction was.
    pub(crate) channel: u64,
    /// The message whose component was used.
    pub(crate) source: Option<u64>,
    pub(crate) kind: ResponseKind,
    pub(crate) data: Value,
    pub(crate) message: Option<Message>,
}

impl Response {
    /// The kind of the first response.
    #[must_use]
    pub fn kind(&self) -> ResponseKind {
        self.kind
    }

    /// The data of the first response.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.data
    }

    /// The message that it is, or that it changed.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn message(self) -> Message {
        let (kind, data) = (self.kind, self.data);
        self.message
            .unwrap_or_else(|| panic!("not a message but {kind:?}: {data}"))
    }

    /// The modal that it opened.
    ///
    /// # Panics
    ///
    /// If it opened none.
    pub fn modal(self) -> Modal {
        assert_eq!(self.kind, ResponseKind::Modal, "{}", self.data);
        Modal {
            json: self.data,
            source: self.source,
            channel: self.channel,
        }
    }

    /// Waits for the first message that follows it.
    pub async fn follow_up(&self) -> Message {
        let what = format!("a follow-up to interaction {}", self.interaction);
        let id = self.shared.wait_for_state(&what, |state| {
            let interaction = state.interactions.get(&self.interaction)?;
            interaction.followups.first().copied()
        });
        Message::look_up(&self.shared, id.await)
    }
}

/// A modal that the bot opened.
#[derive(Debug, Clone)]
pub struct Modal {
    json: Value,
    /// The message whose button opened it.
    pub(crate) source: Option<u64>,
    pub(crate) channel: u64,
}

impl Modal {
    /// The whole modal object.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        text(&self.json["title"])
    }

    /// The text inputs in reading order.
    #[must_use]
    pub fn fields(&self) -> Vec<&Value> {
        list(&self.json["components"])
            .iter()
            .flat_map(|row| list(&row["components"]))
            .collect()
    }

    /// The text that the field of this label holds when the modal opens.
    ///
    /// # Panics
    ///
    /// If there is no such field.
    #[must_use]
    pub fn prefilled(&self, label: &str) -> &str {
        let field = self.fields().into_iter().find(|f| f["label"] == label);
        let field = field.unwrap_or_else(|| panic!("no field {label:?} in {}", self.json));
        text(&field["value"])
    }
}

/// A choice for an option that is being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The text that is shown.
    pub name: String,
    /// The value that is sent when it is chosen.
    pub value: Value,
}
