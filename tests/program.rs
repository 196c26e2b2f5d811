//! The real program, run once with given arguments and input.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Once;

/// Everything a finished run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A run of `citebot` that is being put together. It starts in the crate's folder, with no
/// environment but `PATH`, the place of the store and what is added.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    input: Vec<u8>,
}

/// Where runs keep what they keep: in the build's own folder, so that the vectors of the shipped
/// book are computed once for all runs, and nothing is left elsewhere.
const STORE: &str = concat!(
    "sqlite://",
    env!("CARGO_TARGET_TMPDIR"),
    "/shipped/citebot.db"
);

/// `citebot` with these arguments.
pub(crate) fn citebot(arguments: &[&str]) -> Program {
    // The first run computes the vectors; the others would do the same at the same time.
    static VECTORS: Once = Once::new();
    VECTORS.call_once(|| {
        prepared(&["ask", "what is open-source AI"]).run();
    });
    prepared(arguments)
}

fn prepared(arguments: &[&str]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citebot"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("CITEBOT_STORE", STORE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Program {
        command,
        input: Vec::new(),
    }
}

impl Program {
    /// Starts it in `folder`.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Keeps things where the configuration says.
    pub(crate) fn own_store(mut self) -> Self {
        self.command.env_remove("CITEBOT_STORE");
        self
    }

    /// Sets a variable of its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it this standard input.
    pub(crate) fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ran {
        let mut child = self.command.spawn().expect("the program was built");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let input = self.input;
        // From a thread of its own: a program that writes before it has read all would block on
        // a full pipe. One that ends without reading closes the pipe, which is no mistake.
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child
            .wait_with_output()
            .expect("the program can be waited for");
        writer.join().expect("the writer does not panic");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Ran {
            code: output.status.code().expect("the program ends by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}
