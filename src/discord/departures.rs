//! The servers that the bot left and joined: what is kept of one it left goes some time later.

use super::app::{App, server_id};
use super::clock;
use citebot_engine::{DEPARTURE_GRACE_DAYS, Share};
use citebot_store::{ServerId, StoreError};
use serenity::model::gateway::Ready;
use serenity::model::id::GuildId;
use std::collections::HashSet;

/// Compares the servers that Discord lists at a connection with those that the bot knew.
pub async fn compare(app: &App, ready: &Ready) {
    let present: HashSet<ServerId> = ready.guilds.iter().map(|one| server_id(one.id)).collect();
    let (shard, total) = ready
        .shard
        .map_or((0, 1), |shard| (shard.id.0, shard.total));
    let share = Share::of_shards(shard..=shard, total);
    let of_shard = |server| share.has(server);
    let noted = app
        .engine()
        .note_present(&present, of_shard, clock::now())
        .await;
    if let Err(error) = noted {
        warn_of(&error);
    }
}

/// Notes that the bot left `server`.
pub async fn left(app: &App, server: GuildId) {
    app.membership.left(server);
    app.metrics.servers(app.membership.count());
    let noted = app.engine().note_departure(server_id(server), clock::now());
    match noted.await {
        Ok(()) => tracing::info!(
            %server,
            days = DEPARTURE_GRACE_DAYS,
            "the bot left a server: after these days what is kept of it will be deleted"
        ),
        Err(error) => warn_of(&error),
    }
}

/// Notes that the bot joined `server`.
pub async fn joined(app: &App, server: GuildId) {
    match app.engine().note_return(server_id(server)).await {
        Ok(()) => tracing::info!(%server, "the bot joined a server"),
        Err(error) => warn_of(&error),
    }
}

/// The next connection tries again what the store did not take.
fn warn_of(error: &StoreError) {
    tracing::warn!(%error, "which servers the bot left could not be noted");
}
