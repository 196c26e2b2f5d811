//! Bots that run in a process of their own.

use crate::discord::ScriptedDiscord;
use crate::shared::Shared;
use crate::state::ProcessRecord;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// A bot process and its output. The process is killed when this is dropped.
#[derive(Debug)]
pub struct BotProcess {
    shared: Arc<Shared>,
    child: Arc<Mutex<Child>>,
    id: u32,
    /// The index of its record in the state.
    at: usize,
    watcher: Option<JoinHandle<()>>,
}

/// The end of a process.
#[derive(Debug, Clone)]
pub struct Exit {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Everything that it wrote to standard error.
    pub stderr: String,
}

impl BotProcess {
    /// Starts a bot. Its command must tell it to use [`api_base`](ScriptedDiscord::api_base) and
    /// [`TOKEN`](crate::TOKEN). All waiting in the scripted Discord ends with a panic when the
    /// process ends before the test has [stopped](Self::signal) it or [waits](Self::exit) for that.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    #[must_use]
    pub fn spawn(discord: &ScriptedDiscord, mut command: Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("cannot start {name}: {e}"));
        let shared = Arc::clone(discord.shared());
        let at = shared.change(|state| {
            let name = name.clone();
            state.processes.push(ProcessRecord {
                name,
                ..ProcessRecord::default()
            });
            state.processes.len() - 1
        });
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let id = child.id();
        let child = Arc::new(Mutex::new(child));
        let watcher = {
            let (shared, child) = (Arc::clone(&shared), Arc::clone(&child));
            thread::spawn(move || {
                thread::scope(|scope| {
                    scope.spawn(|| read(stdout, &shared, at, |process| &mut process.stdout));
                    read(stderr, &shared, at, |process| &mut process.stderr);
                });
                // Both pipes are closed: the process has ended or is about to.
                let status = lock(&child).wait().ok();
                shared.change(|state| {
                    state.note(format!("{name} ended"));
                    let process = &mut state.processes[at];
                    process.status = status;
                    if !process.may_end {
                        state.unexpected_end = Some(format!("{name} ended with {status:?}"));
                    }
                });
            })
        };
        Self {
            shared,
            child,
            id,
            at,
            watcher: Some(watcher),
        }
    }

    /// Sends it a signal by name: `TERM`, `INT`, `KILL`. From here on it may end.
    ///
    /// # Panics
    ///
    /// If the signal cannot be sent, as on Windows.
    pub fn signal(&self, name: &str) {
        self.expect_end();
        let sent = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -{name} {}", self.id))
            .status();
        assert!(sent.is_ok_and(|s| s.success()), "cannot send SIG{name}");
    }

    /// Waits until it has ended, as the test expects it to.
    pub async fn exit(&self) -> Exit {
        self.expect_end();
        self.shared
            .wait_for("the bot to end", || {
                let mut state = self.shared.look();
                let process = &state.processes[self.at];
                let exit = Exit {
                    code: process.status?.code(),
                    stderr: process.stderr.clone(),
                };
                // It may have ended before the test came to wait for it.
                state.unexpected_end = None;
                Some(exit)
            })
            .await
    }

    /// Waits until `part` stands in its output.
    pub async fn wait_for_output(&self, part: &str) {
        let what = format!("{part:?} in the output");
        let found = self.shared.wait_for_state(&what, |state| {
            let process = &state.processes[self.at];
            let found = process.stderr.contains(part) || process.stdout.contains(part);
            found.then_some(())
        });
        found.await;
    }

    /// Waits until `is_there` holds for its standard error.
    pub async fn wait_until(&self, is_there: impl Fn(&str) -> bool) {
        let found = self
            .shared
            .wait_for_state("something in the output", |state| {
                is_there(&state.processes[self.at].stderr).then_some(())
            });
        found.await;
    }

    /// Everything that it wrote to standard output so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.shared.look().processes[self.at].stdout.clone()
    }

    /// Everything that it wrote to standard error so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.shared.look().processes[self.at].stderr.clone()
    }

    /// Kills it, if it still runs, and returns when it has ended and all its output was read.
    pub fn kill(&mut self) {
        self.expect_end();
        // An error says that it has ended already.
        let _ = lock(&self.child).kill();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
    }

    fn expect_end(&self) {
        self.shared.look().processes[self.at].may_end = true;
    }
}

impl Drop for BotProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a pipe to its end, line by line.
fn read(
    pipe: Option<impl Read>,
    shared: &Shared,
    at: usize,
    into: impl Fn(&mut ProcessRecord) -> &mut String,
) {
    let Some(pipe) = pipe else { return };
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let text = String::from_utf8_lossy(&line);
        shared.change(|state| into(&mut state.processes[at]).push_str(&text));
        line.clear();
    }
}
