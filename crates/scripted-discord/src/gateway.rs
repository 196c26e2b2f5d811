//! The gateway: a websocket for each connection.

use crate::intents;
use crate::model::{BOT_ID, TOKEN};
use crate::session::{Frame, SessionRecord};
use crate::shared::Shared;
use crate::state::State;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Close code: the token is wrong.
const AUTHENTICATION_FAILED: u16 = 4004;
/// Close code: an intent is not switched on in the developer portal.
const DISALLOWED_INTENTS: u16 = 4014;

/// Accepts connections until it is dropped.
pub(crate) async fn serve(shared: Arc<Shared>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if let Ok(socket) = tokio_tungstenite::accept_async(stream).await {
                converse(&shared, socket).await;
            }
        });
    }
}

async fn converse(shared: &Shared, mut socket: WebSocketStream<TcpStream>) {
    let (sender, mut frames) = unbounded_channel();
    let hello = Frame::op(10, &json!({"heartbeat_interval": 41_250}));
    let _ = sender.send(hello);
    loop {
        tokio::select! {
            frame = next(&mut frames) => match frame {
                Frame::Text(text) => {
                    if socket.send(Message::Text(text)).await.is_err() {
                        break;
                    }
                }
                Frame::Close(code) => {
                    let frame = CloseFrame { code: code.into(), reason: "scripted".into() };
                    let _ = socket.close(Some(frame)).await;
                    // The bot answers the close frame before the connection may end.
                    while let Some(Ok(_)) = socket.next().await {}
                    break;
                }
                Frame::Drop => break,
            },
            received = socket.next() => match received {
                Some(Ok(Message::Text(text))) => {
                    let value: Value = serde_json::from_str(&text).unwrap_or_default();
                    receive(shared, &value, &sender);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    shared.change(|state| state.note("gateway ← closed"));
                    break;
                }
                Some(Ok(_)) => {}
            },
        }
    }
}

/// The next frame. Never ends, since the connection itself holds a sender.
async fn next(frames: &mut UnboundedReceiver<Frame>) -> Frame {
    match frames.recv().await {
        Some(frame) => frame,
        None => std::future::pending().await,
    }
}

fn receive(shared: &Shared, message: &Value, connection: &UnboundedSender<Frame>) {
    let data = &message["d"];
    match message["op"].as_u64() {
        // Heartbeat
        Some(1) => {
            let _ = connection.send(Frame::op(11, &Value::Null));
        }
        Some(2) => shared.change(|state| identify(state, data, connection)),
        // Presence update: others would see it, a bot does not.
        Some(3) => {}
        Some(6) => shared.change(|state| resume(state, data, connection)),
        op => shared.change(|state| {
            let problem = format!("the gateway does not know op {op:?}");
            state.problems.push(problem);
        }),
    }
}

/// Whether the token is right. The gateway accepts it with and without the scheme that REST needs.
fn authenticates(data: &Value) -> bool {
    let given = data["token"].as_str().unwrap_or_default();
    given.strip_prefix("Bot ").unwrap_or(given) == TOKEN
}

fn identify(state: &mut State, data: &Value, connection: &UnboundedSender<Frame>) {
    let id = format!("{:032x}", state.new_id());
    let mut session = SessionRecord::new(id, data, connection.clone());
    state.note(format!(
        "gateway ← IDENTIFY shard {:?} intents {:#b}",
        session.shard, session.intents
    ));
    if !authenticates(data) {
        let _ = connection.send(Frame::Close(AUTHENTICATION_FAILED));
        return;
    }
    if let Some(code) = state.refuses_sessions {
        let _ = connection.send(Frame::Close(code));
        return;
    }
    if session.intents & state.forbidden_intents != 0 {
        let _ = connection.send(Frame::Close(DISALLOWED_INTENTS));
        return;
    }
    session.dispatch("READY", &ready(state, &session));
    if session.intents & intents::GUILDS != 0 && !state.withholds_guilds {
        for guild in &state.guilds {
            if session.serves(Some(guild.id)) && !guild.left {
                session.dispatch("GUILD_CREATE", &state.guild_create(guild.id));
            }
        }
    }
    state.sessions.push(session);
}

/// The data of READY.
fn ready(state: &State, session: &SessionRecord) -> Value {
    let guilds: Vec<Value> = state
        .guilds
        .iter()
        .filter(|g| session.serves(Some(g.id)) && !g.left)
        .map(|g| json!({"id": g.id.to_string(), "unavailable": true}))
        .collect();
    let mut user = state.bot().json();
    user["mfa_enabled"] = true.into();
    user["verified"] = true.into();
    json!({
        "v": 10,
        "user": user,
        "guilds": guilds,
        "session_id": session.id,
        "resume_gateway_url": format!("ws://{}", state.addresses.gateway),
        "shard": [session.shard.0, session.shard.1],
        "application": {"id": BOT_ID.to_string(), "flags": 1 << 19},
        "private_channels": [],
        "relationships": [],
        "user_settings": {},
    })
}

fn resume(state: &mut State, data: &Value, connection: &UnboundedSender<Frame>) {
    let seq = data["seq"].as_u64().unwrap_or(0);
    state.note(format!("gateway ← RESUME from {seq}"));
    let known = authenticates(data);
    let session = state
        .sessions
        .iter_mut()
        .find(|s| known && data["session_id"] == s.id.as_str());
    let Some(session) = session else {
        let _ = connection.send(Frame::op(9, &false.into()));
        return;
    };
    session.resume(usize::try_from(seq).unwrap_or(0), connection.clone());
    state.resumes += 1;
}
