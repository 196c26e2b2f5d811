//! Numbers and fields of the wire format.

use serde_json::Value;

/// The message flag of a reply that one person alone sees.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The message flag of a deferred response that has not been filled in.
pub(crate) const LOADING: u64 = 1 << 7;

/// The component type of a button.
pub(crate) const BUTTON: u64 = 2;
/// The component type of a menu of texts.
pub(crate) const STRING_SELECT: u64 = 3;
/// The style of a button that opens a link.
pub(crate) const LINK_STYLE: u64 = 5;

/// The type of a slash command.
pub(crate) const CHAT_INPUT: u64 = 1;
/// The type of a command in the menu of a message.
pub(crate) const MESSAGE_COMMAND: u64 = 3;

/// The text of a field; empty when it is missing.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of a field; none when it is missing.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// An id, which the wire carries as text.
pub(crate) fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}

/// The flags of a message.
pub(crate) fn flags(message: &Value) -> u64 {
    message["flags"].as_u64().unwrap_or(0)
}
