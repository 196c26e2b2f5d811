//! The servers that one of several processes takes.

use citebot_store::ServerId;
use std::ops::RangeInclusive;

/// The servers of some neighbouring shards. Discord divides servers among shards by their ids
/// (<https://discord.com/developers/docs/events/gateway#sharding>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    shards: RangeInclusive<u32>,
    total: u32,
}

impl Share {
    /// The servers of these of `total` shards, at least one.
    #[must_use]
    pub fn of_shards(shards: RangeInclusive<u32>, total: u32) -> Self {
        Self {
            shards,
            total: total.max(1),
        }
    }

    /// Whether `server` is one of them.
    #[must_use]
    pub fn has(&self, server: ServerId) -> bool {
        let shard = (server.0.get() >> 22) % u64::from(self.total);
        u32::try_from(shard).is_ok_and(|shard| self.shards.contains(&shard))
    }
}

#[cfg(test)]
mod tests {
    use super::Share;
    use citebot_store::ServerId;
    use std::num::NonZeroU64;

    #[test]
    fn every_server_is_of_one_share() {
        let shares =
            [(0..=1, 3), (2..=2, 3)].map(|(shards, total)| Share::of_shards(shards, total));
        for (shard, expected) in [(0, 0), (1, 0), (2, 1), (3, 0), (5, 1)] {
            let id = NonZeroU64::new((shard << 22) + 77).expect("not 0");
            for (at, share) in shares.iter().enumerate() {
                assert_eq!(share.has(ServerId(id)), at == expected, "{shard}");
            }
        }
        let all = Share::of_shards(0..=0, 0);
        assert!(all.has(ServerId(NonZeroU64::MAX)));
    }
}
