//! `citebot run`: Discord until a signal.

use super::{Outcome, open, runtime, with_store};
use crate::config::{Config, Token};
use crate::discord::{self, Shards};
use anyhow::Context;
use clap::Args;
use std::sync::Arc;

#[derive(Debug, Default, Args)]
pub(super) struct Arguments {
    /// Serve this part of the bot's shards, END left out, as in 0..4/16; all by default
    #[arg(long, value_name = "FIRST..END/TOTAL")]
    shards: Option<Shards>,
}

/// Serves until SIGINT or SIGTERM.
pub(super) fn run(
    config: &Config,
    arguments: &Arguments,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Outcome> {
    let token = Token::from_env(environment)?.context(
        "DISCORD_TOKEN is not set: put the bot's token from the Discord developer portal there \
         (application → Bot → Reset Token), or try `citebot chat`, which needs none",
    )?;
    let engine = open(config)?;
    runtime()?.block_on(async {
        let shutdown = shutdown_signal()?;
        let engine = Arc::new(with_store(engine, config).await?);
        let _watcher = citebot_engine::watch(&engine);
        let served = discord::run(
            config,
            Arc::clone(&engine),
            token,
            arguments.shards,
            shutdown,
        )
        .await;
        // What was asked last is still being written.
        engine.flush().await;
        served?;
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(Outcome::Fine)
}

/// Ends with the first SIGINT or SIGTERM. The handlers stand when this returns, not only once the
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

/// Ends with the first Ctrl-C.
#[cfg(not(unix))]
#[allow(
    clippy::unnecessary_wraps,
    reason = "the same face as on Unix, where it can fail"
)]
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        // Without a handler the process ends by the system's default: nothing more to do.
        let _ = tokio::signal::ctrl_c().await;
    })
}
