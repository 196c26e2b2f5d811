//! Background tasks beside a store: following changes made elsewhere, and deleting what is old.

use crate::overlay::Overlay;
use crate::server_locks::ServerLocks;
use crate::settings::{self, Defaults, VersionedSettings};
use crate::share::Share;
use crate::state::State;
use citebot_store::{DAY, ServerChange, ServerId, Store, StoreError};
use futures::{TryStreamExt as _, stream};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How many days a draft is kept.
pub const DRAFT_RETENTION_DAYS: u32 = 7;

/// How many days what is kept of a server stays there after the bot left it, in case it comes back.
pub const DEPARTURE_GRACE_DAYS: u32 = 30;

/// How many servers are loaded at once at start.
const MAX_CONCURRENT: usize = 4;
/// The pause before reading again what could not be read.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// How often old questions and drafts are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_hours(1);

/// Loads servers from the store into the state.
#[derive(Debug)]
pub(crate) struct Loader {
    pub(crate) store: Store,
    pub(crate) state: Arc<State>,
    pub(crate) defaults: Defaults,
    /// The servers of this process; `None`: all.
    pub(crate) share: Option<Share>,
    /// Held from a read or a write of the store until the state has it.
    pub(crate) locks: ServerLocks,
}

impl Loader {
    /// Whether `server` is one of this process.
    fn takes(&self, server: ServerId) -> bool {
        self.share.as_ref().is_none_or(|share| share.has(server))
    }

    pub(crate) async fn load_all(&self) -> Result<(), StoreError> {
        let mut servers = self.store.servers().await?;
        servers.retain(|server| self.takes(*server));
        stream::iter(servers.into_iter().map(Ok))
            .try_for_each_concurrent(MAX_CONCURRENT, |server| self.load(server))
            .await
    }

    /// Reads `server` and shows its members what was read.
    pub(crate) async fn load(&self, server: ServerId) -> Result<(), StoreError> {
        let updating = self.locks.lock(server).await;
        let overlay = Overlay::new(self.store.overlay(server).await?);
        let revision = overlay.revisions().map(|latest| latest.id.0).max();
        let stored = self.store.settings(server, settings::NAME).await?;
        let settings = VersionedSettings::read(stored, &self.defaults);
        self.state.set_settings(server, settings);
        self.state.set_overlay(server, overlay);
        drop(updating);
        let state = Arc::clone(&self.state);
        let built = tokio::task::spawn_blocking(move || state.rebuild(server)).await;
        if let Err(error) = built {
            tracing::error!(%error, %server, "the overlay of a server could not be indexed");
        }
        tracing::debug!(%server, revision, "loaded the overlay and the settings of a server");
        Ok(())
    }

    /// Loads each server that changes, in this process or another. What cannot be read is tried
    /// again until it can.
    pub(crate) async fn follow(&self, mut changes: broadcast::Receiver<ServerChange>) {
        let mut waiting: BTreeSet<ServerId> = BTreeSet::new();
        let mut warned = false;
        loop {
            if waiting.is_empty() {
                match changes.recv().await {
                    Ok(change) => {
                        waiting.insert(change.server);
                    }
                    Err(RecvError::Lagged(_)) => waiting.extend(self.servers().await),
                    Err(RecvError::Closed) => return,
                }
            }
            loop {
                match changes.try_recv() {
                    Ok(change) => {
                        waiting.insert(change.server);
                    }
                    Err(TryRecvError::Lagged(_)) => waiting.extend(self.servers().await),
                    Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                }
            }
            let mut failed = false;
            waiting.retain(|server| self.takes(*server));
            for server in std::mem::take(&mut waiting) {
                if let Err(error) = self.load(server).await {
                    if !warned {
                        tracing::warn!(%error, "changes in the store could not be read; trying again");
                    }
                    warned = true;
                    failed = true;
                    waiting.insert(server);
                }
            }
            if failed {
                sleep(RETRY_DELAY).await;
            } else {
                warned = false;
            }
        }
    }

    /// Deletes the vectors of servers that have no entries any more.
    fn forget_vectors(&self) {
        let present = self.state.current();
        let keeps = |server| !self.takes(server) || !present.overlay(server).is_empty();
        self.state.indexer.retain_server_vectors(keeps);
    }

    /// Every server in the store: for when some changes were missed.
    async fn servers(&self) -> Vec<ServerId> {
        loop {
            match self.store.servers().await {
                Ok(servers) => return servers,
                Err(error) => {
                    tracing::warn!(%error, "changes in the store could not be read; trying again");
                    sleep(RETRY_DELAY).await;
                }
            }
        }
    }
}

/// Deletes questions older than `retention_days` (0: none), drafts older than [`DRAFT_RETENTION_DAYS`]
/// and everything of servers that the bot left more than [`DEPARTURE_GRACE_DAYS`] ago, now and every
/// hour.
pub(crate) async fn sweep(loader: Arc<Loader>, retention_days: u32) {
    let store = &loader.store;
    let mut hours = interval(SWEEP_INTERVAL);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        let days_ago = |days: u32| now - i64::from(days) * DAY;
        let swept = match retention_days {
            0 => Ok(0),
            days => store.sweep(days_ago(days)).await,
        };
        match swept {
            Ok(0) => {}
            Ok(questions) => {
                tracing::info!(
                    questions,
                    days = retention_days,
                    "old questions were deleted"
                );
            }
            Err(error) => {
                tracing::warn!(%error, "old questions could not be deleted; trying again in an hour");
            }
        }
        if let Err(error) = store.sweep_drafts(days_ago(DRAFT_RETENTION_DAYS)).await {
            tracing::warn!(%error, "old drafts could not be deleted; trying again in an hour");
        }
        let of_files = Arc::clone(&loader);
        // A panic is logged by the hook; there is nothing else to do about it.
        let _ = tokio::task::spawn_blocking(move || of_files.forget_vectors()).await;
        match store.delete_departed(days_ago(DEPARTURE_GRACE_DAYS)).await {
            Ok(0) => {}
            Ok(servers) => tracing::info!(
                servers,
                days = DEPARTURE_GRACE_DAYS,
                "what was kept of servers that the bot left long ago was deleted"
            ),
            Err(error) => tracing::warn!(
                %error,
                "what is kept of servers that the bot left could not be deleted; trying again in an hour"
            ),
        }
    }
}
