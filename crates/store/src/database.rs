//! Connections and the schema: what differs between SQLite and PostgreSQL stands here, and in
//! [`super::change_feed`].
//!
//! Both are reached through sqlx's `Any` driver. The alternative, every query generic over the
//! database, buys compile-time types for bounds on every function; `Any` costs one address to
//! spell (below) and the columns to be integers, floating point or text, which they are.

use crate::error::{OpenError, StoreError, is_busy};
use crate::location::{Location, Postgres};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Row as _,
    SqlSafeStr as _, Transaction,
};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

/// Every migration that was ever released, in order; each is one transaction. They are listed by
/// hand and not by `sqlx::migrate!`: that macro brings sqlx's drivers into the compiler a second time
/// (another copy to build) to save this line. A test compares the list with the folder.
const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "store", include_str!("../migrations/0001_store.sql")),
    (2, "drafts", include_str!("../migrations/0002_drafts.sql")),
];

/// What every connection to SQLite begins with. `busy_timeout` stands first: the ones after it may
/// have to wait for another process. WAL lets readers go on while something is written;
/// `synchronous = FULL` makes a commit wait until the disk has it; `secure_delete` overwrites what
/// was deleted, for a question that is swept should be gone.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

/// Readers beside the one writer (SQLite), or all connections (PostgreSQL).
const CONNECTIONS: u32 = 4;

/// How long anyone waits for a connection. Longer than PostgreSQL takes to restart, shorter than
/// the patience of whoever pressed a button (Discord gives them 15 minutes, people give us less).
const ACQUIRE: Duration = Duration::from_secs(8);

/// How long the first connection to PostgreSQL may take.
const CONNECT: Duration = Duration::from_secs(10);

/// How often the file is tried at start while another process has it, and the pause between.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Open connections to the one or the other.
#[derive(Debug)]
pub(crate) struct Database {
    /// For what only reads.
    pub(crate) reads: AnyPool,
    /// For what writes with one statement; more than one go through [`write`](Self::write). SQLite
    /// allows one writer, so this is one connection: whoever wants to write queues here, in order,
    /// rather than in SQLite's busy loop.
    pub(crate) writes: AnyPool,
    begin: &'static str,
    /// Whether other processes hear of changes through `NOTIFY`.
    pub(crate) notifies: bool,
}

impl Database {
    /// Connects, and brings the schema up to date.
    pub(crate) async fn open(location: &Location) -> Result<Self, OpenError> {
        install_default_drivers();
        match location {
            Location::Sqlite(file) => Self::sqlite(file, location).await,
            Location::Postgres(postgres) => Self::postgres(postgres, location).await,
        }
    }

    async fn sqlite(file: &Path, location: &Location) -> Result<Self, OpenError> {
        let file = make_folder(file)?;
        let failed = |source| OpenError::File {
            file: file.clone(),
            source,
        };
        let options = AnyConnectOptions::from_str(&sqlite_url(&file)).map_err(failed)?;
        let mut tries = 1;
        loop {
            // Switching a new file to WAL fails at once when another process does the same,
            // whatever `busy_timeout` says.
            match prepare_sqlite(&options).await {
                Ok(()) => break,
                Err(MigrateError::Execute(source)) if is_busy(&source) && tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(MigrateError::Execute(source)) => return Err(failed(source)),
                Err(source) => return Err(migration_failed(source, location)),
            }
        }
        let pool = |size: u32, pragmas: &'static str| {
            AnyPoolOptions::new()
                .max_connections(size)
                .acquire_timeout(ACQUIRE)
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
        Ok(Self {
            reads: pool(CONNECTIONS, "PRAGMA query_only = ON"),
            writes: pool(1, "PRAGMA query_only = OFF"),
            // The write lock is taken at once: a transaction that reads first and then finds that
            // someone else has written in between could only fail.
            begin: "BEGIN IMMEDIATE",
            notifies: false,
        })
    }

