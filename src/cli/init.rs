//! `citebot init`: a small FAQ to start from.

use super::CommandResult;
use anyhow::{Context, bail};
use clap::Args;
use include_dir::{Dir, include_dir};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is written.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/init");

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write into, created if missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Writes a FAQ and a configuration, and overwrites nothing.
pub(super) fn init(arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let folder = &arguments.folder;
    let files = all(&FILES);
    for (path, _) in &files {
        let taken = folder.join(path);
        if taken.exists() {
            bail!(
                "{} exists already, and nothing was written: name an empty folder",
                taken.display()
            );
        }
    }
    for (path, content) in &files {
        write(&folder.join(path), content)?;
    }
    writeln!(
        anstream::stdout(),
        "A small FAQ to start from is in {}: {} files with comments. Next:\n\n    cd {}\n    citebot check && citebot",
        folder.display(),
        files.len(),
        folder.display()
    )?;
    Ok(CommandResult::Fine)
}

/// Every file of `folder`, also those in the folders in it.
fn all<'d>(folder: &'d Dir<'d>) -> Vec<(&'d Path, &'d [u8])> {
    let own = folder.files().map(|file| (file.path(), file.contents()));
    own.chain(folder.dirs().flat_map(all)).collect()
}

fn write(file: &Path, content: &[u8]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    let mut new = OpenOptions::new();
    let opened = new.write(true).create_new(true).open(file);
    opened
        .and_then(|mut file| file.write_all(content))
        .with_context(cannot)
}
