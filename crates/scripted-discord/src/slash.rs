//! Slash commands as they are typed.

use crate::attachment::Attachment;
use crate::interaction::{InteractionKind, ResponseKind};
use crate::member::Member;
use crate::model::{ChannelKind, Guild};
use crate::response::{Choice, Response};
use crate::wire::{CHAT_INPUT, list, text};
use serde_json::{Value, json};

impl Member {
    /// Types a slash command: its name, then group and subcommand after blanks.
    pub fn slash<'a>(&'a self, command: &'a str) -> Slash<'a> {
        Slash {
            member: self,
            command,
            options: Vec::new(),
            direct: false,
        }
    }
}

/// A slash command that is being typed.
#[derive(Debug)]
#[must_use = "it is sent by `run`"]
pub struct Slash<'a> {
    member: &'a Member,
    command: &'a str,
    options: Vec<(&'a str, Argument)>,
    direct: bool,
}

/// The value of an option.
#[derive(Debug)]
enum Argument {
    Plain(Value),
    Channel(u64),
    User(u64),
    Role(u64),
    File(Attachment),
}

impl<'a> Slash<'a> {
    /// Fills in an option with a text, a number or a boolean.
    pub fn with(mut self, option: &'a str, value: impl Into<Value>) -> Self {
        self.options.push((option, Argument::Plain(value.into())));
        self
    }

    /// Fills in an option with a channel of the guild.
    pub fn with_channel(mut self, option: &'a str, name: &str) -> Self {
        let channel = Argument::Channel(self.member.channel_id(name));
        self.options.push((option, channel));
        self
    }

    /// Fills in an option with a user.
    pub fn with_user(mut self, option: &'a str, user: &Member) -> Self {
        self.options.push((option, Argument::User(user.user)));
        self
    }

    /// Fills in an option with a role.
    pub fn with_role(mut self, option: &'a str, role: u64) -> Self {
        self.options.push((option, Argument::Role(role)));
        self
    }

    /// Fills in an option with a file, which the bot can download.
    pub fn with_file(mut self, option: &'a str, name: &str, content: impl Into<Vec<u8>>) -> Self {
        let file = Attachment {
            name: name.into(),
            content: content.into(),
        };
        self.options.push((option, Argument::File(file)));
        self
    }

    /// Types it in the direct messages with the bot rather than in the guild.
    pub fn direct(mut self) -> Self {
        self.direct = true;
        self
    }

    /// Sends it and waits for the response.
    ///
    /// # Panics
    ///
    /// If it is not registered, or Discord's client would not send it with these options.
    pub async fn run(self) -> Response {
        let data = self.data(None).await;
        let (member, channel) = (self.member, self.channel());
        member
            .interact(InteractionKind::Command, channel, data, None)
            .await
    }

    /// Waits for the choices that the bot offers while this option, which must be filled in with
    /// what is typed so far, is being typed.
    ///
    /// # Panics
    ///
    /// If the command is not registered, or the option has no autocompletion.
    pub async fn complete(self, option: &str) -> Vec<Choice> {
        let data = self.data(Some(option)).await;
        let (member, channel) = (self.member, self.channel());
        let response = member
            .interact(InteractionKind::Autocomplete, channel, data, None)
            .await;
        let (kind, data) = (response.kind(), response.data());
        assert_eq!(kind, ResponseKind::Choices, "{data}");
        list(&data["choices"])
            .iter()
            .map(|choice| Choice {
                name: text(&choice["name"]).to_string(),
                value: choice["value"].clone(),
            })
            .collect()
    }

    /// The first text channel of the guild, or the direct messages.
    fn channel(&self) -> u64 {
        let Member { user, guild, .. } = *self.member;
        self.member.shared.change(|state| {
            if self.direct {
                return state.direct_channel(user);
            }
            let mut channels = state.channels.iter();
            channels
                .find(|c| c.guild == Some(guild) && c.kind == ChannelKind::Text)
                .unwrap_or_else(|| panic!("the guild has no text channel"))
                .id
        })
    }

    /// The data of the interaction. `focused` is the option that is being typed.
    async fn data(&self, focused: Option<&str>) -> Value {
        let mut words = self.command.split(' ');
        let name = words.next().unwrap_or_default();
        let command = self.member.registered(name, CHAT_INPUT).await;
        let mut level = &command;
        let mut path = Vec::new();
        for word in words {
            let mut parts = list(&level["options"]).iter();
            level = parts
                .find(|o| o["name"] == word)
                .unwrap_or_else(|| panic!("no {word:?} in {level}"));
            path.push((word, level["type"].clone()));
        }
        for known in list(&level["options"]) {
            let given = self.options.iter().any(|(name, _)| known["name"] == *name);
            assert!(
                given || known["required"] != true || focused.is_some(),
                "Discord would not send /{} without {}",
                self.command,
                known["name"]
            );
        }
        let mut resolved = json!({});
        let mut options: Vec<Value> = self
            .options
            .iter()
            .map(|(name, argument)| {
                let mut known = list(&level["options"]).iter();
                let Some(known) = known.find(|o| o["name"] == *name) else {
                    panic!("/{} has no option {name:?}: {level}", self.command);
                };
                let value = self.value(argument, known, &mut resolved);
                let mut option = json!({"name": name, "type": known["type"], "value": value});
                if focused == Some(*name) {
                    let completes = known["autocomplete"] == true;
                    assert!(completes, "{name:?} has no autocompletion");
                    option["focused"] = true.into();
                }
                option
            })
            .collect();
        for (name, kind) in path.into_iter().rev() {
            options = vec![json!({"name": name, "type": kind, "options": options})];
        }
        json!({
            "id": command["id"],
            "name": name,
            "type": CHAT_INPUT,
            "options": options,
            "resolved": resolved,
        })
    }

    /// The value that stands for an argument in the data. An object that the value only names goes
    /// into `resolved`.
    fn value(&self, argument: &Argument, option: &Value, resolved: &mut Value) -> Value {
        let kind = option["type"].as_u64().unwrap_or(0);
        let member = self.member;
        member.shared.change(|state| {
            let permissions = |user| state.permissions(member.guild, user);
            let (fits, value) = match argument {
                Argument::Plain(value) => {
                    let fits = match kind {
                        3 => value.is_string(),
                        4 => value.is_i64() || value.is_u64(),
                        5 => value.is_boolean(),
                        10 => value.is_number(),
                        _ => false,
                    };
                    (fits, value.clone())
                }
                Argument::Channel(id) => {
                    let channel = state.channel(*id);
                    let object = channel.map(|c| c.partial(None, permissions(member.user)));
                    let id = id.to_string();
                    resolved["channels"][&id] = object.into();
                    (kind == 7, id.into())
                }
                Argument::User(id) => {
                    let mut object = Guild::partial_member();
                    object["permissions"] = permissions(*id).to_string().into();
                    let user = state.user(*id).json();
                    let id = id.to_string();
                    resolved["members"][&id] = object;
                    resolved["users"][&id] = user;
                    (kind == 6, id.into())
                }
                Argument::Role(id) => {
                    let object = Guild::role(*id, "role", 0);
                    let id = id.to_string();
                    resolved["roles"][&id] = object;
                    (kind == 8, id.into())
                }
                Argument::File(file) => {
                    let object = state.upload(file);
                    let id = object["id"].clone();
                    resolved["attachments"][text(&id)] = object;
                    (kind == 11, id)
                }
            };
            assert!(fits, "{argument:?} does not fit {option}");
            value
        })
    }
}
