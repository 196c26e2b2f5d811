//! A Discord that does no more than a bot needs: a gateway that sends messages, and a REST API that takes
//! replies and notes when they come.

use futures::{SinkExt as _, StreamExt as _};
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Method, Request, Response, Server};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::tungstenite::Message as Frame;

/// The token that the bot is given: nobody checks it.
pub const TOKEN: &str = "MTAwMDAwMDAwMDAwMDAwMDAwMQ.bench0.bench-bench-bench-bench-bench0";
const BOT: u64 = 1_000_000_000_000_000_001;
const TIME: &str = "2026-01-01T00:00:00+00:00";
/// Ids of the size that Discord gives: servers, channels, people and messages.
const SERVERS: u64 = 1_100_000_000_000_000_000;
const CHANNELS: u64 = 1_200_000_000_000_000_000;
const PEOPLE: u64 = 1_300_000_000_000_000_000;
const MESSAGES: u64 = 1_400_000_000_000_000_000;
/// Channels of each server.
pub const CHANNELS_EACH: u64 = 20;
/// How many frames may wait for a slow bot.
const MAX_FRAMES: usize = 1 << 17;

/// Discord, as far as it is needed.
#[derive(Debug)]
pub struct Discord {
    /// Where its REST API is.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    gateway: SocketAddr,
    servers: u64,
    events: broadcast::Sender<String>,
    identified: AtomicU64,
    sequence: AtomicU64,
    messages: AtomicU64,
    /// When the messages came that a reply is due to.
    due: Mutex<HashMap<u64, Instant>>,
    latencies: Mutex<Vec<Duration>>,
    /// Replies to messages that none was due to.
    others: AtomicU64,
}

/// What became of the messages since the last look.
#[derive(Debug, Default)]
pub struct Seen {
    /// From the message to its reply, ascending.
    pub latencies: Vec<Duration>,
    /// How many replies are still due.
    pub due: usize,
    /// Unprompted answers.
    pub unprompted: u64,
}

impl Discord {
    /// A Discord in which the bot is in so many servers.
    ///
    /// # Errors
    ///
    /// When it cannot listen on 127.0.0.1.
    pub async fn start(servers: u64) -> Result<Self, Box<dyn Error>> {
        let gateway = TcpListener::bind("127.0.0.1:0").await?;
        let (events, _) = broadcast::channel(MAX_FRAMES);
        let shared = Arc::new(Shared {
            gateway: gateway.local_addr()?,
            servers,
            events,
            identified: AtomicU64::new(0),
            sequence: AtomicU64::new(0),
            messages: AtomicU64::new(MESSAGES),
            due: Mutex::default(),
            latencies: Mutex::default(),
            others: AtomicU64::new(0),
        });
        let of_gateway = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = gateway.accept().await {
                tokio::spawn(converse(Arc::clone(&of_gateway), stream));
            }
        });
        let of_rest = Arc::clone(&shared);
        let service = make_service_fn(move |_| {
            let shared = Arc::clone(&of_rest);
            let answer = move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, Infallible>(answer(&shared, request).await) }
            };
            async move { Ok::<_, Infallible>(service_fn(answer)) }
        });
        let server = Server::try_bind(&SocketAddr::from(([127, 0, 0, 1], 0)))?
            .tcp_nodelay(true)
            .serve(service);
        let address = server.local_addr();
        tokio::spawn(server);
        Ok(Self { address, shared })
    }

    /// How many connections the bot has.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.identified.load(Ordering::SeqCst)
    }

    /// The id of a channel.
    #[must_use]
    pub fn channel(server: u64, channel: u64) -> u64 {
        CHANNELS + server * CHANNELS_EACH + channel
    }

    /// Says `text` in a channel of a server, by a person; `mentions`: to the bot, which then has to reply.
    pub fn say(&self, server: u64, channel: u64, person: u64, text: &str, mentions: bool) {
        let id = self.shared.messages.fetch_add(1, Ordering::Relaxed);
        let content = if mentions {
            format!("<@{BOT}> {text}")
        } else {
            text.to_owned()
        };
        let mentioned = if mentions {
            vec![user(BOT, true)]
        } else {
            vec![]
        };
        let message = json!({
            "id": id.to_string(), "channel_id": Self::channel(server, channel).to_string(),
            "guild_id": (SERVERS + server).to_string(), "author": user(PEOPLE + person, false),
            "member": {"roles": [], "joined_at": TIME, "deaf": false, "mute": false, "flags": 0},
            "content": content, "timestamp": TIME, "edited_timestamp": null, "tts": false,
            "mention_everyone": false, "mentions": mentioned, "mention_roles": [], "attachments": [],
            "embeds": [], "pinned": false, "type": 0, "flags": 0, "components": [],
        });
        if mentions {
            lock(&self.shared.due).insert(id, Instant::now());
        }
        self.shared.dispatch("MESSAGE_CREATE", &message);
    }

    /// What became of the messages since the last call.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let mut latencies = std::mem::take(&mut *lock(&self.shared.latencies));
        latencies.sort_unstable();
        Seen {
            latencies,
            due: lock(&self.shared.due).len(),
            unprompted: self.shared.others.swap(0, Ordering::Relaxed),
        }
    }

    /// How many replies are still due.
    #[must_use]
    pub fn due(&self) -> usize {
        lock(&self.shared.due).len()
    }

    /// Forgets the replies that are still due.
    pub fn forget_due(&self) {
        lock(&self.shared.due).clear();
    }
}

