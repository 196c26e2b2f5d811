//! The `citebot` binary: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    citebot::cli::main()
}
