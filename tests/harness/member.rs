//! What people do: talk, use commands, click, fill in modals.

use super::model::{BOT, ChannelKind, Guild};
use super::shown::{Choice, Modal, Outcome, Shown, label, list, text};
use super::state::{Discord, Interaction, LOADING, State, intent};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Someone in a server.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) discord: Arc<Discord>,
    pub(crate) user: u64,
    pub(crate) guild: u64,
}

impl Member {
    /// Gives more permissions.
    pub(crate) fn with_permissions(self, bits: u64) -> Self {
        self.discord.change(|state| {
            let guild = state.guilds.iter_mut().find(|g| g.id == self.guild);
            if let Some(has) = guild.and_then(|g| g.members.get_mut(&self.user)) {
                *has |= bits;
            }
        });
        self
    }

    fn channel(&self, name: &str) -> u64 {
        self.discord.look().channel_named(self.guild, name).id
    }

    fn post(&self, channel: u64, payload: &Value, extra: &Value) -> Shown {
        let id = self
            .discord
            .change(|state| state.post(channel, self.user, payload, vec![], extra));
        Shown::of(&self.discord, id)
    }

    // Talking

    /// Writes in a channel.
    pub(crate) fn says(&self, channel: &str, content: &str) -> Shown {
        let channel = self.channel(channel);
        self.post(channel, &json!({"content": content}), &Value::Null)
    }

    /// Writes in a channel and mentions the bot.
    pub(crate) fn mentions(&self, channel: &str, content: &str) -> Shown {
        self.says(channel, &format!("<@{BOT}> {content}"))
    }

    /// Writes to the bot directly.
    pub(crate) fn whispers(&self, content: &str) -> Shown {
        let channel = self.discord.change(|state| state.direct(self.user));
        self.post(channel, &json!({"content": content}), &Value::Null)
    }

    /// Replies to a message, which pings its author.
    pub(crate) fn replies(&self, to: &Shown, content: &str) -> Shown {
        let payload = json!({
            "content": content,
            "message_reference": {"message_id": to.id.to_string()},
        });
        self.post(to.channel, &payload, &Value::Null)
    }

    /// Opens a post in a forum.
    pub(crate) fn opens_post(&self, forum: &str, title: &str, content: &str) -> Shown {
        let forum = self.channel(forum);
        let thread = self.discord.change(|state| {
            let kind = ChannelKind::Thread;
            let guild = Some(self.guild);
            let id = state.add_channel(kind, guild, title, Some(forum), Some(self.user));
            let mut event = state
                .channel(id)
                .map(|c| state.channel_json(c))
                .unwrap_or_default();
            event["newly_created"] = true.into();
            state.dispatch("THREAD_CREATE", guild, intent::GUILDS, |_| event.clone());
            id
        });
        // The first message of a post has the id of its thread.
        self.discord.change(|state| {
            state.post_as(
                thread,
                thread,
                self.user,
                &json!({"content": content}),
                vec![],
                &Value::Null,
            );
        });
        Shown::of(&self.discord, thread)
    }

    /// Writes in a channel through a webhook of this name.
    pub(crate) fn writes_by_webhook(&self, channel: &str, content: &str) -> Shown {
        let channel = self.channel(channel);
        let id = self.discord.change(State::id).to_string();
        self.post(
            channel,
            &json!({"content": content}),
            &json!({"webhook_id": id}),
        )
    }

    // Interactions

    /// A slash command: its name, with subcommand after a blank.
    pub(crate) fn slash<'a>(&'a self, command: &'a str) -> Slash<'a> {
        Slash {
            member: self,
            command,
            options: Vec::new(),
            direct: false,
        }
    }

    /// An entry of the menu of a message.
    pub(crate) async fn menu(&self, name: &str, message: &Shown) -> Outcome {
        let command = self.registered(name, 3).await;
        let message_id = message.id.to_string();
        let data = json!({
            "id": command["id"],
            "name": name,
            "type": 3,
            "target_id": message_id,
            "resolved": {"messages": {message_id.as_str(): message.again().json}},
        });
        self.interact(2, message.channel, data, None).await
    }

    /// Presses the button of this label (or emoji) under a message.
    ///
    /// # Panics
    ///
    /// When there is none that can be pressed.
    pub(crate) async fn click(&self, message: &Shown, name: &str) -> Outcome {
        let message = message.again();
        let button = message
            .components()
            .into_iter()
            .find(|c| c["type"] == 2 && label(c) == name)
            .unwrap_or_else(|| panic!("no button {name:?} among {:?}", message.buttons()));
        assert!(
            button["disabled"] != true && button["style"] != 5,
            "{name:?} cannot be pressed: {button}"
        );
        self.click_id(&message, text(&button["custom_id"])).await
    }

    /// Presses a button of this id, whether it stands there or not: old messages keep old buttons.
    pub(crate) async fn click_id(&self, message: &Shown, custom_id: &str) -> Outcome {
        let data = json!({"custom_id": custom_id, "component_type": 2});
        self.interact(3, message.channel, data, Some(message.id))
            .await
    }