impl Shared {
    fn dispatch(&self, kind: &str, data: &Value) {
        // Without a connection nobody hears it.
        let _ = self.events.send(self.event(kind, data));
    }

    fn event(&self, kind: &str, data: &Value) -> String {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        json!({"op": 0, "s": sequence, "t": kind, "d": data}).to_string()
    }

    fn server(&self, server: u64) -> String {
        let channels = (0..CHANNELS_EACH).map(|channel| {
            json!({
                "id": Discord::channel(server, channel).to_string(), "type": 0, "name": format!("channel-{channel}"),
                "position": channel, "permission_overwrites": [], "parent_id": null, "nsfw": false,
                "rate_limit_per_user": 0, "topic": null, "flags": 0, "last_message_id": null,
            })
        });
        let channels: Vec<Value> = channels.collect();
        let id = (SERVERS + server).to_string();
        let data = json!({
            "id": id, "name": format!("server {server}"), "owner_id": PEOPLE.to_string(), "afk_timeout": 300,
            "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 0,
            "roles": [{
                "id": id, "name": "@everyone", "permissions": "3072", "position": 0, "color": 0,
                "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
                "hoist": false, "managed": false, "mentionable": false, "flags": 0,
            }],
            "emojis": [], "features": [], "mfa_level": 0, "system_channel_flags": 0, "premium_tier": 0,
            "preferred_locale": "en-GB", "nsfw_level": 0, "nsfw": false, "stickers": [],
            "premium_progress_bar_enabled": false, "joined_at": TIME, "large": false, "unavailable": false,
            "member_count": 100, "voice_states": [], "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "threads": [], "channels": channels,
            "members": [{"user": user(BOT, true), "roles": [], "joined_at": TIME, "deaf": false, "mute": false, "flags": 0}],
        });
        self.event("GUILD_CREATE", &data)
    }
}

fn user(id: u64, is_bot: bool) -> Value {
    json!({
        "id": id.to_string(), "username": format!("user{id}"), "discriminator": "0", "global_name": null,
        "avatar": null, "bot": is_bot, "system": false, "public_flags": 0, "flags": 0,
    })
}

/// Speaks with one connection of the bot.
async fn converse(shared: Arc<Shared>, stream: TcpStream) {
    // Small frames go out at once.
    let _ = stream.set_nodelay(true);
    let Ok(socket) = tokio_tungstenite::accept_async(stream).await else {
        return;
    };
    let (mut out, mut incoming) = socket.split();
    let mut events = shared.events.subscribe();
    let hello = json!({"op": 10, "d": {"heartbeat_interval": 41_250}}).to_string();
    if out.send(Frame::Text(hello)).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => if out.send(Frame::Text(event)).await.is_err() { return },
                Err(_) => return,
            },
            frame = incoming.next() => {
                let Some(Ok(frame)) = frame else { return };
                let Frame::Text(text) = frame else { continue };
                let value: Value = serde_json::from_str(&text).unwrap_or_default();
                let answers = match value["op"].as_u64() {
                    Some(1) => vec![json!({"op": 11, "d": null}).to_string()],
                    Some(2) => welcome(&shared),
                    _ => vec![],
                };
                for answer in answers {
                    if out.send(Frame::Text(answer)).await.is_err() {
                        return;
                    }
                }
                if value["op"] == 2 {
                    shared.identified.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
    }
}

/// The first events of a session.
fn welcome(shared: &Shared) -> Vec<String> {
    let servers = 0..shared.servers;
    let listed = servers
        .clone()
        .map(|server| json!({"id": (SERVERS + server).to_string(), "unavailable": true}));
    let ready = json!({
        "v": 10, "user": user(BOT, true), "guilds": listed.collect::<Vec<_>>(), "session_id": "bench",
        "resume_gateway_url": format!("ws://{}", shared.gateway), "shard": [0, 1],
        "application": {"id": BOT.to_string(), "flags": 0}, "private_channels": [],
    });
    let mut events = vec![shared.event("READY", &ready)];
    events.extend(servers.map(|server| shared.server(server)));
    events
}

/// Answers a request to the REST API.
async fn answer(shared: &Shared, request: Request<Body>) -> Response<Body> {
    let came = Instant::now();
    let path = request.uri().path().to_owned();
    let value = if path.ends_with("/gateway") {
        json!({"url": format!("ws://{}", shared.gateway)})
    } else if path.ends_with("/gateway/bot") {
        json!({
            "url": format!("ws://{}", shared.gateway), "shards": 1,
            "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1},
        })
    } else if path.ends_with("/messages") && *request.method() == Method::POST {
        let body = hyper::body::to_bytes(request.into_body()).await;
        let body: Value = serde_json::from_slice(&body.unwrap_or_default()).unwrap_or_default();
        let asked = body["message_reference"]["message_id"].as_str();
        let asked: u64 = asked.and_then(|id| id.parse().ok()).unwrap_or_default();
        match lock(&shared.due).remove(&asked) {
            Some(at) => lock(&shared.latencies).push(came - at),
            None => drop(shared.others.fetch_add(1, Ordering::Relaxed)),
        }
        json!({"id": shared.messages.fetch_add(1, Ordering::Relaxed).to_string()})
    } else {
        json!([])
    };
    let mut response = Response::new(Body::from(value.to_string()));
    let json = hyper::header::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, json);
    response
}

/// The lock, also after a panic of its holder: a bench goes on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
