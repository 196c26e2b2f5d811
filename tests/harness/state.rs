//! What the scripted Discord knows, and what changes it.

use super::fault::Armed;
use super::gateway::{Frame, Session};
use super::model::{self, BOT, Channel, ChannelKind, EVERYONE, Guild, User};
use hyper::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;
use tokio::time::Instant;

/// How long a whole test may take. It ends tests that wait in vain and measures nothing, so it is
/// generous: two cores may be running everything else at the same time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The gateway intents that the harness acts on.
pub(crate) mod intent {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
}

/// The scripted Discord: its state behind a lock, and a bell that rings when it changed.
#[derive(Debug)]
pub(crate) struct Discord {
    state: Mutex<State>,
    changed: Notify,
    deadline: Instant,
    /// Where REST is served.
    pub(crate) rest: SocketAddr,
    /// Where the gateway is.
    pub(crate) gateway: SocketAddr,
}

impl Discord {
    /// `ids`: the first id, or the present.
    pub(crate) fn new(
        rest: SocketAddr,
        gateway: SocketAddr,
        ids: Option<u64>,
        patience: Duration,
    ) -> Self {
        Self {
            state: Mutex::new(State::new(ids)),
            changed: Notify::new(),
            deadline: Instant::now() + patience,
            rest,
            gateway,
        }
    }

    /// The state, for looking at.
    pub(crate) fn look(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes whoever waits.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.look());
        self.changed.notify_waiters();
        result
    }

    /// Waits until `probe` finds something.
    ///
    /// # Panics
    ///
    /// When the deadline passes or a bot ends first, with the transcript.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        mut probe: impl FnMut(&mut State) -> Option<T>,
    ) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let mut state = self.look();
                if let Some(found) = probe(&mut state) {
                    return found;
                }
                if let Some(end) = state.unexpected_end.clone() {
                    let transcript = state.transcript();
                    drop(state);
                    panic!("waiting for {what}, but {end}\n{transcript}");
                }
            }
            if tokio::time::timeout_at(self.deadline, changed)
                .await
                .is_err()
            {
                let transcript = self.look().transcript();
                panic!("waited in vain for {what}\n{transcript}");
            }
        }
    }
}

/// A REST request that arrived, and what was answered.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Below `/api/v10`, without the query.
    pub(crate) path: String,
    /// The JSON body; `Null` without one.
    pub(crate) body: Value,
    /// The status of the answer; 0 while there is none.
    pub(crate) status: u16,
}

/// A file that was sent along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// Something a person did that the bot must respond to, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Interaction {
    pub(crate) token: String,
    pub(crate) channel: u64,
    pub(crate) user: u64,
    /// The message whose button was pressed.
    pub(crate) source: Option<u64>,
    /// The first response.
    pub(crate) callback: Option<Value>,
    /// The message that `@original` names.
    pub(crate) original: Option<u64>,
    pub(crate) followups: Vec<u64>,
    /// Whether a deferred response has been filled in, edited, deleted or followed up.
    pub(crate) acted: bool,
}

/// Everything there is.
#[derive(Debug)]
pub(crate) struct State {
    next_id: u64,
    /// The token that is taken.
    pub(crate) token: String,
    /// Intents that are not switched on in the developer portal.
    pub(crate) forbidden_intents: u64,
    /// Whether `GUILD_CREATE` is held back.
    pub(crate) reticent: bool,
    pub(crate) users: Vec<User>,
    pub(crate) guilds: Vec<Guild>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) messages: BTreeMap<u64, Value>,
    /// What the bot asked for when it made a message: holds what the message no longer shows.
    pub(crate) payloads: HashMap<u64, Value>,
    pub(crate) files: HashMap<u64, Vec<File>>,
    pub(crate) interactions: BTreeMap<u64, Interaction>,
    /// The registered commands, by server; `None` is global.
    pub(crate) commands: BTreeMap<Option<u64>, Vec<Value>>,
    pub(crate) sessions: Vec<Session>,
    /// How often a session was resumed.
    pub(crate) resumes: usize,
    pub(crate) requests: Vec<Request>,
    pub(super) faults: Vec<Armed>,
    /// What the bot did that Discord would not take.
    pub(crate) violations: Vec<String>,
    /// Why a bot is gone that should be running.
    pub(crate) unexpected_end: Option<String>,
    lines: Vec<String>,
}

