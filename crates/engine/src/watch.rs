//! Reloads the base when its files change.

use crate::Engine;
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// How long the files must have been left alone before they are read: an editor or `git pull`
/// writes several in a row.
const QUIET: Duration = Duration::from_millis(300);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    _debouncer: Option<Debouncer<RecommendedWatcher>>,
}

/// Watches the engine's knowledge folder and reloads it after a change, saying so in the log. A
/// mistake in the files is logged with its place, and the last good base goes on answering. Where
/// the system cannot watch files, that is logged, and the bot runs without.
#[must_use]
pub fn watch(engine: &Arc<Engine>) -> Watcher {
    let folder = engine.folder().to_owned();
    let engine = Arc::downgrade(engine);
    let watched = folder.clone();
    let mut last = versions(&folder);
    let debouncer = new_debouncer(QUIET, move |event: DebounceEventResult| match event {
        Ok(_) => {
            // Reading a file is an event too: without this look, every reload would cause the next.
            let now = versions(&watched);
            if now != last {
                last = now;
                reload(&engine);
            }
        }
        Err(error) => tracing::warn!(%error, "watching the knowledge folder"),
    })
    .and_then(|mut debouncer| {
        debouncer
            .watcher()
            .watch(&folder, RecursiveMode::Recursive)?;
        Ok(debouncer)
    });
    let debouncer = debouncer
        .inspect_err(|error| {
            tracing::warn!(
                %error,
                folder = %folder.display(),
                "the knowledge folder cannot be watched: restart to read changes"
            );
        })
        .ok();
    Watcher {
        _debouncer: debouncer,
    }
}

/// When each file was changed last, and its size in bytes.
type Versions = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// The files under `folder` as they are now. What cannot be read is left out: the reload says so.
fn versions(folder: &Path) -> Versions {
    let mut versions = Versions::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Followed through links, unlike the entry's own.
        let Ok(metadata) = std::fs::metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            versions.append(&mut self::versions(&path));
        } else {
            versions.insert(path, (metadata.modified().ok(), metadata.len()));
        }
    }
    versions
}

fn reload(engine: &Weak<Engine>) {
    let Some(engine) = engine.upgrade() else {
        return;
    };
    match engine.reload() {
        Ok(snapshot) => tracing::info!(
            entries = snapshot.knowledge.entries().len(),
            "the knowledge was reloaded"
        ),
        Err(problems) => tracing::error!(
            "the knowledge has mistakes and was not reloaded; the last good one goes on answering\n{problems}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::versions;
    use std::fs;

    #[test]
    fn reading_changes_nothing_and_writing_does() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("faq");
        fs::create_dir(&inner).unwrap();
        let file = inner.join("a.toml");
        fs::write(&file, "one").unwrap();
        let first = versions(folder.path());
        assert_eq!(first.len(), 1);
        fs::read(&file).unwrap();
        assert_eq!(versions(folder.path()), first);
        fs::write(&file, "other").unwrap();
        let second = versions(folder.path());
        assert_ne!(second, first);
        fs::write(inner.join("b.toml"), "").unwrap();
        assert_eq!(versions(folder.path()).len(), 2);
        fs::remove_file(inner.join("b.toml")).unwrap();
        assert_eq!(versions(folder.path()), second);
    }
}
