//! A cooldown for each of many things. Time is an argument.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;
use tokio::time::Instant;

/// How many are remembered before those whose time has passed are forgotten.
const MAX_REMEMBERED: usize = 1_024;

/// When the cooldown of each thing ends.
#[derive(Debug)]
pub struct Cooldown<K>(HashMap<K, Instant>);

impl<K> Default for Cooldown<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Cooldown<K> {
    /// Whether the cooldown of `key` has not ended at `now`.
    #[must_use]
    pub fn is_cooling(&self, key: &K, now: Instant) -> bool {
        self.0.get(key).is_some_and(|end| now < *end)
    }

    /// Begins the cooldown of `key`.
    pub fn begin(&mut self, key: K, cooldown: Duration, now: Instant) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.retain(|_, end| now < *end);
        }
        self.0.insert(key, now + cooldown);
    }
}

#[cfg(test)]
mod tests {
    use super::{Cooldown, MAX_REMEMBERED};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn each_key_has_its_own_cooldown() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut cooldown = Cooldown::default();
        assert!(!cooldown.is_cooling(&1, start));
        cooldown.begin(1, Duration::from_secs(30), start);
        cooldown.begin(2, Duration::ZERO, start);
        for (key, second, expected) in [
            (1, 0, true),
            (1, 29, true),
            (1, 30, false),
            (2, 0, false),
            (3, 0, false),
        ] {
            let cooling = cooldown.is_cooling(&key, at(second));
            assert_eq!(cooling, expected, "{key} at {second} s");
        }
    }

    #[test]
    fn cooldowns_that_have_passed_are_forgotten() {
        let now = Instant::now();
        let pause = Duration::from_secs(1);
        let mut cooldown = Cooldown::default();
        for key in 1..=MAX_REMEMBERED {
            cooldown.begin(key, pause, now);
        }
        cooldown.begin(0, pause, now + Duration::from_secs(2));
        assert_eq!(cooldown.0.len(), 1);
    }
}
