//! `config.toml` and the environment → one typed, checked [`Config`].

use crate::answer::Thresholds;
use std::path::PathBuf;

/// Everything an operator may set. Paths are relative to the working directory.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The knowledge folder.
    pub knowledge: PathBuf,
    /// `[matching]`
    pub matching: Matching,
    /// `[discord]`
    pub discord: Discord,
    /// `[log]`
    pub log: Log,
}

/// `[matching]`: when something is said.
#[derive(Debug, Clone, PartialEq)]
pub struct Matching {
    /// The confidences from which something is said.
    pub thresholds: Thresholds,
}

/// `[discord]`: where the bot listens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

/// `[log]`: what is written to standard error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A filter such as `info` or `citebot=debug,warn`; `CITEBOT_LOG` wins over it.
    pub filter: String,
    /// A line of JSON an event rather than text.
    pub json: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            knowledge: PathBuf::from("knowledge"),
            matching: Matching {
                thresholds: Thresholds {
                    answer: 0.6,
                    unprompted: 0.85,
                    suggest: 0.15,
                },
            },
            discord: Discord::default(),
            log: Log {
                filter: "info".into(),
                json: false,
            },
        }
    }
}
