//! `citebot site`: the FAQ as a website.

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
    /// Write the site into this folder, created if missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Id of a Discord server: with its changes to the FAQ [default: the FAQ alone]
    #[arg(long, value_name = "ID")]
    server: Option<NonZeroU64>,
}

/// Writes the site.
pub(super) fn site(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let options = Options {
        title: setup.config.site.title.clone(),
        url: setup.config.site.url.clone(),
    };
    let engine = open_by_words(setup)?;
    let snapshot = match arguments.server {
        None => engine.snapshot(None),
        Some(server) => runtime()?.block_on(async {
            let engine = with_store(engine, &setup.config).await?;
            Ok::<_, anyhow::Error>(engine.snapshot(Some(ServerId(server))))
        })?,
    };
    let site = Site::build(&snapshot.knowledge, &options);
    let written = folder::write(&site, &arguments.out)?;
    writeln!(
        anstream::stdout(),
        "{} files in {}: {} changed, {} removed.",
        written.files,
        arguments.out.display(),
        written.changed,
        written.removed
    )?;
    Ok(CommandResult::Fine)
}
