//! A moderator's admin: one server's entries, and what can go wrong there.

use crate::keeping::Keeping;
use crate::overlay::{Overlay, StaleEntry};
use crate::{Engine, Snapshot};
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::Entry;
use citebot_store::{Answer, RevisionId, ServerId, Stats, Store, StoreError, Vote};
use std::sync::Arc;

/// What the moderators of one server may do, and what its members leave behind. Whether somebody
/// is a moderator is the surface's business.
#[derive(Debug, Clone, Copy)]
pub struct ServerAdmin<'e> {
    pub(crate) engine: &'e Engine,
    pub(crate) keeping: &'e Keeping,
    pub(crate) server: ServerId,
}

/// What can go wrong at a admin beside what a moderator has typed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A revision in the store cannot be read as an entry.
    #[error("revision {revision} of `{entry}` cannot be read; was the database edited by hand?")]
    Unreadable {
        /// The entry.
        entry: String,
        /// The revision.
        revision: i64,
        /// What is wrong with it.
        problems: Diagnostics,
    },
    /// A computation broke off: a fault of ours.
    #[error("something went wrong inside the bot; it has been logged")]
    Broken,
}

impl Engine {
    /// The admin of `server`; `None` in an engine without a store.
    #[must_use]
    pub fn admin(&self, server: ServerId) -> Option<ServerAdmin<'_>> {
        Some(ServerAdmin {
            engine: self,
            keeping: self.keeping.as_ref()?,
            server,
        })
    }

    /// The store; `None` in an engine without one. For what concerns no single server: the voter
    /// who wants to be forgotten, the server that the bot has left.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.keeping.as_ref().map(|keeping| &keeping.store)
    }
}

impl ServerAdmin<'_> {
    /// The server.
    #[must_use]
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// What the server sees just now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.engine.snapshot(Some(self.server))
    }

    /// The entry `id` as members see it just now.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<Arc<Entry>> {
        self.snapshot().knowledge.entry(id).cloned()
    }

    /// The latest revision of the entry `id`, removed ones too: what an [`Edit`](super::Edit) of it
    /// is based on. `None` if it has none.
    #[must_use]
    pub fn latest(&self, id: &str) -> Option<RevisionId> {
        self.overlay().latest_id(id)
    }

    /// Which of the server's own entries do not fit the base any more, and why.
    #[must_use]
    pub fn stale_entries(&self) -> Arc<[StaleEntry]> {
        let world = self.engine.worlds.current();
        world
            .server(self.server)
            .map(|server| server.stale_entries())
            .unwrap_or_default()
    }

    /// Counts a vote on an answer, in place of an earlier one of the same person. `voter` is a
    /// Discord user id, of which only a keyed hash is kept.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn vote(
        &self,
        voter: u64,
        answer: Answer<'_>,
        vote: Vote,
        at: i64,
    ) -> Result<(), StoreError> {
        self.keeping
            .store
            .vote(self.server, voter, answer, vote, at)
            .await
    }

    /// The figures of the `days` days before `now`, with at most `entries` entries in each list.
    /// What was asked a moment ago is counted.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn stats(&self, days: u32, now: i64, entries: usize) -> Result<Stats, StoreError> {
        self.keeping.recorder.flush().await;
        let start = now.saturating_sub(i64::from(days) * citebot_store::DAY);
        let period = start..now.saturating_add(1);
        self.keeping.store.stats(self.server, period, entries).await
    }

    pub(crate) fn overlay(&self) -> Arc<Overlay> {
        self.engine.worlds.current().overlay(self.server)
    }
}

/// Runs what keeps a processor busy on a thread of its own.
pub(crate) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a computation broke off");
        Error::Broken
    })
}
