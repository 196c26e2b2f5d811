//! Runs of the real program.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Once;

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A run of `citebot` that is being described. It starts in the package's folder, with `PATH` and
/// `CITEBOT_STORE` as its whole environment.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
}

/// The store of all runs. It is in the build folder, so that later runs find the vectors that an
/// earlier one computed, and nothing is left elsewhere.
const STORE: &str = concat!(
    "sqlite://",
    env!("CARGO_TARGET_TMPDIR"),
    "/shipped/citebot.db"
);

/// A run of `citebot` with these arguments.
pub(crate) fn citebot(arguments: &[&str]) -> Run {
    // Otherwise all of the first runs would compute the vectors at the same time.
    static VECTORS: Once = Once::new();
    VECTORS.call_once(|| {
        prepared(&["ask", "what is open-source AI"]).run();
    });
    prepared(arguments)
}

fn prepared(arguments: &[&str]) -> Run {
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
    Run {
        command,
        input: Vec::new(),
    }
}

impl Run {
    /// Starts it in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Uses the store that the configuration names.
    pub(crate) fn own_store(mut self) -> Self {
        self.command.env_remove("CITEBOT_STORE");
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Gives it this standard input.
    pub(crate) fn input(mut self, input: impl AsRef<[u8]>) -> Self {
        self.input = input.as_ref().to_vec();
        self
    }

    /// Runs it to talk with.
    pub(crate) fn dialogue(mut self) -> Dialogue {
        let mut child = self.command.spawn().expect("the program was built");
        Dialogue {
            input: child.stdin.take().expect("stdin is piped"),
            output: BufReader::new(child.stdout.take().expect("stdout is piped")),
            child,
        }
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Finished {
        let mut child = self.command.spawn().expect("the program was built");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        let input = self.input;
        // In a thread of its own: a program that writes before it has read everything would block
        // on a full pipe. One that ends without reading closes the pipe, hence no `expect`.
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
        let output = child
            .wait_with_output()
            .expect("the program can be waited for");
        writer.join().expect("the writer does not panic");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        Finished {
            code: output.status.code().expect("the program ends by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A run of `citebot` that is told one line after another. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Dialogue {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Dialogue {
    /// Tells it `line` and returns its output up to the line that has `end` in it.
    pub(crate) fn say(&mut self, line: &str, end: &str) -> String {
        writeln!(self.input, "{line}").expect("the program reads its input");
        self.hear(end)
    }

    /// Returns its output from here to the line that has `end` in it.
    pub(crate) fn hear(&mut self, end: &str) -> String {
        let mut heard = String::new();
        loop {
            let before = heard.len();
            let read = self.output.read_line(&mut heard).expect("UTF-8");
            assert!(read > 0, "no {end:?} in {heard}");
            if heard[before..].contains(end) {
                return heard;
            }
        }
    }
}

impl Drop for Dialogue {
    fn drop(&mut self) {
        // An error says that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
