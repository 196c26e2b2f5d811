//! REST under `/api/v10`.

use super::fault::Fault;
use super::model::{self, BOT, ChannelKind, Guild};
use super::state::{Discord, EPHEMERAL, File, Interaction, LOADING, Request, State};
use super::{limits, openapi};
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;

/// Serves for as long as the world stands.
pub(crate) async fn serve(discord: Arc<Discord>, listener: TcpListener) {
    let server = hyper::Server::from_tcp(listener)
        .unwrap_or_else(|e| panic!("cannot serve: {e}"))
        .serve(make_service_fn(move |_| {
            let discord = Arc::clone(&discord);
            async move {
                Ok::<_, Infallible>(service_fn(move |request| {
                    let discord = Arc::clone(&discord);
                    async move { Ok::<_, Infallible>(handle(&discord, request).await) }
                }))
            }
        }));
    let _ = server.await;
}

/// What is answered.
struct Answer {
    status: u16,
    body: Value,
}

fn ok(body: Value) -> Answer {
    Answer { status: 200, body }
}

fn nothing() -> Answer {
    let body = Value::Null;
    Answer { status: 204, body }
}

fn refused(status: u16, code: u32, message: &str) -> Answer {
    let body = json!({"message": message, "code": code});
    Answer { status, body }
}

fn unknown(code: u32, what: &str) -> Answer {
    refused(404, code, &format!("Unknown {what}"))
}

/// What was asked for, taken apart.
struct Asked {
    method: Method,
    path: String,
    query: String,
    body: Value,
    files: Vec<File>,
}

async fn handle(discord: &Discord, request: hyper::Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name).and_then(|v| v.to_str().ok());
        value.unwrap_or_default().to_string()
    };
    let bytes = hyper::body::to_bytes(body).await.unwrap_or_default();
    let full = parts.uri.path();
    let path = full.strip_prefix("/api/v10").unwrap_or(full).to_string();
    let kind = header("content-type");
    let multipart = kind.strip_prefix("multipart/form-data; boundary=");
    let (body, files) = match multipart {
        Some(boundary) => form(&bytes, boundary.trim_matches('"')),
        None => (serde_json::from_slice(&bytes).unwrap_or_default(), vec![]),
    };
    let asked = Asked {
        method: parts.method.clone(),
        path,
        query: parts.uri.query().unwrap_or_default().to_string(),
        body,
        files,
    };
    let problems =
        openapi::check_request(&asked.method, &asked.path, &asked.body, multipart.is_some());
    let (at, fault) = discord.change(|state| {
        state.violations.extend(problems);
        if !full.starts_with("/api/v10/") {
            state.violations.push(format!("not the API: {full}"));
        }
        state.note(format!(
            "rest ← {} {} {}",
            asked.method, asked.path, asked.body
        ));
        state.requests.push(Request {
            method: asked.method.clone(),
            path: asked.path.clone(),
            body: asked.body.clone(),
            status: 0,
        });
        let armed = state
            .faults
            .iter_mut()
            .find(|f| f.meets(&asked.method, &asked.path));
        let fault = armed.map(|armed| {
            armed.left -= 1;
            armed.fault.clone()
        });
        (state.requests.len() - 1, fault)
    });
    let answer = match fault {
        Some(Fault::RateLimited(seconds)) => Answer {
            status: 429,
            body: json!({
                "message": "You are being rate limited.",
                "retry_after": seconds,
                "global": false,
            }),
        },
        Some(Fault::Status(status)) => Answer {
            status,
            body: Value::String("upstream connect error".into()),
        },
        Some(Fault::Stalled(stall)) => {
            stall.wait().await;
            authorised(discord, &header("authorization"), &asked)
        }
        None => authorised(discord, &header("authorization"), &asked),
    };
    discord.change(|state| {
        state.note(format!(
            "rest → {} to {} {}",
            answer.status, asked.method, asked.path
        ));
        state.requests[at].status = answer.status;
        let wrong =
            openapi::check_response(&asked.method, &asked.path, answer.status, &answer.body);
        state.violations.extend(wrong);
    });
    let mut response = Response::builder()
        .status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header("content-type", "application/json");
    if let Some(seconds) = answer.body["retry_after"].as_f64() {
        response = response
            .header("retry-after", seconds.ceil().to_string())
            .header("x-ratelimit-scope", "user");
    }
    let body = if answer.status == 204 {
        Body::empty()
    } else {
        Body::from(answer.body.to_string())
    };
    response
        .body(body)
        .unwrap_or_else(|e| panic!("cannot answer: {e}"))
}

