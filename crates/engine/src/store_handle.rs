//! The store behind an engine, and what goes on in the background: following what others change,
//! logging, deleting what is old.

use crate::drafts::DRAFT_RETENTION_DAYS;
use crate::overlay::Overlay;
use crate::question_log::Recorder;
use crate::settings::{self, Defaults};
use crate::state::Worlds;
use crate::{Engine, settings::NAME};
use citebot_store::{DAY, ServerChange, ServerId, Store, StoreError};
use futures::{TryStreamExt as _, stream};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Mutex, broadcast};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// What the operator has configured beside the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Whether servers may change and remove entries of the base.
    pub override_base: bool,
    /// For how many days questions are kept; 0 for ever.
    pub retention_days: u32,
    /// Questions that an edit's impact is measured on, beside those that the bot knows itself.
    pub questions: Vec<String>,
    /// Channels and forums whose every message is read, where a server has set none.
    pub channels: Vec<u64>,
    /// Seconds that pass between two unprompted answers, where a server has set none.
    pub cooldown_seconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            override_base: true,
            retention_days: 90,
            questions: Vec::new(),
            channels: Vec::new(),
            cooldown_seconds: 20,
        }
    }
}

/// How many servers are read at once at start.
const AT_ONCE: usize = 4;
/// The pause before what could not be read is read again.
const AGAIN: Duration = Duration::from_secs(1);
/// How often old questions are looked for.
const SWEEP: Duration = Duration::from_hours(1);

/// The store and what belongs to it.
#[derive(Debug)]
pub(crate) struct Keeping {
    pub(crate) store: Store,
    pub(crate) recorder: Recorder,
    /// See [`Options::questions`].
    pub(crate) questions: Arc<[String]>,
    /// Whoever reads or writes overlays and puts them into the world does both in one turn:
    /// otherwise what was read earlier could be put there later.
    pub(crate) turn: Arc<Mutex<()>>,
    /// End with this.
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

/// Reads servers from the store into the world.
#[derive(Debug, Clone)]
struct Reader {
    store: Store,
    worlds: Arc<Worlds>,
    defaults: Defaults,
    turn: Arc<Mutex<()>>,
}

/// See [`Engine::with_store`].
pub(crate) async fn attach(
    engine: Engine,
    store: Store,
    options: Options,
) -> Result<Engine, StoreError> {
    let base = Arc::clone(&engine.worlds.current().base);
    let indexer = Arc::clone(&engine.worlds.indexer);
    let worlds = Arc::new(Worlds::new(base, indexer, options.override_base));
    let defaults = Defaults {
        channels: options.channels,
        cooldown_seconds: options.cooldown_seconds,
        ..engine.defaults
    };
    let reader = Reader {
        store: store.clone(),
        worlds: Arc::clone(&worlds),
        defaults: defaults.clone(),
        turn: Arc::default(),
    };
    // Before anything is read: then nothing falls in between.
    let changes = store.subscribe();
    reader.read_all().await?;
    let turn = Arc::clone(&reader.turn);
    let tasks = vec![
        tokio::spawn(follow(reader, changes)),
        tokio::spawn(sweep(store.clone(), options.retention_days)),
    ];
    Ok(Engine {
        folder: engine.folder,
        defaults,
        worlds,
        keeping: Some(Keeping {
            recorder: Recorder::start(store.clone()),
            store,
            questions: options.questions.into(),
            turn,
            _tasks: Tasks(tasks),
        }),
    })
}

impl Reader {
    async fn read_all(&self) -> Result<(), StoreError> {
        let servers = self.store.servers().await?;
        stream::iter(servers.into_iter().map(Ok))
            .try_for_each_concurrent(AT_ONCE, |server| self.read(server))
            .await
    }

    async fn read(&self, server: ServerId) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let overlay = Overlay::new(self.store.overlay(server).await?);
        let revision = overlay.revisions().map(|latest| latest.id.0).max();
        let setting = self.store.setting(server, NAME).await?;
        self.worlds
            .set_settings(server, settings::kept(setting, &self.defaults));
        let worlds = Arc::clone(&self.worlds);
        let built = tokio::task::spawn_blocking(move || worlds.set_overlay(server, overlay)).await;
        if let Err(error) = built {
            tracing::error!(%error, %server, "this server's entries could not be indexed");
        }
        tracing::debug!(%server, revision, "read what this server has of its own");
        Ok(())
    }
}

/// Reads what others, or other processes, change. What cannot be read is tried again until it can.
async fn follow(reader: Reader, mut changes: broadcast::Receiver<ServerChange>) {
    let mut waiting: BTreeSet<ServerId> = BTreeSet::new();
    let mut told = false;
    loop {
        // With nothing left to do until the next change.
        if waiting.is_empty() {
            match changes.recv().await {
                Ok(change) => {
                    waiting.insert(change.server);
                }
                Err(RecvError::Lagged(_)) => all(&reader, &mut waiting).await,
                Err(RecvError::Closed) => return,
            }
        }
        loop {
            match changes.try_recv() {
                Ok(change) => {
                    waiting.insert(change.server);
                }
                Err(TryRecvError::Lagged(_)) => all(&reader, &mut waiting).await,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        let mut failed = false;
        for server in std::mem::take(&mut waiting) {
            if let Err(error) = reader.read(server).await {
                if !told {
                    tracing::warn!(%error, "what changed in the store could not be read; it is tried again");
                }
                told = true;
                failed = true;
                waiting.insert(server);
            }
        }
        if failed {
            sleep(AGAIN).await;
        } else {
            told = false;
        }
    }
}

/// Some changes were missed: every server is read again.
async fn all(reader: &Reader, waiting: &mut BTreeSet<ServerId>) {
    loop {
        match reader.store.servers().await {
            Ok(servers) => {
                waiting.extend(servers);
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "what changed in the store could not be read; it is tried again");
                sleep(AGAIN).await;
            }
        }
    }
}

/// Deletes questions older than `days` and drafts older than [`DRAFT_RETENTION_DAYS`], now and every hour.
async fn sweep(store: Store, days: u32) {
    let mut hours = interval(SWEEP);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        let before = |days: u32| now - i64::from(days) * DAY;
        let swept = match days {
            0 => Ok(0),
            days => store.sweep(before(days)).await,
        };
        match swept {
            Ok(0) => {}
            Ok(questions) => tracing::info!(questions, days, "old questions were deleted"),
            Err(error) => {
                tracing::warn!(%error, "deleting old questions; it is tried again in an hour");
            }
        }
        if let Err(error) = store.sweep_drafts(before(DRAFT_RETENTION_DAYS)).await {
            tracing::warn!(%error, "deleting old drafts; it is tried again in an hour");
        }
    }
}
