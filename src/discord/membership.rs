//! The servers that the bot is in. Discord announces each of them at every connection: only one that was
//! not listed before is a new one.

use serenity::model::id::{GuildId, ShardId};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// The servers that the bot is in, as far as Discord has told.
#[derive(Debug, Default)]
pub struct Membership {
    servers: Mutex<HashSet<GuildId>>,
    /// The shards whose list of servers has come.
    listed: watch::Sender<HashSet<ShardId>>,
}

impl Membership {
    /// Notes the servers that Discord lists when `shard` connects.
    pub fn listed(&self, shard: ShardId, servers: impl IntoIterator<Item = GuildId>) {
        self.with(|known| known.extend(servers));
        self.listed.send_modify(|listed| {
            listed.insert(shard);
        });
    }

    /// Notes a server that Discord announces over `shard`, once that shard's list has come: events are
    /// handled beside each other. Whether the bot has just joined it.
    pub async fn announced(&self, shard: ShardId, server: GuildId) -> bool {
        let mut listed = self.listed.subscribe();
        // Fails only without a sender, which lives as long as this.
        let _ = listed.wait_for(|listed| listed.contains(&shard)).await;
        self.with(|known| known.insert(server))
    }

    /// Forgets a server that the bot has left.
    pub fn left(&self, server: GuildId) {
        self.with(|known| known.remove(&server));
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.with(|known| known.len())
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashSet<GuildId>) -> T) -> T {
        work(&mut self.servers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::Membership;
    use futures::FutureExt as _;
    use serenity::model::id::{GuildId, ShardId};

    #[test]
    fn a_server_is_new_once() {
        let membership = Membership::default();
        let announced = |server| {
            let announced = membership.announced(ShardId(0), GuildId::new(server));
            announced.now_or_never()
        };
        assert_eq!(announced(1), None, "before the list");
        membership.listed(ShardId(0), [GuildId::new(1), GuildId::new(2)]);
        assert_eq!(announced(1), Some(false));
        assert_eq!(announced(3), Some(true));
        assert_eq!(announced(3), Some(false), "after an outage");
        membership.left(GuildId::new(1));
        assert_eq!(announced(1), Some(true));
    }
}
