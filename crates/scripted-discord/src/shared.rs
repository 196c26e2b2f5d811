//! The state behind a lock, and waiting for it to change.

use crate::state::State;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// What all handles of one scripted Discord share.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Notify,
    deadline: Instant,
}

impl Shared {
    pub(crate) fn new(state: State, deadline: Instant) -> Self {
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
            deadline,
        }
    }

    /// Reads the state.
    pub(crate) fn look(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes all that wait.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.look());
        self.changed.notify_waiters();
        result
    }

    /// Waits until `probe` finds something in the state.
    ///
    /// # Panics
    ///
    /// If the deadline passes or a bot ends first.
    pub(crate) async fn wait_for_state<T>(
        &self,
        what: &str,
        mut probe: impl FnMut(&State) -> Option<T>,
    ) -> T {
        self.wait_for(what, || probe(&self.look())).await
    }

    /// Waits until `probe`, which may look at the state, finds something.
    ///
    /// # Panics
    ///
    /// If the deadline passes or a bot ends first.
    pub(crate) async fn wait_for<T>(&self, what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on a change is noticed, also one that comes while `probe` looks.
            changed.as_mut().enable();
            if let Some(found) = probe() {
                return found;
            }
            let ended = self.look().unexpected_end.clone();
            assert!(
                ended.is_none(),
                "waited for {what}, but {}",
                ended.unwrap_or_default()
            );
            let in_time = tokio::time::timeout_at(self.deadline, changed).await;
            assert!(in_time.is_ok(), "waited in vain for {what}");
        }
    }
}
