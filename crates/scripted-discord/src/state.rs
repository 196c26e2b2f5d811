//! Everything the scripted Discord knows, and its record of what the bot did.

mod interactions;
mod messages;

use crate::attachment::Attachment;
use crate::fault::{Armed, Effect};
use crate::intents;
use crate::interaction::Interaction;
use crate::model::{BOT_ID, Channel, ChannelKind, EVERYONE, Guild, User};
use crate::route::Request;
use crate::session::{Frame, SessionRecord};
use crate::wire;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::ExitStatus;

pub(crate) use messages::NewMessage;

/// The addresses of the two listeners.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) rest: SocketAddr,
    pub(crate) gateway: SocketAddr,
}

/// A bot process, as far as it is known from outside.
#[derive(Debug, Default)]
pub(crate) struct ProcessRecord {
    pub(crate) name: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// Set when it has ended.
    pub(crate) status: Option<ExitStatus>,
    /// Whether the test expects it to end.
    pub(crate) may_end: bool,
}

/// A change to the data of the next event of a kind.
pub(crate) type Alteration = (&'static str, fn(&mut Value));

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) addresses: Addresses,
    next_id: u64,
    /// Intents that are not switched on in the developer portal.
    pub(crate) forbidden_intents: u64,
    /// Oldest first.
    pub(crate) alterations: Vec<Alteration>,
    /// Whether `GUILD_CREATE` is left out.
    pub(crate) withholds_guilds: bool,
    /// The close code for every bot that identifies.
    pub(crate) refuses_sessions: Option<u16>,
    pub(crate) users: Vec<User>,
    pub(crate) guilds: Vec<Guild>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) messages: BTreeMap<u64, Value>,
    /// The request that made or last edited a message: holds what the message itself doesn't show.
    pub(crate) message_bodies: HashMap<u64, Value>,
    /// The messages by their channels and nonces.
    pub(crate) nonces: HashMap<(u64, String), u64>,
    pub(crate) attachments: HashMap<u64, Vec<Attachment>>,
    /// The files to download, by the id in their address.
    pub(crate) downloads: HashMap<u64, Vec<u8>>,
    pub(crate) interactions: BTreeMap<u64, Interaction>,
    /// The registered commands by guild; those under `None` are global.
    pub(crate) commands: BTreeMap<Option<u64>, Vec<Value>>,
    pub(crate) sessions: Vec<SessionRecord>,
    /// How often a session was resumed.
    pub(crate) resumes: usize,
    pub(crate) requests: Vec<Request>,
    pub(crate) faults: Vec<Armed>,
    /// What the bot did that Discord would refuse, and what the test reported.
    pub(crate) problems: Vec<String>,
    pub(crate) processes: Vec<ProcessRecord>,
    /// How a bot ended that should be running.
    pub(crate) unexpected_end: Option<String>,
    transcript: Vec<String>,
}

impl State {
    /// A Discord with the bot user alone. Ids begin after `last_id`.
    pub(crate) fn new(addresses: Addresses, bot_name: &str, last_id: u64) -> Self {
        let bot = User {
            id: BOT_ID,
            name: bot_name.into(),
            bot: true,
        };
        Self {
            addresses,
            next_id: last_id,
            forbidden_intents: 0,
            alterations: Vec::new(),
            withholds_guilds: false,
            refuses_sessions: None,
            users: vec![bot],
            guilds: Vec::new(),
            channels: Vec::new(),
            messages: BTreeMap::new(),
            message_bodies: HashMap::new(),
            nonces: HashMap::new(),
            attachments: HashMap::new(),
            downloads: HashMap::new(),
            interactions: BTreeMap::new(),
            commands: BTreeMap::new(),
            sessions: Vec::new(),
            resumes: 0,
            requests: Vec::new(),
            faults: Vec::new(),
            problems: Vec::new(),
            processes: Vec::new(),
            unexpected_end: None,
            transcript: Vec::new(),
        }
    }

    /// A new id. Neighbours belong to different shards.
    pub(crate) fn new_id(&mut self) -> u64 {
        self.next_id += 1 << 22;
        self.next_id
    }

    /// Adds a line to the transcript.
    pub(crate) fn note(&mut self, line: impl Into<String>) {
        self.transcript.push(line.into());
    }

    /// Notes problems, each with a word on where it was met.
    pub(crate) fn report(&mut self, place: &str, problems: Vec<String>) {
        let problems = problems.into_iter().map(|p| format!("{place}: {p}"));
        self.problems.extend(problems);
    }

    /// Everything that went over the wires, and the standard error of all bot processes.
    pub(crate) fn transcript(&self) -> String {
        let mut text = String::from("--- transcript\n");
        for line in &self.transcript {
            let _ = writeln!(text, "{line}");
        }
        for process in &self.processes {
            let _ = write!(
                text,
                "--- standard error of {}\n{}",
                process.name, process.stderr
            );
        }
        text
    }

    /// Records a request, and what a fault that waited for it does to it.
    pub(crate) fn receive(&mut self, request: Request) -> (usize, Option<Effect>) {
        let effect = self.faults.iter_mut().find_map(|f| f.strike(&request));
        self.requests.push(request);
        (self.requests.len() - 1, effect)
    }

    // People and places

    /// The user with this id, who must exist.
    pub(crate) fn user(&self, id: u64) -> &User {
        self.users
            .iter()
            .find(|u| u.id == id)
            .unwrap_or_else(|| panic!("no user {id}"))
    }

