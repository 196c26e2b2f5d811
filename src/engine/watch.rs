//! Reloads the book when its files change.

use super::Engine;
use notify_debouncer_mini::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How long the files must have been left alone before they are read: an editor or `git pull`
/// writes several in a row.
const QUIET: Duration = Duration::from_millis(300);

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    _debouncer: Option<Debouncer<RecommendedWatcher>>,
}

/// Watches the engine's knowledge folder and reloads it after a change, saying so in the log. A
/// mistake in the files is logged with its place, and the last good book goes on answering. Where
/// the system cannot watch files, that is logged, and the bot runs without.
#[must_use]
pub fn watch(engine: Arc<Engine>) -> Watcher {
    let folder = engine.folder().to_owned();
    let engine = Arc::downgrade(&engine);
    let debouncer = new_debouncer(QUIET, move |event: DebounceEventResult| match event {
        Ok(_) => reload(&engine),
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
