//! What the bot showed: messages, choices, modals.

use super::rest::pings;
use super::state::{Discord, EPHEMERAL, File};
use serde_json::Value;
use std::sync::Arc;

/// A message as it stood when it was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) discord: Arc<Discord>,
    pub(crate) id: u64,
    pub(crate) channel: u64,
    /// The whole object.
    pub(crate) json: Value,
    /// The request that made it.
    pub(crate) payload: Value,
}

impl Shown {
    /// The message with this id as it stands now.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub(crate) fn of(discord: &Arc<Discord>, id: u64) -> Self {
        let state = discord.look();
        let Some(json) = state.messages.get(&id).cloned() else {
            let transcript = state.transcript();
            drop(state);
            panic!("message {id} is gone\n{transcript}");
        };
        let channel = json["channel_id"].as_str().and_then(|id| id.parse().ok());
        Self {
            discord: Arc::clone(discord),
            id,
            channel: channel.unwrap_or(0),
            payload: state.payloads.get(&id).cloned().unwrap_or_default(),
            json,
        }
    }

    /// The text above the embeds.
    pub(crate) fn content(&self) -> &str {
        text(&self.json["content"])
    }

    /// The title of the first embed; empty without one.
    pub(crate) fn title(&self) -> &str {
        text(&self.json["embeds"][0]["title"])
    }

    /// The description of the first embed; empty without one.
    pub(crate) fn description(&self) -> &str {
        text(&self.json["embeds"][0]["description"])
    }

    /// All that can be read: content, titles, descriptions, fields, footers, a line each.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![self.content()];
        for embed in list(&self.json["embeds"]) {
            lines.push(text(&embed["author"]["name"]));
            lines.push(text(&embed["title"]));
            lines.push(text(&embed["description"]));
            for field in list(&embed["fields"]) {
                lines.push(text(&field["name"]));
                lines.push(text(&field["value"]));
            }
            lines.push(text(&embed["footer"]["text"]));
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// The buttons and menus, in reading order.
    pub(crate) fn components(&self) -> Vec<&Value> {
        list(&self.json["components"])
            .iter()
            .flat_map(|row| list(&row["components"]))
            .collect()
    }

    /// What stands on the buttons that can be pressed.
    pub(crate) fn buttons(&self) -> Vec<String> {
        self.components()
            .into_iter()
            .filter(|c| c["type"] == 2 && c["style"] != 5 && c["disabled"] != true)
            .map(label)
            .collect()
    }

    /// The label and link of every link button.
    pub(crate) fn links(&self) -> Vec<(String, String)> {
        self.components()
            .into_iter()
            .filter(|c| c["type"] == 2 && c["style"] == 5)
            .map(|c| (label(c), text(&c["url"]).to_string()))
            .collect()
    }

    /// Whether one person alone sees it.
    pub(crate) fn is_private(&self) -> bool {
        self.json["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0
    }

    /// The message it is a reply to.
    pub(crate) fn replies_to(&self) -> Option<u64> {
        id(&self.json["message_reference"]["message_id"])
    }

    /// Whoever gets a notification from it: user ids, `everyone`, `roles`.
    pub(crate) fn pings(&self) -> Vec<String> {
        pings(
            &self.payload,
            id(&self.json["referenced_message"]["author"]["id"]),
        )
    }

    /// The files that came with it.
    pub(crate) fn files(&self) -> Vec<File> {
        let state = self.discord.look();
        state.files.get(&self.id).cloned().unwrap_or_default()
    }

    /// It as it stands now.
    pub(crate) fn again(&self) -> Self {
        Self::of(&self.discord, self.id)
    }

    /// Waits until it looks as `wanted` says.
    pub(crate) async fn becomes(&self, what: &str, wanted: impl Fn(&Shown) -> bool) -> Self {
        let what = format!("message {} to become {what}", self.id);
        let found = self.discord.until(&what, |state| {
            let json = state.messages.get(&self.id)?;
            let now = Self {
                json: json.clone(),
                ..self.clone()
            };
            wanted(&now).then_some(now)
        });
        found.await
    }

    /// Waits until it has been deleted.
    pub(crate) async fn vanishes(&self) {
        let what = format!("message {} to vanish", self.id);
        let gone = self.discord.until(&what, |state| {
            (!state.messages.contains_key(&self.id)).then_some(())
        });
        gone.await;
    }
}

/// A form that the bot put up.
#[derive(Debug, Clone)]
pub(crate) struct Modal {
    pub(crate) json: Value,
    /// The message whose button opened it.
    pub(crate) source: Option<u64>,
    pub(crate) channel: u64,
}

impl Modal {
    pub(crate) fn title(&self) -> &str {
        text(&self.json["title"])
    }

    /// Its fields.
    pub(crate) fn fields(&self) -> Vec<&Value> {
        list(&self.json["components"])
            .iter()
            .flat_map(|row| list(&row["components"]))
            .collect()
    }

    /// What a field is filled with beforehand.
    ///
    /// # Panics
    ///
    /// When there is no such field.
    pub(crate) fn prefilled(&self, label: &str) -> &str {
        let field = self.fields().into_iter().find(|f| f["label"] == label);
        let field = field.unwrap_or_else(|| panic!("no field {label:?} in {}", self.json));
        text(&field["value"])
    }
}

/// What came of a command, a click or a form.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    /// The number of the first response: 4 message, 5 deferred message, 6 deferred update,
    /// 7 update, 8 choices, 9 modal.
    pub(crate) kind: u64,
    /// The data of the first response.
    pub(crate) data: Value,
    /// The message that answers it, or that was updated.
    pub(crate) message: Option<Shown>,
    pub(super) discord: Arc<Discord>,
    /// The interaction.
    pub(super) id: u64,
    pub(super) modal_source: Option<u64>,
    pub(super) channel: u64,
}

impl Outcome {
    /// The message that answers it.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub(crate) fn message(self) -> Shown {
        let (kind, data) = (self.kind, self.data);
        self.message
            .unwrap_or_else(|| panic!("not a message but {kind}: {data}"))
    }

    /// Waits for the message that was sent after it.
    pub(crate) async fn followup(&self) -> Shown {
        let what = format!("a follow-up to interaction {}", self.id);
        let id = self.discord.until(&what, |state| {
            state.interactions.get(&self.id)?.followups.first().copied()
        });
        Shown::of(&self.discord, id.await)
    }

    /// The form it put up.
    ///
    /// # Panics
    ///
    /// When it did not.
    pub(crate) fn modal(self) -> Modal {
        assert_eq!(self.kind, 9, "not a modal: {}", self.data);
        Modal {
            json: self.data,
            source: self.modal_source,
            channel: self.channel,
        }
    }
}

/// A proposal under a text field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// What a button or menu is called: its label, else its emoji, else the placeholder.
pub(super) fn label(component: &Value) -> String {
    let emoji = text(&component["emoji"]["name"]);
    let label = text(&component["label"]);
    let label = match (emoji, label) {
        ("", label) => label.to_string(),
        (emoji, "") => emoji.to_string(),
        (_, label) => label.to_string(),
    };
    if label.is_empty() {
        text(&component["placeholder"]).to_string()
    } else {
        label
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn id(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}
