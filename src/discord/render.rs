//! What people see: embeds, buttons and menus, kept within Discord's limits.

mod answer;
mod lists;
mod review;
mod why;

pub use answer::{Feedback, answer, answer_with, help, suggestions, unknown};
pub use lists::{article, articles, browse, toolkit};
pub use review::{digest, queue};
pub use why::why;

use super::custom_id::CustomId;
use super::limits;
use poise::CreateReply;
use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateButton, CreateEmbed,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage,
    CreateMessage, EditAttachments, EditInteractionResponse,
};
use serenity::model::application::ButtonStyle;
use serenity::model::channel::{Message, MessageReference, MessageReferenceKind};
use serenity::model::colour::Colour;
use serenity::model::id::UserId;

/// The stripe beside every embed.
pub const COLOUR: Colour = Colour::new(0x003b_82f6);

/// A message before it is known how it will be sent.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    content: Option<String>,
    embed: Option<CreateEmbed>,
    rows: Vec<CreateActionRow>,
}

impl Rendered {
    /// A sentence and nothing else.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// An embed and nothing else.
    #[must_use]
    pub fn embed(embed: CreateEmbed) -> Self {
        Self {
            embed: Some(embed.colour(COLOUR)),
            ..Self::default()
        }
    }

    /// This with `row` below it.
    #[must_use]
    pub fn with_row(mut self, row: CreateActionRow) -> Self {
        self.rows.push(row);
        self
    }

    /// This with `content` above it.
    #[must_use]
    pub fn under(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// This with `content` above whatever is above it already.
    #[must_use]
    pub fn under_too(self, content: &str) -> Self {
        let content = match &self.content {
            Some(below) => format!("{content}\n{below}"),
            None => content.to_owned(),
        };
        self.under(content)
    }

    /// As a reply to `asked`, which pings its author and nobody else. Should `asked` be gone, it is
    /// sent without being a reply.
    pub fn into_message(self, asked: &Message) -> CreateMessage {
        let reference = MessageReference::new(MessageReferenceKind::Default, asked.channel_id)
            .message_id(asked.id)
            .fail_if_not_exists(false);
        let mut message = CreateMessage::new()
            .reference_message(reference)
            .allowed_mentions(nobody().replied_user(true));
        if let Some(content) = self.content {
            message = message.content(content);
        }
        if let Some(embed) = self.embed {
            message = message.embed(embed);
        }
        if !self.rows.is_empty() {
            message = message.components(self.rows);
        }
        message
    }

    /// As the response to a command.
    #[must_use]
    pub fn into_reply(self, private: bool) -> CreateReply {
        let mut reply = CreateReply::default()
            .ephemeral(private)
            .allowed_mentions(nobody());
        if let Some(content) = self.content {
            reply = reply.content(content);
        }
        if let Some(embed) = self.embed {
            reply = reply.embed(embed);
        }
        if !self.rows.is_empty() {
            reply = reply.components(self.rows);
        }
        reply
    }

    /// As a new message in response to a button or menu, seen only by who used it.
    #[must_use]
    pub fn into_private_response(self) -> CreateInteractionResponse {
        let mut response = CreateInteractionResponseMessage::new()
            .ephemeral(true)
            .allowed_mentions(nobody());
        if let Some(content) = self.content {
            response = response.content(content);
        }
        if let Some(embed) = self.embed {
            response = response.embed(embed);
        }
        if !self.rows.is_empty() {
            response = response.components(self.rows);
        }
        CreateInteractionResponse::Message(response)
    }

    /// In place of the message whose button or menu was used. Every part is set, so that nothing of
    /// the old message stays.
    #[must_use]
    pub fn into_update(self) -> CreateInteractionResponse {
        CreateInteractionResponse::UpdateMessage(
            CreateInteractionResponseMessage::new()
                .allowed_mentions(nobody())
                .content(self.content.unwrap_or_default())
                .embeds(self.embed.into_iter().collect())
                .components(self.rows),
        )
    }

    /// As a message to a channel, in reply to nobody.
    pub fn into_notice(self) -> CreateMessage {
        CreateMessage::new()
            .allowed_mentions(nobody())
            .content(self.content.unwrap_or_default())
            .embeds(self.embed.into_iter().collect())
            .components(self.rows)
    }

    /// In place of the response that was given before, with `file`. Every part is set, so that
    /// nothing of what stood there stays.
    pub fn into_edit(self, file: Option<CreateAttachment>) -> EditInteractionResponse {
        let edit = EditInteractionResponse::new()
            .allowed_mentions(nobody())
            .content(self.content.unwrap_or_default())
            .embeds(self.embed.into_iter().collect())
            .components(self.rows);
        match file {
            Some(file) => edit.attachments(EditAttachments::new().add(file)),
            None => edit.clear_attachments(),
        }
    }

    /// As a message after a response that was given before, seen only by who caused it.
    pub fn into_private_followup(self) -> CreateInteractionResponseFollowup {
        let mut followup = CreateInteractionResponseFollowup::new()
            .ephemeral(true)
            .allowed_mentions(nobody());
        if let Some(content) = self.content {
            followup = followup.content(content);
        }
        if let Some(embed) = self.embed {
            followup = followup.embed(embed);
        }
        if !self.rows.is_empty() {
            followup = followup.components(self.rows);
        }
        followup
    }
}

/// Pings nobody, the author of the message replied to included. That one is set explicitly because
/// leaving it out pings.
pub fn nobody() -> CreateAllowedMentions {
    CreateAllowedMentions::new().replied_user(false)
}

fn button(custom_id: &CustomId, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(custom_id.to_string())
        .label(limits::truncate(label, limits::BUTTON_LABEL))
        .style(style)
}

fn dismiss(asker: UserId) -> CreateActionRow {
    CreateActionRow::Buttons(vec![dismiss_button(asker)])
}

fn dismiss_button(asker: UserId) -> CreateButton {
    let custom_id = CustomId::Dismiss { asker };
    button(&custom_id, "Dismiss", ButtonStyle::Secondary)
}

/// A link button; `None` for an address that Discord would refuse.
fn link(name: &str, url: &str) -> Option<CreateButton> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    (web && limits::length(url) <= limits::BUTTON_URL && !name.trim().is_empty())
        .then(|| CreateButton::new_link(url).label(limits::truncate(name, limits::BUTTON_LABEL)))
}

fn button_rows(buttons: &[CreateButton], most_rows: usize) -> Vec<CreateActionRow> {
    buttons
        .chunks(limits::ROW_BUTTONS)
        .take(most_rows)
        .map(|row| CreateActionRow::Buttons(row.to_vec()))
        .collect()
}
