//! `citebot import`: reads knowledge files into a server's overlay.

use super::open::open_by_words;
use super::{CommandResult, Setup, export, runtime, with_store};
use crate::discord::ENTRY_LIMITS;
use anyhow::{Context, bail};
use citebot_core::source_file::SourceFile;
use citebot_engine::{File, ImportError, OPERATOR};
use citebot_store::ServerId;
use clap::Args;
use std::fs;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id of the Discord server
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    server: Option<NonZeroU64>,
    /// Convert this file into files for a knowledge folder's `faq/`, to be completed: Markdown with
    /// headings as questions, or tags that another bot exported as JSON
    #[arg(long, value_name = "FAQ.md|TAGS.json", conflicts_with_all = ["server", "files"])]
    pub(super) from: Option<PathBuf>,
    /// Write the converted files into this folder, created if missing [default: standard output]
    #[arg(long, value_name = "DIR", requires = "from")]
    pub(super) out: Option<PathBuf>,
    /// Files written by `export`, or files of a knowledge folder's `faq/`
    #[arg(required_unless_present = "from", value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Converts the file `from`, into the folder `out` or to standard output. If it has a problem, lists all
/// of them and writes nothing.
pub(super) fn convert(from: &Path, out: Option<&Path>) -> anyhow::Result<CommandResult> {
    let read = SourceFile::read(from);
    let files = match read.and_then(|file| citebot_engine::convert(&file, &ENTRY_LIMITS)) {
        Ok(files) => files,
        Err(problems) => {
            let mut out = anstream::stdout();
            for problem in &problems.0 {
                writeln!(out, "{}\n", super::diagnostics::render(problem))?;
            }
            writeln!(out, "Nothing was converted.")?;
            return Ok(CommandResult::Nothing);
        }
    };
    let Some(folder) = out else {
        for file in &files {
            write!(anstream::stdout(), "# {}\n{}\n", file.name, file.text)?;
        }
        return Ok(CommandResult::Fine);
    };
    if let Some(taken) = files
        .iter()
        .map(|file| folder.join(&file.name))
        .find(|file| file.exists())
    {
        bail!(
            "{} exists already, and nothing was written",
            taken.display()
        );
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for file in &files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(anstream::stdout(), "{}", path.display())?;
    }
    Ok(CommandResult::Fine)
}

/// Imports every entry of the files. If one has a problem, lists all problems and imports nothing.
pub(super) fn import(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let server = arguments.server.context("--server is missing")?;
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
            .admin(ServerId(server))
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
