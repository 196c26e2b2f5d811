//! What the person at the terminal says of a reply: a line of labelled questions, as `eval` reads them.

use serde::Serialize;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// A question with the entry that answers it, or none.
#[derive(Debug, Serialize)]
pub(super) struct Judgement<'a> {
    pub question: &'a str,
    /// The entry of the answer that the question followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<&'a str>,
    pub entry: Option<&'a str>,
}

impl Judgement<'_> {
    /// Adds it to the end of `file`.
    ///
    /// # Errors
    ///
    /// When the file or its folder cannot be written.
    pub(super) fn append(&self, file: &Path) -> io::Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        // One write: two conversations at once must not mix their lines.
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)?
            .write_all(&line)
    }
}
