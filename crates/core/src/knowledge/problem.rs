//! A mistake in a file, said so that its author can mend it.

use std::fmt;
use std::path::PathBuf;

/// Where in a file a mistake stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Line, from 1; 0 when the problem is the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 when the problem is the file as a whole.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// One mistake: where, the offending text, what is wrong, what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it stands.
    pub place: Place,
    /// What is wrong, in a sentence.
    pub message: String,
    /// The line it stands in, for showing under the message.
    pub excerpt: Option<String>,
    /// What to do about it: "did you mean `misuse`?".
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        if let Some(excerpt) = &self.excerpt {
            write!(f, "\n    | {excerpt}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n    = {help}")?;
        }
        Ok(())
    }
}

/// Every problem of a folder or file, in the order of their places. Never empty as an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Puts `problems` into the order of their places, each once.
    pub fn sorted(mut problems: Vec<Diagnostic>) -> Self {
        problems.sort();
        problems.dedup();
        Self(problems)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
