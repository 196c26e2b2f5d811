//! Servers that the bot leaves: what is kept of them goes some time later.

use crate::engine::Engine;
use citebot_store::{ServerId, StoreError};
use std::collections::HashSet;

impl Engine {
    /// Notes that the bot left `server` at `at`.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn note_departure(&self, server: ServerId, at: i64) -> Result<(), StoreError> {
        match self.store() {
            Some(store) => store.note_departures(&[server], at).await,
            None => Ok(()),
        }
    }

    /// Notes that the bot joined `server`, which it may have left before.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn note_return(&self, server: ServerId) -> Result<(), StoreError> {
        match self.store() {
            Some(store) => store.note_returns(&[server]).await,
            None => Ok(()),
        }
    }

    /// Notes which servers the bot left and joined while it was away. `present`: every server that it is
    /// in among those that `is_in_question`, such as those of one shard.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn note_present(
        &self,
        present: &HashSet<ServerId>,
        is_in_question: impl Fn(ServerId) -> bool,
        at: i64,
    ) -> Result<(), StoreError> {
        let Some(store) = self.store() else {
            return Ok(());
        };
        let departed = store.departed().await?.into_iter();
        let back: Vec<ServerId> = departed.filter(|server| present.contains(server)).collect();
        if !back.is_empty() {
            store.note_returns(&back).await?;
        }
        let kept = store.kept_servers().await?.into_iter();
        let gone: Vec<ServerId> = kept
            .filter(|server| is_in_question(*server) && !present.contains(server))
            .collect();
        if !gone.is_empty() {
            store.note_departures(&gone, at).await?;
        }
        Ok(())
    }
}
