//! The command line, one file a command.

use std::process::ExitCode;

/// Parses the arguments, runs the command, says what went wrong. The exit code is 0 for found or
/// fine, 1 for nothing found or problems, 2 for could not run.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(2)
}
