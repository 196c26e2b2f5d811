//! From a request to the function that answers it.

use super::answer::{
    Answer, no_content, ok, refused, unknown_channel, unknown_guild, unknown_member, unknown_user,
};
use super::{Call, commands, interactions, messages};
use crate::model::{self, ChannelKind, Guild, TOKEN};
use crate::state::State;
use crate::wire;
use serde_json::{Value, json};

/// Answers a request, if it is authorised.
pub(super) fn answer(state: &mut State, call: &Call) -> Answer {
    // These routes carry a token of their own.
    let open = call.path.starts_with("/interactions/") || call.path.starts_with("/webhooks/");
    if !open && call.authorization != format!("Bot {TOKEN}") {
        return refused(401, 0, "401: Unauthorized");
    }
    let segments: Vec<&str> = call.path.split('/').skip(1).collect();
    let id = |text: &str| text.parse::<u64>().unwrap_or(0);
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["gateway"]) => ok(json!({"url": gateway_url(state)})),
        ("GET", ["gateway", "bot"]) => ok(json!({
            "url": gateway_url(state),
            "shards": 1,
            "session_start_limit":
                {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1},
        })),
        ("GET", ["users", "@me"]) => {
            let mut user = state.bot().json();
            user["mfa_enabled"] = true.into();
            user["locale"] = "en-GB".into();
            ok(user)
        }
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            ok(model::application(state.bot(), state.guilds.len()))
        }
        ("GET", ["applications", _, "commands"]) => commands::list(state, None),
        ("PUT", ["applications", _, "commands"]) => commands::register(state, None, &call.body),
        ("GET", ["applications", _, "guilds", guild, "commands"]) => {
            commands::list(state, Some(id(guild)))
        }
        ("PUT", ["applications", _, "guilds", guild, "commands"]) => {
            commands::register(state, Some(id(guild)), &call.body)
        }
        ("POST", ["users", "@me", "channels"]) => {
            let user = wire::id(&call.body["recipient_id"]).unwrap_or(0);
            let channel = state.direct_channel(user);
            read_channel(state, channel)
        }
        ("GET", ["users", user]) => match state.users.iter().find(|u| u.id == id(user)) {
            Some(user) => ok(user.json()),
            None => unknown_user(),
        },
        ("GET", ["channels", channel]) => read_channel(state, id(channel)),
        ("POST", ["channels", channel, "typing"]) => match state.channel(id(channel)) {
            Some(_) => no_content(),
            None => unknown_channel(),
        },
        ("POST", ["channels", channel, "messages"]) => messages::send(state, id(channel), call),
        ("GET", ["channels", channel, "messages"]) => {
            let limit = call.number("limit").and_then(|n| usize::try_from(n).ok());
            let page = messages::Page {
                after: call.number("after"),
                before: call.number("before"),
                limit: limit.unwrap_or(50),
            };
            messages::list(state, id(channel), &page)
        }
        ("GET", ["channels", _, "messages", message]) => messages::read(state, id(message)),
        ("PATCH", ["channels", _, "messages", message]) => messages::edit(state, id(message), call),
        ("DELETE", ["channels", _, "messages", message]) => messages::delete(state, id(message)),
        ("GET", ["guilds", guild]) => match state.guild(id(guild)) {
            Some(guild) => ok(guild.json()),
            None => unknown_guild(),
        },
        ("GET", ["guilds", guild, "channels"]) => ok(channels(state, id(guild))),
        ("GET", ["guilds", guild, "members", user]) => read_member(state, id(guild), id(user)),
        ("POST", ["interactions", interaction, token, "callback"]) => {
            interactions::respond(state, id(interaction), token, call)
        }
        ("POST", ["webhooks", _, token]) => interactions::follow_up(state, token, call),
        (_, ["webhooks", _, token, "messages", message]) => {
            interactions::response_message(state, token, message, call)
        }
        _ => {
            state.note("rest   (the scripted Discord has no such route)");
            refused(404, 0, "404: Not Found")
        }
    }
}

fn gateway_url(state: &State) -> String {
    format!("ws://{}", state.addresses.gateway)
}

fn read_channel(state: &State, id: u64) -> Answer {
    match state.channel(id) {
        Some(channel) => ok(state.channel_json(channel)),
        None => unknown_channel(),
    }
}

/// The channels of a guild, without its threads.
fn channels(state: &State, guild: u64) -> Vec<Value> {
    state
        .channels
        .iter()
        .filter(|c| c.guild == Some(guild) && c.kind != ChannelKind::Thread)
        .map(|c| state.channel_json(c))
        .collect()
}

fn read_member(state: &State, guild: u64, user: u64) -> Answer {
    let is_member = state
        .guild(guild)
        .is_some_and(|g| g.permissions.contains_key(&user));
    if is_member {
        ok(Guild::member(state.user(user), None))
    } else {
        unknown_member()
    }
}
