//! Members of a guild, and what they do.

use crate::intents;
use crate::interaction::InteractionKind;
use crate::message::{Message, is_pressable};
use crate::model::{BOT_ID, ChannelKind};
use crate::response::{Modal, Response};
use crate::shared::Shared;
use crate::state::{NewMessage, State};
use crate::wire::{BUTTON, MESSAGE_COMMAND, STRING_SELECT, list, text};
use serde_json::{Value, json};
use std::sync::Arc;

/// A member of a guild.
///
/// Methods that talk return the member's own message at once; methods that use a command, a
/// component or a modal wait for the bot's response. They panic if Discord's client would not let a
/// person do it: use a button that is not there, leave out a required option, overfill a field.
#[derive(Debug, Clone)]
pub struct Member {
    pub(crate) shared: Arc<Shared>,
    pub(crate) user: u64,
    pub(crate) guild: u64,
}

impl Member {
    /// The user id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.user
    }

    /// The id of the guild.
    #[must_use]
    pub fn guild_id(&self) -> u64 {
        self.guild
    }

    /// The id of a channel of the guild.
    ///
    /// # Panics
    ///
    /// If there is no channel of this name.
    #[must_use]
    pub fn channel_id(&self, name: &str) -> u64 {
        self.shared.look().channel_named(self.guild, name).id
    }

    /// Adds permissions in the guild, as bits: `Permissions::MANAGE_MESSAGES.bits()` in serenity.
    #[must_use]
    pub fn with_permissions(self, bits: u64) -> Self {
        self.shared.change(|state| {
            let guild = state.guilds.iter_mut().find(|g| g.id == self.guild);
            if let Some(own) = guild.and_then(|g| g.permissions.get_mut(&self.user)) {
                *own |= bits;
            }
        });
        self
    }

    /// Gives the member a role of the guild, which has no permissions of its own.
    #[must_use]
    pub fn with_role(self, role: u64) -> Self {
        self.shared.change(|state| {
            let guild = state.guilds.iter_mut().find(|g| g.id == self.guild);
            if let Some(guild) = guild {
                guild.roles.entry(self.user).or_default().push(role);
            }
        });
        self
    }

    // Talking

    /// Writes in a channel.
    pub fn say(&self, channel: &str, content: &str) -> Message {
        let channel = self.channel_id(channel);
        self.post(channel, &json!({"content": content}), Value::Null)
    }

    /// Writes in the channel or thread of a message.
    pub fn say_in(&self, beside: &Message, content: &str) -> Message {
        self.post(
            beside.channel_id(),
            &json!({"content": content}),
            Value::Null,
        )
    }

    /// Mentions the bot in a channel.
    pub fn mention_bot(&self, channel: &str, content: &str) -> Message {
        self.say(channel, &format!("<@{BOT_ID}> {content}"))
    }

    /// Edits a message that the member wrote.
    pub fn edit(&self, message: &Message, content: &str) {
        let body = json!({"content": content});
        self.shared
            .change(|state| state.edit(message.id(), &body, vec![]));
    }

    /// Deletes a message that the member wrote.
    pub fn delete(&self, message: &Message) {
        self.shared.change(|state| state.delete(message.id()));
    }

    /// Writes to the bot directly.
    pub fn send_dm(&self, content: &str) -> Message {
        let channel = self.shared.change(|state| state.direct_channel(self.user));
        self.post(channel, &json!({"content": content}), Value::Null)
    }

    /// Replies to a message, which pings its author.
    pub fn reply(&self, to: &Message, content: &str) -> Message {
        let body = json!({
            "content": content,
            "message_reference": {"message_id": to.id().to_string()},
        });
        self.post(to.channel_id(), &body, Value::Null)
    }

    /// Opens a post in a forum.
    pub fn open_post(&self, forum: &str, title: &str, content: &str) -> Message {
        let forum = self.channel_id(forum);
        let thread = self.shared.change(|state| {
            let guild = Some(self.guild);
            let kind = ChannelKind::Thread;
            let thread = state.add_channel(kind, guild, title, Some(forum), Some(self.user));
            let mut event = state
                .channel(thread)
                .map(|c| state.channel_json(c))
                .unwrap_or_default();
            event["newly_created"] = true.into();
            state.dispatch("THREAD_CREATE", guild, intents::GUILDS, |_| event.clone());
            // The first message of a post has the id of its thread.
            let message = NewMessage {
                channel: thread,
                author: self.user,
                body: &json!({"content": content}),
                files: vec![],
                overrides: Value::Null,
            };
            state.post_with_id(thread, message);
            thread
        });
        Message::look_up(&self.shared, thread)
    }

    /// Writes in a channel through a webhook that has the member's name.
    pub fn say_by_webhook(&self, channel: &str, content: &str) -> Message {
        let channel = self.channel_id(channel);
        let webhook = self.shared.change(State::new_id).to_string();
        let overrides = json!({"webhook_id": webhook});
        self.post(channel, &json!({"content": content}), overrides)
    }

    fn post(&self, channel: u64, body: &Value, overrides: Value) -> Message {
        let id = self.shared.change(|state| {
            state.post(NewMessage {
                channel,
                author: self.user,
                body,
                files: vec![],
                overrides,
            })
        });
        Message::look_up(&self.shared, id)
    }

    // Using commands, components and modals

    /// Uses a command in the menu of a message.
    ///
    /// # Panics
    ///
    /// If it is not registered.
    pub async fn menu(&self, command: &str, message: &Message) -> Response {
        let registered = self.registered(command, MESSAGE_COMMAND).await;
        let id = message.id().to_string();
        let data = json!({
            "id": registered["id"],
            "name": command,
            "type": MESSAGE_COMMAND,
            "target_id": id,
            "resolved": {"messages": {id.as_str(): message.reload().json()}},
        });
        let channel = message.channel_id();
        self.interact(InteractionKind::Command, channel, data, None)
            .await
    }

    /// Presses the button of this label (or emoji) under a message.
    ///
    /// # Panics
    ///
    /// If there is none that can be pressed.
    pub async fn click(&self, message: &Message, name: &str) -> Response {
        let message = message.reload();
        let button = message
            .button(name)
            .unwrap_or_else(|| panic!("no button {name:?} among {:?}", message.buttons()));
        assert!(is_pressable(button), "{name:?} cannot be pressed: {button}");
        self.click_id(&message, text(&button["custom_id"])).await
    }

    /// Presses a button of this custom id, whether it is there or not: messages of earlier versions
    /// keep their buttons.
    pub async fn click_id(&self, message: &Message, custom_id: &str) -> Response {
        let data = json!({"custom_id": custom_id, "component_type": BUTTON});
        self.use_component(message, data).await
    }

    /// Chooses from the menu under a message, by the labels of the options.
    ///
    /// # Panics
    ///
    /// If there is no menu with these options.
    pub async fn select(&self, message: &Message, labels: &[&str]) -> Response {
        let message = message.reload();
        let value = |menu: &Value, wanted: &str| {
            let mut options = list(&menu["options"]).iter();
            let found = options.find(|o| o["label"] == wanted);
            found.map(|o| o["value"].clone())
        };
        let (menu, values) = message
            .components()
            .into_iter()
            .filter(|c| c["type"] == STRING_SELECT)
            .find_map(|menu| {
                let values: Option<Vec<Value>> = labels.iter().map(|l| value(menu, l)).collect();
                Some((menu, values?))
            })
            .unwrap_or_else(|| panic!("no menu with {labels:?} in {}", message.json()));
        let data = json!({
            "custom_id": menu["custom_id"],
            "component_type": STRING_SELECT,
            "values": values,
        });
        self.use_component(&message, data).await
    }

    async fn use_component(&self, message: &Message, data: Value) -> Response {
        let (kind, channel) = (InteractionKind::Component, message.channel_id());
        self.interact(kind, channel, data, Some(message.id())).await
    }

    /// Submits a modal, with these fields (by label) changed and the others as they were.
    ///
    /// # Panics
    ///
    /// If there is no such field, or Discord's client would refuse its text.
    pub async fn submit(&self, modal: &Modal, fields: &[(&str, &str)]) -> Response {
        let known = modal.fields();
        for (name, _) in fields {
            let exists = known.iter().any(|f| f["label"] == *name);
            assert!(exists, "no field {name:?} in {}", modal.json());
        }
        let rows: Vec<Value> = known
            .into_iter()
            .map(|field| {
                let given = fields.iter().find(|(name, _)| field["label"] == *name);
                let value = given.map_or_else(|| text(&field["value"]), |(_, value)| value);
                assert!(
                    accepts(field, value),
                    "Discord would not send {value:?} for {field}"
                );
                json!({
                    "type": 1,
                    "id": 1,
                    "components": [{
                        "type": 4,
                        "id": 2,
                        "custom_id": field["custom_id"],
                        "value": value,
                    }],
                })
            })
            .collect();
        let data = json!({"custom_id": modal.json()["custom_id"], "components": rows});
        self.interact(InteractionKind::Modal, modal.channel, data, modal.source)
            .await
    }

    /// Sends an interaction with any data, also with such as no client would send, and waits for
    /// the response. `source` is the id of the message whose component was used.
    pub async fn interact(
        &self,
        kind: InteractionKind,
        channel: u64,
        data: Value,
        source: Option<u64>,
    ) -> Response {
        let interaction = self.shared.change(|state| {
            state.begin_interaction(kind, channel, self.user, self.guild, &data, source)
        });
        let what = format!("a response to interaction {interaction} ({data})");
        let settled = self
            .shared
            .wait_for_state(&what, |state| state.settled(interaction));
        let (kind, data, message) = settled.await;
        Response {
            shared: Arc::clone(&self.shared),
            interaction,
            channel,
            source,
            kind,
            data,
            message: message.map(|id| Message::look_up(&self.shared, id)),
        }
    }

    /// Waits for commands to be registered, and gives the one of this name and type.
    pub(crate) async fn registered(&self, name: &str, kind: u64) -> Value {
        let commands: Vec<Value> = self
            .shared
            .wait_for_state("commands to be registered", |state| {
                let all: Vec<Value> = [Some(self.guild), None]
                    .iter()
                    .filter_map(|scope| state.commands.get(scope))
                    .flatten()
                    .cloned()
                    .collect();
                (!all.is_empty()).then_some(all)
            })
            .await;
        let found = commands
            .iter()
            .find(|c| c["name"] == name && c["type"] == kind);
        found.cloned().unwrap_or_else(|| {
            let names: Vec<&str> = commands.iter().map(|c| text(&c["name"])).collect();
            panic!("no command {name:?} among {names:?}")
        })
    }
}

/// Whether Discord's client would send this text for a field of a modal.
fn accepts(field: &Value, value: &str) -> bool {
    let length = value.chars().count() as u64;
    if length == 0 {
        return field["required"] == false;
    }
    let least = field["min_length"].as_u64().unwrap_or(0);
    let most = field["max_length"].as_u64().unwrap_or(4_000);
    (least..=most).contains(&length)
}
