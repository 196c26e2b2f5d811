//! The `citebot` binary.

use include_dir::{Dir, include_dir};
use std::process::ExitCode;

/// The FAQ that the program answers from where no other is configured. It is in the binary rather
/// than the library, so that an edit of the FAQ compiles little. The compiler does not notice a new
/// file by itself: touch this one.
static KNOWLEDGE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/knowledge");

fn main() -> ExitCode {
    citebot::cli::main(&KNOWLEDGE)
}
