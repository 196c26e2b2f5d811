//! The state of the connections to the gateway, for health and metrics.

use super::shards::Shards;
use crate::observability::{Gateway, Shard};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serenity::gateway::{ConnectionStage, ShardManager};
use serenity::model::id::ShardId;
use std::sync::Arc;

/// The shards of this process, as serenity manages them.
#[derive(Debug)]
pub struct GatewayState {
    /// Every shard that should be there.
    pub shards: Shards,
    /// Those that are.
    pub manager: Arc<ShardManager>,
}

impl Gateway for GatewayState {
    fn shards(&self) -> BoxFuture<'_, Vec<Shard>> {
        async {
            let runners = self.manager.runners.lock().await;
            let shard = |id| {
                let runner = runners.get(&ShardId(id));
                Shard {
                    id,
                    is_connected: runner
                        .is_some_and(|runner| runner.stage == ConnectionStage::Connected),
                    latency: runner.and_then(|runner| runner.latency),
                }
            };
            (self.shards.first()..=self.shards.last())
                .map(shard)
                .collect()
        }
        .boxed()
    }
}
