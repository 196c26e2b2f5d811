//! The registration of commands.

use super::answer::{Answer, invalid_body, ok};
use crate::model::BOT_ID;
use crate::openapi;
use crate::state::State;
use crate::wire::CHAT_INPUT;
use serde_json::{Value, json};

/// The commands that are registered for a guild; the global ones with `None`.
pub(super) fn list(state: &State, guild: Option<u64>) -> Answer {
    ok(state.commands.get(&guild).cloned().unwrap_or_default())
}

/// Replaces the commands of a guild; the global ones with `None`.
pub(super) fn register(state: &mut State, guild: Option<u64>, body: &Value) -> Answer {
    let Some(commands) = body.as_array() else {
        return invalid_body();
    };
    let registered: Vec<Value> = commands
        .iter()
        .map(|command| complete(state, guild, command.clone()))
        .collect();
    state.commands.insert(guild, registered.clone());
    ok(registered)
}

/// A command with the fields that Discord adds.
fn complete(state: &mut State, guild: Option<u64>, mut command: Value) -> Value {
    command["id"] = state.new_id().to_string().into();
    command["version"] = state.new_id().to_string().into();
    command["application_id"] = BOT_ID.to_string().into();
    if let Some(guild) = guild {
        command["guild_id"] = guild.to_string().into();
    }
    for (key, default) in [
        ("type", json!(CHAT_INPUT)),
        ("description", json!("")),
        ("default_member_permissions", Value::Null),
    ] {
        if command[key].is_null() {
            command[key] = default;
        }
    }
    if let Some(fields) = command.as_object_mut() {
        fields.retain(|key, value| !value.is_null() || key == "default_member_permissions");
    }
    if let Some(options) = command.get_mut("options") {
        openapi::strip_nulls(options);
    }
    command
}
