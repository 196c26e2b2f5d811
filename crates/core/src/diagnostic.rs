//! Mistakes in files, with their places.
//!
//! A [`Diagnostic`] displays in one line, `faq/risks.toml:12:12: there is no entry `tow` (did you
//! mean `two`?)`, and carries the line of the file for a surface that shows more.

mod source_file;

pub use source_file::SourceFile;

use std::fmt;
use std::path::{Path, PathBuf};

/// A stretch of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The byte it starts at, not counting a byte order mark.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// The line it starts in, from 1.
    pub line: usize,
    /// The column it starts at, in characters from 1.
    pub column: usize,
}

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The file, or the folder.
    pub file: PathBuf,
    /// Where the mistake stands; `None` when the file as a whole is meant.
    pub span: Option<Span>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it: "did you mean `misuse`?".
    pub help: Option<String>,
    /// The line that the span starts in. `None` when it is blank or must not be shown.
    pub source_line: Option<String>,
}

impl Diagnostic {
    /// A mistake of `file` as a whole.
    #[must_use]
    pub fn whole_file(file: &Path, message: impl Into<String>, help: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            span: None,
            message: message.into(),
            help,
            source_line: None,
        }
    }

    /// `file:line:column`, or the file alone.
    #[must_use]
    pub fn location(&self) -> String {
        let file = self.file.display();
        match self.span {
            Some(span) => format!("{file}:{}:{}", span.line, span.column),
            None => file.to_string(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location(), self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

/// Every mistake of a file or folder, in the order of their places. Never empty as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Sorts `diagnostics` by place and drops repetitions.
    #[must_use]
    pub fn sorted(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort();
        diagnostics.dedup();
        Self(diagnostics)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, diagnostic) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// `text` cut to `most` characters, with control characters replaced, so that it can be quoted in
/// a message.
#[must_use]
pub fn printable(text: &str, most: usize) -> String {
    let visible = |c| match c {
        '\t' | '\n' | '\r' => ' ',
        c if char::is_control(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    let mut printable: String = text.chars().take(most).map(visible).collect();
    if text.chars().nth(most).is_some() {
        printable.push('…');
    }
    printable
}

/// The names in backquotes: `a`, `b` and `c`.
#[must_use]
pub fn enumerated(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
