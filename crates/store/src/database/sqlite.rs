//! Connections to an SQLite file.

use super::file_identity::FileIdentity;
use super::migrations::{migration_failed, migrator};
use super::pool::{self, MAX_CONNECTIONS};
use crate::error::{OpenError, is_busy};
use crate::location::Location;
use sqlx::any::AnyConnectOptions;
use sqlx::migrate::MigrateError;
use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;
use tokio::time::Instant;

/// Run first on every connection. `busy_timeout` comes first because the others may have to wait for
/// another process. WAL lets readers go on during a write; `synchronous = FULL` makes a commit wait
/// until it is on disk; `secure_delete` overwrites what was deleted: a question that was swept must
/// not stay in the file.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// How long another process may hold the file while it is opened.
pub(super) const OPEN_PATIENCE: Duration = Duration::from_secs(5);
const RETRY_DELAY: Duration = Duration::from_millis(50);

/// The connections to a file.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) reads: AnyPool,
    pub(super) writes: AnyPool,
    pub(super) file: FileIdentity,
}

/// Migrates `file` and connects to it. Waits about as long as `patience` for another process that holds
/// the file.
pub(super) async fn connect(
    file: &Path,
    location: &Location,
    patience: Duration,
) -> Result<Connected, OpenError> {
    let file = make_folder(file)?;
    let failed = |source| OpenError::File {
        file: file.clone(),
        source,
    };
    let options = AnyConnectOptions::from_str(&url(&file)).map_err(failed)?;
    let begun = Instant::now();
    loop {
        // Switching a new file to WAL fails at once when another process does the same, whatever
        // `busy_timeout` says.
        match prepare(&options, patience).await {
            Ok(()) => break,
            Err(MigrateError::Execute(source)) if is_busy(&source) => {
                if begun.elapsed() >= patience {
                    return Err(OpenError::Busy { file });
                }
                tokio::time::sleep(RETRY_DELAY).await;
            }
            Err(MigrateError::Execute(source)) => return Err(failed(source)),
            Err(source) => return Err(migration_failed(source, location)),
        }
    }
    let identity = FileIdentity::of(&file).map_err(|source| failed(sqlx::Error::Io(source)))?;
    let pool = |size: u32, pragmas: &'static str| {
        pool::options()
            .max_connections(size)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(PRAGMAS).await?;
                    connection.execute(pragmas).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options.clone())
    };
    Ok(Connected {
        reads: pool(MAX_CONNECTIONS, "PRAGMA query_only = ON"),
        writes: pool(1, "PRAGMA query_only = OFF"),
        file: identity,
    })
}

/// Sets WAL, which stays with the file, and migrates. sqlx's migrator locks on PostgreSQL only. Here
/// one write transaction holds the whole, so that of two processes that start at once the second
/// waits and finds the work done.
async fn prepare(options: &AnyConnectOptions, patience: Duration) -> Result<(), MigrateError> {
    let mut connection = options.connect().await?;
    let migrated = migrate(&mut connection, patience).await;
    drop(connection.close().await);
    migrated
}

async fn migrate(connection: &mut AnyConnection, patience: Duration) -> Result<(), MigrateError> {
    connection.execute(PRAGMAS).await?;
    let patience = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    connection.execute(AssertSqlSafe(patience)).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrator().run(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Makes the folder of `file`. Returns the path of the file, without `.`, `..` or links in the folder.
fn make_folder(file: &Path) -> Result<PathBuf, OpenError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = file.file_name().ok_or(OpenError::Address)?;
    std::fs::create_dir_all(folder)
        .and_then(|()| folder.canonicalize())
        .map(|folder| folder.join(name))
        .map_err(|source| OpenError::Folder {
            folder: folder.to_owned(),
            source,
        })
}

/// The URL of `file`: `Any` opens nothing else. Percent-encodes everything but the plainest characters,
/// which leaves a URL parser nothing to interpret.
fn url(file: &Path) -> String {
    let mut url = String::from("sqlite:");
    for &byte in file.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url.push_str("?mode=rwc");
    url
}

#[cfg(test)]
mod tests {
    use super::url;
    use std::path::Path;

    #[test]
    fn urls_hold_any_path() {
        for (path, expected) in [
            ("/var/lib/citebot.db", "sqlite:/var/lib/citebot.db?mode=rwc"),
            ("/a b/50%?#.db", "sqlite:/a%20b/50%25%3F%23.db?mode=rwc"),
            ("/naïve.db", "sqlite:/na%C3%AFve.db?mode=rwc"),
            (r"C:\x.db", "sqlite:C%3A%5Cx.db?mode=rwc"),
        ] {
            assert_eq!(url(Path::new(path)), expected);
        }
    }
}
