//! Reading what came with an interaction.

use serenity::model::application::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, ModalInteractionData,
};
use serenity::model::channel::MessageFlags;

/// The value chosen in a menu.
#[must_use]
pub fn selected(used: &ComponentInteraction) -> Option<&str> {
    match &used.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}

/// Whether only one person sees the message whose button or menu was used.
#[must_use]
pub fn is_private(used: &ComponentInteraction) -> bool {
    used.message
        .flags
        .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

/// The text typed into the field `name` of a modal; empty when there is no such field.
#[must_use]
pub fn typed<'a>(submitted: &'a ModalInteractionData, name: &str) -> &'a str {
    let mut inputs = submitted.components.iter().flat_map(|row| &row.components);
    let value = inputs.find_map(|part| match part {
        ActionRowComponent::InputText(input) if input.custom_id == name => input.value.as_deref(),
        _ => None,
    });
    value.unwrap_or_default()
}
