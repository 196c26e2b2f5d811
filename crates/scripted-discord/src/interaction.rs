//! Kinds of interactions and responses, and the record of one.

use serde_json::Value;

/// Kinds of interaction, by their number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InteractionKind {
    /// A slash command, or a command in a menu.
    Command = 2,
    /// A button or a select menu.
    Component = 3,
    /// An option that is being typed.
    Autocomplete = 4,
    /// A modal that was filled in.
    Modal = 5,
}

/// Kinds of first response to an interaction, by their number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseKind {
    /// A message.
    Message = 4,
    /// A message that comes later.
    DeferredMessage = 5,
    /// An acknowledgement; the message of the component may change later.
    DeferredUpdate = 6,
    /// A change of the message of the component.
    Update = 7,
    /// Choices for an option that is being typed.
    Choices = 8,
    /// A modal.
    Modal = 9,
}

impl ResponseKind {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            4 => Self::Message,
            5 => Self::DeferredMessage,
            6 => Self::DeferredUpdate,
            7 => Self::Update,
            8 => Self::Choices,
            9 => Self::Modal,
            _ => return None,
        })
    }
}

/// Something a member did that the bot must respond to, and what the bot has done about it.
#[derive(Debug, Default)]
pub(crate) struct Interaction {
    pub(crate) token: String,
    pub(crate) channel: u64,
    pub(crate) user: u64,
    /// The message whose component was used.
    pub(crate) source: Option<u64>,
    /// The first response: its kind and its data.
    pub(crate) callback: Option<(ResponseKind, Value)>,
    /// The message that `@original` names.
    pub(crate) original: Option<u64>,
    pub(crate) followups: Vec<u64>,
    /// Whether a deferred response has been filled in, edited, deleted or followed up.
    pub(crate) acted: bool,
}
