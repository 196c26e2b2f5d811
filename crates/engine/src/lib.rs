//! What every surface (Discord, terminal, JSON) talks to.
//!
//! * [`Engine::ask`], [`Engine::snapshot`]: what is said, from the base and the server's own
//!   overlay over it. Never waits for an edit or for the store.
//! * [`Engine::ask_logged`]: the same, and the question is logged (never who asked).
//! * [`Engine::why`]: how a question is understood, and why that is said to it.
//! * [`Engine::admin`]: everything that moderators of one server do: [`preview`](ServerAdmin::preview),
//!   [`publish`](ServerAdmin::publish), [`history`](ServerAdmin::history), [`review`](ServerAdmin::review),
//!   [`settings`](ServerAdmin::settings), [`export`](ServerAdmin::export), [`import`](ServerAdmin::import). A [`ServerAdmin`]
//!   is bound to its server: no id that is handed to it reaches another one's.
//! * [`Engine::reload`]: the base again, after its files changed.
//!
//! An engine from [`Engine::open`] has the base alone and needs no runtime; [`Engine::with_store`]
//! adds the store. Only what touches the store is `async`, and time is an argument (milliseconds
//! since 1970-01-01T00:00:00Z) except where the engine itself keeps house.

mod admin;
mod diff;
mod drafts;
mod entry_input;
mod export;
mod history;
mod impact;
mod import;
mod indexer;
mod keeping;
mod merge;
mod overlay;
mod record;
mod repeats;
mod review;
mod revise;
mod revision_text;
mod settings;
pub mod vectors;
mod watch;
mod world;

pub use admin::{Error, ServerAdmin};
pub use diff::{DiffLine, Sign, diff};
pub use drafts::{DRAFT_RETENTION_DAYS, Draft, SavedDraft};
pub use entry_input::EntryInput;
pub use export::{Exported, File, REMOVED};
pub use history::{Past, Removed};
pub use impact::{Changed, Impact, KnownQuestion, Origin, Said};
pub use import::{ImportError, Imported, OPERATOR};
pub use indexer::Indexer;
pub use keeping::Options;
pub use merge::{MergeError, merge};
pub use overlay::{StaleEntry, StaleReason};
pub use record::Logged;
pub use review::{Group, MAX_GROUPS};
pub use revise::{Conflict, Edit, Preview, PublishError, Published, Refusal};
pub use settings::{Defaults, MAX_CHANNELS, MAX_COOLDOWN_SECONDS, Settings, SettingsError};
pub use watch::{Watcher, watch};

use citebot_core::answer::{Explanation, Prompting, Reply, Thresholds, decide};
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{Knowledge, Limits};
use citebot_core::matcher::Matcher;
use citebot_store::{ServerId, Store, StoreError};
use keeping::Keeping;
use repeats::Repeats;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use world::Worlds;

/// Knowledge and its index, as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// What is known.
    pub knowledge: Knowledge,
    /// Its index.
    pub matcher: Matcher,
    repeats: Repeats,
}

impl Snapshot {
    /// Indexes `knowledge` by words alone; see [`Indexer`].
    #[must_use]
    pub fn new(knowledge: Knowledge) -> Self {
        let matcher = Matcher::new(&knowledge);
        Self::of(knowledge, matcher)
    }

    /// `matcher` is the index of `knowledge`.
    fn of(knowledge: Knowledge, matcher: Matcher) -> Self {
        Self {
            knowledge,
            matcher,
            repeats: Repeats::default(),
        }
    }

    /// What is said to `question`. What was asked before is answered from memory.
    #[must_use]
    pub fn ask(&self, question: &str, thresholds: Thresholds, prompting: Prompting) -> Reply {
        let matches = self.repeats.rank(&self.matcher, question, prompting);
        decide(&self.knowledge, &matches, thresholds, prompting)
    }

    /// How `question` is read, what comes near it, and what is said.
    #[must_use]
    pub fn why(&self, question: &str, thresholds: Thresholds) -> Explanation {
        Explanation::new(self.matcher.explain(question), &self.knowledge, thresholds)
    }
}

