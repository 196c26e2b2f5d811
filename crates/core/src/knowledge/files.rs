//! The places that knowledge files are read from.

use super::collection::Knowledge;
use super::limits::Limits;
use crate::diagnostic::{Diagnostic, Diagnostics};
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
    /// There is no such file, it is a link to outside of the folder, or it cannot be read.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => {
                let file = folder.join(path);
                if !is_inside(folder, &file)? {
                    return Err(io::Error::other(LEADS_OUT));
                }
                fs::read(file)
            }
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

const LEADS_OUT: &str = "this is a link to outside of the knowledge folder";

/// Refuses a link to what lies outside of `folder`. Whoever may add files to the folder could otherwise have any
/// file of the machine read, and shown in messages about its mistakes.
///
/// # Errors
///
/// Where `path` leads out, or cannot be followed.
pub(super) fn stays_inside(folder: &Path, path: &Path) -> Result<(), Diagnostics> {
    let diagnostic = match is_inside(folder, path) {
        Ok(true) => return Ok(()),
        Ok(false) => {
            let help = "put what it links to in its place";
            Diagnostic::whole_file(path, LEADS_OUT, Some(help.into()))
        }
        Err(error) => Diagnostic::unreadable(path, &error),
    };
    Err(diagnostic.into())
}

/// Whether `path` is in `folder`, all links followed.
fn is_inside(folder: &Path, path: &Path) -> io::Result<bool> {
    Ok(path.canonicalize()?.starts_with(folder.canonicalize()?))
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
