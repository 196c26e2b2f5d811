//! The events that were handled lately: Discord may send one twice.

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use std::fmt;
use std::time::Duration;

/// How many are remembered, and for how long.
const MAX_IDS: u64 = 10_000;
const MEMORY: Duration = Duration::from_mins(10);

/// Ids of messages and interactions, which Discord never uses twice.
pub struct RecentIds(Cache<u64, ()>);

impl RecentIds {
    /// Whether `id` is new. From now on it is not.
    #[must_use]
    pub fn is_new(&self, id: u64) -> bool {
        self.0.entry(id).or_insert(()).is_fresh()
    }
}

impl Default for RecentIds {
    fn default() -> Self {
        Self(
            Cache::builder()
                .max_capacity(MAX_IDS)
                // The usual policy may refuse a new one while the cache is full.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(MEMORY)
                .build(),
        )
    }
}

impl fmt::Debug for RecentIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} recent ids", self.0.entry_count())
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_IDS, RecentIds};

    #[test]
    fn an_id_is_new_once() {
        let ids = RecentIds::default();
        assert!(ids.is_new(1));
        assert!(ids.is_new(2));
        assert!(!ids.is_new(1));
    }

    #[test]
    fn the_latest_ids_are_remembered_in_a_flood() {
        let ids = RecentIds::default();
        for id in 0..3 * MAX_IDS {
            assert!(ids.is_new(id));
        }
        let latest = 3 * MAX_IDS - MAX_IDS / 2;
        assert!((latest..3 * MAX_IDS).all(|id| !ids.is_new(id)));
    }
}
