//! `citebot health`: asks a running bot whether it lives, for a container's health check.

use super::{CommandResult, runtime};
use crate::config::Config;
use crate::observability::HEALTH;
use anyhow::Context;
use clap::Args;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// How long the bot may take: a health check that hangs says nothing.
const TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where it serves its health [default: `[observability] listen` of the configuration]
    #[arg(value_name = "ADDRESS:PORT")]
    address: Option<SocketAddr>,
}

/// Fine if the bot says that it lives.
pub(super) fn health(config: &Config, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let address = arguments.address.or(config.observability.listen).context(
        "there is nobody to ask: set `[observability] listen` or CITEBOT_LISTEN, or name an address",
    )?;
    let page = format!("http://{}{HEALTH}", reachable(address));
    let answered = runtime()?.block_on(async {
        // Whatever proxy the environment names does not lead to this machine.
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
        client.build()?.get(&page).send().await?.error_for_status()
    });
    let mut out = anstream::stdout();
    match answered {
        Ok(_) => {
            writeln!(out, "alive")?;
            Ok(CommandResult::Fine)
        }
        Err(error) => {
            let why = crate::discord::describe_transport(&error);
            writeln!(out, "no answer at {page}: {why}")?;
            Ok(CommandResult::Nothing)
        }
    }
}

/// The address that `listened` is reached at from this machine.
fn reachable(listened: SocketAddr) -> SocketAddr {
    let ip = match listened.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listened.port())
}
