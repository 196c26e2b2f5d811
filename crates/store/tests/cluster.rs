//! A PostgreSQL server that a test may restart.

use super::places::skipped;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A PostgreSQL server of the test, stopped when dropped.
pub struct Cluster {
    bin: PathBuf,
    /// The user that runs it, where the tests run as root.
    user: Option<String>,
    port: u16,
    folder: TempDir,
}

impl Cluster {
    /// Starts a new server; `None`, with a note on standard error, where its programs are missing.
    pub fn start() -> Option<Self> {
        let Some(bin) = std::env::var_os("CITEBOT_TEST_PG_BIN").filter(|bin| !bin.is_empty())
        else {
            skipped(
                "a restart of PostgreSQL: CITEBOT_TEST_PG_BIN names no folder with initdb and pg_ctl",
            );
            return None;
        };
        let bin = PathBuf::from(bin);
        let folder = TempDir::new().expect("a folder");
        // Free a moment ago; if somebody takes it in between, the server says so.
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let root = output(Command::new("id").arg("-u")).trim() == "0";
        let user = root.then(|| {
            std::env::var("CITEBOT_TEST_PG_USER").unwrap_or_else(|_| "postgres".to_owned())
        });
        if let Some(user) = &user {
            output(Command::new("chown").arg(user).arg(folder.path()));
        }
        let cluster = Self {
            bin,
            user,
            port,
            folder,
        };
        let data = cluster.data();
        let mut initdb = cluster.command("initdb");
        initdb.args(["-U", "citebot", "-A", "trust", "--no-sync", "-D"]);
        output(initdb.arg(&data));
        cluster.start_again();
        Some(cluster)
    }

    /// Restarts it, which cuts every connection.
    pub fn restart(&self) {
        self.run(&["-m", "fast", "-w", "restart"]);
    }

    /// Stops it, until [`start_again`](Self::start_again).
    #[allow(dead_code, reason = "the end-to-end tests stop it")]
    pub fn stop(&self) {
        self.run(&["-m", "fast", "-w", "stop"]);
    }

    /// Starts it after a [`stop`](Self::stop), where it was before.
    pub fn start_again(&self) {
        let options = self.options();
        self.run(&["-w", "-o", &options, "start"]);
    }

    fn options(&self) -> String {
        format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off",
            self.port
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its address.
    pub fn url(&self) -> String {
        Self::url_at(self.port)
    }

    /// Its address where something passes on what comes to `port`.
    pub fn url_at(port: u16) -> String {
        format!("postgres://citebot@127.0.0.1:{port}/postgres")
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = match &self.user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid", user, "--regid", user, "--clear-groups"])
                    .arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) {
        let log = self.folder.path().join("log");
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data()).arg("-l").arg(log);
        output(command.args(arguments));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut command = self.command("pg_ctl");
        command.arg("-D").arg(self.data());
        // In a drop there is nobody to tell.
        let _ = command.args(["-m", "immediate", "-w", "stop"]).output();
    }
}

/// The output of a command that must succeed.
fn output(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
