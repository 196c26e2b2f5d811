//! Writing a site into a folder.
//!
//! A list in the folder names the files that were written. The next site removes those that it lacks,
//! and leaves everything else alone: a folder may also hold a host's own files.

use crate::site::Site;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The name of the list of written files.
pub const LIST: &str = ".citebot-site";

/// Why a site could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file that a site did not write stands in the way of one of its own.
    #[error("{} exists and was not written by an earlier `citebot site`: remove it, or name another folder", .0.display())]
    Foreign(PathBuf),
    /// The system refused.
    #[error("could not write {}", .0.display())]
    Io(PathBuf, #[source] io::Error),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The files of the site.
    pub files: usize,
    /// Those of them that were new or had changed; the others were not touched.
    pub changed: usize,
    /// Files of an earlier site that were removed.
    pub removed: usize,
}

/// Writes `site` into `folder`, which is made if it does not exist.
///
/// # Errors
///
/// When the folder cannot be written, or holds a file of another origin at a path of the site. In the second case
/// nothing is written.
pub fn write(site: &Site, folder: &Path) -> Result<Written, WriteError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |error| WriteError::Io(path, error)
    };
    let list = folder.join(LIST);
    let before = listed(&list).map_err(io(&list))?;
    let now: BTreeSet<&str> = site.files().map(|(path, _)| path).collect();
    for path in &now {
        let file = folder.join(path);
        if !before.contains(*path) && file.symlink_metadata().is_ok() {
            return Err(WriteError::Foreign(file));
        }
    }
    fs::create_dir_all(folder).map_err(io(folder))?;
    // First, so that what is written is known also after an interruption.
    let all: BTreeSet<&str> = before
        .iter()
        .map(String::as_str)
        .chain(now.clone())
        .collect();
    save(&list, &lines(&all)).map_err(io(&list))?;
    let mut written = Written {
        files: now.len(),
        changed: 0,
        removed: 0,
    };
    for (path, text) in site.files() {
        let file = folder.join(path);
        if fs::read(&file).is_ok_and(|old| old == text.as_bytes()) {
            continue;
        }
        save(&file, text).map_err(io(&file))?;
        written.changed += 1;
    }
    for path in before.iter().filter(|path| !now.contains(path.as_str())) {
        let file = folder.join(path);
        match fs::remove_file(&file) {
            Ok(()) => written.removed += 1,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(WriteError::Io(file, error)),
        }
    }
    save(&list, &lines(&now)).map_err(io(&list))?;
    Ok(written)
}

/// The paths in the list of an earlier site, without any that leads out of the folder.
fn listed(list: &Path) -> io::Result<BTreeSet<String>> {
    let text = match fs::read_to_string(list) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let inside = |path: &&str| {
        let mut parts = Path::new(path).components();
        !path.is_empty() && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    Ok(text.lines().filter(inside).map(str::to_owned).collect())
}

fn lines(paths: &BTreeSet<&str>) -> String {
    let lines = paths.iter().flat_map(|path| [*path, "\n"]);
    lines.collect()
}

/// Writes a file with its folder. A reader sees the old file or the new one, never a part.
fn save(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = file.with_extension(format!("{}.tmp", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        // That the rest of the attempt cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
    }
    written
}
