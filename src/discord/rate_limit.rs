//! Rate limits: a cooldown between unprompted answers in one channel, and a limit on what one person
//! may ask. Time is an argument.

use serenity::model::id::{ChannelId, UserId};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// How many channels or people are remembered before those whose time has passed are forgotten.
const MAX_REMEMBERED: usize = 1_024;

/// A cooldown between unprompted answers in one channel.
#[derive(Debug, Default)]
pub struct ChannelCooldown {
    /// When the last answer was given, and the cooldown that held then.
    last: HashMap<ChannelId, (Instant, Duration)>,
}

impl ChannelCooldown {
    /// Whether an answer may be given in `channel` at `now`, at least `cooldown` after the one
    /// before. If so, it counts as given.
    pub fn allow(&mut self, channel: ChannelId, cooldown: Duration, now: Instant) -> bool {
        let cooling = |last: Instant, cooldown| now.saturating_duration_since(last) < cooldown;
        if self
            .last
            .get(&channel)
            .is_some_and(|&(last, _)| cooling(last, cooldown))
        {
            return false;
        }
        if self.last.len() >= MAX_REMEMBERED {
            self.last
                .retain(|_, &mut (last, cooldown)| cooling(last, cooldown));
        }
        self.last.insert(channel, (now, cooldown));
        true
    }
}

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
    use super::{AskerLimit, BURST, ChannelCooldown, MAX_REMEMBERED, REFILL};
    use serenity::model::id::{ChannelId, UserId};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn each_channel_has_its_own_cooldown() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let pause = Duration::from_secs(30);
        let mut cooldown = ChannelCooldown::default();
        for (channel, second, expected) in [
            (1, 0, true),
            (1, 1, false),
            (2, 1, true),
            (1, 29, false),
            (1, 30, true),
            (1, 59, false),
            (2, 59, true),
        ] {
            let allowed = cooldown.allow(ChannelId::new(channel), pause, at(second));
            assert_eq!(allowed, expected, "channel {channel} at {second} s");
        }
    }

    #[test]
    fn without_a_cooldown_every_answer_is_given() {
        let now = Instant::now();
        let mut cooldown = ChannelCooldown::default();
        assert!((0..5).all(|_| cooldown.allow(ChannelId::new(1), Duration::ZERO, now)));
    }

    #[test]
    fn cooldowns_that_have_passed_are_forgotten() {
        let now = Instant::now();
        let pause = Duration::from_secs(1);
        let mut cooldown = ChannelCooldown::default();
        for channel in 1..=MAX_REMEMBERED as u64 {
            cooldown.allow(ChannelId::new(channel), pause, now);
        }
        cooldown.allow(
            ChannelId::new(u64::MAX),
            pause,
            now + Duration::from_secs(2),
        );
        assert_eq!(cooldown.last.len(), 1);
    }

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
