//! What every surface (Discord, terminal, JSON) talks to.
//!
//! The [`Engine`] holds one [`Snapshot`] of the book, swapped whole when the files change. Whoever
//! answers takes the snapshot and never waits for whoever edits.

use crate::answer::{Manner, Reply, Thresholds, decide};
use crate::knowledge::{Knowledge, Problems};
use crate::matcher::Matcher;
use crate::store::ServerId;
use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod watch;

pub use watch::{Watcher, watch};

/// Knowledge and its index, as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// What is known.
    pub knowledge: Knowledge,
    /// Its index.
    pub matcher: Matcher,
}

impl Snapshot {
    /// Indexes `knowledge`.
    #[must_use]
    pub fn new(knowledge: Knowledge) -> Self {
        let matcher = Matcher::new(&knowledge);
        Self { knowledge, matcher }
    }

    /// What is said to `question`.
    #[must_use]
    pub fn ask(&self, question: &str, thresholds: Thresholds, manner: Manner) -> Reply {
        decide(
            &self.knowledge,
            &self.matcher.rank(question),
            thresholds,
            manner,
        )
    }
}

/// Answers from the book, and reloads it.
#[derive(Debug)]
pub struct Engine {
    folder: PathBuf,
    thresholds: Thresholds,
    book: ArcSwap<Snapshot>,
}

impl Engine {
    /// Loads and indexes the book in `folder`.
    ///
    /// # Errors
    ///
    /// Every problem in the folder's files.
    pub fn open(folder: PathBuf, thresholds: Thresholds) -> Result<Self, Problems> {
        let snapshot = Snapshot::new(Knowledge::load(&folder)?);
        Ok(Self {
            folder,
            thresholds,
            book: ArcSwap::from_pointee(snapshot),
        })
    }

    /// What `server` sees just now; `None` outside any server: the book alone.
    #[must_use]
    pub fn snapshot(&self, _server: Option<ServerId>) -> Arc<Snapshot> {
        self.book.load_full()
    }

    /// The confidences from which something is said in `server`.
    #[must_use]
    pub fn thresholds(&self, _server: Option<ServerId>) -> Thresholds {
        self.thresholds
    }

    /// The folder that the book is read from.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is said to `question` in `server`.
    #[must_use]
    pub fn ask(&self, server: Option<ServerId>, question: &str, manner: Manner) -> Reply {
        self.snapshot(server)
            .ask(question, self.thresholds(server), manner)
    }

    /// Reads the folder again. With a mistake in it nothing changes: the last good book goes on
    /// answering.
    ///
    /// # Errors
    ///
    /// Every problem in the folder's files.
    pub fn reload(&self) -> Result<Arc<Snapshot>, Problems> {
        let snapshot = Arc::new(Snapshot::new(Knowledge::load(&self.folder)?));
        self.book.store(Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