impl State {
    fn new(ids: Option<u64>) -> Self {
        // Ids hold their time of creation, and a bot may look at it: they start from now.
        let unix = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(0));
        let discord_epoch = 1_420_070_400_000;
        let bot = User {
            id: BOT,
            name: "citebot".into(),
            bot: true,
        };
        Self {
            next_id: ids.unwrap_or(unix.saturating_sub(discord_epoch) << 22),
            token: super::bot::token(),
            forbidden_intents: 0,
            reticent: false,
            users: vec![bot],
            guilds: Vec::new(),
            channels: Vec::new(),
            messages: BTreeMap::new(),
            payloads: HashMap::new(),
            files: HashMap::new(),
            interactions: BTreeMap::new(),
            commands: BTreeMap::new(),
            sessions: Vec::new(),
            resumes: 0,
            requests: Vec::new(),
            faults: Vec::new(),
            violations: Vec::new(),
            unexpected_end: None,
            lines: Vec::new(),
        }
    }

    /// What the next id comes after.
    pub(crate) fn last_id(&self) -> u64 {
        self.next_id
    }

    /// A new id. Neighbours belong to different shards.
    pub(crate) fn id(&mut self) -> u64 {
        self.next_id += 1 << 22;
        self.next_id
    }

    /// Notes a line for the transcript.
    pub(crate) fn note(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// All that went over the wires.
    pub(crate) fn transcript(&self) -> String {
        let mut text = String::from("--- transcript\n");
        for line in &self.lines {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    // People and places

    pub(crate) fn user(&self, id: u64) -> &User {
        self.users
            .iter()
            .find(|u| u.id == id)
            .unwrap_or_else(|| panic!("no user {id}"))
    }

    pub(crate) fn bot(&self) -> &User {
        self.user(BOT)
    }

    /// The user of this name, made when there is none.
    pub(crate) fn user_named(&mut self, name: &str, bot: bool) -> u64 {
        if let Some(user) = self.users.iter().find(|u| u.name == name) {
            return user.id;
        }
        let id = self.id();
        self.users.push(User {
            id,
            name: name.into(),
            bot,
        });
        id
    }

    pub(crate) fn guild(&self, id: u64) -> Option<&Guild> {
        self.guilds.iter().find(|g| g.id == id)
    }

    pub(crate) fn add_guild(&mut self, name: &str) -> u64 {
        let id = self.id();
        self.guilds.push(Guild {
            id,
            name: name.into(),
            members: BTreeMap::new(),
        });
        id
    }

    pub(crate) fn channel(&self, id: u64) -> Option<&Channel> {
        self.channels.iter().find(|c| c.id == id)
    }

    pub(crate) fn channel_named(&self, guild: u64, name: &str) -> &Channel {
        self.channels
            .iter()
            .find(|c| c.guild == Some(guild) && c.name == name)
            .unwrap_or_else(|| panic!("no channel {name:?} in this server"))
    }

    pub(crate) fn add_channel(
        &mut self,
        kind: ChannelKind,
        guild: Option<u64>,
        name: &str,
        parent: Option<u64>,
        owner: Option<u64>,
    ) -> u64 {
        let id = self.id();
        self.channels.push(Channel {
            id,
            kind,
            name: name.into(),
            guild,
            parent,
            owner,
        });
        id
    }

    /// The direct messages between `user` and the bot.
    pub(crate) fn direct(&mut self, user: u64) -> u64 {
        let known = self
            .channels
            .iter()
            .find(|c| c.kind == ChannelKind::Direct && c.owner == Some(user))
            .map(|c| c.id);
        known.unwrap_or_else(|| self.add_channel(ChannelKind::Direct, None, "", None, Some(user)))
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        channel.json(
            channel
                .owner
                .filter(|_| channel.guild.is_none())
                .map(|id| self.user(id)),
        )
    }

    /// What `user` may do in `guild`.
    pub(crate) fn permissions(&self, guild: u64, user: u64) -> u64 {
        self.guild(guild)
            .and_then(|g| g.members.get(&user).copied())
            .unwrap_or(EVERYONE)
    }

    // Messages

    /// Puts a message into a channel and tells the bots of it. `payload` has the fields of a
    /// request that makes a message; `extra` are put over the finished object.
    pub(crate) fn post(
        &mut self,
        channel: u64,
        author: u64,
        payload: &Value,
        files: Vec<File>,
        extra: &Value,
    ) -> u64 {
        let id = self.id();
        self.post_as(id, channel, author, payload, files, extra);
        id
    }

    /// [`State::post`] with an id that is given.
    pub(crate) fn post_as(
        &mut self,
        id: u64,
        channel: u64,
        author: u64,
        payload: &Value,
        files: Vec<File>,
        extra: &Value,
    ) {
        let mut message = model::message(id, channel, &self.user(author).json());
        self.fill(&mut message, payload, &files);
        let repliee = payload["message_reference"]["message_id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .and_then(|id: u64| self.messages.get(&id).cloned());
        if let Some(repliee) = repliee {
            message["type"] = 19.into();
            message["message_reference"] = json!({
                "type": 0,
                "channel_id": repliee["channel_id"],
                "message_id": repliee["id"],
            });
            if let Some(guild) = self.channel(channel).and_then(|c| c.guild) {
                message["message_reference"]["guild_id"] = guild.to_string().into();
            }
            let pings = payload["allowed_mentions"]["replied_user"] != false;
            if pings && let Some(mentions) = message["mentions"].as_array_mut() {
                let author = repliee["author"].clone();
                if !mentions.contains(&author) {
                    mentions.push(author);
                }
            }
            let mut repliee = repliee;
            if let Some(fields) = repliee.as_object_mut() {
                fields.remove("referenced_message");
            }
            message["referenced_message"] = repliee;
        }
        if let (Some(fields), Some(extra)) = (message.as_object_mut(), extra.as_object()) {
            fields.extend(extra.clone());
        }
        self.messages.insert(id, message);
        self.payloads.insert(id, payload.clone());
        self.files.insert(id, files);
        self.tell_of_message("MESSAGE_CREATE", id);
    }

    /// Lays the fields of a request over a message.
    fn fill(&mut self, message: &mut Value, payload: &Value, files: &[File]) {
        let Some(fields) = payload.as_object() else {
            return;
        };
        for (key, value) in fields {
            match key.as_str() {
                "content" => {
                    let content = value.as_str().unwrap_or_default();
                    message["mentions"] = model::mentioned(content)
                        .into_iter()
                        .filter_map(|id| self.users.iter().find(|u| u.id == id))
                        .map(User::json)
                        .collect();
                    message["content"] = content.into();
                }
                "embeds" => {
                    let mut embeds = value.clone();
                    for embed in embeds.as_array_mut().into_iter().flatten() {
                        // What the bot leaves open, Discord leaves out.
                        if let Some(image) = embed.get_mut("image").and_then(Value::as_object_mut) {
                            image.retain(|_, value| !value.is_null());
                        }
                        embed["type"] = "rich".into();
                    }
                    message["embeds"] = if embeds.is_null() { json!([]) } else { embeds };
                }
                "components" => {
                    let mut components = value.clone();
                    let mut next = 0;
                    number(&mut components, &mut next);
                    message["components"] = if components.is_null() {
                        json!([])
                    } else {
                        components
                    };
                }
                "flags" => {
                    message["flags"] = (value.as_u64().unwrap_or(0)
                        | message["flags"].as_u64().unwrap_or(0))
                    .into();
                }
                _ => {}
            }
        }
        if !files.is_empty() {
            let attachments: Vec<Value> = files
                .iter()
                .map(|file| {
                    let id = self.id().to_string();
                    let url = format!(
                        "https://cdn.discordapp.com/attachments/1/{id}/{}",
                        file.name
                    );
                    json!({
                        "id": id,
                        "filename": file.name,
                        "size": file.content.len(),
                        "url": url,
                        "proxy_url": url,
                    })
                })
                .collect();
            message["attachments"] = attachments.into();
        }
    }

    /// Changes a message as `payload` says. False when there is none.
    pub(crate) fn edit(&mut self, id: u64, payload: &Value, files: Vec<File>) -> bool {
        let Some(mut message) = self.messages.get(&id).cloned() else {
            return false;
        };
        // A deferred response is a message that is still loading until it is filled in.
        let flags = message["flags"].as_u64().unwrap_or(0) & !LOADING;
        message["flags"] = flags.into();
        message["edited_timestamp"] = model::NOW.into();
        self.fill(&mut message, payload, &files);
        self.messages.insert(id, message);
        self.payloads.insert(id, payload.clone());
        if !files.is_empty() {
            self.files.insert(id, files);
        }
        self.tell_of_message("MESSAGE_UPDATE", id);
        true
    }

    /// Takes a message away. False when there is none.
    pub(crate) fn delete(&mut self, id: u64) -> bool {
        let Some(message) = self.messages.remove(&id) else {
            return false;
        };
        let channel = message["channel_id"]
            .as_str()
            .and_then(|id| id.parse().ok());
        let guild = channel
            .and_then(|id| self.channel(id))
            .and_then(|c| c.guild);
        if message["flags"].as_u64().unwrap_or(0) & EPHEMERAL == 0 {
            let mut event = json!({"id": message["id"], "channel_id": message["channel_id"]});
            if let Some(guild) = guild {
                event["guild_id"] = guild.to_string().into();
            }
            self.dispatch("MESSAGE_DELETE", guild, message_intent(guild), |_| {
                event.clone()
            });
        }
        for interaction in self.interactions.values_mut() {
            if interaction.source == Some(id) || interaction.original == Some(id) {
                interaction.acted = true;
            }
        }
        true
    }

    fn tell_of_message(&mut self, event: &str, id: u64) {
        let Some(message) = self.messages.get(&id).cloned() else {
            return;
        };
        if message["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0 {
            return;
        }
        let mut full = message;
        let channel: Option<u64> = full["channel_id"].as_str().and_then(|id| id.parse().ok());
        let guild = channel
            .and_then(|id| self.channel(id))
            .and_then(|c| c.guild);
        if let Some(guild) = guild {
            full["guild_id"] = guild.to_string().into();
            if full["webhook_id"].is_null() {
                full["member"] = Guild::partial_member();
            }
        }
        let bot = BOT.to_string();
        let open = guild.is_none()
            || full["author"]["id"] == bot.as_str()
            || full["mentions"]
                .as_array()
                .is_some_and(|all| all.iter().any(|u| u["id"] == bot.as_str()));
        let mut bare = full.clone();
        bare["content"] = "".into();
        for field in ["embeds", "attachments", "components"] {
            bare[field] = json!([]);
        }
        self.dispatch(event, guild, message_intent(guild), |intents| {
            if open || intents & intent::MESSAGE_CONTENT != 0 {
                full.clone()
            } else {
                bare.clone()
            }
        });
    }

    // The gateway

    /// Sends an event to every session whose shard and intents it belongs to.
    pub(crate) fn dispatch(
        &mut self,
        event: &str,
        guild: Option<u64>,
        needs: u64,
        data: impl Fn(u64) -> Value,
    ) {
        let mut met = 0;
        for session in &mut self.sessions {
            let (shard, shards) = session.shard;
            let home = guild.map_or(0, |id| (id >> 22) % shards);
            if home == shard && session.intents & needs == needs {
                session.dispatch(event, &data(session.intents));
                met += 1;
            }
        }
        self.note(format!("gateway → {event} to {met} session(s)"));
    }

    /// Sends a frame over every open connection.
    pub(crate) fn broadcast(&mut self, frame: &Frame) {
        self.note(format!("gateway → {frame:?}"));
        for session in &mut self.sessions {
            session.send(frame.clone());
        }
    }
}

/// The intent without which a message is not told of.
fn message_intent(guild: Option<u64>) -> u64 {
    if guild.is_some() {
        intent::GUILD_MESSAGES
    } else {
        intent::DIRECT_MESSAGES
    }
}

/// Seen by one person only.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// A response that was deferred and is not there yet.
pub(crate) const LOADING: u64 = 1 << 7;

/// Gives every component its number and its defaults, as Discord does.
fn number(components: &mut Value, next: &mut u64) {
    for component in components.as_array_mut().into_iter().flatten() {
        *next += 1;
        component["id"] = (*next).into();
        if component["type"] == 3 {
            for count in ["min_values", "max_values"] {
                if component[count].is_null() {
                    component[count] = 1.into();
                }
            }
        }
        if !component["components"].is_null() {
            number(&mut component["components"], next);
        }
    }
}
