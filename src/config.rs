//! What an operator configures, in `config.toml` and the environment.

mod load;
mod token;

pub use token::{Token, TokenError};

use citebot_core::answer::Thresholds;
use citebot_core::diagnostic::Diagnostics;
use citebot_engine::{INDEX_MEMORY, Quota};
use citebot_site::SiteUrl;
use citebot_store::Location;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The most characters of `[bot] subject`: the description of `/ask` names it, which has room for no more
/// in some language.
pub const MAX_SUBJECT: usize = 40;
/// The most characters of `[bot] name`.
pub const MAX_NAME: usize = 32;
/// The most characters of `[bot] greeting`.
pub const MAX_GREETING: usize = 1500;

/// Everything an operator may set. A relative path in the file is relative to the file's folder;
/// here it is relative to the working directory, or absolute. The token is no part of it: see
/// [`Token`].
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The knowledge folder; `None` for the FAQ built into the program.
    pub knowledge: Option<PathBuf>,
    /// The folder of what the program writes: `CITEBOT_DATA`, or else the platform's folder for
    /// data.
    pub data: PathBuf,
    /// `[bot]`
    pub bot: BotConfig,
    /// `[matching]`
    pub matching: MatchingConfig,
    /// `[discord]`
    pub discord: DiscordConfig,
    /// `[store]`
    pub store: StoreConfig,
    /// `[curation]`
    pub curation: CurationConfig,
    /// `[site]`
    pub site: SiteConfig,
    /// `[observability]`
    pub observability: ObservabilityConfig,
    /// `[log]`
    pub log: LogConfig,
}

/// `[bot]`: how the bot speaks of itself and its FAQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotConfig {
    /// What it calls itself.
    pub name: String,
    /// What its FAQ is about, as in "a question about open-source AI"; `None` where that is not said.
    pub subject: Option<String>,
    /// What it says to who greets it, or asks what it can do; `None` for a greeting made of the other
    /// two.
    pub greeting: Option<String>,
}

impl BotConfig {
    /// The greeting, up to its last full stop. `example`: a question that the FAQ answers.
    #[must_use]
    pub fn greeting(&self, example: Option<&str>) -> String {
        if let Some(greeting) = &self.greeting {
            return greeting.clone();
        }
        let mut text = format!("Hello! I am {}. Ask me a question", self.name);
        if let Some(subject) = &self.subject {
            text.push_str(" about ");
            text.push_str(subject);
        }
        if let Some(example) = example {
            text.push_str(", for example “");
            text.push_str(example);
            text.push('”');
        }
        text.push('.');
        text
    }
}

/// `[matching]`: when a question is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchingConfig {
    /// The least confidence of a suggestion, an answer and an unprompted answer, in rising order.
    pub thresholds: Thresholds,
    /// The folder of a sentence encoder to use in place of the built-in one.
    pub model: Option<PathBuf>,
    /// The memory for the indexes of servers that have changed the FAQ, in bytes. Beyond it those that were
    /// not used for longest are dropped, and built again when somebody asks there.
    pub index_memory: u64,
}

/// `[discord]`: where the bot listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordConfig {
    /// Whether the message-content intent is requested, without which Discord shows the bot no message
    /// that does not address it. True where `channels` names any.
    pub message_content: bool,
    /// Ids of the channels and forums where every message is read as a possible question.
    pub channels: Vec<u64>,
    /// The least seconds between two unprompted answers in one channel.
    pub cooldown_seconds: u64,
    /// Whether a server that the bot has just joined is told how to ask and where moderators begin.
    pub welcome: bool,
    /// The address of Discord's API, without a path: for tests and for a rate-limit proxy. It is on this
    /// machine, at Discord, or at the host that `CITEBOT_API_HOST` names.
    pub api_base: Option<String>,
    /// The only server to register commands in, where they appear at once; `None` for all.
    pub command_server: Option<u64>,
}

/// `[store]`: where edits, questions and votes are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreConfig {
    /// The database. `CITEBOT_STORE` wins over it, for an address with a password in it.
    pub url: Location,
    /// The days that questions are kept, 0 for ever.
    pub retention_days: u32,
}

/// `[curation]`: what moderators may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurationConfig {
    /// Whether they may edit and remove the entries of the knowledge folder for their own server;
    /// otherwise they may only add entries.
    pub override_base: bool,
    /// How many entries and phrasings a server may add and change.
    pub quota: Quota,
    /// A file of labelled questions, as `eval` reads them. The preview of an edit shows which of
    /// their answers change.
    pub questions: Option<PathBuf>,
}

/// `[site]`: the FAQ as a website.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteConfig {
    /// Where the site is published. Replies link to it.
    pub url: Option<SiteUrl>,
    /// What it is called.
    pub title: String,
}

/// `[observability]`: what an operator watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservabilityConfig {
    /// Where health and metrics are served over HTTP; `None`: nowhere. `CITEBOT_LISTEN` wins over it. Whoever
    /// reaches the address can read them.
    pub listen: Option<SocketAddr>,
}

/// `[log]`: what is written to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// A filter such as `info` or `citebot=debug,warn`; `CITEBOT_LOG` wins over it.
    pub filter: String,
    /// Whether each event is a line of JSON.
    pub json: bool,
}

impl Config {
    /// Reads the configuration: `path`, or without one `config.toml` in the working directory
    /// where there is one, and otherwise the defaults. `env` looks up an environment variable;
    /// `CITEBOT_LOG` wins over `[log] filter`, `CITEBOT_STORE` over `[store] url`, `CITEBOT_LISTEN` over
    /// `[observability] listen`. `CITEBOT_DATA` is the folder of the store where neither names one, and
    /// `CITEBOT_API_HOST` allows one more host in `[discord] api_base`.
    ///
    /// # Errors
    ///
    /// Every mistake found.
    pub fn load(
        path: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Diagnostics> {
        load::load(path, env)
    }
}

impl Config {
    /// The defaults, with `data` as the folder of what the program writes.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            knowledge: None,
            bot: BotConfig {
                name: "Citebot".into(),
                subject: None,
                greeting: None,
            },
            matching: MatchingConfig {
                thresholds: Thresholds {
                    answer: 0.75,
                    unprompted: 0.85,
                    suggest: 0.2,
                },
                model: None,
                index_memory: INDEX_MEMORY,
            },
            discord: DiscordConfig {
                message_content: false,
                channels: Vec::new(),
                cooldown_seconds: 20,
                welcome: true,
                api_base: None,
                command_server: None,
            },
            store: StoreConfig {
                url: Location::Sqlite(data.join("citebot.db")),
                retention_days: 90,
            },
            curation: CurationConfig {
                override_base: true,
                quota: Quota::default(),
                questions: None,
            },
            site: SiteConfig {
                url: None,
                title: "FAQ".into(),
            },
            observability: ObservabilityConfig { listen: None },
            log: LogConfig {
                filter: "info".into(),
                json: false,
            },
            data,
        }
    }
}

/// The defaults, with the folder `data` in the working directory.
impl Default for Config {
    fn default() -> Self {
        Self::new(PathBuf::from("data"))
    }
}
