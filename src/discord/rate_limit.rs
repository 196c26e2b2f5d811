//! A limit on what one person may ask or press. Time is an argument.

use serenity::model::id::UserId;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many people are remembered before those whose time has passed are forgotten.
const MAX_REMEMBERED: usize = 1_024;

/// A limit on what one person may do: a burst at once, then one more after each refill.
///
/// Keeps for each person the instant at which everything done so far is paid off (the generic cell
/// rate algorithm, ITU-T I.371).
#[derive(Debug)]
pub struct PersonLimit {
    burst: u32,
    refill: Duration,
    paid_off: HashMap<UserId, Instant>,
}

impl PersonLimit {
    /// The limit on questions: enough for any conversation, too few for a flood.
    #[must_use]
    pub fn on_questions() -> Self {
        Self::new(20, Duration::from_secs(2))
    }

    /// The limit on commands, buttons and menus: pages are turned faster than questions are asked.
    #[must_use]
    pub fn on_interactions() -> Self {
        Self::new(30, Duration::from_secs(1))
    }

    /// The limit on autocompletions: Discord asks for them while somebody types, a few times a second at most.
    #[must_use]
    pub fn on_autocompletions() -> Self {
        Self::new(60, Duration::from_millis(250))
    }

    fn new(burst: u32, refill: Duration) -> Self {
        Self {
            burst,
            refill,
            paid_off: HashMap::new(),
        }
    }

    /// Counts one more of `person` at `now`.
    ///
    /// # Errors
    ///
    /// It is too soon: the time to wait. It does not count then.
    pub fn allow(&mut self, person: UserId, now: Instant) -> Result<(), Duration> {
        let paid_off = self.paid_off.get(&person).map_or(now, |at| (*at).max(now));
        let next = paid_off + self.refill;
        let debt = next.saturating_duration_since(now);
        let wait = debt.saturating_sub(self.refill * self.burst);
        if !wait.is_zero() {
            return Err(wait);
        }
        if self.paid_off.len() >= MAX_REMEMBERED {
            self.paid_off.retain(|_, at| *at > now);
        }
        self.paid_off.insert(person, next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::PersonLimit;
    use serenity::model::id::UserId;
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_burst_is_allowed_then_one_a_refill() {
        let start = Instant::now();
        let refill = Duration::from_secs(2);
        let mut limit = PersonLimit::new(20, refill);
        let (one, other) = (UserId::new(1), UserId::new(2));
        assert!((0..20).all(|_| limit.allow(one, start).is_ok()));
        assert_eq!(limit.allow(one, start), Err(refill));
        assert_eq!(limit.allow(other, start), Ok(()));
        assert_eq!(limit.allow(one, start + refill), Ok(()));
        assert_eq!(limit.allow(one, start + refill * 3 / 2), Err(refill / 2));
    }
}