    /// The bot under test.
    pub(crate) fn bot(&self) -> &User {
        self.user(BOT_ID)
    }

    /// The user of this name, made when there is none.
    pub(crate) fn user_named(&mut self, name: &str, bot: bool) -> u64 {
        if let Some(user) = self.users.iter().find(|u| u.name == name) {
            return user.id;
        }
        let id = self.new_id();
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
        let id = self.new_id();
        self.guilds.push(Guild {
            id,
            name: name.into(),
            left: false,
            permissions: BTreeMap::new(),
            roles: BTreeMap::new(),
        });
        id
    }

    pub(crate) fn channel(&self, id: u64) -> Option<&Channel> {
        self.channels.iter().find(|c| c.id == id)
    }

    /// The channel of this name, which must exist.
    pub(crate) fn channel_named(&self, guild: u64, name: &str) -> &Channel {
        self.channels
            .iter()
            .find(|c| c.guild == Some(guild) && c.name == name)
            .unwrap_or_else(|| panic!("no channel {name:?} in this guild"))
    }

    pub(crate) fn add_channel(
        &mut self,
        kind: ChannelKind,
        guild: Option<u64>,
        name: &str,
        parent: Option<u64>,
        owner: Option<u64>,
    ) -> u64 {
        let id = self.new_id();
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

    /// The channel of direct messages between a user and the bot.
    pub(crate) fn direct_channel(&mut self, user: u64) -> u64 {
        let known = self
            .channels
            .iter()
            .find(|c| c.kind == ChannelKind::Direct && c.owner == Some(user))
            .map(|c| c.id);
        known.unwrap_or_else(|| self.add_channel(ChannelKind::Direct, None, "", None, Some(user)))
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let recipient = channel
            .owner
            .filter(|_| channel.guild.is_none())
            .map(|id| self.user(id));
        let mut json = channel.json(recipient);
        let is_here = |message: &Value| wire::id(&message["channel_id"]) == Some(channel.id);
        let is_public = |message: &Value| wire::flags(message) & wire::EPHEMERAL == 0;
        let last = self.messages.iter().rev();
        let last = last
            .filter(|(_, message)| is_here(message) && is_public(message))
            .map(|(id, _)| id.to_string())
            .next();
        json["last_message_id"] = last.into();
        json
    }

    pub(crate) fn permissions(&self, guild: u64, user: u64) -> u64 {
        self.guild(guild)
            .and_then(|g| g.permissions.get(&user).copied())
            .unwrap_or(EVERYONE)
    }

    /// Offers a file for download, and gives the attachment object that names it.
    pub(crate) fn upload(&mut self, file: &Attachment) -> Value {
        let id = self.new_id();
        self.downloads.insert(id, file.content.clone());
        let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name = file.name.replace(|c| !safe(c), "_");
        let url = format!("http://{}/attachments/{id}/{name}", self.addresses.rest);
        serde_json::json!({
            "id": id.to_string(),
            "filename": file.name,
            "size": file.content.len(),
            "url": url,
            "proxy_url": url,
        })
    }

    // The gateway

    /// Sends an event to every session whose shard and intents it belongs to. `data` is given the
    /// session's intents.
    pub(crate) fn dispatch(
        &mut self,
        event: &str,
        guild: Option<u64>,
        intents: u64,
        data: impl Fn(u64) -> Value,
    ) {
        let mut count = 0;
        let altered = self.alterations.iter().position(|(kind, _)| *kind == event);
        let alter = altered.map(|at| self.alterations.remove(at).1);
        for session in &mut self.sessions {
            if session.serves(guild) && session.intents & intents == intents {
                let mut data = data(session.intents);
                alter.inspect(|alter| alter(&mut data));
                session.dispatch(event, &data);
                count += 1;
            }
        }
        self.note(format!("gateway → {event} to {count} session(s)"));
    }

    /// Puts the bot into this guild or takes it out.
    pub(crate) fn set_membership(&mut self, guild: &str, is_in: bool) {
        let found = self.guilds.iter_mut().find(|g| g.name == guild);
        let guild = found.unwrap_or_else(|| panic!("no guild {guild}"));
        guild.left = !is_in;
        let id = guild.id;
        if is_in {
            let event = self.guild_create(id);
            self.dispatch("GUILD_CREATE", Some(id), intents::GUILDS, |_| event.clone());
        } else {
            let event = serde_json::json!({"id": id.to_string()});
            self.dispatch("GUILD_DELETE", Some(id), intents::GUILDS, |_| event.clone());
        }
    }

    /// What Discord tells of a guild that the bot is in.
    pub(crate) fn guild_create(&self, guild: u64) -> Value {
        let channels = self.channels.iter().filter(|c| c.guild == Some(guild));
        let (threads, channels): (Vec<_>, Vec<_>) =
            channels.partition(|c| c.kind == ChannelKind::Thread);
        let json = |all: Vec<&Channel>| -> Vec<Value> {
            all.into_iter().map(|c| self.channel_json(c)).collect()
        };
        let guild = self
            .guild(guild)
            .unwrap_or_else(|| panic!("no guild {guild}"));
        guild.create_event(&json(channels), &json(threads), self.bot())
    }

    /// Sends a frame over every open connection.
    pub(crate) fn broadcast(&mut self, frame: &Frame) {
        self.note(format!("gateway → {frame:?}"));
        for session in &mut self.sessions {
            session.send(frame.clone());
        }
    }
}
