//! A `citebot run` process with its output.

use super::state::Discord;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A token that is well-formed and opens nothing. It is put together here so that no scanner
/// takes it for a leaked one.
pub(crate) fn token() -> String {
    let user = "MTEwMDAwMDAwMDAwMDAwMDAwMA";
    format!("{user}.{}.{}", "GsCrpt", "scripted0".repeat(4) + "xy")
}

/// What must never stand in the output.
const NEVER: [&str; 3] = [
    "An unknown event was received",
    "Err deserializing text",
    "panicked at",
];

/// The process. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Bot {
    process: Arc<Process>,
    watcher: Option<JoinHandle<()>>,
    discord: Arc<Discord>,
}

#[derive(Debug)]
struct Process {
    child: Mutex<Child>,
    id: u32,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    stdout: String,
    stderr: String,
    status: Option<ExitStatus>,
    /// The test knows that it ends.
    may_end: bool,
}

/// How a process ended.
#[derive(Debug, Clone)]
pub(crate) struct End {
    /// The exit code; `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stderr: String,
}

impl Bot {
    /// Starts `citebot run` in `folder`, where its `config.toml` stands.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub(crate) fn spawn(
        discord: &Arc<Discord>,
        folder: &Path,
        token: Option<&str>,
        arguments: &[String],
    ) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_citebot"));
        command
            .arg("run")
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("HOME", folder)
            .env("CITEBOT_LOG", "serenity=debug,citebot=debug")
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(token) = token {
            command.env("DISCORD_TOKEN", token);
        }
        let mut child = command
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start citebot: {e}"));
        let stdout = child.stdout.take();
        let stderr = child.stderr.take();
        let process = Arc::new(Process {
            id: child.id(),
            child: Mutex::new(child),
            seen: Mutex::default(),
        });
        let watcher = {
            let (process, discord) = (Arc::clone(&process), Arc::clone(discord));
            std::thread::spawn(move || {
                std::thread::scope(|scope| {
                    scope.spawn(|| read(stdout, &process, &discord, |seen| &mut seen.stdout));
                    read(stderr, &process, &discord, |seen| &mut seen.stderr);
                });
                // Both pipes are closed: the process has ended or is about to.
                let status = lock(&process.child).wait().ok();
                let mut seen = lock(&process.seen);
                seen.status = status;
                let end = (!seen.may_end)
                    .then(|| format!("citebot ended with {status:?} and said:\n{}", seen.stderr));
                drop(seen);
                discord.change(|state| {
                    state.note("process ended");
                    if end.is_some() {
                        state.unexpected_end = end;
                    }
                });
            })
        };
        Self {
            process,
            watcher: Some(watcher),
            discord: Arc::clone(discord),
        }
    }

    /// Sends a signal by name: `TERM`, `INT`, `KILL`. From here on it may end.
    ///
    /// # Panics
    ///
    /// When the signal cannot be sent.
    pub(crate) fn signal(&self, name: &str) {
        lock(&self.process.seen).may_end = true;
        let sent = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -{name} {}", self.process.id))
            .status();
        assert!(sent.is_ok_and(|s| s.success()), "cannot send SIG{name}");
    }

    /// From here on it may end.
    pub(crate) fn may_end(&self) {
        lock(&self.process.seen).may_end = true;
    }

    /// Waits until it has ended.
    pub(crate) async fn end(&self) -> End {
        self.may_end();
        self.discord
            .until("citebot to end", |state| {
                let seen = lock(&self.process.seen);
                seen.status?;
                state.unexpected_end = None;
                Some(End {
                    code: seen.status.and_then(|s| s.code()),
                    stderr: seen.stderr.clone(),
                })
            })
            .await
    }

    /// Waits until `part` stands in its log.
    pub(crate) async fn logs(&self, part: &str) {
        self.discord
            .until(&format!("{part:?} in the log"), |_| {
                lock(&self.process.seen).stderr.contains(part).then_some(())
            })
            .await;
    }

    /// What it has written to standard error so far.
    pub(crate) fn stderr(&self) -> String {
        lock(&self.process.seen).stderr.clone()
    }

    /// Kills it if it still runs, and gives what is wrong with its output.
    pub(super) fn finish(&mut self) -> Vec<String> {
        lock(&self.process.seen).may_end = true;
        let _ = lock(&self.process.child).kill();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        let seen = lock(&self.process.seen);
        let all = format!("{}\n{}", seen.stdout, seen.stderr);
        let mut wrong: Vec<String> = NEVER
            .iter()
            .filter(|never| all.contains(**never))
            .map(|never| format!("the output holds {never:?}"))
            .collect();
        if all.contains(&token()) {
            wrong.push("the output holds the token".into());
        }
        wrong
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.finish();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a pipe to its end, line by line.
fn read(
    pipe: Option<impl Read>,
    process: &Process,
    discord: &Discord,
    into: impl Fn(&mut Seen) -> &mut String,
) {
    let Some(pipe) = pipe else { return };
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        into(&mut lock(&process.seen)).push_str(&String::from_utf8_lossy(&line));
        line.clear();
        // Whoever waits for a line in the log looks again.
        discord.change(|_| ());
    }
}
