//! Whether the database file is still the one that was opened. SQLite itself goes on with a deleted
//! file, and everything written to it is lost at the next restart.

use std::fs::{Metadata, metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// A file, and what tells it from another one of the same name.
#[derive(Debug)]
pub(super) struct FileIdentity {
    file: PathBuf,
    identity: Identity,
    /// Whether it was missed at the last look.
    missed: AtomicBool,
}

/// The device and the number of a file on it.
#[cfg(unix)]
type Identity = (u64, u64);
/// Other systems do not let a file be deleted or renamed that is open.
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

impl FileIdentity {
    /// That of `file` as it is now.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        Ok(Self {
            identity: identity(&metadata(file)?),
            file: file.to_owned(),
            missed: AtomicBool::new(false),
        })
    }

    /// Whether the file is still there. Logs when it is missed, and when it is back.
    pub(super) fn is_there(&self) -> bool {
        let is_there = metadata(&self.file).is_ok_and(|now| identity(&now) == self.identity);
        let was_missed = self.missed.swap(!is_there, Ordering::Relaxed);
        match (was_missed, is_there) {
            (false, false) => tracing::error!(
                file = %self.file.display(),
                "the database file was deleted or replaced while in use: nothing is saved until it is put \
                 back, or until a restart, which makes a new one if there is none"
            ),
            (true, true) => {
                tracing::info!(file = %self.file.display(), "the database file is back");
            }
            _ => {}
        }
        is_there
    }
}
