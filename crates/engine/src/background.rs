//! Background tasks beside a store: following changes made elsewhere, and deleting what is old.

use crate::overlay::Overlay;
use crate::settings::{self, Defaults, VersionedSettings};
use crate::state::State;
use citebot_store::{DAY, ServerChange, ServerId, Store, StoreError};
use futures::{TryStreamExt as _, stream};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{Mutex, broadcast};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How many days a draft is kept.
pub const DRAFT_RETENTION_DAYS: u32 = 7;

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
    /// Serialises store reads with state updates, so that a stale read cannot overwrite a newer
    /// one.
    pub(crate) update_lock: Arc<Mutex<()>>,
}

impl Loader {
    pub(crate) async fn load_all(&self) -> Result<(), StoreError> {
        let servers = self.store.servers().await?;
        stream::iter(servers.into_iter().map(Ok))
            .try_for_each_concurrent(MAX_CONCURRENT, |server| self.load(server))
            .await
    }

    async fn load(&self, server: ServerId) -> Result<(), StoreError> {
        let _updating = self.update_lock.lock().await;
        let overlay = Overlay::new(self.store.overlay(server).await?);
        let revision = overlay.revisions().map(|latest| latest.id.0).max();
        let stored = self.store.settings(server, settings::NAME).await?;
        let settings = VersionedSettings::read(stored, &self.defaults);
        self.state.set_settings(server, settings);
        let state = Arc::clone(&self.state);
        let built = tokio::task::spawn_blocking(move || state.set_overlay(server, overlay)).await;
        if let Err(error) = built {
            tracing::error!(%error, %server, "the overlay of a server could not be indexed");
        }
        tracing::debug!(%server, revision, "loaded the overlay and the settings of a server");
        Ok(())
    }

    /// Loads each server that changes, in this process or another. What cannot be read is tried
    /// again until it can.
    pub(crate) async fn follow(self, mut changes: broadcast::Receiver<ServerChange>) {
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

/// Deletes questions older than `retention_days` (0: none) and drafts older than
/// [`DRAFT_RETENTION_DAYS`], now and every hour.
pub(crate) async fn sweep(store: Store, retention_days: u32) {
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
    }
}
