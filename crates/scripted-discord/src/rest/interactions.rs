//! Responses to interactions, and the messages that follow them.

use super::answer::{
    Answer, empty_message, invalid_body, no_content, ok, refused, unknown_interaction,
    unknown_message, unknown_webhook,
};
use super::{Call, NO_ANSWER, messages};
use crate::interaction::ResponseKind;
use crate::limits;
use crate::model::BOT_ID;
use crate::state::{NewMessage, State};
use crate::wire::{EPHEMERAL, LOADING, flags};
use hyper::Method;
use serde_json::{Value, json};

/// The fields that a message has because it answers an interaction.
fn provenance(id: u64, user: u64, state: &State) -> Value {
    json!({
        "application_id": BOT_ID.to_string(),
        "webhook_id": BOT_ID.to_string(),
        "interaction_metadata": {
            "id": id.to_string(),
            "type": 2,
            "user": state.user(user).json(),
            "authorizing_integration_owners": {},
        },
    })
}

/// Takes the first response to an interaction.
pub(super) fn respond(state: &mut State, id: u64, token: &str, call: &Call) -> Answer {
    let Some(interaction) = state.interactions.get(&id).filter(|i| i.token == token) else {
        return unknown_interaction();
    };
    if interaction.callback.is_some() {
        // A bot that had no answer does not know that its response arrived.
        let mut earlier = state.requests.iter().filter(|r| r.path == call.path);
        if !earlier.any(|r| r.status == Some(NO_ANSWER)) {
            let problem = "an interaction was responded to twice";
            state.problems.push(problem.into());
        }
        return refused(400, 40_060, "Interaction has already been acknowledged.");
    }
    let (channel, source) = (interaction.channel, interaction.source);
    let overrides = provenance(id, interaction.user, state);
    let Some(kind) = call.body["type"]
        .as_u64()
        .and_then(ResponseKind::from_number)
    else {
        return invalid_body();
    };
    let data = &call.body["data"];
    let message = |body, files| NewMessage {
        channel,
        author: BOT_ID,
        body,
        files,
        overrides,
    };
    let original = match kind {
        ResponseKind::Message => {
            state.report("response", limits::message(data));
            if limits::is_empty(data) && call.files.is_empty() {
                return empty_message();
            }
            Some(state.post(message(data, call.files.clone())))
        }
        ResponseKind::DeferredMessage => {
            let loading = json!({"flags": flags(data) | LOADING});
            Some(state.post(message(&loading, vec![])))
        }
        ResponseKind::DeferredUpdate => source,
        ResponseKind::Update => {
            state.report("update", limits::message(data));
            if let Some(source) = source {
                state.edit(source, data, call.files.clone());
            }
            source
        }
        ResponseKind::Choices => {
            state.report("autocomplete", limits::choices(&data["choices"]));
            None
        }
        ResponseKind::Modal => {
            state.report("modal", limits::modal(data));
            None
        }
    };
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.callback = Some((kind, data.clone()));
        interaction.original = original;
    }
    if call.query.contains("with_response=true") {
        ok(receipt(state, id, kind, data, original))
    } else {
        no_content()
    }
}

/// The object that tells of a response, for bots that ask for it.
fn receipt(
    state: &State,
    id: u64,
    kind: ResponseKind,
    data: &Value,
    original: Option<u64>,
) -> Value {
    let mut resource = json!({"type": kind as u8});
    if let Some(message) = original.and_then(|id| state.messages.get(&id)) {
        resource["message"] = message.clone();
    }
    json!({
        "interaction": {
            "id": id.to_string(),
            "type": 2,
            "response_message_id": original.map(|id| id.to_string()),
            "response_message_loading": false,
            "response_message_ephemeral": flags(data) & EPHEMERAL != 0,
        },
        "resource": resource,
    })
}

/// Takes a message that follows the first response.
pub(super) fn follow_up(state: &mut State, token: &str, call: &Call) -> Answer {
    let found = state.interactions.iter().find(|(_, i)| i.token == token);
    let Some((&id, interaction)) = found.filter(|(_, i)| i.callback.is_some()) else {
        return unknown_webhook();
    };
    let (channel, original) = (interaction.channel, interaction.original);
    let overrides = provenance(id, interaction.user, state);
    state.report("follow-up", limits::message(&call.body));
    if limits::is_empty(&call.body) && call.files.is_empty() {
        return empty_message();
    }
    let loading = original
        .and_then(|id| state.messages.get(&id))
        .is_some_and(|message| flags(message) & LOADING != 0);
    // The first follow-up of a deferred response is that response.
    let message = if let (true, Some(original)) = (loading, original) {
        state.edit(original, &call.body, call.files.clone());
        original
    } else {
        state.post(NewMessage {
            channel,
            author: BOT_ID,
            body: &call.body,
            files: call.files.clone(),
            overrides,
        })
    };
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.acted = true;
        if !loading {
            interaction.followups.push(message);
        }
    }
    messages::read(state, message)
}

/// Reads, edits or deletes a message that answered an interaction. `name` is its id or `@original`.
pub(super) fn response_message(state: &mut State, token: &str, name: &str, call: &Call) -> Answer {
    let Some(interaction) = state.interactions.values_mut().find(|i| i.token == token) else {
        return unknown_webhook();
    };
    let target = if name == "@original" {
        interaction.original
    } else {
        let id = name.parse().ok();
        id.filter(|id| interaction.followups.contains(id) || interaction.original == Some(*id))
    };
    let Some(target) = target else {
        return unknown_message();
    };
    if call.method != Method::GET {
        interaction.acted = true;
    }
    match call.method.as_str() {
        "GET" => messages::read(state, target),
        "PATCH" => messages::edit(state, target, call),
        "DELETE" => messages::delete(state, target),
        _ => refused(405, 0, "405: Method Not Allowed"),
    }
}
