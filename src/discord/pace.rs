//! How often something may be said: a rest between unprompted answers in a channel, and a limit
//! on what one person can make the bot say. Time is an argument.

use serenity::model::id::{ChannelId, UserId};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many channels or people are remembered before those whose time has passed are forgotten.
const REMEMBERED: usize = 1_024;

/// A rest between two unprompted answers in one channel.
#[derive(Debug, Default)]
pub struct Cooldown {
    /// When the last answer was given, and the rest that was asked for then.
    last: HashMap<ChannelId, (Instant, Duration)>,
}

impl Cooldown {
    /// Whether an answer may be given in `channel` at `now`, at least `rest` after the one before;
    /// if so, it counts as given.
    pub fn take(&mut self, channel: ChannelId, rest: Duration, now: Instant) -> bool {
        let resting = |last: Instant, rest| now.saturating_duration_since(last) < rest;
        if self
            .last
            .get(&channel)
            .is_some_and(|&(last, _)| resting(last, rest))
        {
            return false;
        }
        if self.last.len() >= REMEMBERED {
            self.last.retain(|_, &mut (last, rest)| resting(last, rest));
        }
        self.last.insert(channel, (now, rest));
        true
    }
}

/// What one person may ask without a pause: enough for any conversation, too little for a flood.
const BURST: u32 = 20;
/// The time after which one more question is allowed.
const REFILL: Duration = Duration::from_secs(2);

/// A limit on what one person may ask: [`BURST`] questions at once, then one every [`REFILL`].
///
/// For each person the instant is kept at which everything asked so far is paid off (the generic
/// cell rate algorithm, ITU-T I.371).
#[derive(Debug, Default)]
pub struct Flood {
    paid_off: HashMap<UserId, Instant>,
}

impl Flood {
    /// Whether `asker` may ask at `now`; if so, it counts.
    pub fn take(&mut self, asker: UserId, now: Instant) -> bool {
        let paid_off = self.paid_off.get(&asker).map_or(now, |at| (*at).max(now));
        let next = paid_off + REFILL;
        if next.saturating_duration_since(now) > REFILL * BURST {
            return false;
        }
        if self.paid_off.len() >= REMEMBERED {
            self.paid_off.retain(|_, at| *at > now);
        }
        self.paid_off.insert(asker, next);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST, Cooldown, Flood, REFILL, REMEMBERED};
    use serenity::model::id::{ChannelId, UserId};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_channel_rests_by_itself() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let rest = Duration::from_secs(30);
        let mut cooldown = Cooldown::default();
        for (channel, second, expected) in [
            (1, 0, true),
            (1, 1, false),
            (2, 1, true),
            (1, 29, false),
            (1, 30, true),
            (1, 59, false),
            (2, 59, true),
        ] {
            let taken = cooldown.take(ChannelId::new(channel), rest, at(second));
            assert_eq!(taken, expected, "channel {channel} at {second} s");
        }
    }

    #[test]
    fn without_a_rest_every_answer_is_given() {
        let now = Instant::now();
        let mut cooldown = Cooldown::default();
        assert!((0..5).all(|_| cooldown.take(ChannelId::new(1), Duration::ZERO, now)));
    }

    #[test]
    fn what_has_passed_is_forgotten() {
        let now = Instant::now();
        let rest = Duration::from_secs(1);
        let mut cooldown = Cooldown::default();
        for channel in 1..=REMEMBERED as u64 {
            cooldown.take(ChannelId::new(channel), rest, now);
        }
        cooldown.take(ChannelId::new(u64::MAX), rest, now + Duration::from_secs(2));
        assert_eq!(cooldown.last.len(), 1);
    }

    #[test]
    fn a_burst_is_allowed_then_one_a_refill() {
        let start = Instant::now();
        let mut flood = Flood::default();
        let (one, other) = (UserId::new(1), UserId::new(2));
        assert!((0..BURST).all(|_| flood.take(one, start)));
        assert!(!flood.take(one, start));
        assert!(flood.take(other, start));
        assert!(flood.take(one, start + REFILL));
        assert!(!flood.take(one, start + REFILL));
    }
}
