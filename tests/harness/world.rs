//! Set-up, the world, waiting, and the checks at the end.

use super::bot::{Bot, token};
use super::fault::{Armed, Fault, Stall};
use super::gateway::{self, Frame};
use super::member::Member;
use super::model::{BOT, ChannelKind, EVERYONE};
use super::rest;
use super::shown::Shown;
use super::state::{Discord, PATIENCE, Request};
use hyper::Method;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// The knowledge that bots under test answer from.
pub(crate) const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/knowledge");

/// What a world is made of.
#[derive(Debug)]
pub(crate) struct Setup {
    guilds: Vec<(&'static str, Vec<(&'static str, ChannelKind)>)>,
    listening: Vec<&'static str>,
    discord_config: String,
    config: String,
    token: Option<String>,
    forbidden_intents: u64,
    reticent: bool,
    own_knowledge: bool,
    ids: Option<u64>,
    patience: Duration,
}

impl Setup {
    /// One more server, with these text channels.
    pub(crate) fn guild(mut self, name: &'static str, channels: &[&'static str]) -> Self {
        let channels = channels.iter().map(|c| (*c, ChannelKind::Text)).collect();
        self.guilds.push((name, channels));
        self
    }

    /// A Discord that is long in telling a bot what its servers have: nothing of it comes.
    pub(crate) fn reticent(mut self) -> Self {
        self.reticent = true;
        self
    }

    /// One more forum in the last server.
    pub(crate) fn forum(mut self, name: &'static str) -> Self {
        if let Some((_, channels)) = self.guilds.last_mut() {
            channels.push((name, ChannelKind::Forum));
        }
        self
    }

    /// The channels (of the first server) that the bot listens in, rather than `ask`.
    pub(crate) fn listening(mut self, channels: &[&'static str]) -> Self {
        self.listening = channels.to_vec();
        self
    }

    /// The lines of `[discord]` in the configuration, beside where Discord is and the channels.
    pub(crate) fn discord_config(mut self, lines: &str) -> Self {
        self.discord_config = lines.into();
        self
    }

    /// More tables for the configuration.
    pub(crate) fn config(mut self, tables: &str) -> Self {
        self.config.push_str(tables);
        self
    }

    /// The `DISCORD_TOKEN` of the bot, rather than the one that is taken.
    pub(crate) fn token(mut self, token: Option<&str>) -> Self {
        self.token = token.map(str::to_string);
        self
    }

    /// Intents that the developer portal does not allow.
    pub(crate) fn forbid_intents(mut self, intents: u64) -> Self {
        self.forbidden_intents = intents;
        self
    }

    /// The knowledge is a copy in `knowledge` in the world's folder, which the test may change.
    pub(crate) fn own_knowledge(mut self) -> Self {
        self.own_knowledge = true;
        self
    }

    /// The servers and channels have the ids that they have in `other`, which was set up in the same
    /// way: another process of the same bot sees the same server.
    pub(crate) fn like(mut self, other: &World) -> Self {
        self.ids = Some(other.ids);
        self
    }

    /// How long the whole test may take, where much is to be done in it.
    pub(crate) fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The world without a bot.
    ///
    /// # Panics
    ///
    /// When 127.0.0.1 cannot be listened on.
    pub(crate) async fn empty(self) -> World {
        let failed = "cannot listen on 127.0.0.1";
        let web = std::net::TcpListener::bind("127.0.0.1:0").expect(failed);
        web.set_nonblocking(true).expect(failed);
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect(failed);
        let discord = Arc::new(Discord::new(
            web.local_addr().expect(failed),
            socket.local_addr().expect(failed),
            self.ids,
            self.patience,
        ));
        let ids = discord.look().last_id();
        let mut listening = Vec::new();
        discord.change(|state| {
            state.forbidden_intents = self.forbidden_intents;
            state.reticent = self.reticent;
            for (at, (name, channels)) in self.guilds.iter().enumerate() {
                let guild = state.add_guild(name);
                for (name, kind) in channels {
                    let id = state.add_channel(*kind, Some(guild), name, None, None);
                    if at == 0 && self.listening.contains(name) {
                        listening.push(id);
                    }
                }
            }
        });
        tokio::spawn(rest::serve(Arc::clone(&discord), web));
        tokio::spawn(gateway::serve(Arc::clone(&discord), socket));
        let folder = tempfile::tempdir().expect("no folder for temporary files");
        let knowledge = if self.own_knowledge {
            let own = folder.path().join("knowledge");
            copy(Path::new(KNOWLEDGE), &own).expect("cannot copy the knowledge");
            own
        } else {
            KNOWLEDGE.into()
        };
        let knowledge = toml::Value::from(knowledge.display().to_string());
        let config = format!(
            "knowledge = {knowledge}\n[discord]\napi_base = \"http://{}\"\nchannels = {listening:?}\n{}\n{}",
            discord.rest, self.discord_config, self.config,
        );
        std::fs::write(folder.path().join("config.toml"), config).expect("cannot write config");
        World {
            discord,
            bots: Vec::new(),
            token: self.token,
            folder,
            ids,
        }
    }

    /// The world with a bot that has been started and nothing more.
    pub(crate) async fn spawn(self) -> World {
        let mut world = self.empty().await;
        world.spawn_bot(&[]);
        world
    }

    /// The world with a bot that is connected.
    pub(crate) async fn start(self) -> World {
        let mut world = self.empty().await;
        world.add_bot(&[]).await;
        world
    }
}

