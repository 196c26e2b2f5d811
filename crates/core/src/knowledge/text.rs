//! A file's text, and where in it something stands.

use super::problem::{Diagnostic, Place};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The longest line that is shown whole under a problem, in characters.
const EXCERPT: usize = 120;
/// How much of it stands before the offending place when it is shortened.
const BEFORE: usize = 40;

/// A file that was read, with the starts of its lines.
#[derive(Debug)]
pub struct Text {
    file: PathBuf,
    body: String,
    lines: Vec<usize>,
}

impl Text {
    /// The `text` of `file`. A byte order mark is taken off.
    pub fn new(file: PathBuf, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self {
            lines: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            body: text.to_owned(),
            file,
        }
    }

    /// Reads `file`.
    ///
    /// # Errors
    ///
    /// A problem when it is not there, is no regular file, may not be read or is not UTF-8.
    pub fn read(file: &Path) -> Result<Self, Diagnostic> {
        let failed = |error: &io::Error| whole(file, read_failure(error), None);
        // A pipe or a device would be waited on for ever.
        if !fs::metadata(file).map_err(|e| failed(&e))?.is_file() {
            return Err(whole(file, "this is not a regular file".into(), None));
        }
        let bytes = fs::read(file).map_err(|e| failed(&e))?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(file.to_owned(), &text)),
            Err(error) => {
                let good = error.utf8_error().valid_up_to();
                let lossy = Self::new(file.to_owned(), &String::from_utf8_lossy(error.as_bytes()));
                // Up to here the bytes and the repaired text are the same, but for the mark.
                let mark = error.as_bytes().starts_with("\u{feff}".as_bytes());
                Err(lossy.problem(
                    good - if mark { '\u{feff}'.len_utf8() } else { 0 },
                    "this is not UTF-8 text".into(),
                    Some("save the file in the encoding UTF-8".into()),
                ))
            }
        }
    }

    /// The text, without a byte order mark.
    pub fn as_str(&self) -> &str {
        &self.body
    }

    /// The bytes of line `at` stands in, without its end.
    pub fn line(&self, at: usize) -> Range<usize> {
        let line = self.line_number(at);
        let end = self
            .lines
            .get(line)
            .map_or(self.body.len(), |next| next - 1);
        self.lines[line - 1]..end
    }

    /// A problem at byte `at`, with the line it stands in.
    pub fn problem(&self, at: usize, message: String, help: Option<String>) -> Diagnostic {
        let line = self.line(at);
        let at = self.body.floor_char_boundary(at.min(line.end));
        let column = self.body[line.start..at].chars().count();
        let excerpt = excerpt(&self.body[line.clone()], column);
        Diagnostic {
            place: Place {
                file: self.file.clone(),
                line: self.line_number(at),
                column: column + 1,
            },
            message,
            excerpt: (!excerpt.is_empty()).then_some(excerpt),
            help,
        }
    }

    /// A problem of the file as a whole.
    pub fn whole(&self, message: String, help: Option<String>) -> Diagnostic {
        whole(&self.file, message, help)
    }

    fn line_number(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }
}

/// A problem of `file` as a whole.
pub fn whole(file: &Path, message: String, help: Option<String>) -> Diagnostic {
    Diagnostic {
        place: Place {
            file: file.to_owned(),
            line: 0,
            column: 0,
        },
        message,
        excerpt: None,
        help,
    }
}

/// Why a file or folder could not be read, in a sentence.
pub fn read_failure(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "this may not be read: no permission".into(),
        _ => format!("this could not be read: {error}"),
    }
}

/// `text` as it may be shown in one line of a terminal: shortened to `longest` characters, control
/// characters replaced.
pub fn shown(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).map(visible).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// The part of `line` around `column` (characters, from 0) that is worth showing.
fn excerpt(line: &str, column: usize) -> String {
    let line = line.trim_end();
    if line.chars().count() <= EXCERPT {
        return shown(line.trim_start(), EXCERPT);
    }
    let start = column.saturating_sub(BEFORE);
    let rest: String = line.chars().skip(start).collect();
    let part = shown(rest.trim_start(), EXCERPT);
    if start > 0 {
        format!("…{part}")
    } else {
        part
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn places_count_characters_and_lines() {
        let text = "é = 1\r\n  日本 = \"x\"\n\nlast";
        for (needle, line, column, excerpt) in [
            ("é", 1, 1, Some("é = 1")),
            ("=", 1, 3, Some("é = 1")),
            ("本", 2, 4, Some("日本 = \"x\"")),
            ("\"x", 2, 8, Some("日本 = \"x\"")),
            ("\nlast", 3, 1, None),
            ("last", 4, 1, Some("last")),
            ("st", 4, 3, Some("last")),
        ] {
            for mark in ["", "\u{feff}"] {
                let text = Text::new("f".into(), &format!("{mark}{text}"));
                let at = text.as_str().find(needle).expect(needle);
                let problem = text.problem(at, String::new(), None);
                let place = (problem.place.line, problem.place.column);
                assert_eq!(place, (line, column), "{needle:?}");
                assert_eq!(problem.excerpt.as_deref(), excerpt, "{needle:?}");
            }
        }
    }

    #[test]
    fn a_place_inside_a_character_or_past_the_end_is_moved() {
        let text = Text::new("f".into(), "日本");
        assert_eq!(text.problem(1, String::new(), None).place.column, 1);
        assert_eq!(text.problem(4, String::new(), None).place.column, 2);
        assert_eq!(text.problem(999, String::new(), None).place.column, 3);
    }

    #[test]
    fn a_long_line_is_shortened_around_the_place_and_escapes_do_not_pass() {
        let text = Text::new(
            "f".into(),
            &format!("{}\u{1b}[31m!{}", "日".repeat(500), "x".repeat(500)),
        );
        let excerpt = text
            .problem(text.as_str().find('!').expect("!"), String::new(), None)
            .excerpt
            .expect("a line");
        assert!(
            excerpt.starts_with("…日") && excerpt.ends_with("x…"),
            "{excerpt}"
        );
        assert!(
            excerpt.chars().count() <= 122 && !excerpt.contains('\u{1b}'),
            "{excerpt}"
        );
    }
}
