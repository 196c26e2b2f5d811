//! A file's text, and the line and column of each byte in it.

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// A file that holds `text`. A byte order mark is taken off.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self {
            line_starts: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            text: text.to_owned(),
            path: path.into(),
        }
    }

    /// Reads `path`.
    ///
    /// # Errors
    ///
    /// When there is no such file, it is no regular file, may not be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        let failed = |error: io::Error| Diagnostics::from(Diagnostic::unreadable(path, &error));
        // A pipe or a device would be waited on for ever.
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(Diagnostic::whole_file(path, "this is not a regular file", None).into());
        }
        Self::from_utf8(path, fs::read(path).map_err(failed)?)
    }

    /// A file that holds `bytes`.
    ///
    /// # Errors
    ///
    /// When they are not UTF-8.
    pub fn from_utf8(path: &Path, bytes: Vec<u8>) -> Result<Self, Diagnostics> {
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(path, &text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let lossy = Self::new(path, &String::from_utf8_lossy(error.as_bytes()));
                // Up to here the bytes and the repaired text are the same, but for the mark.
                let mark = error.as_bytes().starts_with("\u{feff}".as_bytes());
                let at = valid - if mark { '\u{feff}'.len_utf8() } else { 0 };
                let help = "save the file in the encoding UTF-8";
                Err(lossy
                    .diagnostic(at..at, "this is not UTF-8 text", Some(help.into()))
                    .into())
            }
        }
    }

    /// The file's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the line that byte `at` stands in, without its end.
    #[must_use]
    pub fn line(&self, at: usize) -> Range<usize> {
        let line = self.line_number(at);
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).copied();
        let line = &self.text[start..end.unwrap_or(self.text.len())];
        let line = line.strip_suffix('\n').unwrap_or(line);
        start..start + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The line and column of `bytes`. A boundary inside a character or behind the line's end is
    /// moved back.
    #[must_use]
    pub fn span(&self, bytes: Range<usize>) -> Span {
        let line = self.line(bytes.start);
        let start = self.text.floor_char_boundary(bytes.start.min(line.end));
        let end = self.text.floor_char_boundary(bytes.end).max(start);
        Span {
            start,
            end,
            line: self.line_number(start),
            column: self.text[line.start..start].chars().count() + 1,
        }
    }

    /// A mistake at `bytes`.
    #[must_use]
    pub fn diagnostic(
        &self,
        bytes: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Diagnostic {
        let line = &self.text[self.line(bytes.start)];
        Diagnostic {
            file: self.path.clone(),
            span: Some(self.span(bytes)),
            message: message.into(),
            help,
            source_line: (!line.trim().is_empty()).then(|| line.to_owned()),
        }
    }

    /// A mistake of the file as a whole.
    #[must_use]
    pub fn whole(&self, message: impl Into<String>, help: Option<String>) -> Diagnostic {
        Diagnostic::whole_file(&self.path, message, help)
    }

    fn line_number(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }
}

impl Diagnostic {
    /// `path` could not be read.
    #[must_use]
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let message = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "this may not be read: no permission".to_owned(),
            _ => format!("this could not be read: {error}"),
        };
        Self::whole_file(path, message, None)
    }
}

#[cfg(test)]
mod tests {
    use super::SourceFile;

    #[test]
    fn spans_count_characters_and_lines() {
        let text = "é = 1\r\n  日本 = \"x\"\n\nlast";
        for (needle, line, column, source_line) in [
            ("é", 1, 1, Some("é = 1")),
            ("=", 1, 3, Some("é = 1")),
            ("本", 2, 4, Some("  日本 = \"x\"")),
            ("\"x", 2, 8, Some("  日本 = \"x\"")),
            ("\nlast", 3, 1, None),
            ("last", 4, 1, Some("last")),
            ("st", 4, 3, Some("last")),
        ] {
            for mark in ["", "\u{feff}"] {
                let file = SourceFile::new("f", &format!("{mark}{text}"));
                let at = file.text().find(needle).expect(needle);
                let diagnostic = file.diagnostic(at..at + needle.len(), "", None);
                let span = diagnostic.span.expect("a place");
                assert_eq!((span.line, span.column), (line, column), "{needle:?}");
                assert_eq!(diagnostic.source_line.as_deref(), source_line, "{needle:?}");
            }
        }
    }

    #[test]
    fn a_boundary_inside_a_character_or_past_the_end_is_moved() {
        let file = SourceFile::new("f", "日本");
        for (bytes, start, end, column) in [
            (1..4, 0, 3, 1),
            (4..5, 3, 3, 2),
            (999..1_000, 6, 6, 3),
            (0..999, 0, 6, 1),
        ] {
            let span = file.span(bytes.clone());
            assert_eq!(
                (span.start, span.end, span.column),
                (start, end, column),
                "{bytes:?}"
            );
        }
    }
}
