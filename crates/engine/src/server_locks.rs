//! A lock for each server, so that no server waits for another.

use citebot_store::ServerId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// Locks by server. Whoever holds one reads or writes the store, each call of which has a deadline, and
/// then swaps what was read into the state: a read that is older than the state must not replace it. No
/// index is built meanwhile.
#[derive(Debug, Default)]
pub(crate) struct ServerLocks(Mutex<HashMap<ServerId, Arc<tokio::sync::Mutex<()>>>>);

impl ServerLocks {
    /// Waits for the lock of `server`.
    pub(crate) async fn lock(&self, server: ServerId) -> OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Nobody holds or waits for a lock that only the table knows.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            Arc::clone(locks.entry(server).or_default())
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::ServerLocks;
    use citebot_store::ServerId;
    use futures::FutureExt as _;
    use std::num::NonZeroU64;
    use std::sync::PoisonError;

    #[test]
    fn a_server_waits_for_itself_alone_and_unused_locks_are_forgotten() {
        let server = |number| ServerId(NonZeroU64::new(number).expect("not 0"));
        let locks = ServerLocks::default();
        let held = locks.lock(server(1)).now_or_never().expect("free");
        assert!(locks.lock(server(1)).now_or_never().is_none(), "held");
        for number in 2..100 {
            assert!(locks.lock(server(number)).now_or_never().is_some());
        }
        drop(held);
        let _held = locks.lock(server(1)).now_or_never().expect("free again");
        let known = locks.0.lock().unwrap_or_else(PoisonError::into_inner).len();
        assert_eq!(known, 1);
    }
}
