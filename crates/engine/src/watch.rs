//! Reloads the base when its files change.
//!
//! The files are looked at regularly. Notifications of the system would come sooner, but they end when
//! the folder is renamed or replaced, and never come for many mounted folders.

use crate::engine::Engine;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The time between two looks at the files. They are read when they have not changed between two looks:
/// an editor or `git pull` writes several in a row.
const INTERVAL: Duration = Duration::from_millis(500);
/// Files that change all the time are read all the same after so long.
const MAX_DELAY: Duration = Duration::from_secs(5);
/// After a reload, the next waits for this many times as long as it took.
const REST: u32 = 4;
/// The knowledge folder and those in it: entries stand in `faq/`.
const DEPTH: usize = 2;

/// The time of the last change of each file and its size in bytes, or neither for a folder.
type Versions = BTreeMap<PathBuf, Option<(Option<SystemTime>, u64)>>;

/// What can be told of the files of a knowledge folder without reading them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderState {
    folder: PathBuf,
    versions: Versions,
}

impl FolderState {
    /// The present state of `folder`.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let mut versions = Versions::new();
        note(folder, DEPTH, &mut versions);
        Self {
            folder: folder.to_owned(),
            versions,
        }
    }

    /// The present state of the same folder.
    #[must_use]
    pub fn now(&self) -> Self {
        Self::of(&self.folder)
    }
}

/// Notes what is in `folder`, down to `depth` folders. Leaves out hidden files, which are not read, and
/// files that cannot be told of: a reload reports them.
fn note(folder: &Path, depth: usize, versions: &mut Versions) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        // Unlike the entry's own metadata, these follow links.
        let Some(metadata) = std::fs::metadata(&path).ok().filter(|_| !is_hidden) else {
            continue;
        };
        if metadata.is_dir() {
            if depth > 1 {
                note(&path, depth - 1, versions);
            }
            versions.insert(path, None);
        } else {
            versions.insert(path, Some((metadata.modified().ok(), metadata.len())));
        }
    }
}

/// Decides when changed files are read. Time is an argument.
#[derive(Debug)]
struct Debounce<T> {
    /// What was read last.
    loaded: T,
    seen: T,
    /// When a change was seen that has not been read.
    changed: Option<Instant>,
    /// Until when nothing is read.
    resting: Option<Instant>,
}

impl<T: Clone + PartialEq> Debounce<T> {
    fn new(loaded: T) -> Self {
        Self {
            seen: loaded.clone(),
            loaded,
            changed: None,
            resting: None,
        }
    }

    /// Notes the files as they are `now`. Returns whether to read them.
    fn look(&mut self, files: T, now: Instant) -> bool {
        let is_settled = files == self.seen;
        self.seen = files;
        if self.seen == self.loaded {
            self.changed = None;
            return false;
        }
        let since = *self.changed.get_or_insert(now);
        if !is_settled && now < since + MAX_DELAY || self.resting.is_some_and(|until| now < until) {
            return false;
        }
        self.loaded = self.seen.clone();
        self.changed = None;
        true
    }

    /// Notes that they were read, which took so long until `now`.
    fn rest(&mut self, took: Duration, now: Instant) {
        self.resting = Some(now + took * REST);
    }
}

/// Watches the knowledge folder until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    /// Its end ends the thread.
    _running: Option<Sender<Infallible>>,
}

/// Watches the engine's knowledge folder and reloads it within seconds of a change. Logs each reload.
/// After a mistake in the files the last good base goes on answering, and the log says where the mistake
/// is. Built-in knowledge does not change and is not watched.
#[must_use]
pub fn watch(engine: &Arc<Engine>) -> Watcher {
    let Some(opened) = engine.opened().cloned() else {
        return Watcher { _running: None };
    };
    let engine = Arc::downgrade(engine);
    let (running, ended) = mpsc::channel::<Infallible>();
    let looking = move || {
        let mut debounce = Debounce::new(opened.clone());
        while ended.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            if debounce.look(opened.now(), Instant::now()) {
                let begun = Instant::now();
                reload(&engine);
                debounce.rest(begun.elapsed(), Instant::now());
            }
        }
    };
    let thread = thread::Builder::new().name("watch".into()).spawn(looking);
    if let Err(error) = &thread {
        tracing::warn!(%error, "the knowledge folder cannot be watched: restart the bot to read changes");
    }
    Watcher {
        _running: thread.is_ok().then_some(running),
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
        Err(problems) => {
            for problem in &problems.0 {
                tracing::error!("{problem}");
            }
            tracing::error!(
                problems = problems.0.len(),
                "the knowledge has mistakes and was not reloaded; the last good one goes on answering"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Debounce, FolderState, INTERVAL, MAX_DELAY};
    use std::fs;
    use std::time::{Duration, Instant};

    #[test]
    fn every_change_of_a_file_that_is_read_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let faq = folder.path().join("faq");
        let file = faq.join("a.toml");
        fs::create_dir(&faq).unwrap();
        fs::write(&file, "one").unwrap();
        let mut before = FolderState::of(folder.path());
        let mut changes = |change: &dyn Fn()| {
            change();
            let now = before.now();
            let changed = now != before;
            before = now;
            changed
        };
        let other = faq.join("b.toml");
        let moved = folder.path().join("old");
        assert!(!changes(&|| drop(fs::read(&file).unwrap())), "reading");
        assert!(!changes(
            &|| fs::write(faq.join(".a.toml.swp"), "x").unwrap()
        ));
        assert!(changes(&|| fs::write(&file, "other").unwrap()), "writing");
        assert!(changes(&|| fs::rename(&file, &other).unwrap()), "renaming");
        assert!(changes(&|| fs::remove_file(&other).unwrap()), "deleting");
        assert!(changes(&|| fs::rename(&faq, &moved).unwrap()), "a folder");
        assert!(changes(&|| fs::create_dir(&faq).unwrap()), "another");
        assert!(
            changes(&|| fs::write(&file, "new").unwrap()),
            "a file in it"
        );
    }

    #[test]
    fn changes_are_read_when_they_have_settled() {
        let start = Instant::now();
        let mut debounce = Debounce::new('a');
        for (look, seen, expected, why) in [
            (0, 'a', false, "nothing changed"),
            (1, 'b', false, "it may change further"),
            (2, 'c', false, "it did"),
            (3, 'c', true, "settled"),
            (4, 'c', false, "read already"),
            (5, 'd', false, "a change"),
            (6, 'c', false, "taken back"),
            (7, 'c', false, "nothing to read"),
        ] {
            let now = start + INTERVAL * look;
            assert_eq!(debounce.look(seen, now), expected, "{why}");
        }
    }

    #[test]
    fn files_that_change_all_the_time_are_read_now_and_then() {
        let start = Instant::now();
        // 200 changes in a minute, and how long a reload takes.
        for (took, expected) in [(100, 8..=20), (3_000, 3..=5)] {
            let took = Duration::from_millis(took);
            let mut debounce = Debounce::new(0);
            let (mut now, mut reads, mut last) = (start, 0, 0);
            while now < start + Duration::from_mins(1) + MAX_DELAY * 4 {
                let changes = (now - start).as_millis().min(60_000) / 300;
                if debounce.look(changes, now) {
                    now += took;
                    debounce.rest(took, now);
                    (reads, last) = (reads + 1, changes);
                }
                now += INTERVAL;
            }
            assert!(expected.contains(&reads), "{reads} reads");
            assert_eq!(last, 200, "the last change was not read");
        }
    }
}
