//! The REST client and the gateway: building, starting and shutting down.

use super::app::App;
use super::attachments::Attachments;
use super::clock;
use super::error::Error;
use super::gateway_refusals::GatewayRefusals;
use super::gateway_state::GatewayState;
use super::handler::Handler;
use super::http_error::innermost;
use super::pacing;
use super::rendered::no_pings;
use super::retry;
use super::review::digest;
use super::shards::Shards;
use super::unread_events::UnreadEvents;
use crate::config::{Config, Token};
use crate::observability::Metrics;
use citebot_engine::Engine;
use serenity::gateway::ShardManager;
use serenity::http::{Http, HttpBuilder};
use serenity::model::gateway::{BotGateway, GatewayIntents};
use serenity::model::user::OnlineStatus;
use serenity::{Client, client::ClientBuilder};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Discord's own address, used unless the configuration names another.
const DISCORD: &str = "https://discord.com";
/// How long a request may take, and how much of that for its connection. Discord answers within one
/// second as a rule.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a shutdown may take: the process is given five seconds before it is killed.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(4);

/// See [`super::run`].
pub async fn run(
    config: &Config,
    engine: Arc<Engine>,
    metrics: Arc<Metrics>,
    token: &Token,
    shards: Option<Shards>,
    refusals: GatewayRefusals,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    tokio::pin!(shutdown);
    let (fatal, mut fatal_errors) = mpsc::channel(1);
    let origin = config.discord.api_base.as_deref().unwrap_or(DISCORD);
    let unreachable = |error| Error::Unreachable {
        origin: origin.to_owned(),
        cause: innermost(&error),
    };
    let requests = reqwest::Client::builder()
        .timeout(REQUEST_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .build()
        .map_err(unreachable)?;
    let attachments = Attachments::new(config.discord.api_base.as_deref()).map_err(unreachable)?;
    let app = Arc::new(App::new(
        config,
        engine,
        Arc::clone(&metrics),
        requests,
        attachments,
    ));
    let handler = Arc::new(Handler::new(
        Arc::clone(&app),
        config.discord.command_server,
        fatal,
    ));
    let (mut client, gateway) = tokio::select! {
        connected = connect(config, token, origin, &app, &handler) => connected?,
        () = &mut shutdown => return Ok(()),
    };
    let shards = shards.unwrap_or_else(|| Shards::all(gateway.shards));
    tracing::info!(%shards, "connecting to Discord");
    metrics.set_gateway(GatewayState {
        shards,
        manager: Arc::clone(&client.shard_manager),
    });
    let digests = digest::run(
        Arc::clone(app.engine()),
        Arc::clone(&client.http),
        clock::now,
    );
    let pacing = pacing::run(
        Arc::clone(&client.ws_url),
        Arc::clone(&client.http),
        shards.last() - shards.first() + 1,
        gateway.session_start_limit.remaining,
    );
    let ended = tokio::select! {
        // Shards that ended by themselves do not answer a request to close.
        ended = start(&mut client, shards) => {
            return ended.map_err(|error| Error::serving(&error));
        }
        error = refusals.first() => {
            stop_reading(&client.shard_manager).await;
            within_shutdown(app.tasks.close()).await;
            return Err(error);
        }
        Some(error) = fatal_errors.recv() => Err(error),
        never = digests => match never {},
        never = pacing => match never {},
        () = &mut shutdown => Ok(()),
    };
    close(&client, &app).await;
    ended
}

/// Runs these shards until they end.
async fn start(client: &mut Client, shards: Shards) -> serenity::Result<()> {
    // Despite its type serenity 0.12.5 takes the end of the range as the last shard to start.
    let range = shards.first()..shards.last();
    client.start_shard_range(range, shards.total()).await
}

/// Builds the client as soon as Discord answers. Returns what Discord says of its gateway, too.
async fn connect(
    config: &Config,
    token: &Token,
    origin: &str,
    app: &App,
    handler: &Arc<Handler>,
) -> Result<(Client, BotGateway), Error> {
    let http = http(config, token, app);
    // Before the client is built: building it silently falls back to the public gateway when the
    // address cannot be fetched.
    let what = format!("no answer from Discord at {origin}");
    let gateway = retry::without_end(&what, || http.get_bot_gateway())
        .await
        .map_err(|error| Error::connecting(&error, origin))?;
    let client = ClientBuilder::new_with_http(http, intents(config))
        .event_handler_arc(Arc::clone(handler))
        .raw_event_handler(UnreadEvents::new(Arc::clone(handler)))
        .await
        .map_err(|error| Error::connecting(&error, origin))?;
    client.ws_url.lock().await.clone_from(&gateway.url);
    handler.set_shards(Arc::clone(&client.shard_manager));
    Ok((client, gateway))
}

fn http(config: &Config, token: &Token, app: &App) -> Http {
    let builder = HttpBuilder::new(token.expose())
        .client(app.requests.clone())
        .default_allowed_mentions(no_pings());
    match &config.discord.api_base {
        // Serenity ignores the address unless its own rate limiter is off: the server there limits
        // the requests.
        Some(origin) => builder
            .proxy(origin.trim_end_matches('/'))
            .ratelimiter_disabled(true),
        None => builder,
    }
    .build()
}

/// The gateway intents. Only listening in channels needs the privileged one for message content:
/// mentions, replies and direct messages carry their text without it.
fn intents(config: &Config) -> GatewayIntents {
    let mut intents =
        GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if config.discord.message_content {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    intents
}

/// Closes the shards and lets running handlers finish, both within [`SHUTDOWN_TIMEOUT`].
async fn close(client: &Client, app: &App) {
    let closed = async {
        tokio::join!(client.shard_manager.shutdown_all(), app.tasks.close());
    };
    within_shutdown(closed).await;
}

/// Ends the shards whose connection is closed and not made again. Serenity 0.12.5 reads such a connection on and
/// on without once giving its thread back, which may be the one that all timers and sockets wait for. A shard
/// ends when it cannot send something; to others this presence is nothing new.
async fn stop_reading(shards: &ShardManager) {
    for runner in shards.runners.lock().await.values() {
        runner.runner_tx.set_presence(None, OnlineStatus::Online);
    }
}

/// Waits for `end`, at most for [`SHUTDOWN_TIMEOUT`].
async fn within_shutdown(end: impl Future<Output = ()>) {
    if timeout(SHUTDOWN_TIMEOUT, end).await.is_err() {
        tracing::warn!("some events were not handled before the shutdown");
    }
}

#[cfg(test)]
mod tests {
    use super::intents;
    use crate::config::Config;
    use serenity::model::gateway::GatewayIntents;

    #[test]
    fn message_content_is_requested_only_to_listen_in_channels() {
        let mut config = Config::default();
        assert!(!intents(&config).intersects(GatewayIntents::privileged()));
        config.discord.message_content = true;
        assert!(intents(&config).contains(GatewayIntents::MESSAGE_CONTENT));
    }
}