    /// Chooses from the menu under a message, by the labels of the options.
    ///
    /// # Panics
    ///
    /// When there is no menu with these options.
    pub(crate) async fn select(&self, message: &Shown, labels: &[&str]) -> Outcome {
        let message = message.again();
        let value = |menu: &Value, wanted: &str| {
            let mut options = list(&menu["options"]).iter();
            let found = options.find(|o| o["label"] == wanted);
            found.map(|o| o["value"].clone())
        };
        let (menu, values) = message
            .components()
            .into_iter()
            .filter(|c| c["type"] == 3)
            .find_map(|menu| {
                let values: Option<Vec<Value>> = labels.iter().map(|l| value(menu, l)).collect();
                Some((menu, values?))
            })
            .unwrap_or_else(|| panic!("no menu with {labels:?} in {}", message.json));
        let data = json!({
            "custom_id": menu["custom_id"],
            "component_type": 3,
            "values": values,
        });
        self.interact(3, message.channel, data, Some(message.id))
            .await
    }

    /// Sends a form, with these fields (by label) changed and the others as they were prefilled.
    ///
    /// # Panics
    ///
    /// When a field does not exist, or Discord would not let it be sent like this.
    pub(crate) async fn submit(&self, modal: &Modal, fields: &[(&str, &str)]) -> Outcome {
        let known = modal.fields();
        for (name, _) in fields {
            let exists = known.iter().any(|f| f["label"] == *name);
            assert!(exists, "no field {name:?} in {}", modal.json);
        }
        let rows: Vec<Value> = known
            .into_iter()
            .map(|field| {
                let given = fields.iter().find(|(name, _)| field["label"] == *name);
                let value = given.map_or_else(|| text(&field["value"]), |(_, value)| value);
                let length = value.chars().count() as u64;
                let least = field["min_length"].as_u64().unwrap_or(0);
                let most = field["max_length"].as_u64().unwrap_or(4_000);
                let required = field["required"] != false;
                let fits = length <= most && (length >= least || length == 0 && !required);
                assert!(
                    fits && !(required && length == 0),
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
        let data = json!({"custom_id": modal.json["custom_id"], "components": rows});
        self.interact(5, modal.channel, data, modal.source).await
    }

    /// The registered command of this name and type, once there are any.
    async fn registered(&self, name: &str, kind: u64) -> Value {
        let guild = self.guild;
        let all: Vec<Value> = self
            .discord
            .until("the commands", |state| {
                let all: Vec<Value> = [Some(guild), None]
                    .iter()
                    .filter_map(|scope| state.commands.get(scope))
                    .flatten()
                    .cloned()
                    .collect();
                (!all.is_empty()).then_some(all)
            })
            .await;
        let names: Vec<&str> = all.iter().map(|c| text(&c["name"])).collect();
        let found = all.iter().find(|c| c["name"] == name && c["type"] == kind);
        match found {
            Some(command) => command.clone(),
            None => panic!("no command {name:?} among {names:?}"),
        }
    }

    /// Sends an interaction of this type and waits for what comes of it.
    pub(crate) async fn interact(
        &self,
        kind: u64,
        channel: u64,
        data: Value,
        source: Option<u64>,
    ) -> Outcome {
        let id = self
            .discord
            .change(|state| self.begin(state, kind, channel, &data, source));
        let what = format!("a response to interaction {id} ({data})");
        let response = self.discord.until(&what, |state| settled(state, id));
        let (callback, message) = response.await;
        Outcome {
            kind: callback["type"].as_u64().unwrap_or(0),
            data: callback["data"].clone(),
            message: message.map(|id| Shown::of(&self.discord, id)),
            discord: Arc::clone(&self.discord),
            id,
            modal_source: source,
            channel,
        }
    }

    fn begin(
        &self,
        state: &mut State,
        kind: u64,
        channel: u64,
        data: &Value,
        source: Option<u64>,
    ) -> u64 {
        let id = state.id();
        let token = format!("interaction-token-{id}");
        let place = state
            .channel(channel)
            .cloned()
            .unwrap_or_else(|| panic!("no channel {channel}"));
        let user = state.user(self.user).clone();
        let permissions = state.permissions(self.guild, self.user);
        let mut event = json!({
            "id": id.to_string(),
            "application_id": BOT.to_string(),
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": channel.to_string(),
            "channel": place.partial(Some(&user), permissions),
            "locale": "en-GB",
            "app_permissions": permissions.to_string(),
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
        });
        if let Some(guild) = place.guild {
            event["guild_id"] = guild.to_string().into();
            event["guild"] = json!({"id": guild.to_string(), "locale": "en-GB", "features": []});
            event["guild_locale"] = "en-GB".into();
            event["member"] = Guild::member(&user, Some(permissions));
            event["authorizing_integration_owners"] = json!({"0": guild.to_string()});
            event["context"] = 0.into();
        } else {
            event["user"] = user.json();
            event["authorizing_integration_owners"] = json!({"0": "0"});
            event["context"] = 1.into();
        }
        if let Some(source) = source {
            let message = state.messages.get(&source);
            event["message"] = message
                .cloned()
                .unwrap_or_else(|| panic!("message {source} is gone"));
        }
        let interaction = Interaction {
            token,
            channel,
            user: self.user,
            source,
            ..Interaction::default()
        };
        state.interactions.insert(id, interaction);
        // Interactions need no intent.
        state.dispatch("INTERACTION_CREATE", place.guild, 0, |_| event.clone());
        id
    }
}

/// What came of an interaction, once there is something to see.
fn settled(state: &State, id: u64) -> Option<(Value, Option<u64>)> {
    let interaction = state.interactions.get(&id)?;
    let callback = interaction.callback.clone()?;
    let original = interaction.original;
    let message = original.and_then(|id| state.messages.get(&id));
    let done = match callback["type"].as_u64() {
        Some(5) => message.is_none_or(|m| m["flags"].as_u64().unwrap_or(0) & LOADING == 0),
        Some(6) => interaction.acted,
        _ => true,
    };
    let message = original.filter(|id| state.messages.contains_key(id));
    done.then_some((callback, message))
}

/// A slash command that is being typed.
#[derive(Debug)]
pub(crate) struct Slash<'a> {
    member: &'a Member,
    command: &'a str,
    options: Vec<(&'a str, Value)>,
    direct: bool,
}

impl<'a> Slash<'a> {
    /// Fills in an option.
    pub(crate) fn with(mut self, option: &'a str, value: impl Into<Value>) -> Self {
        self.options.push((option, value.into()));
        self
    }

    /// In the direct messages with the bot rather than in the server.
    pub(crate) fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// Sends it.
    pub(crate) async fn run(self) -> Outcome {
        let data = self.data(None).await;
        let (member, channel) = (self.member, self.channel());
        member.interact(2, channel, data, None).await
    }

    /// Types into this option and waits for the proposals.
    pub(crate) async fn complete(self, option: &str) -> Vec<Choice> {
        let data = self.data(Some(option)).await;
        let (member, channel) = (self.member, self.channel());
        let outcome = member.interact(4, channel, data, None).await;
        assert_eq!(outcome.kind, 8, "no choices: {}", outcome.data);
        list(&outcome.data["choices"])
            .iter()
            .map(|choice| Choice {
                name: text(&choice["name"]).to_string(),
                value: choice["value"].clone(),
            })
            .collect()
    }

    fn channel(&self) -> u64 {
        let user = self.member.user;
        self.member.discord.change(|state| {
            if self.direct {
                return state.direct(user);
            }
            let guild = Some(self.member.guild);
            let first = state
                .channels
                .iter()
                .find(|c| c.guild == guild && c.kind == ChannelKind::Text);
            first.map_or(0, |c| c.id)
        })
    }

    async fn data(&self, focused: Option<&str>) -> Value {
        let mut words = self.command.split(' ');
        let name = words.next().unwrap_or_default();
        let command = self.member.registered(name, 1).await;
        let mut level = &command;
        let mut path = Vec::new();
        for word in words {
            let mut parts = list(&level["options"]).iter();
            level = parts
                .find(|o| o["name"] == word)
                .unwrap_or_else(|| panic!("no {word:?} in {level}"));
            path.push((word, level["type"].clone()));
        }
        let mut options: Vec<Value> = self
            .options
            .iter()
            .map(|(name, value)| self.option(level, name, value, focused))
            .collect();
        for known in list(&level["options"]) {
            let given = self.options.iter().any(|(name, _)| known["name"] == *name);
            assert!(
                given || known["required"] != true || focused.is_some(),
                "Discord would not send /{} without {}",
                self.command,
                known["name"]
            );
        }
        for (name, kind) in path.into_iter().rev() {
            options = vec![json!({"name": name, "type": kind, "options": options})];
        }
        json!({
            "id": command["id"],
            "name": name,
            "type": 1,
            "options": options,
            "resolved": Map::new(),
        })
    }

    fn option(&self, level: &Value, name: &str, value: &Value, focused: Option<&str>) -> Value {
        let mut known = list(&level["options"]).iter();
        let Some(known) = known.find(|o| o["name"] == name) else {
            panic!("/{} has no option {name:?}: {level}", self.command);
        };
        let fits = match known["type"].as_u64() {
            Some(3) => value.is_string(),
            Some(4) => value.is_i64() || value.is_u64(),
            Some(5) => value.is_boolean(),
            _ => true,
        };
        assert!(fits, "{value} does not fit {known}");
        let mut option = json!({"name": name, "type": known["type"], "value": value});
        if focused == Some(name) {
            assert!(known["autocomplete"] == true, "{name:?} has no proposals");
            option["focused"] = true.into();
        }
        option
    }
}
