//! Reads events and messages of which serenity cannot read some part: an attachment or component of a kind that came
//! later, a malformed embed. What cannot be read is taken out, and the rest still counts.

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serenity::all::{
    ActionRow, Attachment, AuthorizingIntegrationOwners, ChannelMention, Embed, Emoji, Entitlement,
    Guild, GuildChannel, Interaction, InteractionContext, Member, Message, MessageReference,
    MessageUpdateEvent, PartialChannel, PartialMember, Role, RoleId, Sticker, StickerItem, User,
};

/// An event that could be read without some of its parts.
#[derive(Debug)]
pub enum Mended {
    /// `MESSAGE_CREATE`
    Message(Box<Message>),
    /// `MESSAGE_UPDATE`
    Update(Box<MessageUpdateEvent>),
    /// `INTERACTION_CREATE`
    Interaction(Box<Interaction>),
    /// `GUILD_CREATE`
    Server(Box<Guild>),
}

/// Reads the event of this `kind`, which could not be read whole; `None` for kinds that the bot has no
/// use for.
///
/// # Errors
///
/// What is wrong with a part without which the event says nothing.
pub fn read(kind: &str, mut event: Value) -> Option<Result<Mended, serde_json::Error>> {
    Some(match kind {
        "MESSAGE_CREATE" => {
            mend_message(&mut event);
            from(event).map(Mended::Message)
        }
        "MESSAGE_UPDATE" => {
            mend_message(&mut event);
            from(event).map(Mended::Update)
        }
        "INTERACTION_CREATE" => {
            mend_interaction(&mut event);
            from(event).map(Mended::Interaction)
        }
        "GUILD_CREATE" => {
            mend_server(&mut event);
            from(event).map(Mended::Server)
        }
        _ => return None,
    })
}

/// Reads a message, if need be without the parts that cannot be read.
///
/// # Errors
///
/// What is wrong with a part without which the message says nothing.
pub fn read_message(mut message: Value) -> Result<Message, serde_json::Error> {
    Message::deserialize(&message).or_else(|_| {
        mend_message(&mut message);
        serde_json::from_value(message)
    })
}

fn from<T: DeserializeOwned>(value: Value) -> Result<Box<T>, serde_json::Error> {
    serde_json::from_value(value).map(Box::new)
}

fn mend_message(message: &mut Value) {
    let Some(message) = message.as_object_mut() else {
        return;
    };
    keep_items::<Attachment>(message, "attachments");
    keep_items::<Embed>(message, "embeds");
    keep_items::<ActionRow>(message, "components");
    keep_items::<StickerItem>(message, "sticker_items");
    keep_items::<User>(message, "mentions");
    keep_items::<RoleId>(message, "mention_roles");
    keep_items::<ChannelMention>(message, "mention_channels");
    keep::<PartialMember>(message, "member");
    keep::<MessageReference>(message, "message_reference");
    if let Some(other) = message.get_mut("referenced_message") {
        mend_message(other);
    }
    keep::<Message>(message, "referenced_message");
    for unused in [
        "activity",
        "application",
        "interaction",
        "interaction_metadata",
        "message_snapshots",
        "poll",
        "position",
        "reactions",
        "role_subscription_data",
        "thread",
    ] {
        message.remove(unused);
    }
}

fn mend_interaction(interaction: &mut Value) {
    let Some(interaction) = interaction.as_object_mut() else {
        return;
    };
    keep::<PartialChannel>(interaction, "channel");
    keep::<InteractionContext>(interaction, "context");
    keep::<AuthorizingIntegrationOwners>(interaction, "authorizing_integration_owners");
    keep_items::<Entitlement>(interaction, "entitlements");
    interaction
        .entry("entitlements")
        .or_insert_with(|| json!([]));
    replace_unless::<u8>(interaction, "version", json!(1));
    replace_unless::<u32>(interaction, "attachment_size_limit", json!(0));
    replace_unless::<String>(interaction, "locale", json!("en-US"));
    if let Some(message) = interaction.get_mut("message") {
        mend_message(message);
    }
    let Some(data) = interaction.get_mut("data").and_then(Value::as_object_mut) else {
        return;
    };
    keep_items::<ActionRow>(data, "components");
    let Some(resolved) = data.get_mut("resolved").and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(messages) = resolved.get_mut("messages").and_then(Value::as_object_mut) {
        messages.values_mut().for_each(mend_message);
    }
    keep_values::<User>(resolved, "users");
    keep_values::<PartialMember>(resolved, "members");
    keep_values::<Role>(resolved, "roles");
    keep_values::<PartialChannel>(resolved, "channels");
    keep_values::<Message>(resolved, "messages");
    keep_values::<Attachment>(resolved, "attachments");
}

fn mend_server(server: &mut Value) {
    let Some(server) = server.as_object_mut() else {
        return;
    };
    keep_items::<GuildChannel>(server, "channels");
    keep_items::<GuildChannel>(server, "threads");
    keep_items::<Role>(server, "roles");
    keep_items::<Emoji>(server, "emojis");
    keep_items::<Sticker>(server, "stickers");
    keep_items::<Member>(server, "members");
    keep_items::<String>(server, "features");
    for unused in [
        "voice_states",
        "presences",
        "stage_instances",
        "guild_scheduled_events",
    ] {
        server.insert(unused.to_owned(), json!([]));
    }
    for unused in ["welcome_screen", "incidents_data"] {
        server.remove(unused);
    }
}

fn is_readable<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

/// Takes out the field `key` unless it is a `T`.
fn keep<T: DeserializeOwned>(of: &mut Map<String, Value>, key: &str) {
    if of.get(key).is_some_and(|value| !is_readable::<T>(value)) {
        of.remove(key);
    }
}

/// Puts `value` in place of the field `key` unless that is a `T`.
fn replace_unless<T: DeserializeOwned>(of: &mut Map<String, Value>, key: &str, value: Value) {
    if !of.get(key).is_some_and(is_readable::<T>) {
        of.insert(key.to_owned(), value);
    }
}

/// Takes out of the list `key` whatever is no `T`, or all of what is no list.
fn keep_items<T: DeserializeOwned>(of: &mut Map<String, Value>, key: &str) {
    match of.get_mut(key) {
        Some(Value::Array(items)) => items.retain(is_readable::<T>),
        Some(other) => *other = json!([]),
        None => {}
    }
}

/// The same for the values of the map `key`.
fn keep_values<T: DeserializeOwned>(of: &mut Map<String, Value>, key: &str) {
    match of.get_mut(key) {
        Some(Value::Object(values)) => values.retain(|_, value| is_readable::<T>(value)),
        Some(other) => *other = json!({}),
        None => {}
    }
}