/// A scripted Discord with the bots connected to it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) discord: Arc<Discord>,
    bots: Vec<Bot>,
    token: Option<String>,
    folder: TempDir,
    /// Before the first id.
    ids: u64,
}

impl World {
    /// A world with the server `lab`, which has the channels `general` and `ask`; the bot listens
    /// in `ask`.
    pub(crate) fn setup() -> Setup {
        Setup {
            guilds: vec![(
                "lab",
                vec![("general", ChannelKind::Text), ("ask", ChannelKind::Text)],
            )],
            listening: vec!["ask"],
            discord_config: "cooldown_seconds = 0\n".into(),
            config: String::new(),
            token: Some(token()),
            forbidden_intents: 0,
            reticent: false,
            own_knowledge: false,
            ids: None,
            patience: PATIENCE,
        }
    }

    /// The world of [`World::setup`] with a bot that is connected.
    pub(crate) async fn start() -> Self {
        Self::setup().start().await
    }

    // Bots

    /// Starts a bot with more arguments for `citebot run`, and waits for nothing.
    pub(crate) fn spawn_bot(&mut self, arguments: &[&str]) -> &Bot {
        let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_string()).collect();
        let bot = Bot::spawn(
            &self.discord,
            self.folder.path(),
            self.token.as_deref(),
            &arguments,
        );
        self.bots.push(bot);
        self.bot()
    }

    /// Starts a bot and waits until it is connected.
    pub(crate) async fn add_bot(&mut self, arguments: &[&str]) -> &Bot {
        let before = self.discord.look().sessions.len();
        self.spawn_bot(arguments);
        self.sessions(before + 1).await;
        self.bot()
    }

    /// Kills the bot that was started last without a word, and waits until it is gone with all
    /// that Discord kept for its connection.
    pub(crate) async fn kill(&self) {
        self.bot().signal("KILL");
        self.bot().end().await;
        self.discord.change(|state| state.sessions.clear());
    }

    /// The bot that was started last.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub(crate) fn bot(&self) -> &Bot {
        self.bots.last().expect("no bot was started")
    }

    /// The folder that the bots run in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    // Who and where

    /// Someone in the first server, made when there is none of this name.
    pub(crate) fn member(&self, name: &str) -> Member {
        self.member_of("lab", name)
    }

    /// Someone in this server, made when there is none of this name.
    ///
    /// # Panics
    ///
    /// When there is no such server.
    pub(crate) fn member_of(&self, guild: &str, name: &str) -> Member {
        self.discord.change(|state| {
            let user = state.user_named(name, false);
            let found = state.guilds.iter_mut().find(|g| g.name == guild);
            let guild = found.unwrap_or_else(|| panic!("no server {guild:?}"));
            guild.members.entry(user).or_insert(EVERYONE);
            Member {
                discord: Arc::clone(&self.discord),
                user,
                guild: guild.id,
            }
        })
    }

    /// A bot user other than the one under test.
    pub(crate) fn other_bot(&self, name: &str) -> Member {
        self.discord.change(|state| {
            state.user_named(name, true);
        });
        self.member(name)
    }

    // Waiting and looking

    /// Waits for the bot's reply to this message.
    pub(crate) async fn reply_to(&self, message: &Shown) -> Shown {
        let what = format!("a reply to message {}", message.id);
        let id = self.discord.until(&what, |state| {
            let wanted = message.id.to_string();
            let mut all = state.messages.iter();
            let (id, _) = all.find(|(_, m)| {
                m["author"]["id"] == BOT.to_string().as_str()
                    && m["message_reference"]["message_id"] == wanted.as_str()
            })?;
            Some(*id)
        });
        Shown::of(&self.discord, id.await)
    }

    /// Waits until this many sessions have been opened.
    pub(crate) async fn sessions(&self, count: usize) {
        let what = format!("{count} gateway session(s)");
        let opened = self
            .discord
            .until(&what, |state| (state.sessions.len() >= count).then_some(()));
        opened.await;
    }

    /// Waits until sessions have been resumed this often.
    pub(crate) async fn resumes(&self, count: usize) {
        let what = format!("{count} resume(s)");
        let resumed = self
            .discord
            .until(&what, |state| (state.resumes >= count).then_some(()));
        resumed.await;
    }

    /// Waits until this many requests to a route have been answered, and gives them. `path` may
    /// hold `*` for any segment.
    pub(crate) async fn requests(
        &self,
        method: Method,
        path: &'static str,
        count: usize,
    ) -> Vec<Request> {
        let what = format!("{count} × {method} {path}");
        let pattern = Armed {
            method,
            path,
            left: 1,
            fault: Fault::Status(0),
        };
        let found = self.discord.until(&what, |state| {
            let met: Vec<Request> = state
                .requests
                .iter()
                .filter(|r| r.status != 0 && pattern.meets(&r.method, &r.path))
                .cloned()
                .collect();
            (met.len() >= count).then_some(met)
        });
        found.await
    }

    /// Waits until commands have been registered (for a server, or globally), and gives them.
    pub(crate) async fn commands(&self, guild: Option<u64>) -> Vec<Value> {
        self.discord
            .until("the commands", |state| state.commands.get(&guild).cloned())
            .await
    }

    /// Everything the bot sent that others could notice: all requests that change something,
    /// other than registering commands.
    pub(crate) fn writes(&self) -> Vec<Request> {
        let state = self.discord.look();
        let mut writes = state.requests.clone();
        writes.retain(|r| r.method != Method::GET && !r.path.ends_with("/commands"));
        writes
    }

    // Trouble

    /// Lets the next `times` requests to a route fail. `path` may hold `*` for any segment.
    pub(crate) fn fail(&self, method: Method, path: &'static str, times: usize, fault: Fault) {
        self.discord.change(|state| {
            state.faults.push(Armed {
                method,
                path,
                left: times,
                fault,
            });
        });
    }

    /// Holds the next `times` requests to a route back until the result is released.
    pub(crate) fn stall(&self, method: Method, path: &'static str, times: usize) -> Stall {
        let stall = Stall::new();
        self.fail(method, path, times, Fault::Stalled(stall.clone()));
        stall
    }

    /// Breaks every gateway connection without a word.
    pub(crate) fn drop_gateway(&self) {
        self.discord.change(|state| state.broadcast(&Frame::Drop));
    }

    /// Closes every gateway connection with this code.
    pub(crate) fn close_gateway(&self, code: u16) {
        self.discord
            .change(|state| state.broadcast(&Frame::Close(code)));
    }

    /// Asks every bot to reconnect and resume.
    pub(crate) fn ask_to_reconnect(&self) {
        self.discord
            .change(|state| state.broadcast(&Frame::reconnect()));
    }

    /// Whether a session has a live connection.
    pub(crate) fn is_connected(&self) -> bool {
        let state = self.discord.look();
        state.sessions.iter().any(gateway::Session::is_connected)
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

impl Drop for World {
    fn drop(&mut self) {
        let mut wrong = Vec::new();
        let mut output = String::new();
        for bot in &mut self.bots {
            wrong.extend(bot.finish());
            let _ = write!(output, "--- standard error of citebot\n{}", bot.stderr());
        }
        let state = self.discord.look();
        wrong.extend(state.violations.iter().cloned());
        let transcript = state.transcript();
        drop(state);
        if std::thread::panicking() {
            // The panic has the transcript already where it came from waiting.
            eprintln!("{transcript}{output}");
        } else if !wrong.is_empty() {
            panic!("{}\n{transcript}{output}", wrong.join("\n"));
        }
    }
}
