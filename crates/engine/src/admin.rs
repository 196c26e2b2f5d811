//! What the moderators of one server may do.

use crate::engine::Engine;
use crate::entry_version::UnreadableRevision;
use crate::overlay::{Overlay, StaleEntry};
use crate::settings::{self, Settings, SettingsError, VersionedSettings};
use crate::snapshot::Snapshot;
use crate::store_handle::StoreHandle;
use citebot_core::knowledge::{Entry, EntryId};
use citebot_store::{
    QuestionId, RevisionId, ServerId, Stats, StoreError, StoreSettingsError, Vote, VotedAnswer,
};
use std::sync::Arc;

/// Edits one server's overlay and settings, and reads what its members leave behind. Whether
/// somebody is a moderator is for the surface to check.
#[derive(Debug, Clone, Copy)]
pub struct ServerAdmin<'e> {
    pub(crate) engine: &'e Engine,
    pub(crate) handle: &'e StoreHandle,
    pub(crate) server: ServerId,
}

/// A failure that is not the moderator's mistake.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored revision cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRevision),
    /// A bug in the bot, logged where it happened.
    #[error("something went wrong inside the bot; it has been logged")]
    Internal,
}

impl Engine {
    /// The admin of `server`; `None` in an engine without a store.
    #[must_use]
    pub fn admin(&self, server: ServerId) -> Option<ServerAdmin<'_>> {
        Some(ServerAdmin {
            engine: self,
            handle: self.store.as_ref()?,
            server,
        })
    }
}

impl ServerAdmin<'_> {
    /// The server.
    #[must_use]
    pub fn server(&self) -> ServerId {
        self.server
    }

    /// The server's present snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.engine.snapshot(Some(self.server))
    }

    /// The entry that has, or had, this id, as members see it.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<Arc<Entry>> {
        let snapshot = self.snapshot();
        snapshot.knowledge.entry_now_or_formerly(id).cloned()
    }

    /// The latest revision of the entry `id`, also of a removed one: an [`Edit`](crate::Edit) of it
    /// is based on this. `None` if it has none.
    #[must_use]
    pub fn latest(&self, id: &str) -> Option<RevisionId> {
        self.overlay().latest_id(id)
    }

    /// The overlay entries that no longer fit the base.
    #[must_use]
    pub fn stale_entries(&self) -> Arc<[StaleEntry]> {
        self.engine.state.current().stale_entries(self.server)
    }

    /// The server's settings with their version, for [`set_settings`](Self::set_settings).
    #[must_use]
    pub fn settings(&self) -> (Arc<Settings>, Option<i64>) {
        let present = self.engine.state.current().settings(self.server);
        (present.settings, present.version)
    }

    /// Changes the server's settings, unless somebody else has since version `seen`. They hold from
    /// the next question on.
    ///
    /// # Errors
    ///
    /// See [`SettingsError`].
    pub async fn set_settings(
        &self,
        settings: Settings,
        seen: Option<i64>,
    ) -> Result<(), SettingsError> {
        let defaults = self.engine.defaults();
        let present = self.engine.state.current().settings(self.server);
        if let Some(reason) = present.unreadable {
            return Err(SettingsError::Unreadable(reason));
        }
        let problems = settings.problems(defaults);
        if !problems.is_empty() {
            return Err(SettingsError::Invalid(problems));
        }
        let document = settings
            .write()
            .map_err(|error| SettingsError::Invalid(vec![error.to_string()]))?;
        let _updating = self.handle.loader.locks.lock(self.server).await;
        let store = &self.handle.store;
        let state = &self.engine.state;
        let stored = store
            .set_settings(self.server, settings::NAME, &document, seen)
            .await;
        match stored {
            Ok(stored) => {
                let settings = VersionedSettings {
                    version: Some(stored.version),
                    settings: Arc::new(settings),
                    unreadable: None,
                };
                state.set_settings(self.server, settings);
                Ok(())
            }
            Err(StoreSettingsError::Conflict { latest }) => {
                let present = VersionedSettings::read(latest, defaults);
                state.set_settings(self.server, present.clone());
                Err(SettingsError::Conflict {
                    settings: present.settings,
                    version: present.version,
                })
            }
            Err(StoreSettingsError::Store(error)) => Err(error.into()),
        }
    }

    /// Counts a vote on an answer, in place of an earlier one of the same person. `voter` is a
    /// Discord user id, of which only a keyed hash is kept. Returns the earlier vote.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn vote(
        &self,
        voter: u64,
        answer: VotedAnswer<'_>,
        vote: Vote,
        at: i64,
    ) -> Result<Option<Vote>, StoreError> {
        let store = &self.handle.store;
        store.vote(self.server, voter, answer, vote, at).await
    }

    /// Puts a logged question up for review, because its asker rejected the reply. `false` if the
    /// question is no longer kept.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn flag(&self, question: QuestionId, at: i64) -> Result<bool, StoreError> {
        self.handle.question_log.flush().await?;
        let store = &self.handle.store;
        store.flag_question(self.server, question, at).await
    }

    /// Notes that the asker of a logged question chose `entry` from the suggestions: it counts as answered, and
    /// moderators are offered it as a phrasing. `false` if the question is no longer kept.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn follow_suggestion(
        &self,
        question: QuestionId,
        entry: &EntryId,
        at: i64,
    ) -> Result<bool, StoreError> {
        self.handle.question_log.flush().await?;
        let store = &self.handle.store;
        let entry = entry.as_str();
        store
            .follow_suggestion(self.server, question, entry, at)
            .await
    }

    /// The figures of the `days` days before `now`, with at most `entries` entries in each list.
    /// Counts every question logged so far, except those that a slow store has not taken yet.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn stats(&self, days: u32, now: i64, entries: usize) -> Result<Stats, StoreError> {
        self.flush_questions().await;
        let start = now.saturating_sub(i64::from(days) * citebot_store::DAY);
        let period = start..now.saturating_add(1);
        self.handle.store.stats(self.server, period, entries).await
    }

    /// Waits for the log of questions, where going on without the last of them does no harm.
    pub(crate) async fn flush_questions(&self) {
        if let Err(error) = self.handle.question_log.flush().await {
            tracing::warn!(%error, "the latest questions are left out");
        }
    }

    pub(crate) fn overlay(&self) -> Arc<Overlay> {
        self.engine.state.current().overlay(self.server)
    }
}

/// Runs slow work on a blocking thread.
pub(crate) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AdminError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a computation panicked");
        AdminError::Internal
    })
}
