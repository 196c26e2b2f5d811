//! Files of sentence vectors, so that a start encodes only new phrasings. The bot writes one beside
//! its store; a base may bring one along, to make the first start fast.

use citebot_core::knowledge::KnowledgeFiles;
use citebot_core::matcher::VectorCache;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// The name of the file of vectors in a knowledge folder.
pub const SHIPPED: &str = "vectors.bin";

/// How many files were written by this process.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// Reads the vectors of the model with this fingerprint. A file that is missing, damaged or of another
/// model gives an empty cache.
#[must_use]
pub fn read(file: &Path, fingerprint: &str) -> VectorCache {
    from_bytes(fs::read(file), &file.display(), fingerprint)
}

/// Reads the vectors of the model with this fingerprint that ship with a base. Where there are none,
/// gives an empty cache.
#[must_use]
pub fn read_shipped(files: &KnowledgeFiles, fingerprint: &str) -> VectorCache {
    from_bytes(files.read(SHIPPED), files, fingerprint)
}

fn from_bytes(
    bytes: io::Result<Vec<u8>>,
    place: &dyn fmt::Display,
    fingerprint: &str,
) -> VectorCache {
    bytes
        .ok()
        .and_then(|bytes| {
            VectorCache::from_bytes(&bytes, fingerprint)
                .inspect_err(|error| tracing::debug!(%place, %error, "the vectors are not used"))
                .ok()
        })
        .unwrap_or_else(|| VectorCache::new(fingerprint))
}

/// Writes `vectors` to `file`, and makes its folder where it does not exist. A reader sees the old file
/// or the new one, never a part.
///
/// # Errors
///
/// The folder or the file cannot be written.
pub fn write(file: &Path, vectors: &VectorCache) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    // Neither two processes nor two threads may write into the same file.
    let write = WRITES.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!(".vectors-{}-{write}.tmp", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut out| {
            out.write_all(&vectors.to_bytes())?;
            out.sync_all()
        })
        .and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        // That the rest of the attempt cannot be removed changes nothing.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use citebot_core::matcher::VectorCache;

    #[test]
    fn what_is_written_is_read_and_rubbish_is_empty() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("new").join("vectors.bin");
        let mut vectors = VectorCache::new("model");
        vectors.insert("a question", &[0.6, 0.8]);
        write(&file, &vectors).expect("a new folder can be written to");
        assert_eq!(read(&file, "model").len(), 1);
        assert!(read(&file, "another model").is_empty());
        let left = std::fs::read_dir(file.parent().expect("it has a folder"))
            .expect("the folder can be read")
            .count();
        assert_eq!(left, 1, "something was left beside the file");
        std::fs::write(&file, b"rubbish").expect("the file can be written");
        assert!(read(&file, "model").is_empty());
        assert!(read(&folder.path().join("missing"), "model").is_empty());
    }
}
