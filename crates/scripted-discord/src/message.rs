//! Messages as members see them.

use crate::attachment::Attachment;
use crate::mentions::{Ping, pings};
use crate::shared::Shared;
use crate::state::State;
use crate::wire::{BUTTON, EPHEMERAL, LINK_STYLE, flags, id, list, text};
use serde_json::Value;
use std::sync::Arc;

/// A message as it stood when it was looked at.
#[derive(Debug, Clone)]
pub struct Message {
    shared: Arc<Shared>,
    id: u64,
    json: Value,
    /// The body of the request that made or last edited it.
    body: Value,
}

impl Message {
    /// The message with this id as it stands now.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub(crate) fn look_up(shared: &Arc<Shared>, id: u64) -> Self {
        let found = Self::find(shared, &shared.look(), id);
        found.unwrap_or_else(|| panic!("message {id} is gone"))
    }

    pub(crate) fn find(shared: &Arc<Shared>, state: &State, id: u64) -> Option<Self> {
        Some(Self {
            shared: Arc::clone(shared),
            id,
            json: state.messages.get(&id)?.clone(),
            body: state.message_bodies.get(&id).cloned().unwrap_or_default(),
        })
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The id of the channel or thread that it stands in.
    #[must_use]
    pub fn channel_id(&self) -> u64 {
        id(&self.json["channel_id"]).unwrap_or(0)
    }

    /// The id of its author.
    #[must_use]
    pub fn author_id(&self) -> u64 {
        id(&self.json["author"]["id"]).unwrap_or(0)
    }

    /// The whole message object.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The text above the embeds.
    #[must_use]
    pub fn content(&self) -> &str {
        text(&self.json["content"])
    }

    /// The title of the first embed; empty without one.
    #[must_use]
    pub fn title(&self) -> &str {
        text(&self.json["embeds"][0]["title"])
    }

    /// The description of the first embed; empty without one.
    #[must_use]
    pub fn description(&self) -> &str {
        text(&self.json["embeds"][0]["description"])
    }

    /// All text that it shows (content, and of the embeds authors, titles, descriptions, fields
    /// and footers), one a line.
    #[must_use]
    pub fn text(&self) -> String {
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

    /// The buttons and menus in reading order.
    #[must_use]
    pub fn components(&self) -> Vec<&Value> {
        list(&self.json["components"])
            .iter()
            .flat_map(|row| list(&row["components"]))
            .collect()
    }

    /// The labels (or emoji) of the buttons that can be pressed.
    #[must_use]
    pub fn buttons(&self) -> Vec<String> {
        self.components()
            .into_iter()
            .filter(|c| is_pressable(c))
            .map(|c| label(c).to_string())
            .collect()
    }

    /// The button with this label (or emoji), whether it can be pressed or not.
    pub(crate) fn button(&self, name: &str) -> Option<&Value> {
        self.components()
            .into_iter()
            .find(|c| c["type"] == BUTTON && label(c) == name)
    }

    /// The label and the address of every link button.
    #[must_use]
    pub fn links(&self) -> Vec<(String, String)> {
        self.components()
            .into_iter()
            .filter(|c| c["type"] == BUTTON && c["style"] == LINK_STYLE)
            .map(|c| (label(c).to_string(), text(&c["url"]).to_string()))
            .collect()
    }

    /// Whether one person alone sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        flags(&self.json) & EPHEMERAL != 0
    }

    /// The id of the message that it is a reply to.
    #[must_use]
    pub fn replies_to(&self) -> Option<u64> {
        id(&self.json["message_reference"]["message_id"])
    }

    /// Everybody who gets a notification from it.
    #[must_use]
    pub fn pings(&self) -> Vec<Ping> {
        pings(
            &self.body,
            id(&self.json["referenced_message"]["author"]["id"]),
        )
    }

    /// The files that came with it.
    #[must_use]
    pub fn attachments(&self) -> Vec<Attachment> {
        let state = self.shared.look();
        state.attachments.get(&self.id).cloned().unwrap_or_default()
    }

    /// The message as it stands now.
    ///
    /// # Panics
    ///
    /// If it has been deleted.
    #[must_use]
    pub fn reload(&self) -> Self {
        Self::look_up(&self.shared, self.id)
    }

    /// Waits until it has been edited so that `condition` holds.
    pub async fn wait_until(&self, what: &str, condition: impl Fn(&Message) -> bool) -> Self {
        let what = format!("message {} to be edited: {what}", self.id);
        let found = self.shared.wait_for_state(&what, |state| {
            Self::find(&self.shared, state, self.id).filter(|now| condition(now))
        });
        found.await
    }

    /// Waits until it has been deleted.
    pub async fn wait_until_deleted(&self) {
        let what = format!("message {} to be deleted", self.id);
        let gone = self.shared.wait_for_state(&what, |state| {
            (!state.messages.contains_key(&self.id)).then_some(())
        });
        gone.await;
    }
}

/// Whether a component is a button that sends an interaction.
pub(crate) fn is_pressable(component: &Value) -> bool {
    component["type"] == BUTTON && component["style"] != LINK_STYLE && component["disabled"] != true
}

/// The label of a button, or its emoji.
fn label(button: &Value) -> &str {
    match text(&button["label"]) {
        "" => text(&button["emoji"]["name"]),
        label => label,
    }
}
