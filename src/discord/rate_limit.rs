//! A limit on what one person may ask. Time is an argument.

use serenity::model::id::UserId;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many people are remembered before those whose time has passed are forgotten.
const MAX_REMEMBERED: usize = 1_024;

/// How many questions one person may ask without a pause: enough for any conversation, too few for a
/// flood.
const BURST: u32 = 20;
/// The time after which one more question is allowed.
const REFILL: Duration = Duration::from_secs(2);

/// A limit on what one person may ask: [`BURST`] questions at once, then one every [`REFILL`].
///
/// Keeps for each person the instant at which everything asked so far is paid off (the generic cell
/// rate algorithm, ITU-T I.371).
#[derive(Debug, Default)]
pub struct AskerLimit {
    paid_off: HashMap<UserId, Instant>,
}

impl AskerLimit {
    /// Whether `asker` may ask at `now`. If so, it counts.
    pub fn allow(&mut self, asker: UserId, now: Instant) -> bool {
        let paid_off = self.paid_off.get(&asker).map_or(now, |at| (*at).max(now));
        let next = paid_off + REFILL;
        if next.saturating_duration_since(now) > REFILL * BURST {
            return false;
        }
        if self.paid_off.len() >= MAX_REMEMBERED {
            self.paid_off.retain(|_, at| *at > now);
        }
        self.paid_off.insert(asker, next);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{AskerLimit, BURST, REFILL};
    use serenity::model::id::UserId;
    use tokio::time::Instant;

    #[test]
    fn a_burst_is_allowed_then_one_a_refill() {
        let start = Instant::now();
        let mut limit = AskerLimit::default();
        let (one, other) = (UserId::new(1), UserId::new(2));
        assert!((0..BURST).all(|_| limit.allow(one, start)));
        assert!(!limit.allow(one, start));
        assert!(limit.allow(other, start));
        assert!(limit.allow(one, start + REFILL));
        assert!(!limit.allow(one, start + REFILL));
    }
}
