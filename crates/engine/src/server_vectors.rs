//! The vectors of what servers have written themselves: on disk, a file for each server, so that neither
//! memory holds them while nobody asks there, nor a start computes them again.

use crate::vectors;
use citebot_core::matcher::VectorCache;
use citebot_store::ServerId;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folder of the files, in the folder of what the program writes.
const FOLDER: &str = "vectors";
const EXTENSION: &str = "bin";

/// The folder of the files.
#[derive(Debug, Clone)]
pub(crate) struct ServerVectors(PathBuf);

impl ServerVectors {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.join(FOLDER))
    }

    fn file(&self, server: ServerId) -> PathBuf {
        self.0.join(format!("{server}.{EXTENSION}"))
    }

    /// The vectors of `server` by the model with this fingerprint; none if they cannot be read.
    pub(crate) fn read(&self, server: ServerId, fingerprint: &str) -> VectorCache {
        vectors::read(&self.file(server), fingerprint)
    }

    /// Writes the vectors of `server`. If that fails, they will be computed again.
    pub(crate) fn write(&self, server: ServerId, new: &VectorCache) {
        if let Err(error) = vectors::write(&self.file(server), new) {
            tracing::warn!(%error, %server, "the vectors of a server's entries could not be written: they will be computed again");
        }
    }

    /// Removes the files of servers that `keeps` does not name and that are of this `age`: a younger one may be
    /// of an edit that is not published yet.
    pub(crate) fn retain(&self, keeps: impl Fn(ServerId) -> bool, age: Duration) {
        // There is no folder as long as no server has entries of its own.
        for entry in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_ours = path.extension().is_some_and(|name| name == EXTENSION);
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let server = stem.and_then(|stem| stem.parse::<NonZeroU64>().ok());
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let is_old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|since| since >= age));
            if let Some(server) = server.filter(|_| is_ours && is_old)
                && !keeps(ServerId(server))
                && let Err(error) = fs::remove_file(&path)
            {
                let file = path.display();
                tracing::warn!(%error, %file, "the vectors of a server that is gone could not be deleted");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ServerVectors;
    use citebot_core::matcher::VectorCache;
    use citebot_store::ServerId;
    use std::fs;
    use std::num::NonZeroU64;
    use std::time::Duration;

    #[test]
    fn files_of_servers_that_are_gone_are_removed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let vectors = ServerVectors::new(folder.path());
        vectors.retain(|_| false, Duration::ZERO);
        let server = |number| ServerId(NonZeroU64::new(number).expect("not 0"));
        let mut some = VectorCache::new("model");
        some.insert("a text", &[0.6, 0.8]);
        for number in [1, 2] {
            vectors.write(server(number), &some);
        }
        let foreign = folder.path().join("vectors/readme.txt");
        fs::write(&foreign, "not ours").expect("a file");
        vectors.retain(|_| false, Duration::from_hours(1));
        assert_eq!(vectors.read(server(1), "model").len(), 1, "it is new");
        vectors.retain(|kept| kept == server(2), Duration::ZERO);
        assert!(vectors.read(server(1), "model").is_empty());
        assert_eq!(vectors.read(server(2), "model").len(), 1);
        assert!(foreign.exists());
    }
}