fn authorised(discord: &Discord, authorization: &str, asked: &Asked) -> Answer {
    discord.change(|state| {
        // Interaction and webhook routes carry their own token.
        let open = asked.path.starts_with("/interactions/") || asked.path.starts_with("/webhooks/");
        if !open && authorization != format!("Bot {}", state.token) {
            return refused(401, 0, "401: Unauthorized");
        }
        route(discord, state, asked)
    })
}

fn route(discord: &Discord, state: &mut State, asked: &Asked) -> Answer {
    let segments: Vec<&str> = asked.path.split('/').skip(1).collect();
    let id = |text: &str| text.parse::<u64>().unwrap_or(0);
    match (asked.method.as_str(), segments.as_slice()) {
        ("GET", ["gateway"]) => ok(json!({"url": format!("ws://{}", discord.gateway)})),
        ("GET", ["gateway", "bot"]) => ok(json!({
            "url": format!("ws://{}", discord.gateway),
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
            ok(application(state))
        }
        ("GET" | "PUT", ["applications", _, "commands"]) => commands(state, None, asked),
        ("GET" | "PUT", ["applications", _, "guilds", guild, "commands"]) => {
            commands(state, Some(id(guild)), asked)
        }
        ("POST", ["users", "@me", "channels"]) => {
            let user = id(asked.body["recipient_id"].as_str().unwrap_or_default());
            let channel = state.direct(user);
            read_channel(state, channel)
        }
        ("GET", ["users", user]) => match state.users.iter().find(|u| u.id == id(user)) {
            Some(user) => ok(user.json()),
            None => unknown(10_013, "User"),
        },
        ("GET", ["channels", channel]) => read_channel(state, id(channel)),
        ("POST", ["channels", channel, "typing"]) => match state.channel(id(channel)) {
            Some(_) => nothing(),
            None => unknown(10_003, "Channel"),
        },
        ("POST", ["channels", channel, "messages"]) => post(state, id(channel), asked),
        ("GET", ["channels", _, "messages", message]) => shown(state, id(message)),
        ("PATCH", ["channels", _, "messages", message]) => edit(state, id(message), asked),
        ("DELETE", ["channels", _, "messages", message]) => delete(state, id(message)),
        ("GET", ["guilds", guild]) => match state.guild(id(guild)) {
            Some(guild) => ok(guild.json()),
            None => unknown(10_004, "Guild"),
        },
        ("GET", ["guilds", guild, "channels"]) => state
            .channels
            .iter()
            .filter(|c| c.guild == Some(id(guild)) && c.kind != ChannelKind::Thread)
            .map(|c| state.channel_json(c))
            .collect::<Vec<_>>()
            .pipe(|all| ok(all.into())),
        ("GET", ["guilds", guild, "members", user]) => {
            let known = state
                .guild(id(guild))
                .is_some_and(|g| g.members.contains_key(&id(user)));
            if known {
                ok(Guild::member(state.user(id(user)), None))
            } else {
                unknown(10_007, "Member")
            }
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            callback(state, id(interaction), token, asked)
        }
        ("POST", ["webhooks", _, token]) => followup(state, token, asked),
        (_, ["webhooks", _, token, "messages", message]) => {
            interaction_message(state, token, message, asked)
        }
        _ => {
            state.note("rest   (the scripted Discord has no such route)");
            refused(404, 0, "404: Not Found")
        }
    }
}

/// Method syntax for a function, where it reads in the order it runs.
trait Pipe: Sized {
    fn pipe<T>(self, function: impl FnOnce(Self) -> T) -> T {
        function(self)
    }
}

impl<T> Pipe for T {}

fn application(state: &State) -> Value {
    json!({
        "id": BOT.to_string(),
        "name": "citebot",
        "icon": null,
        "description": "",
        "type": null,
        "verify_key": "0".repeat(64),
        "flags": 1 << 19,
        "flags_new": (1 << 19).to_string(),
        "bot_public": true,
        "bot_require_code_grant": false,
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "owner": {
            "id": "1099999999999999999",
            "username": "owner",
            "discriminator": "0",
            "global_name": null,
            "avatar": null,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        },
        "approximate_guild_count": state.guilds.len(),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": null,
        "eligible_oauth2_scopes": [],
    })
}

fn commands(state: &mut State, guild: Option<u64>, asked: &Asked) -> Answer {
    if asked.method == Method::GET {
        let known = state.commands.get(&guild).cloned().unwrap_or_default();
        return ok(known.into());
    }
    let Some(wanted) = asked.body.as_array() else {
        return refused(400, 50_035, "Invalid Form Body");
    };
    let mut registered = Vec::new();
    for command in wanted {
        let mut command = command.clone();
        command["id"] = state.id().to_string().into();
        command["version"] = state.id().to_string().into();
        command["application_id"] = BOT.to_string().into();
        if let Some(guild) = guild {
            command["guild_id"] = guild.to_string().into();
        }
        for (key, default) in [
            ("type", json!(1)),
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
            openapi::strip_nothing(options);
        }
        registered.push(command);
    }
    state.commands.insert(guild, registered.clone());
    ok(registered.into())
}

fn read_channel(state: &State, id: u64) -> Answer {
    match state.channel(id) {
        Some(channel) => ok(state.channel_json(channel)),
        None => unknown(10_003, "Channel"),
    }
}

/// Notes what Discord would refuse about the message in `data`.
fn check_message(state: &mut State, what: &str, data: &Value) {
    for problem in limits::message(data) {
        state.violations.push(format!("{what}: {problem}"));
    }
}

fn post(state: &mut State, channel: u64, asked: &Asked) -> Answer {
    if state.channel(channel).is_none() {
        return unknown(10_003, "Channel");
    }
    check_message(state, "message", &asked.body);
    if limits::is_empty(&asked.body) && asked.files.is_empty() {
        return refused(400, 50_006, "Cannot send an empty message");
    }
    let reference = &asked.body["message_reference"];
    if !reference.is_null() && reference["fail_if_not_exists"] != false {
        let target = reference["message_id"]
            .as_str()
            .and_then(|t| t.parse().ok());
        if !target.is_some_and(|id: u64| state.messages.contains_key(&id)) {
            return refused(400, 50_035, "Invalid Form Body: Unknown message");
        }
    }
    let id = state.post(channel, BOT, &asked.body, asked.files.clone(), &Value::Null);
    shown(state, id)
}

fn shown(state: &State, id: u64) -> Answer {
    match state.messages.get(&id) {
        Some(message) => ok(message.clone()),
        None => unknown(10_008, "Message"),
    }
}

fn edit(state: &mut State, id: u64, asked: &Asked) -> Answer {
    check_message(state, "edited message", &asked.body);
    let own = BOT.to_string();
    if let Some(message) = state.messages.get(&id)
        && message["author"]["id"] != own.as_str()
    {
        return refused(
            403,
            50_005,
            "Cannot edit a message authored by another user",
        );
    }
    if state.edit(id, &asked.body, asked.files.clone()) {
        shown(state, id)
    } else {
        unknown(10_008, "Message")
    }
}

fn delete(state: &mut State, id: u64) -> Answer {
    if state.delete(id) {
        nothing()
    } else {
        unknown(10_008, "Message")
    }
}

/// What a message carries that answers an interaction.
fn of_interaction(id: u64, interaction: &Interaction, state: &State) -> Value {
    json!({
        "application_id": BOT.to_string(),
        "webhook_id": BOT.to_string(),
        "interaction_metadata": {
            "id": id.to_string(),
            "type": 2,
            "user": state.user(interaction.user).json(),
            "authorizing_integration_owners": {},
        },
    })
}

fn callback(state: &mut State, id: u64, token: &str, asked: &Asked) -> Answer {
    let Some(interaction) = state.interactions.get(&id).filter(|i| i.token == token) else {
        return unknown(10_062, "interaction");
    };
    if interaction.callback.is_some() {
        state
            .violations
            .push("an interaction was responded to twice".into());
        return refused(400, 40_060, "Interaction has already been acknowledged.");
    }
    let (channel, source) = (interaction.channel, interaction.source);
    let extra = of_interaction(id, interaction, state);
    let data = &asked.body["data"];
    let original = match asked.body["type"].as_u64() {
        Some(4) => {
            check_message(state, "response", data);
            if limits::is_empty(data) && asked.files.is_empty() {
                return refused(400, 50_006, "Cannot send an empty message");
            }
            Some(state.post(channel, BOT, data, asked.files.clone(), &extra))
        }
        Some(5) => {
            let flags = data["flags"].as_u64().unwrap_or(0) | LOADING;
            Some(state.post(channel, BOT, &json!({"flags": flags}), vec![], &extra))
        }
        Some(6) => source,
        Some(7) => {
            check_message(state, "update", data);
            if let Some(source) = source {
                state.edit(source, data, asked.files.clone());
            }
            source
        }
        Some(8) => {
            for problem in limits::choices(&data["choices"]) {
                state.violations.push(format!("autocomplete: {problem}"));
            }
            None
        }
        Some(9) => {
            for problem in limits::modal(data) {
                state.violations.push(format!("modal: {problem}"));
            }
            None
        }
        _ => return refused(400, 50_035, "Invalid Form Body"),
    };
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.callback = Some(asked.body.clone());
        interaction.original = original;
    }
    if !asked.query.contains("with_response=true") {
        return nothing();
    }
    let message = original.and_then(|id| state.messages.get(&id)).cloned();
    let kind = asked.body["type"].clone();
    let mut resource = json!({"type": kind});
    if let Some(message) = message {
        resource["message"] = message;
    }
    ok(json!({
        "interaction": {
            "id": id.to_string(),
            "type": 2,
            "response_message_id": original.map(|id| id.to_string()),
            "response_message_loading": false,
            "response_message_ephemeral": data["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0,
        },
        "resource": resource,
    }))
}

fn followup(state: &mut State, token: &str, asked: &Asked) -> Answer {
    let found = state.interactions.iter().find(|(_, i)| i.token == token);
    let Some((&id, interaction)) = found else {
        return unknown(10_015, "Webhook");
    };
    if interaction.callback.is_none() {
        return unknown(10_015, "Webhook");
    }
    let (channel, original) = (interaction.channel, interaction.original);
    let extra = of_interaction(id, interaction, state);
    check_message(state, "follow-up", &asked.body);
    if limits::is_empty(&asked.body) && asked.files.is_empty() {
        return refused(400, 50_006, "Cannot send an empty message");
    }
    let loading = original
        .and_then(|id| state.messages.get(&id))
        .is_some_and(|m| m["flags"].as_u64().unwrap_or(0) & LOADING != 0);
    // The first follow-up of a deferred response is that response.
    let message = if let (true, Some(original)) = (loading, original) {
        state.edit(original, &asked.body, asked.files.clone());
        original
    } else {
        state.post(channel, BOT, &asked.body, asked.files.clone(), &extra)
    };
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.acted = true;
        if !loading {
            interaction.followups.push(message);
        }
    }
    shown(state, message)
}

fn interaction_message(state: &mut State, token: &str, name: &str, asked: &Asked) -> Answer {
    let Some(interaction) = state.interactions.values_mut().find(|i| i.token == token) else {
        return unknown(10_015, "Webhook");
    };
    let target = if name == "@original" {
        interaction.original
    } else {
        let id = name.parse().ok();
        id.filter(|id| interaction.followups.contains(id) || interaction.original == Some(*id))
    };
    let Some(target) = target else {
        return unknown(10_008, "Message");
    };
    if asked.method != Method::GET {
        interaction.acted = true;
    }
    match asked.method.as_str() {
        "GET" => shown(state, target),
        "PATCH" => edit(state, target, asked),
        "DELETE" => delete(state, target),
        _ => refused(405, 0, "405: Method Not Allowed"),
    }
}

/// The JSON part and the files of a multipart body.
fn form(bytes: &[u8], boundary: &str) -> (Value, Vec<File>) {
    let mut body = Value::Null;
    let mut files = Vec::new();
    let delimiter = format!("--{boundary}");
    for part in split(bytes, delimiter.as_bytes()) {
        let Some(at) = find(part, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&part[..at]);
        let content = &part[at + 4..];
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let named = |key: &str| {
            let (_, rest) = head.split_once(&format!("{key}=\""))?;
            Some(rest.split_once('"')?.0.to_string())
        };
        if let Some(name) = named("filename") {
            let content = content.to_vec();
            files.push(File { name, content });
        } else if named("name").as_deref() == Some("payload_json") {
            body = serde_json::from_slice(content).unwrap_or_default();
        }
    }
    (body, files)
}

fn split<'a>(bytes: &'a [u8], delimiter: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let now = rest?;
        if let Some(at) = find(now, delimiter) {
            rest = Some(&now[at + delimiter.len()..]);
            Some(&now[..at])
        } else {
            rest = None;
            Some(now)
        }
    })
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// Every id that a message asks Discord to ping.
pub(crate) fn pings(payload: &Value, repliee: Option<u64>) -> Vec<String> {
    let allowed = &payload["allowed_mentions"];
    let content = payload["content"].as_str().unwrap_or_default();
    let parse = |kind: &str| {
        allowed.is_null()
            || allowed["parse"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|k| k == kind))
    };
    let mut pinged = Vec::new();
    if parse("everyone") && (content.contains("@everyone") || content.contains("@here")) {
        pinged.push("everyone".to_string());
    }
    if parse("roles") && content.contains("<@&") {
        pinged.push("roles".to_string());
    }
    for id in model::mentioned(content) {
        let named = allowed["users"]
            .as_array()
            .is_some_and(|ids| ids.iter().any(|u| u.as_str() == Some(&id.to_string())));
        if parse("users") || named {
            pinged.push(id.to_string());
        }
    }
    // Left out it pings, so only an explicit `false` keeps quiet.
    if let Some(repliee) = repliee
        && allowed["replied_user"] != false
    {
        pinged.push(repliee.to_string());
    }
    pinged
}
