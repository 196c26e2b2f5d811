//! The set-up of a world, its bots, and the checks of their output at the end.

use scripted_discord::{BotProcess, Builder, INTERACTION_TOKEN, ScriptedDiscord, TOKEN};
use std::io;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// The knowledge that bots under test answer from.
pub(crate) const KNOWLEDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/knowledge");

/// The knowledge of the repository's own FAQ.
pub(crate) const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/knowledge");

/// What the output must never contain: a panic, or the token of an interaction.
const FORBIDDEN_OUTPUT: [&str; 2] = ["panicked", INTERACTION_TOKEN];
/// What it contains when serenity could not read an event, which is allowed only where the test sends one.
const UNREADABLE: [&str; 2] = ["An unknown event was received", "Err deserializing text"];

/// A world that is being described.
#[derive(Debug)]
pub(crate) struct Setup {
    discord: Builder,
    listening: Vec<&'static str>,
    discord_config: String,
    config: String,
    token: Option<String>,
    knowledge: &'static str,
    own_knowledge: bool,
    log: &'static str,
    unreadable: bool,
}

impl Setup {
    /// Changes the description of the Discord.
    pub(crate) fn discord(mut self, change: impl FnOnce(Builder) -> Builder) -> Self {
        self.discord = change(self.discord);
        self
    }

    /// Adds a server with these text channels.
    pub(crate) fn guild(self, name: &str, channels: &[&str]) -> Self {
        self.discord(|discord| discord.guild(name, channels))
    }

    /// Sets the channels (of the first server) that the bot listens in, rather than `ask`.
    pub(crate) fn listening(mut self, channels: &[&'static str]) -> Self {
        self.listening = channels.to_vec();
        self
    }

    /// Sets the lines of `[discord]` in the configuration, beside `api_base` and `channels`.
    pub(crate) fn discord_config(mut self, lines: &str) -> Self {
        self.discord_config = lines.into();
        self
    }

    /// Adds tables to the configuration.
    pub(crate) fn config(mut self, tables: &str) -> Self {
        self.config.push_str(tables);
        self
    }

    /// Sets the bot's `DISCORD_TOKEN`, rather than the one that Discord accepts.
    pub(crate) fn token(mut self, token: Option<&str>) -> Self {
        self.token = token.map(str::to_string);
        self
    }

    /// Sets the filter of the bot's log.
    pub(crate) fn log(mut self, filter: &'static str) -> Self {
        self.log = filter;
        self
    }

    /// Lets the bot answer from the knowledge in this folder, rather than [`KNOWLEDGE`].
    pub(crate) fn knowledge(mut self, folder: &'static str) -> Self {
        self.knowledge = folder;
        self
    }

    /// Lets the bot answer from a copy of the knowledge in `knowledge` in the world's folder.
    pub(crate) fn own_knowledge(mut self) -> Self {
        self.own_knowledge = true;
        self
    }

    /// Allows events that serenity cannot read.
    pub(crate) fn unreadable_events(mut self) -> Self {
        self.unreadable = true;
        self
    }

    /// The world without a bot.
    pub(crate) async fn empty(self) -> World {
        let discord = self.discord.start().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let knowledge = if self.own_knowledge {
            let own = folder.path().join("knowledge");
            copy(Path::new(self.knowledge), &own).expect("the knowledge can be copied");
            own
        } else {
            self.knowledge.into()
        };
        let listening: Vec<u64> = self
            .listening
            .iter()
            .map(|channel| discord.channel_id("lab", channel))
            .collect();
        let config = format!(
            "knowledge = {}\n[discord]\napi_base = {:?}\nchannels = {listening:?}\n{}\n{}",
            toml::Value::from(knowledge.display().to_string()),
            discord.api_base(),
            self.discord_config,
            self.config,
        );
        std::fs::write(folder.path().join("config.toml"), config).expect("the configuration");
        World {
            bots: Vec::new(),
            discord,
            token: self.token,
            log: self.log,
            unreadable: self.unreadable,
            folder,
        }
    }

    /// The world with a bot that has been started and may not be connected yet.
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

/// A scripted Discord with the `citebot run` processes that are connected to it.
#[derive(Debug)]
pub(crate) struct World {
    bots: Vec<BotProcess>,
    discord: ScriptedDiscord,
    token: Option<String>,
    log: &'static str,
    unreadable: bool,
    folder: TempDir,
}

impl World {
    /// A world with the server `lab`, which has the channels `general` and `ask`; the bot listens
    /// in `ask`.
    pub(crate) fn setup() -> Setup {
        Setup {
            discord: ScriptedDiscord::builder()
                .bot_name("citebot")
                .guild("lab", &["general", "ask"]),
            listening: vec!["ask"],
            discord_config: "cooldown_seconds = 0\n".into(),
            config: String::new(),
            token: Some(TOKEN.into()),
            knowledge: KNOWLEDGE,
            own_knowledge: false,
            log: "serenity=debug,citebot=debug",
            unreadable: false,
        }
    }

    /// The world of [`World::setup`] with a bot that is connected.
    pub(crate) async fn start() -> Self {
        Self::setup().start().await
    }

    /// Starts a bot with more arguments for `citebot run`, and waits for nothing.
    pub(crate) fn spawn_bot(&mut self, arguments: &[&str]) -> &BotProcess {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citebot"));
        command
            .arg("run")
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("HOME", self.folder())
            .env("CITEBOT_DATA", self.folder().join("data"))
            .env("CITEBOT_LOG", self.log)
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "1");
        if let Some(token) = &self.token {
            command.env("DISCORD_TOKEN", token);
        }
        self.bots.push(BotProcess::spawn(&self.discord, command));
        self.bot()
    }

    /// Starts a bot and waits until it is connected.
    pub(crate) async fn add_bot(&mut self, arguments: &[&str]) -> &BotProcess {
        let before = self.discord.sessions().len();
        self.spawn_bot(arguments);
        self.discord.wait_for_sessions(before + 1).await;
        self.bot()
    }

    /// Kills the bot that was started last, and waits until it is gone with its sessions.
    pub(crate) async fn kill(&self) {
        self.bot().signal("KILL");
        self.bot().exit().await;
        self.discord.forget_sessions();
    }

    /// The bot that was started last.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub(crate) fn bot(&self) -> &BotProcess {
        self.bots.last().expect("a bot was started")
    }

    /// The folder that the bots run in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// A world is its Discord with bots in it: tests act in the one as in the other.
impl Deref for World {
    type Target = ScriptedDiscord;

    fn deref(&self) -> &ScriptedDiscord {
        &self.discord
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for bot in &mut self.bots {
            bot.kill();
            let output = bot.stdout() + &bot.stderr();
            let unreadable = UNREADABLE.iter().filter(|_| !self.unreadable);
            for forbidden in FORBIDDEN_OUTPUT.iter().chain(unreadable) {
                if output.contains(forbidden) {
                    self.discord
                        .report(format!("the output holds {forbidden:?}"));
                }
            }
            if output.contains(TOKEN) {
                self.discord.report("the output holds the token");
            }
        }
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
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
