//! The connections to Discord, as they are watched.

use futures::future::BoxFuture;
use std::fmt::Debug;
use std::time::Duration;

/// One connection to Discord's gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 0.
    pub id: u32,
    /// Whether events come over it.
    pub is_connected: bool,
    /// How long Discord took to answer the last heartbeat; `None` before the first.
    pub latency: Option<Duration>,
}

/// The connections of this process.
pub trait Gateway: Debug + Send + Sync {
    /// Every shard that this process is to serve, also those that are not connected.
    fn shards(&self) -> BoxFuture<'_, Vec<Shard>>;
}
