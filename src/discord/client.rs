//! The REST client and the gateway: made, started, shut down.

use super::bot::Bot;
use super::curate::now;
use super::error::Error;
use super::handler::Handler;
use super::render;
use super::review::digest;
use super::shards::Shards;
use crate::config::{Config, Token};
use citebot_engine::Engine;
use serenity::http::{Http, HttpBuilder};
use serenity::model::gateway::GatewayIntents;
use serenity::{Client, client::ClientBuilder};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Discord's own address, used where the configuration names none.
const DISCORD: &str = "https://discord.com";
/// How long the first request may take.
const CONNECT: Duration = Duration::from_secs(30);
/// How long a shutdown may take: whoever stops the bot waits five seconds before it is killed.
const SHUTDOWN: Duration = Duration::from_secs(4);

/// See [`super::run`].
pub async fn run(
    config: &Config,
    engine: Arc<Engine>,
    token: &Token,
    shards: Option<Shards>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    tokio::pin!(shutdown);
    let (failed, mut failure) = mpsc::channel(1);
    let bot = Arc::new(Bot::new(&config.discord, engine));
    let handler = Arc::new(Handler::new(
        Arc::clone(&bot),
        config.discord.command_server,
        failed,
    ));
    let (mut client, recommended) = tokio::select! {
        connected = connect(config, token, &handler) => connected?,
        () = &mut shutdown => return Ok(()),
    };
    let shards = shards.unwrap_or_else(|| Shards::all(recommended));
    tracing::info!(%shards, "connecting to Discord");
    let digests = digest::run(Arc::clone(bot.engine()), Arc::clone(&client.http), now);
    let ended = tokio::select! {
        // Shards that ended by themselves do not answer a request to close.
        ended = start(&mut client, shards) => {
            return ended.map_err(|error| Error::serving(&error));
        }
        Some(error) = failure.recv() => Err(error),
        never = digests => match never {},
        () = &mut shutdown => Ok(()),
    };
    close(&client, &bot).await;
    ended
}

/// Runs these shards until they end.
async fn start(client: &mut Client, shards: Shards) -> serenity::Result<()> {
    // Despite its type serenity 0.12.5 takes the end of the range as the last shard to start.
    let range = shards.first()..shards.last();
    client.start_shard_range(range, shards.total()).await
}

/// The client, and how many shards Discord recommends.
async fn connect(
    config: &Config,
    token: &Token,
    handler: &Arc<Handler>,
) -> Result<(Client, u32), Error> {
    let http = http(config, token);
    let origin = config.discord.api_base.as_deref().unwrap_or(DISCORD);
    // Asked before the client is made: making it falls back to the public gateway, without a word,
    // when the address cannot be had.
    let gateway = timeout(CONNECT, http.get_bot_gateway())
        .await
        .map_err(|_| Error::Unreachable {
            origin: origin.to_owned(),
            cause: format!("no answer within {} s", CONNECT.as_secs()),
        })?
        .map_err(|error| Error::connecting(&error, origin))?;
    let client = ClientBuilder::new_with_http(http, intents(config))
        .event_handler_arc(Arc::clone(handler))
        .await
        .map_err(|error| Error::connecting(&error, origin))?;
    client.ws_url.lock().await.clone_from(&gateway.url);
    handler.set_shards(Arc::clone(&client.shard_manager));
    Ok((client, gateway.shards))
}

fn http(config: &Config, token: &Token) -> Http {
    let builder = HttpBuilder::new(token.expose()).default_allowed_mentions(render::nobody());
    match &config.discord.api_base {
        // The address stands for Discord only with serenity's own limiter off: what stands there
        // paces the requests.
        Some(origin) => builder
            .proxy(origin.trim_end_matches('/'))
            .ratelimiter_disabled(true),
        None => builder,
    }
    .build()
}

/// What is asked of Discord: mentions, replies and direct messages carry their text without the
/// privileged intent; only listening in channels needs it.
fn intents(config: &Config) -> GatewayIntents {
    let mut intents =
        GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if !config.discord.channels.is_empty() {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    intents
}

/// Closes the shards while what is being answered is finished; both within [`SHUTDOWN`].
async fn close(client: &Client, bot: &Bot) {
    let both = async {
        tokio::join!(client.shard_manager.shutdown_all(), bot.in_flight.close());
    };
    if timeout(SHUTDOWN, both).await.is_err() {
        tracing::warn!("not everything could be finished before the shutdown");
    }
}

#[cfg(test)]
mod tests {
    use super::intents;
    use crate::config::Config;
    use serenity::model::gateway::GatewayIntents;

    #[test]
    fn message_content_is_asked_for_only_to_listen_in_channels() {
        let mut config = Config::default();
        assert!(!intents(&config).intersects(GatewayIntents::privileged()));
        config.discord.channels = vec![1];
        assert!(intents(&config).contains(GatewayIntents::MESSAGE_CONTENT));
    }
}
