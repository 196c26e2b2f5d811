//! Messages in channels.

use super::Call;
use super::answer::{
    Answer, empty_message, invalid_body, no_content, ok, refused, unknown_channel, unknown_message,
};
use crate::limits;
use crate::model::BOT_ID;
use crate::state::{NewMessage, State};
use crate::wire;
use serde_json::Value;

pub(super) fn send(state: &mut State, channel: u64, call: &Call) -> Answer {
    if state.channel(channel).is_none() {
        return unknown_channel();
    }
    state.report("message", limits::message(&call.body));
    if limits::is_empty(&call.body) && call.files.is_empty() {
        return empty_message();
    }
    // A repetition: Discord answers with the message that it has.
    let nonce = nonce(channel, &call.body);
    if let Some(nonce) = &nonce
        && let Some(id) = state.nonces.get(nonce)
    {
        return read(state, *id);
    }
    let reference = &call.body["message_reference"];
    if !reference.is_null() && reference["fail_if_not_exists"] != false {
        let target = wire::id(&reference["message_id"]);
        if !target.is_some_and(|id| state.messages.contains_key(&id)) {
            return invalid_body();
        }
    }
    let id = state.post(NewMessage {
        channel,
        author: BOT_ID,
        body: &call.body,
        files: call.files.clone(),
        overrides: Value::Null,
    });
    if let Some(nonce) = nonce {
        state.nonces.insert(nonce, id);
    }
    read(state, id)
}

/// The nonce of a new message with its channel, if Discord is to check it.
fn nonce(channel: u64, body: &Value) -> Option<(u64, String)> {
    let nonce = body["nonce"].as_str()?;
    (body["enforce_nonce"] == true).then(|| (channel, nonce.to_owned()))
}

/// Which messages of a channel are asked for.
pub(super) struct Page {
    pub(super) after: Option<u64>,
    pub(super) before: Option<u64>,
    pub(super) limit: usize,
}

/// Messages of a channel, the newest first: the first ones after `after`, or else the last ones.
pub(super) fn list(state: &State, channel: u64, page: &Page) -> Answer {
    if state.channel(channel).is_none() {
        return unknown_channel();
    }
    let first = page.after.map_or(0, |after| after.saturating_add(1));
    let end = page.before.unwrap_or(u64::MAX).max(first);
    let mut found: Vec<Value> = state
        .messages
        .range(first..end)
        .filter(|(_, message)| wire::id(&message["channel_id"]) == Some(channel))
        .filter(|(_, message)| wire::flags(message) & wire::EPHEMERAL == 0)
        .map(|(_, message)| message.clone())
        .collect();
    if page.after.is_some() {
        found.truncate(page.limit);
    } else {
        found.drain(..found.len().saturating_sub(page.limit));
    }
    found.reverse();
    ok(found)
}

pub(super) fn read(state: &State, id: u64) -> Answer {
    match state.messages.get(&id) {
        Some(message) => ok(message.clone()),
        None => unknown_message(),
    }
}

pub(super) fn edit(state: &mut State, id: u64, call: &Call) -> Answer {
    state.report("edited message", limits::message(&call.body));
    if let Some(message) = state.messages.get(&id)
        && wire::id(&message["author"]["id"]) != Some(BOT_ID)
    {
        return refused(
            403,
            50_005,
            "Cannot edit a message authored by another user",
        );
    }
    if state.edit(id, &call.body, call.files.clone()) {
        read(state, id)
    } else {
        unknown_message()
    }
}

pub(super) fn delete(state: &mut State, id: u64) -> Answer {
    if state.delete(id) {
        no_content()
    } else {
        unknown_message()
    }
}
