//! The places that knowledge files are read from.

use super::collection::Knowledge;
use super::limits::Limits;
use crate::diagnostic::Diagnostics;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a FAQ: a folder, or part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnowledgeFiles {
    /// A folder, which may change.
    Folder(PathBuf),
    /// Files in the program itself.
    BuiltIn(Arc<[BuiltInFile]>),
}

/// A file in the program itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltInFile {
    /// Its path in the knowledge folder that it was built from.
    pub path: &'static str,
    /// What is in it.
    pub content: &'static [u8],
}

impl KnowledgeFiles {
    /// Reads and checks the files; see [`Knowledge::load`].
    ///
    /// # Errors
    ///
    /// Every mistake found.
    pub fn load(&self, limits: &Limits) -> Result<Knowledge, Diagnostics> {
        match self {
            Self::Folder(folder) => Knowledge::load(folder, limits),
            Self::BuiltIn(files) => Knowledge::load_built_in(files, limits),
        }
    }

    /// The folder; `None` for files in the program itself.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::BuiltIn(_) => None,
        }
    }

    /// The content of the file at `path`, relative to the folder.
    ///
    /// # Errors
    ///
    /// There is no such file, or it cannot be read.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => fs::read(folder.join(path)),
            Self::BuiltIn(files) => files
                .iter()
                .find(|file| file.path == path)
                .map(|file| file.content.to_vec())
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
        }
    }
}

impl From<PathBuf> for KnowledgeFiles {
    fn from(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }
}

/// Names the files for people.
impl fmt::Display for KnowledgeFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::BuiltIn(_) => f.write_str("the FAQ built into this program"),
        }
    }
}
