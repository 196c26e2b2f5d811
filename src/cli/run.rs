//! `citebot run`: serves Discord until a signal.

use super::{CommandResult, Setup, open, runtime, with_open_store};
use crate::config::Token;
use crate::discord::{self, GatewayRefusals, Shards};
use crate::observability::{self, Metrics, Serving};
use anyhow::Context;
use backon::{ExponentialBuilder, Retryable as _};
use citebot_engine::Share;
use citebot_store::{Location, OpenError, Store};
use clap::Args;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the log of questions may take at the end: the process is given five seconds altogether.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// The pauses before the store is tried again, from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Default, Args)]
pub(super) struct Arguments {
    /// Serve only these shards, END excluded: 0..4/16 is the first four of 16 [default: all]
    #[arg(long, value_name = "FIRST..END/TOTAL")]
    shards: Option<Shards>,
}

/// Serves until SIGINT or SIGTERM.
pub(super) fn run(
    setup: &Setup,
    arguments: &Arguments,
    metrics: &Arc<Metrics>,
    refusals: GatewayRefusals,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<CommandResult> {
    let token = Token::find(environment)?.context(
        "DISCORD_TOKEN is not set. Set it to the bot's token from the Discord developer portal \
         (application → Bot → Reset Token), or try `citebot chat`, which needs no token",
    )?;
    let config = &setup.config;
    tracing::info!(knowledge = %setup.knowledge, store = %config.store.url, "starting");
    let engine = open(setup)?;
    let share = arguments.shards.map(|shards| {
        let of_process = shards.first()..=shards.last();
        Share::of_shards(of_process, shards.total())
    });
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let mut shutdown = Box::pin(shutdown_signal()?);
        // Before the store is open: health is asked for while it is waited for, too.
        let _watched = match config.observability.listen {
            Some(address) => Some(watched(address, metrics).await?),
            None => None,
        };
        let store = tokio::select! {
            store = store(&config.store.url) => store?,
            () = &mut shutdown => return Ok(()),
        };
        let engine = with_open_store(engine, store, config, share).await?;
        let engine = Arc::new(engine);
        let _watcher = citebot_engine::watch(&engine);
        metrics.set_engine(Arc::clone(&engine));
        let served = discord::run(
            config,
            Arc::clone(&engine),
            Arc::clone(metrics),
            token,
            arguments.shards,
            refusals,
            shutdown,
        )
        .await;
        // The last questions are still being written to the log.
        match timeout(FLUSH_TIMEOUT, engine.flush()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => tracing::warn!(
                "the last questions may not have been logged: the database did not answer in time"
            ),
        }
        served?;
        Ok::<_, anyhow::Error>(())
    });
    // Nobody waits for what is still being computed.
    runtime.shutdown_background();
    served?;
    Ok(CommandResult::Fine)
}

/// Opens the store. As long as it cannot be reached, waits and tries again: after a restart of the machine the
/// database may come later.
async fn store(location: &Location) -> Result<Store, OpenError> {
    let open = || Store::open(location);
    let pauses = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .without_max_times();
    open.retry(pauses)
        .sleep(tokio::time::sleep)
        .when(OpenError::is_temporary)
        .notify(|error, pause| {
            tracing::warn!(%error, pause_s = pause.as_secs(), "the store cannot be opened yet: trying again");
        })
        .await
}

/// Serves health and metrics.
async fn watched(address: SocketAddr, metrics: &Arc<Metrics>) -> anyhow::Result<Serving> {
    let serving = observability::serve(address, Arc::clone(metrics));
    let serving = serving.await.with_context(|| {
        format!("[observability] listen: cannot serve health and metrics at {address}")
    })?;
    tracing::info!("health and metrics are at http://{}", serving.address);
    Ok(serving)
}

/// Resolves at the first SIGINT or SIGTERM. The handlers are installed when this returns, before the
/// future is polled.
#[cfg(unix)]
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("could not listen for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves at the first Ctrl-C.
#[cfg(not(unix))]
#[allow(
    clippy::unnecessary_wraps,
    reason = "has the signature of the Unix version, which can fail"
)]
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a handler, the system ends the process itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}