    async fn postgres(postgres: &Postgres, location: &Location) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Connect {
            place: location.to_string(),
            source,
        };
        // The parse was tried before; the error would quote the address.
        let options =
            AnyConnectOptions::from_str(postgres.url()).map_err(|_| OpenError::PostgresUrl)?;
        // A connection of its own, closed after: sqlx keeps the migration lock with the connection
        // when a migration fails.
        let mut connection = tokio::time::timeout(CONNECT, options.connect())
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))
            .map_err(failed)?;
        let migrated = migrator().run(&mut connection).await;
        // Whatever closing says, what was migrated was committed.
        drop(connection.close().await);
        migrated.map_err(|error| migration_failed(error, location))?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options);
        Ok(Self {
            reads: pool.clone(),
            writes: pool,
            // Named, because an administrator may have set another default.
            begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
            notifies: true,
        })
    }

    /// Begins a transaction that writes; without `commit` it leaves nothing.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.writes.begin_with(self.begin).await
    }

    /// Closes every connection, after what is under way.
    pub(crate) async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}

fn migrator() -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|&(version, description, sql)| {
                Migration::new(
                    version,
                    Cow::Borrowed(description),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

fn migration_failed(error: MigrateError, location: &Location) -> OpenError {
    let place = location.to_string();
    let known = MIGRATIONS.iter().map(|&(version, ..)| version).max();
    match (error, known) {
        (MigrateError::VersionMissing(found), Some(known)) if found > known => OpenError::Newer {
            place,
            found,
            known,
        },
        (MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version), _) => {
            OpenError::Foreign { place, version }
        }
        (source, _) => OpenError::Migrate { place, source },
    }
}

/// Sets WAL, which stays with the file, and migrates. sqlx's migrator locks on PostgreSQL only, so
/// that here one write transaction holds the whole: of two processes that start at once, the
/// second waits and finds the work done.
async fn prepare_sqlite(options: &AnyConnectOptions) -> Result<(), MigrateError> {
    let mut connection = options.connect().await?;
    let prepared = migrate_sqlite(&mut connection).await;
    drop(connection.close().await);
    prepared
}

async fn migrate_sqlite(connection: &mut AnyConnection) -> Result<(), MigrateError> {
    connection.execute(PRAGMAS).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    migrator().run(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Makes the folder of `file`, and returns the file's place without `.`, `..` or links in the folder.
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

/// `Any` is opened by URL only. Everything but the plainest characters is percent-encoded, which
/// leaves a URL parser nothing to interpret.
fn sqlite_url(file: &Path) -> String {
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

/// The first column of the only row.
pub(crate) async fn number(
    transaction: &mut Transaction<'static, Any>,
    sql: &'static str,
) -> Result<i64, sqlx::Error> {
    sqlx::query(sql)
        .fetch_one(&mut **transaction)
        .await?
        .try_get(0)
}

/// Reads a Discord id back.
pub(crate) fn id(doing: &'static str, stored: i64) -> Result<std::num::NonZeroU64, StoreError> {
    std::num::NonZeroU64::new(stored.cast_unsigned()).ok_or_else(|| StoreError::Corrupt {
        doing,
        what: "a server with id 0".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Database, MIGRATIONS, number, sqlite_url};
    use crate::Location;
    use crate::error::OpenError;
    use sqlx::{Executor as _, Row as _};
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::time::Duration;
    use tempfile::TempDir;

    /// Far more than anything here needs: only to fail rather than hang.
    const HANG: Duration = Duration::from_secs(30);

    async fn database(folder: &TempDir) -> Database {
        let location = Location::Sqlite(folder.path().join("data/citebot.db"));
        Database::open(&location).await.expect("opens")
    }

    #[test]
    fn every_migration_in_the_folder_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("readable")
            .map(|file| file.expect("readable").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let listed = MIGRATIONS
            .iter()
            .map(|(version, name, _)| format!("{version:04}_{name}.sql"))
            .collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn urls_hold_any_path() {
        for (path, url) in [
            ("/var/lib/citebot.db", "sqlite:/var/lib/citebot.db?mode=rwc"),
            ("/a b/50%?#.db", "sqlite:/a%20b/50%25%3F%23.db?mode=rwc"),
            ("/naïve.db", "sqlite:/na%C3%AFve.db?mode=rwc"),
            (r"C:\x.db", "sqlite:C%3A%5Cx.db?mode=rwc"),
        ] {
            assert_eq!(sqlite_url(Path::new(path)), url);
        }
    }

    #[tokio::test]
    async fn every_connection_has_the_settings_that_keep_edits() {
        let folder = TempDir::new().expect("a folder");
        let database = database(&folder).await;
        for (pool, query_only) in [(&database.reads, 1), (&database.writes, 0)] {
            for (pragma, expected) in [
                ("PRAGMA synchronous", 2),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 5000),
                ("PRAGMA secure_delete", 1),
                ("PRAGMA query_only", query_only),
            ] {
                let row = pool.fetch_one(pragma).await.expect(pragma);
                assert_eq!(row.get::<i64, _>(0), expected, "{pragma}");
            }
            let row = pool.fetch_one("PRAGMA journal_mode").await.expect("reads");
            assert_eq!(row.get::<String, _>(0), "wal");
        }
    }

    #[tokio::test]
    async fn reads_do_not_wait_for_a_write() {
        let folder = TempDir::new().expect("a folder");
        let database = database(&folder).await;
        let mut writing = database.write().await.expect("begins");
        number(&mut writing, "UPDATE clock SET tick = 7 RETURNING tick")
            .await
            .expect("writes");
        let read = database.reads.fetch_one("SELECT tick FROM clock");
        let row = tokio::time::timeout(HANG, read)
            .await
            .expect("does not wait")
            .expect("reads");
        assert_eq!(row.get::<i64, _>(0), 0, "what is not committed is not seen");
        writing.rollback().await.expect("rolls back");
    }

    #[tokio::test]
    async fn a_newer_or_foreign_database_is_refused_and_left_alone() {
        for (change, expected) in [
            (
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (99, 'later', 1, x'00', 0)",
                "a newer citebot: it has schema version 99, this program knows versions up to 2",
            ),
            (
                "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
                "a different build of citebot: its schema version 1",
            ),
        ] {
            let folder = TempDir::new().expect("a folder");
            let opened = database(&folder).await;
            opened.writes.execute(change).await.expect(change);
            opened.close().await;
            let file = folder.path().join("data/citebot.db");
            let before = std::fs::read(&file).expect("readable");
            let error = Database::open(&Location::Sqlite(file.clone()))
                .await
                .expect_err("refused");
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(std::fs::read(&file).expect("readable"), before);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_opened_is_named() {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("plain.txt");
        std::fs::write(
            &file,
            "not a database, but long enough to be looked at\n".repeat(99),
        )
        .expect("writes");

        let error = Database::open(&Location::Sqlite(file.clone()))
            .await
            .expect_err("not a database");
        assert!(matches!(error, OpenError::File { .. }), "{error:?}");
        assert!(error.to_string().contains("plain.txt"), "{error}");

        let error = Database::open(&Location::Sqlite(file.join("inside.db")))
            .await
            .expect_err("not a folder");
        assert!(matches!(error, OpenError::Folder { .. }), "{error:?}");
        assert!(error.to_string().contains("plain.txt"), "{error}");

        let error = Database::open(&Location::Sqlite(folder.path().to_owned()))
            .await
            .expect_err("a folder");
        assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn nobody_at_the_address_is_said_without_the_password() {
        // A port that was free a moment ago; what counts is that nothing speaks PostgreSQL there.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        let url = format!("postgres://bot:hunter2@127.0.0.1:{port}/faq");
        let location: Location = url.parse().expect("well formed");
        let error = Database::open(&location).await.expect_err("nobody there");
        let told = format!("{error} {error:?}");
        assert!(
            told.contains(&format!("bot@127.0.0.1:{port}/faq")),
            "{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
}
