//! The gateway: a websocket for each connection, sessions that outlive it.

use super::model::{BOT, ChannelKind};
use super::state::{Discord, intent};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// What is sent to a bot other than events.
#[derive(Debug, Clone)]
pub(crate) enum Frame {
    Text(String),
    /// A close frame with this code.
    Close(u16),
    /// The connection breaks without a word.
    Drop,
}

impl Frame {
    fn op(op: u8, data: &Value) -> Self {
        Self::Text(json!({"op": op, "d": data, "s": null, "t": null}).to_string())
    }

    /// Asks for a reconnect and resume.
    pub(crate) fn reconnect() -> Self {
        Self::op(7, &Value::Null)
    }
}

/// What a bot has from READY on, across connections.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// Its shard and how many there are.
    pub(crate) shard: (u64, u64),
    pub(crate) intents: u64,
    /// What IDENTIFY said.
    pub(crate) identify: Value,
    /// Every event sent, for a resume: the n-th has the sequence number n + 1.
    events: Vec<String>,
    connection: Option<UnboundedSender<Frame>>,
}

impl Session {
    pub(crate) fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|c| !c.is_closed())
    }

    pub(crate) fn send(&mut self, frame: Frame) {
        let ends = matches!(frame, Frame::Drop | Frame::Close(_));
        if let Some(connection) = &self.connection {
            let _ = connection.send(frame);
        }
        if ends {
            self.connection = None;
        }
    }

    pub(crate) fn dispatch(&mut self, event: &str, data: &Value) {
        let seq = self.events.len() + 1;
        let text = json!({"op": 0, "t": event, "s": seq, "d": data}).to_string();
        self.events.push(text.clone());
        self.send(Frame::Text(text));
    }
}

/// Takes connections for as long as the world stands.
pub(crate) async fn serve(discord: Arc<Discord>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let discord = Arc::clone(&discord);
        tokio::spawn(async move {
            if let Ok(socket) = tokio_tungstenite::accept_async(stream).await {
                talk(&discord, socket).await;
            }
        });
    }
}

async fn talk(discord: &Discord, mut socket: WebSocketStream<TcpStream>) {
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
                    // The other side answers the close frame before the connection may end.
                    while let Some(Ok(_)) = socket.next().await {}
                    break;
                }
                Frame::Drop => break,
            },
            received = socket.next() => match received {
                Some(Ok(Message::Text(text))) => {
                    let value: Value = serde_json::from_str(&text).unwrap_or_default();
                    receive(discord, &value, &sender);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    discord.change(|state| state.note("gateway ← closed"));
                    break;
                }
                Some(Ok(_)) => {}
            },
        }
    }
}

/// The next frame; never ends, since the connection itself holds a sender.
async fn next(frames: &mut UnboundedReceiver<Frame>) -> Frame {
    match frames.recv().await {
        Some(frame) => frame,
        None => std::future::pending().await,
    }
}

fn receive(discord: &Discord, message: &Value, connection: &UnboundedSender<Frame>) {
    let data = &message["d"];
    match message["op"].as_u64() {
        Some(1) => {
            let _ = connection.send(Frame::op(11, &Value::Null));
        }
        Some(2) => identify(discord, data, connection),
        Some(6) => resume(discord, data, connection),
        // A presence: nothing comes of it.
        Some(3) => {}
        op => discord.change(|state| {
            state
                .violations
                .push(format!("the gateway does not know op {op:?}"));
        }),
    }
}

/// The gateway takes a token with and without the scheme that REST asks for.
fn is_token(given: &Value, token: &str) -> bool {
    let given = given.as_str().unwrap_or_default();
    given.strip_prefix("Bot ").unwrap_or(given) == token
}

fn identify(discord: &Discord, data: &Value, connection: &UnboundedSender<Frame>) {
    discord.change(|state| {
        let intents = data["intents"].as_u64().unwrap_or(0);
        let shard = (
            data["shard"][0].as_u64().unwrap_or(0),
            data["shard"][1].as_u64().unwrap_or(1),
        );
        state.note(format!(
            "gateway ← IDENTIFY shard {shard:?} intents {intents:#b}"
        ));
        if !is_token(&data["token"], &state.token) {
            let _ = connection.send(Frame::Close(4004));
            return;
        }
        if intents & state.forbidden_intents != 0 {
            let _ = connection.send(Frame::Close(4014));
            return;
        }
        let id = format!("{:032x}", state.id());
        let mut session = Session {
            id: id.clone(),
            shard,
            intents,
            identify: data.clone(),
            events: Vec::new(),
            connection: Some(connection.clone()),
        };
        let home = |guild: u64| (guild >> 22) % shard.1 == shard.0;
        let unavailable: Vec<Value> = state
            .guilds
            .iter()
            .filter(|g| home(g.id))
            .map(|g| json!({"id": g.id.to_string(), "unavailable": true}))
            .collect();
        let mut user = state.bot().json();
        user["mfa_enabled"] = true.into();
        user["verified"] = true.into();
        session.dispatch(
            "READY",
            &json!({
                "v": 10,
                "user": user,
                "guilds": unavailable,
                "session_id": id,
                "resume_gateway_url": format!("ws://{}", discord.gateway),
                "shard": [shard.0, shard.1],
                "application": {"id": BOT.to_string(), "flags": 1 << 19},
                "private_channels": [],
                "relationships": [],
                "user_settings": {},
            }),
        );
        if intents & intent::GUILDS != 0 && !state.reticent {
            for guild in state.guilds.iter().filter(|g| home(g.id)) {
                let inside = |thread: bool| -> Vec<Value> {
                    state
                        .channels
                        .iter()
                        .filter(|c| c.guild == Some(guild.id))
                        .filter(|c| (c.kind == ChannelKind::Thread) == thread)
                        .map(|c| state.channel_json(c))
                        .collect()
                };
                let event = guild.create_event(&inside(false), &inside(true), state.bot());
                session.dispatch("GUILD_CREATE", &event);
            }
        }
        state.sessions.push(session);
    });
}

fn resume(discord: &Discord, data: &Value, connection: &UnboundedSender<Frame>) {
    discord.change(|state| {
        let seq = data["seq"].as_u64().unwrap_or(0);
        state.note(format!("gateway ← RESUME from {seq}"));
        let right = is_token(&data["token"], &state.token);
        let session = state
            .sessions
            .iter_mut()
            .find(|s| right && data["session_id"] == s.id.as_str());
        let Some(session) = session else {
            let _ = connection.send(Frame::op(9, &false.into()));
            return;
        };
        session.connection = Some(connection.clone());
        let missed = usize::try_from(seq).unwrap_or(0).min(session.events.len());
        for text in &session.events[missed..] {
            let _ = connection.send(Frame::Text(text.clone()));
        }
        session.dispatch("RESUMED", &json!({"_trace": []}));
        state.resumes += 1;
    });
}
