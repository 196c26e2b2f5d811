//! The store behind an engine, with its log of questions and its background tasks.

use crate::background::{Loader, sweep};
use crate::question_log::QuestionLog;
use crate::quota::Quota;
use crate::server_locks::ServerLocks;
use crate::settings::Defaults;
use crate::share::Share;
use crate::state::State;
use citebot_store::{Store, StoreError};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The operator's configuration of an engine with a store.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Whether servers may change and remove entries of the base.
    pub override_base: bool,
    /// What one server may add and change.
    pub quota: Quota,
    /// How many days questions are kept; 0 for ever.
    pub retention_days: u32,
    /// Questions that an edit's impact is measured on, beside the logged ones and the phrasings.
    pub questions: Vec<String>,
    /// The servers that this process takes; `None`: all.
    pub share: Option<Share>,
    /// Channels and forums whose every message is read, where a server has set none.
    pub channels: Vec<u64>,
    /// Seconds between two unprompted answers in a channel, where a server has set none.
    pub cooldown_seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            override_base: true,
            quota: Quota::default(),
            retention_days: 90,
            questions: Vec::new(),
            share: None,
            channels: Vec::new(),
            cooldown_seconds: 20,
        }
    }
}

/// The store and what runs beside it.
#[derive(Debug)]
pub(crate) struct StoreHandle {
    pub(crate) store: Store,
    pub(crate) question_log: QuestionLog,
    /// See [`Options::questions`].
    pub(crate) questions: Vec<String>,
    /// See [`Options::retention_days`].
    pub(crate) retention_days: u32,
    pub(crate) loader: Arc<Loader>,
    pub(crate) quota: Quota,
    _tasks: Tasks,
}

/// Background tasks, ended when dropped.
#[derive(Debug)]
struct Tasks(Vec<JoinHandle<()>>);

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl StoreHandle {
    /// Loads every server of `store` into `state`, then follows changes.
    pub(crate) async fn open(
        store: Store,
        state: &Arc<State>,
        defaults: &Defaults,
        options: Options,
    ) -> Result<Self, StoreError> {
        let loader = Arc::new(Loader {
            store: store.clone(),
            state: Arc::clone(state),
            defaults: defaults.clone(),
            share: options.share,
            locks: ServerLocks::default(),
        });
        // Subscribed before anything is read, so that no change falls in between.
        let changes = store.subscribe();
        loader.load_all().await?;
        let follower = Arc::clone(&loader);
        let tasks = vec![
            tokio::spawn(async move { follower.follow(changes).await }),
            tokio::spawn(sweep(Arc::clone(&loader), options.retention_days)),
        ];
        Ok(Self {
            question_log: QuestionLog::start(store.clone()),
            store,
            questions: options.questions,
            retention_days: options.retention_days,
            loader,
            quota: options.quota,
            _tasks: Tasks(tasks),
        })
    }
}
