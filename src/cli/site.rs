//! `citebot site`: the FAQ as a website.

mod serve;

use super::open::open_by_words;
use super::{CommandResult, Setup, runtime, with_store};
use citebot_site::{Options, Site, folder};
use citebot_store::ServerId;
use clap::Args;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// Id of a Discord server: with its changes to the FAQ [default: the FAQ alone]
    #[arg(long, value_name = "ID")]
    server: Option<NonZeroU64>,
}

/// The port of this machine that the site is shown at unless another is named.
const PORT: &str = "8000";

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// Write the site into this folder, created if missing
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show the site on this machine and follow changes of the FAQ [default port: 8000]
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = PORT)]
    serve: Option<u16>,
}

/// Writes the site, or shows it.
pub(super) fn site(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let options = Options {
        title: setup.config.site.title.clone(),
        url: setup.config.site.url.clone(),
    };
    let engine = open_by_words(setup)?;
    let server = arguments.server.map(ServerId);
    let runtime = runtime()?;
    let engine = match server {
        None => engine,
        Some(_) => runtime.block_on(with_store(engine, &setup.config))?,
    };
    let Some(out) = &arguments.target.out else {
        // The group has exactly one of the two.
        let port = arguments.target.serve.unwrap_or_default();
        let served = runtime.block_on(serve::serve(engine, server, port, options));
        // Open pages keep their connections.
        runtime.shutdown_background();
        return served.map(|()| CommandResult::Fine);
    };
    let site = Site::build(&engine.snapshot(server).knowledge, &options);
    let written = folder::write(&site, out)?;
    writeln!(
        anstream::stdout(),
        "{} files in {}: {} changed, {} removed.",
        written.files,
        out.display(),
        written.changed,
        written.removed
    )?;
    Ok(CommandResult::Fine)
}
