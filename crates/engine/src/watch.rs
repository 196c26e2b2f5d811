//! Reloads the base when its files change.

use crate::engine::Engine;
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

/// How long the files must stay unchanged before they are read: an editor or `git pull` writes
/// several in a row.
const DEBOUNCE: Duration = Duration::from_millis(300);

/// Watches the knowledge folder until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    _debouncer: Option<Debouncer<RecommendedWatcher>>,
}

/// Watches the engine's knowledge folder and reloads it after a change. Logs each reload. After a
/// mistake in the files the last good base goes on answering, and the log says where the mistake is.
/// Where the system cannot watch files, the log says so and nothing is reloaded.
#[must_use]
pub fn watch(engine: &Arc<Engine>) -> Watcher {
    let folder = engine.folder().to_owned();
    let engine = Arc::downgrade(engine);
    let watched = folder.clone();
    let mut last = versions(&folder);
    let debouncer = new_debouncer(DEBOUNCE, move |event: DebounceEventResult| match event {
        Ok(_) => {
            // Reading a file is an event too: without this check, every reload would cause the next.
            let now = versions(&watched);
            if now != last {
                last = now;
                reload(&engine);
            }
        }
        Err(error) => {
            tracing::warn!(%error, "the knowledge folder could not be watched for a moment");
        }
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
                "the knowledge folder cannot be watched: restart the bot to read changes"
            );
        })
        .ok();
    Watcher {
        _debouncer: debouncer,
    }
}

/// The time of the last change of each file, and its size in bytes.
type Versions = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// The files under `folder`. Those that cannot be read are left out: the reload reports them.
fn versions(folder: &Path) -> Versions {
    let mut versions = Versions::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // Unlike the entry's own metadata, these follow links.
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
