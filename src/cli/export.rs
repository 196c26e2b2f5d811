//! `citebot export`: writes a server's overlay as knowledge files, or merges it into the base.

use super::open::open_by_words;
use super::{CommandResult, Setup, runtime, with_store};
use anyhow::Context;
use citebot_core::knowledge::Knowledge;
use citebot_engine::{File, merge};
use citebot_store::ServerId;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id of the Discord server
    #[arg(long, value_name = "ID")]
    server: NonZeroU64,
    /// Write the files into this folder, created if missing
    #[arg(long, value_name = "DIR", conflicts_with = "into")]
    output: Option<PathBuf>,
    /// Merge into this knowledge folder, keeping comments and order
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
}

/// Exports the server's overlay, to standard output if no folder is given.
pub(super) fn export(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let server = ServerId(arguments.server);
    let exported = runtime()?.block_on(async {
        let engine = with_store(open_by_words(setup)?, &setup.config).await?;
        let admin = engine.admin(server).context("the engine has no store")?;
        Ok::<_, anyhow::Error>(admin.export()?)
    })?;
    let mut out = anstream::stdout();
    if exported.files.is_empty() {
        writeln!(
            anstream::stderr(),
            "Server {server} has nothing of its own to export."
        )?;
        return Ok(CommandResult::Nothing);
    }
    if let Some(folder) = &arguments.into {
        let changed = merge_into(folder, &exported.files)?;
        for file in &changed {
            writeln!(out, "{}", file.display())?;
        }
        if changed.is_empty() {
            writeln!(
                out,
                "No change: everything is in {} already.",
                folder.display()
            )?;
        }
    } else if let Some(folder) = &arguments.output {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not create the folder {}", folder.display()))?;
        for file in &exported.files {
            let path = folder.join(&file.name);
            save(&path, &file.text)?;
            writeln!(out, "{}", path.display())?;
        }
    } else {
        for file in &exported.files {
            writeln!(out, "# {}\n{}", file.name, file.text)?;
        }
    }
    Ok(CommandResult::Fine)
}

/// Merges `files` into the knowledge folder and returns the changed files. Restores the folder if it
/// would have a mistake afterwards.
fn merge_into(folder: &Path, files: &[File]) -> anyhow::Result<Vec<PathBuf>> {
    let faq = folder.join("faq");
    let base = read_folder(&faq)?;
    let changed = merge(&base, files)?;
    let mut originals: Vec<(PathBuf, Option<&File>)> = Vec::new();
    let written = changed.iter().try_for_each(|file| {
        let path = faq.join(&file.name);
        originals.push((path.clone(), base.iter().find(|old| old.name == file.name)));
        set_text(&path, Some(&file.text).filter(|text| !text.is_empty()))
    });
    let checked = written.and_then(|()| {
        Knowledge::load(folder, &crate::discord::ENTRY_LIMITS)
            .map(drop)
            .map_err(|problems| {
                super::listed(&problems).context("the merge would break the folder")
            })
    });
    if let Err(error) = checked {
        for (path, original) in &originals {
            set_text(path, original.map(|file| &file.text))
                .with_context(|| format!("could not restore {}", path.display()))?;
        }
        return Err(error.context(format!("{} is unchanged", folder.display())));
    }
    Ok(originals.into_iter().map(|(path, _)| path).collect())
}

/// Writes `text` to `path`, or removes the file if there is none.
fn set_text(path: &Path, text: Option<&String>) -> anyhow::Result<()> {
    match text {
        Some(text) => save(path, text),
        None => match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", path.display()))
            }
            _ => Ok(()),
        },
    }
}

/// Reads every knowledge file in `folder`, sorted by name.
fn read_folder(folder: &Path) -> anyhow::Result<Vec<File>> {
    let failed = || format!("could not read {}", folder.display());
    let mut files = Vec::new();
    for item in fs::read_dir(folder).with_context(failed)? {
        let path = item.with_context(failed)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.extension().is_some_and(|ending| ending == "toml") && !name.starts_with('.') {
            files.push(read(&path, name)?);
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

pub(super) fn read(path: &Path, name: String) -> anyhow::Result<File> {
    let text =
        fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    Ok(File { name, text })
}

/// Replaces a file atomically: writes a temporary file beside it and renames that.
fn save(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("could not write {}", path.display());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Hidden, so that a running bot does not read it.
    let temporary = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    written.with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::merge_into;
    use citebot_engine::File;
    use std::fs;

    #[test]
    fn a_merge_that_would_break_the_folder_leaves_it() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let faq = folder.path().join("faq");
        fs::create_dir(&faq).expect("a folder");
        let text =
            "topic = \"T\"\n\n[[entry]]\nid = \"a\"\nquestion = \"What?\"\nanswer = \"That.\"\n";
        fs::write(faq.join("t.toml"), text).expect("a file");
        let overlay = |answer: &str| {
            [File {
                name: "t.toml".into(),
                text: text
                    .replace("That.", answer)
                    .replace("topic = \"T\"", "topic = \"New\""),
            }]
        };
        let read = |name: &str| fs::read_to_string(faq.join(name)).ok();
        let error = merge_into(folder.path(), &overlay("That. [1]")).expect_err("no such source");
        assert!(
            format!("{error:#}").contains("points to no source"),
            "{error:#}"
        );
        assert_eq!(read("t.toml").as_deref(), Some(text));
        assert_eq!(read("new.toml"), None);

        let changed = merge_into(folder.path(), &overlay("This.")).expect("merges");
        assert_eq!(changed, [faq.join("t.toml"), faq.join("new.toml")]);
        assert_eq!(read("t.toml"), None);
        assert!(read("new.toml").is_some_and(|text| text.contains("This.")));
        assert_eq!(fs::read_dir(&faq).expect("a folder").count(), 1);
    }
}
