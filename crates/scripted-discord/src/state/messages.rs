//! Messages: posting, editing and deleting them, and the events that tell of it.

use super::State;
use crate::attachment::Attachment;
use crate::intents;
use crate::mentions::mentioned;
use crate::model::{self, BOT_ID, Guild, User};
use crate::wire::{EPHEMERAL, LOADING, STRING_SELECT, flags, id, list, text};
use serde_json::{Value, json};

/// A message that is to be posted.
#[derive(Debug)]
pub(crate) struct NewMessage<'a> {
    pub(crate) channel: u64,
    pub(crate) author: u64,
    /// The body of the request that makes it.
    pub(crate) body: &'a Value,
    pub(crate) files: Vec<Attachment>,
    /// Fields that replace those of the finished message.
    pub(crate) overrides: Value,
}

impl State {
    /// Posts a message, tells the bot of it and gives its id.
    pub(crate) fn post(&mut self, new: NewMessage<'_>) -> u64 {
        let id = self.new_id();
        self.post_with_id(id, new);
        id
    }

    /// [`post`](State::post) with a given id.
    pub(crate) fn post_with_id(&mut self, id: u64, new: NewMessage<'_>) {
        let author = self.user(new.author).json();
        let mut message = model::message(id, new.channel, &author);
        self.fill(&mut message, new.body, &new.files);
        self.refer(&mut message, new.channel, new.body);
        if let (Some(fields), Value::Object(overrides)) = (message.as_object_mut(), new.overrides) {
            fields.extend(overrides);
        }
        self.messages.insert(id, message);
        self.message_bodies.insert(id, new.body.clone());
        self.attachments.insert(id, new.files);
        self.tell_of_message("MESSAGE_CREATE", id);
    }

    /// Makes a message a reply, if `body` says so.
    fn refer(&self, message: &mut Value, channel: u64, body: &Value) {
        let Some(mut target) = id(&body["message_reference"]["message_id"])
            .and_then(|id| self.messages.get(&id).cloned())
        else {
            return;
        };
        message["type"] = 19.into();
        message["message_reference"] = json!({
            "type": 0,
            "channel_id": target["channel_id"],
            "message_id": target["id"],
        });
        if let Some(guild) = self.channel(channel).and_then(|c| c.guild) {
            message["message_reference"]["guild_id"] = guild.to_string().into();
        }
        let pings = body["allowed_mentions"]["replied_user"] != false;
        if pings && let Some(mentions) = message["mentions"].as_array_mut() {
            let author = target["author"].clone();
            if !mentions.contains(&author) {
                mentions.push(author);
            }
        }
        // One message deep, as Discord nests them.
        if let Some(fields) = target.as_object_mut() {
            fields.remove("referenced_message");
        }
        message["referenced_message"] = target;
    }

    /// Sets the fields of a message that a request body names.
    fn fill(&mut self, message: &mut Value, body: &Value, files: &[Attachment]) {
        for (key, value) in body.as_object().into_iter().flatten() {
            match key.as_str() {
                "content" => {
                    let content = text(value);
                    message["mentions"] = mentioned(content)
                        .into_iter()
                        .filter_map(|id| self.users.iter().find(|u| u.id == id))
                        .map(User::json)
                        .collect();
                    message["content"] = content.into();
                }
                "embeds" => message["embeds"] = embeds(value),
                "components" => {
                    let mut components = list(value).to_vec();
                    number(&mut components, &mut 0);
                    message["components"] = components.into();
                }
                "flags" => {
                    let flags = value.as_u64().unwrap_or(0) | flags(message);
                    message["flags"] = flags.into();
                }
                _ => {}
            }
        }
        if !files.is_empty() {
            message["attachments"] = files.iter().map(|file| self.upload(file)).collect();
        }
    }

    /// Edits a message by a request body. False when there is no such message.
    pub(crate) fn edit(&mut self, id: u64, body: &Value, files: Vec<Attachment>) -> bool {
        let Some(mut message) = self.messages.get(&id).cloned() else {
            return false;
        };
        // A deferred response is a message that is loading until it is first edited.
        let flags = flags(&message) & !LOADING;
        message["flags"] = flags.into();
        message["edited_timestamp"] = model::NOW.into();
        self.fill(&mut message, body, &files);
        self.messages.insert(id, message);
        self.message_bodies.insert(id, body.clone());
        if !files.is_empty() {
            self.attachments.insert(id, files);
        }
        self.tell_of_message("MESSAGE_UPDATE", id);
        true
    }

    /// Deletes a message. False when there is no such message.
    pub(crate) fn delete(&mut self, id: u64) -> bool {
        let Some(message) = self.messages.remove(&id) else {
            return false;
        };
        if flags(&message) & EPHEMERAL == 0 {
            let guild = self.guild_of(&message);
            let mut event = json!({"id": message["id"], "channel_id": message["channel_id"]});
            if let Some(guild) = guild {
                event["guild_id"] = guild.to_string().into();
            }
            self.dispatch("MESSAGE_DELETE", guild, message_intent(guild), |_| {
                event.clone()
            });
        }
        for interaction in self.interactions.values_mut() {
            if interaction.source == Some(id) || interaction.original == Some(id) {
                interaction.acted = true;
            }
        }
        true
    }

    fn guild_of(&self, message: &Value) -> Option<u64> {
        self.channel(id(&message["channel_id"])?)?.guild
    }

    /// Sends an event with a message, without the content where the bot may not see that.
    fn tell_of_message(&mut self, event: &str, id: u64) {
        let Some(mut full) = self.messages.get(&id).cloned() else {
            return;
        };
        if flags(&full) & EPHEMERAL != 0 {
            return;
        }
        let guild = self.guild_of(&full);
        if let Some(guild) = guild {
            full["guild_id"] = guild.to_string().into();
            if full["webhook_id"].is_null() {
                full["member"] = Guild::partial_member();
            }
        }
        let bot = BOT_ID.to_string();
        let addressed = guild.is_none()
            || text(&full["author"]["id"]) == bot
            || list(&full["mentions"])
                .iter()
                .any(|user| text(&user["id"]) == bot);
        let mut bare = full.clone();
        bare["content"] = "".into();
        for field in ["embeds", "attachments", "components"] {
            bare[field] = json!([]);
        }
        self.dispatch(event, guild, message_intent(guild), |intents| {
            if addressed || intents & intents::MESSAGE_CONTENT != 0 {
                full.clone()
            } else {
                bare.clone()
            }
        });
    }
}

/// The intent that brings messages of a guild; of direct messages with `None`.
fn message_intent(guild: Option<u64>) -> u64 {
    if guild.is_some() {
        intents::GUILD_MESSAGES
    } else {
        intents::DIRECT_MESSAGES
    }
}

/// The embeds of a message as Discord gives them back.
fn embeds(sent: &Value) -> Value {
    let mut embeds = list(sent).to_vec();
    for embed in &mut embeds {
        if let Some(image) = embed.get_mut("image").and_then(Value::as_object_mut) {
            image.retain(|_, value| !value.is_null());
        }
        embed["type"] = "rich".into();
    }
    embeds.into()
}

/// Gives every component its number and its defaults, as Discord does.
fn number(components: &mut [Value], next: &mut u64) {
    for component in components {
        *next += 1;
        component["id"] = (*next).into();
        if component["type"] == STRING_SELECT {
            for count in ["min_values", "max_values"] {
                if component[count].is_null() {
                    component[count] = 1.into();
                }
            }
        }
        if let Some(inner) = component
            .get_mut("components")
            .and_then(Value::as_array_mut)
        {
            number(inner, next);
        }
    }
}