/// Answers from the base and each server's overlay; see the [module](self).
#[derive(Debug)]
pub struct Engine {
    folder: PathBuf,
    defaults: Defaults,
    worlds: Arc<Worlds>,
    keeping: Option<Keeping>,
}

impl Engine {
    /// Loads the base in `folder` and indexes it by words alone. Entries have to keep the `limits` of
    /// the surface they are shown on. Without a store: every server sees the base alone.
    ///
    /// # Errors
    ///
    /// Every problem in the folder's files.
    pub fn open(
        folder: PathBuf,
        limits: &Limits,
        thresholds: Thresholds,
    ) -> Result<Self, Diagnostics> {
        Self::open_with(
            folder,
            limits,
            thresholds,
            Indexer::by_words(),
            &mut |_, _| (),
        )
    }

    /// The same, with this `indexer`, also for what comes later. `progress` hears how many wordings
    /// of how many are encoded.
    ///
    /// # Errors
    ///
    /// Every problem in the folder's files.
    pub fn open_with(
        folder: PathBuf,
        limits: &Limits,
        thresholds: Thresholds,
        indexer: Indexer,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, Diagnostics> {
        let snapshot = Arc::new(indexer.index(Knowledge::load(&folder, limits)?, progress));
        Ok(Self {
            folder,
            defaults: Defaults {
                thresholds,
                channels: Vec::new(),
                cooldown_seconds: 0,
            },
            worlds: Arc::new(Worlds::new(snapshot, Arc::new(indexer), true)),
            keeping: None,
        })
    }

    /// The same engine with `store` behind it: reads every server's overlay and settings, follows
    /// what others change, logs questions and deletes old ones. Needs a Tokio runtime, whose tasks
    /// end when the engine is dropped.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn with_store(self, store: Store, options: Options) -> Result<Self, StoreError> {
        keeping::attach(self, store, options).await
    }

    /// What `server` sees just now; `None` outside any server: the base alone.
    #[must_use]
    pub fn snapshot(&self, server: Option<ServerId>) -> Arc<Snapshot> {
        Arc::clone(self.worlds.current().snapshot(server))
    }

    /// What `server` has set, over the operator's configuration; `None` outside any server.
    #[must_use]
    pub fn settings(&self, server: Option<ServerId>) -> Arc<Settings> {
        let world = self.worlds.current();
        server
            .and_then(|server| Some(Arc::clone(&world.server(server)?.settings.settings)))
            .unwrap_or_default()
    }

    /// What holds where a server has set nothing.
    #[must_use]
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// The confidences from which something is said in `server`.
    #[must_use]
    pub fn thresholds(&self, server: Option<ServerId>) -> Thresholds {
        self.settings(server).thresholds(&self.defaults)
    }

    /// The folder that the base is read from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What indexes the base and the overlays.
    #[must_use]
    pub fn indexer(&self) -> &Indexer {
        &self.worlds.indexer
    }

    /// What is said to `question` in `server`. Nothing is logged.
    #[must_use]
    pub fn ask(&self, server: Option<ServerId>, question: &str, prompting: Prompting) -> Reply {
        self.snapshot(server)
            .ask(question, self.thresholds(server), prompting)
    }

    /// How `question` is read in `server`, what comes near it there, and what is said. Nothing is
    /// logged.
    #[must_use]
    pub fn why(&self, server: Option<ServerId>, question: &str) -> Explanation {
        self.snapshot(server).why(question, self.thresholds(server))
    }

    /// Reads the folder again. With a mistake in it nothing changes: the last good base goes on
    /// answering. Returns after every server with entries of its own has them over the new base.
    ///
    /// # Errors
    ///
    /// Every problem in the folder's files.
    pub fn reload(&self) -> Result<Arc<Snapshot>, Diagnostics> {
        let world = self.worlds.current();
        let knowledge = Knowledge::load(&self.folder, world.base.knowledge.limits())?;
        let snapshot = Arc::new(self.worlds.indexer.index(knowledge, &mut |_, _| ()));
        self.worlds.set_base(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
