//! A message that is ready to be sent, whichever way Discord wants it sent.

use serenity::builder::{
    CreateActionRow, CreateAllowedMentions, CreateAttachment, CreateEmbed,
    CreateInteractionResponse, CreateInteractionResponseFollowup, CreateInteractionResponseMessage,
    CreateMessage, EditAttachments, EditInteractionResponse, EditMessage,
};
use serenity::model::channel::{Message, MessageReference, MessageReferenceKind};
use serenity::model::colour::Colour;

/// The stripe beside every embed.
const COLOUR: Colour = Colour::new(0x003b_82f6);

/// Who sees a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody in the channel.
    Public,
    /// The person who caused it.
    Private,
}

/// Whom a reply pings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ping {
    /// The person who asked.
    Asker,
    /// Nobody.
    Nobody,
}

/// A message before it is known how it will be sent.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    content: Option<String>,
    embed: Option<CreateEmbed>,
    rows: Vec<CreateActionRow>,
    files: Vec<CreateAttachment>,
}

/// Sets everything but the files. All parts are set, so that an edit leaves nothing of the old
/// message.
macro_rules! fill {
    ($builder:expr, $message:expr) => {
        $builder
            .allowed_mentions(no_pings())
            .content($message.content.unwrap_or_default())
            .embeds($message.embed.into_iter().collect())
            .components($message.rows)
    };
}

impl Rendered {
    /// Text without an embed.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            content: Some(content.into()),
            ..Self::default()
        }
    }

    /// An embed without text above it.
    #[must_use]
    pub fn embed(embed: CreateEmbed) -> Self {
        Self {
            embed: Some(embed.colour(COLOUR)),
            ..Self::default()
        }
    }

    /// Adds a row of buttons or a menu.
    #[must_use]
    pub fn with_row(self, row: CreateActionRow) -> Self {
        self.with_rows([row])
    }

    /// Adds rows of buttons or menus.
    #[must_use]
    pub fn with_rows(mut self, rows: impl IntoIterator<Item = CreateActionRow>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Adds files.
    #[must_use]
    pub fn with_files(mut self, files: impl IntoIterator<Item = CreateAttachment>) -> Self {
        self.files.extend(files);
        self
    }

    /// The names of the files.
    #[cfg(test)]
    pub fn file_names(&self) -> Vec<&str> {
        self.files
            .iter()
            .map(|file| file.filename.as_str())
            .collect()
    }

    /// Puts `content` above the embed, in place of what stood there.
    #[must_use]
    pub fn with_content(mut self, content: impl Into<String>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Puts `content` above the embed, before what stands there.
    #[must_use]
    pub fn with_content_before(self, content: &str) -> Self {
        let content = match &self.content {
            Some(below) => format!("{content}\n{below}"),
            None => content.to_owned(),
        };
        self.with_content(content)
    }

    /// A reply to `asked`, which pings at most its author. If `asked` is gone by then, the message is
    /// sent without being a reply.
    pub fn into_reply(self, asked: &Message, ping: Ping) -> CreateMessage {
        let reference = MessageReference::new(MessageReferenceKind::Default, asked.channel_id)
            .message_id(asked.id)
            .fail_if_not_exists(false);
        self.into_message()
            .reference_message(reference)
            .allowed_mentions(no_pings().replied_user(ping == Ping::Asker))
    }

    /// A message to a channel.
    pub fn into_message(self) -> CreateMessage {
        fill!(CreateMessage::new().files(self.files), self)
    }

    /// A new message in response to an interaction.
    pub fn into_response(self, visibility: Visibility) -> CreateInteractionResponse {
        let response = CreateInteractionResponseMessage::new()
            .ephemeral(visibility == Visibility::Private)
            .files(self.files);
        CreateInteractionResponse::Message(fill!(response, self))
    }

    /// An edit of a message in a channel.
    pub fn into_message_edit(self) -> EditMessage {
        fill!(EditMessage::new(), self)
    }

    /// An update, as the response, of the message whose button or menu was used.
    pub fn into_update(self) -> CreateInteractionResponse {
        let response = CreateInteractionResponseMessage::new().files(self.files);
        CreateInteractionResponse::UpdateMessage(fill!(response, self))
    }

    /// An edit of a response that was given before.
    pub fn into_edit(self) -> EditInteractionResponse {
        let edit = EditInteractionResponse::new();
        let edit = if self.files.is_empty() {
            edit.clear_attachments()
        } else {
            let files = self.files.into_iter();
            edit.attachments(files.fold(EditAttachments::new(), EditAttachments::add))
        };
        fill!(edit, self)
    }

    /// Another message after a response that was given before.
    pub fn into_followup(self, visibility: Visibility) -> CreateInteractionResponseFollowup {
        let followup = CreateInteractionResponseFollowup::new()
            .ephemeral(visibility == Visibility::Private)
            .files(self.files);
        fill!(followup, self)
    }
}

/// `embed` with its title leading to `page`.
pub fn linked(embed: CreateEmbed, page: Option<String>) -> CreateEmbed {
    match page {
        Some(page) => embed.url(page),
        None => embed,
    }
}

/// Pings nobody, not even the author of the message replied to: Discord pings that one unless told
/// otherwise.
pub fn no_pings() -> CreateAllowedMentions {
    CreateAllowedMentions::new().replied_user(false)
}
