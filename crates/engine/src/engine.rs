//! The engine: what it holds, and reloading the base.

use crate::indexer::Indexer;
use crate::question_log::QuestionLogState;
use crate::settings::{Defaults, Settings};
use crate::snapshot::{Answered, Snapshot};
use crate::state::State;
use crate::store_handle::{Options, StoreHandle};
use crate::watch::FolderState;
use citebot_core::answer::Thresholds;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{KnowledgeFiles, Limits};
use citebot_store::{QuestionId, ServerId, Store, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// Answers from the base and each server's overlay; see the [crate](crate).
#[derive(Debug)]
pub struct Engine {
    files: KnowledgeFiles,
    /// The folder as it was just before it was read the first time; `None` for built-in knowledge.
    opened: Option<FolderState>,
    defaults: Defaults,
    pub(crate) state: Arc<State>,
    pub(crate) store: Option<StoreHandle>,
    reloads: Mutex<Reloads>,
}

/// How often the base was read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reloads {
    /// How often the files took its place.
    pub done: u64,
    /// How often they had a mistake.
    pub refused: u64,
    /// Whether they have one now.
    pub last_failed: bool,
}

impl Engine {
    /// Loads the base from `files` and indexes it by words alone. Entries have to keep the `limits` of
    /// the surface they are shown on. Without a store every server sees the base alone.
    ///
    /// # Errors
    ///
    /// Every problem in the files.
    pub fn open(
        files: impl Into<KnowledgeFiles>,
        limits: &Limits,
        thresholds: Thresholds,
    ) -> Result<Self, Diagnostics> {
        Self::open_with(
            files,
            limits,
            thresholds,
            Indexer::by_words(),
            &mut |_, _| (),
        )
    }

    /// Loads the base from `files`. `indexer` indexes it, and every later snapshot. `progress` is
    /// called with the number of phrasings encoded so far and of all.
    ///
    /// # Errors
    ///
    /// Every problem in the files.
    pub fn open_with(
        files: impl Into<KnowledgeFiles>,
        limits: &Limits,
        thresholds: Thresholds,
        indexer: Indexer,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, Diagnostics> {
        let files = files.into();
        let opened = files.folder().map(FolderState::of);
        let base = Arc::new(Snapshot::indexed(files.load(limits)?, &indexer, progress));
        Ok(Self {
            files,
            opened,
            defaults: Defaults {
                thresholds,
                channels: Vec::new(),
                cooldown_seconds: 0,
            },
            state: Arc::new(State::new(base, Arc::new(indexer), true)),
            store: None,
            reloads: Mutex::default(),
        })
    }

    /// Puts `store` behind the engine: reads every server's overlay and settings, follows changes
    /// made elsewhere, logs questions and deletes old ones. Needs a Tokio runtime; the tasks in it
    /// end when the engine is dropped.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn with_store(self, store: Store, options: Options) -> Result<Self, StoreError> {
        let present = self.state.current();
        let state = Arc::new(State::new(
            Arc::clone(&present.base),
            Arc::clone(&self.state.indexer),
            options.override_base,
        ));
        let defaults = Defaults {
            channels: options.channels.clone(),
            cooldown_seconds: options.cooldown_seconds,
            ..self.defaults
        };
        let store = StoreHandle::open(store, &state, &defaults, options).await?;
        Ok(Self {
            files: self.files,
            opened: self.opened,
            defaults,
            state,
            store: Some(store),
            reloads: self.reloads,
        })
    }

    /// The present snapshot of `server`; `None` outside any server: the base alone.
    #[must_use]
    pub fn snapshot(&self, server: Option<ServerId>) -> Arc<Snapshot> {
        Arc::clone(self.state.current().snapshot(server))
    }

    /// The settings of `server`; outside any server all are unset.
    #[must_use]
    pub fn settings(&self, server: Option<ServerId>) -> Arc<Settings> {
        server
            .map(|server| self.state.current().settings(server).settings)
            .unwrap_or_default()
    }

    /// The values of what a server has not set.
    #[must_use]
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// The thresholds of `server`.
    #[must_use]
    pub fn thresholds(&self, server: Option<ServerId>) -> Thresholds {
        self.settings(server).thresholds(&self.defaults)
    }

    /// The files that the base is read from.
    #[must_use]
    pub fn files(&self) -> &KnowledgeFiles {
        &self.files
    }

    /// The state of their folder when it was read the first time, by which changes are noticed; `None`
    /// for built-in knowledge, which does not change.
    #[must_use]
    pub fn opened(&self) -> Option<&FolderState> {
        self.opened.as_ref()
    }

    /// The indexer of the base and of the overlays.
    #[must_use]
    pub fn indexer(&self) -> &Indexer {
        &self.state.indexer
    }

    /// After how many days questions, votes and judgements are deleted; 0: never.
    #[must_use]
    pub fn retention_days(&self) -> u32 {
        self.store
            .as_ref()
            .map_or(0, |handle| handle.retention_days)
    }

    /// The store, for what concerns no single server: a voter who wants to be forgotten, a server
    /// that the bot has left. `None` in an engine without one.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref().map(|handle| &handle.store)
    }

    /// Logs a question that was asked on `surface` (`mention`, `ask`, `channel` …) at `at`, never who
    /// asked. Returns at once. The id is for [`ServerAdmin::flag`](crate::ServerAdmin::flag) and for
    /// votes on the answer.
    ///
    /// Skips direct messages, empty questions and unanswered unprompted messages, with `None`.
    #[must_use]
    pub fn log(&self, answered: &Answered, surface: &'static str, at: i64) -> Option<QuestionId> {
        self.store.as_ref()?.question_log.log(answered, surface, at)
    }

    /// Waits until every question logged so far is written.
    ///
    /// # Errors
    ///
    /// When the store takes longer than two seconds.
    pub async fn flush(&self) -> Result<(), StoreError> {
        match &self.store {
            Some(handle) => handle.question_log.flush().await,
            None => Ok(()),
        }
    }

    /// How many questions wait to be written to the store, and how many could not be.
    #[must_use]
    pub fn question_log(&self) -> QuestionLogState {
        let handle = self.store.as_ref();
        handle.map_or_else(QuestionLogState::default, |handle| {
            handle.question_log.state()
        })
    }

    /// How often the base was read again.
    #[must_use]
    pub fn reloads(&self) -> Reloads {
        *self.reloads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the files again and returns the new base once every overlay lies over it. With a
    /// mistake in the files nothing changes: the last good base goes on answering.
    ///
    /// # Errors
    ///
    /// Every problem in the files.
    pub fn reload(&self) -> Result<Arc<Snapshot>, Diagnostics> {
        let present = self.state.current();
        let loaded = self.files.load(present.base.knowledge.limits());
        let mut reloads = self.reloads.lock().unwrap_or_else(PoisonError::into_inner);
        match &loaded {
            Ok(_) => reloads.done += 1,
            Err(_) => reloads.refused += 1,
        }
        reloads.last_failed = loaded.is_err();
        drop(reloads);
        let knowledge = loaded?;
        let base = Snapshot::indexed(knowledge, &self.state.indexer, &mut |_, _| ());
        let base = Arc::new(base);
        self.state.set_base(Arc::clone(&base));
        Ok(base)
    }
}
