//! `citebot import`: reads knowledge files into a server's overlay.

use super::open::open_by_words;
use super::{CommandResult, Setup, export, runtime, with_store};
use anyhow::{Context, bail};
use citebot_engine::{File, ImportError, OPERATOR};
use citebot_store::ServerId;
use clap::Args;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id of the Discord server
    #[arg(long, value_name = "ID")]
    server: NonZeroU64,
    /// Files written by `export`, or files of a knowledge folder's `faq/`
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Imports every entry of the files. If one has a problem, lists all problems and imports nothing.
pub(super) fn import(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let files = arguments
        .files
        .iter()
        .map(|path| export::read(path, path.display().to_string()))
        .collect::<anyhow::Result<Vec<File>>>()?;
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock is before 1970")?;
    let now = i64::try_from(now.as_millis()).context("the clock is too far ahead")?;
    let imported = runtime()?.block_on(async {
        let engine = with_store(open_by_words(setup)?, &setup.config).await?;
        let admin = engine
            .admin(ServerId(arguments.server))
            .context("the engine has no store")?;
        Ok::<_, anyhow::Error>(admin.import(OPERATOR, now, &files).await)
    })?;
    let mut out = anstream::stdout();
    match imported {
        Ok(imported) => {
            for revision in &imported.revisions {
                writeln!(out, "{:<7} {}", revision.kind.as_str(), revision.entry)?;
            }
            let (changed, same) = (imported.revisions.len(), imported.unchanged);
            writeln!(out, "{changed} changed, {same} unchanged.")?;
            Ok(CommandResult::Fine)
        }
        Err(ImportError::Diagnostics(problems)) => {
            for problem in &problems.0 {
                writeln!(out, "{}\n", super::diagnostics::render(problem))?;
            }
            writeln!(out, "Nothing was imported.")?;
            Ok(CommandResult::Nothing)
        }
        Err(error) => bail!("nothing was imported: {error}"),
    }
}
