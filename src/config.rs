//! `config.toml` and the environment → one typed, checked [`Config`].

mod load;
mod token;

pub use token::{TOKEN_VARIABLE, Token, TokenError};

use citebot_core::answer::Thresholds;
use citebot_core::knowledge::Diagnostics;
use citebot_store::Location;
use std::path::{Path, PathBuf};

/// Everything an operator may set. A relative path in the file is relative to the file's folder;
/// here it is relative to the working directory, or absolute. The token is no part of it: see
/// [`Token`].
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The knowledge folder.
    pub knowledge: PathBuf,
    /// `[matching]`
    pub matching: Matching,
    /// `[discord]`
    pub discord: Discord,
    /// `[store]`
    pub store: Store,
    /// `[curation]`
    pub curation: Curation,
    /// `[log]`
    pub log: Log,
}

/// `[matching]`: when something is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// The confidences from which something is said: `suggest` ≤ `answer` ≤ `unprompted`.
    pub thresholds: Thresholds,
    /// The sentence vectors to load instead of those that the program brings along.
    pub model: Option<PathBuf>,
}

/// `[discord]`: where the bot listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discord {
    /// Channels (and forums) whose every message is read as a possible question, by id. Without
    /// any, the message-content intent is not asked for.
    pub channels: Vec<u64>,
    /// Seconds that pass between two unprompted answers in one channel, at least.
    pub cooldown_seconds: u64,
    /// Where Discord's API is, without a path: for tests and for a rate-limit proxy.
    pub api_base: Option<String>,
    /// Register the commands in this server alone, where they appear at once; otherwise globally.
    pub command_server: Option<u64>,
}

/// `[store]`: what is kept between runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// Where; `CITEBOT_STORE` wins over it, for an address with a password in it.
    pub url: Location,
    /// For how many days questions are kept; 0 for ever.
    pub retention_days: u32,
}

/// `[curation]`: what moderators may do from within Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curation {
    /// Whether they may change and remove, for their own server, what stands in the knowledge
    /// folder; otherwise they may only add to it.
    pub override_base: bool,
    /// A file of labelled questions, as `eval` reads them: how an edit changes their answers is
    /// shown before it is published.
    pub questions: Option<PathBuf>,
}

/// `[log]`: what is written to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A filter such as `info` or `citebot=debug,warn`; `CITEBOT_LOG` wins over it.
    pub filter: String,
    /// A line of JSON an event rather than text.
    pub json: bool,
}

impl Config {
    /// Reads the configuration: `path`, or without one `config.toml` in the working directory
    /// where there is one, and otherwise the defaults. `env` looks up an environment variable;
    /// `CITEBOT_LOG` wins over `[log] filter`, `CITEBOT_STORE` over `[store] url`.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its place.
    pub fn load(
        path: Option<&Path>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Diagnostics> {
        load::load(path, env)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            knowledge: PathBuf::from("knowledge"),
            matching: Matching {
                thresholds: Thresholds {
                    answer: 0.75,
                    unprompted: 0.85,
                    suggest: 0.2,
                },
                model: None,
            },
            discord: Discord {
                channels: Vec::new(),
                cooldown_seconds: 20,
                api_base: None,
                command_server: None,
            },
            store: Store {
                url: Location::Sqlite(PathBuf::from("data/citebot.db")),
                retention_days: 90,
            },
            curation: Curation {
                override_base: true,
                questions: None,
            },
            log: Log {
                filter: "info".into(),
                json: false,
            },
        }
    }
}
