//! Buttons and menus, within Discord's limits.

use super::custom_id::{CustomId, MemberAction};
use super::limits;
use serenity::builder::{
    CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

/// A button that does `action`.
pub fn button(action: impl Into<CustomId>, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(action.into().to_string())
        .label(limits::truncate(label, limits::BUTTON_LABEL))
        .style(style)
}

/// A button that does `action` and shows an emoji alone.
pub fn emoji_button(action: impl Into<CustomId>, emoji: char) -> CreateButton {
    CreateButton::new(action.into().to_string())
        .emoji(emoji)
        .style(ButtonStyle::Secondary)
}

/// The button with which the asker, or a moderator, deletes the message.
pub fn dismiss_button(asker: UserId) -> CreateButton {
    let action = MemberAction::Dismiss { asker };
    button(action, "Dismiss", ButtonStyle::Secondary)
}

/// A button that opens `url`; `None` for an address that Discord would refuse.
#[must_use]
pub fn link_button(name: &str, url: &str) -> Option<CreateButton> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    (web && limits::length(url) <= limits::BUTTON_URL && !name.trim().is_empty())
        .then(|| CreateButton::new_link(url).label(limits::truncate(name, limits::BUTTON_LABEL)))
}

/// `buttons` in rows; those beyond `max_rows` are left out.
#[must_use]
pub fn button_rows(buttons: &[CreateButton], max_rows: usize) -> Vec<CreateActionRow> {
    buttons
        .chunks(limits::ROW_BUTTONS)
        .take(max_rows)
        .map(|row| CreateActionRow::Buttons(row.to_vec()))
        .collect()
}

/// One choice of a menu.
#[derive(Debug, Clone)]
pub struct MenuOption {
    /// The text that is shown.
    pub label: String,
    /// The text that is sent when it is chosen.
    pub value: String,
    /// Whether it is chosen already.
    pub selected: bool,
}

impl MenuOption {
    /// A choice that is not chosen yet.
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            selected: false,
        }
    }
}

/// A menu that does `action`; `None` without options. Those beyond Discord's limit are left out.
#[must_use]
pub fn menu(
    action: impl Into<CustomId>,
    placeholder: &str,
    options: impl IntoIterator<Item = MenuOption>,
) -> Option<CreateActionRow> {
    let options: Vec<CreateSelectMenuOption> = options
        .into_iter()
        .take(limits::CHOICES)
        .map(|option| {
            let label = limits::truncate(&option.label, limits::CHOICE_TEXT);
            CreateSelectMenuOption::new(label, option.value).default_selection(option.selected)
        })
        .collect();
    if options.is_empty() {
        return None;
    }
    let kind = CreateSelectMenuKind::String { options };
    let menu = CreateSelectMenu::new(action.into().to_string(), kind).placeholder(placeholder);
    Some(CreateActionRow::SelectMenu(menu))
}
