//! The database: its connections and its schema.
//!
//! SQLite and PostgreSQL are both reached through sqlx's `Any` driver. Queries that are generic over
//! the database would need bounds on every function; `Any` needs a URL for SQLite and columns that
//! are integers, floating point or text, which they are. Everything else that differs between the
//! two is in the modules below and in [`super::change_feed`].

mod migrations;
mod pool;
mod postgres;
mod sqlite;

use crate::error::{OpenError, StoreError};
use crate::location::Location;
use crate::server_id::ServerId;
use sqlx::any::install_default_drivers;
use sqlx::{Any, AnyPool, Row as _, Transaction};
use std::num::NonZeroU64;

/// Open connections to one or the other.
#[derive(Debug)]
pub(crate) struct Database {
    /// For reading.
    pub(crate) reads: AnyPool,
    /// For a single statement that writes; more go through [`write`](Self::write). SQLite allows one
    /// writer, so this is one connection there: writers queue here, in order, rather than in SQLite's
    /// busy loop.
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
            Location::Sqlite(file) => {
                let (reads, writes) = sqlite::connect(file, location).await?;
                Ok(Self {
                    reads,
                    writes,
                    // Takes the write lock at once: a transaction that reads first and then finds
                    // that someone else has written in between could only fail.
                    begin: "BEGIN IMMEDIATE",
                    notifies: false,
                })
            }
            Location::Postgres(postgres) => {
                let pool = postgres::connect(postgres, location).await?;
                Ok(Self {
                    reads: pool.clone(),
                    writes: pool,
                    // Spelled out, because an administrator may have set another default.
                    begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
                    notifies: true,
                })
            }
        }
    }

    /// Begins a transaction that writes. Without `commit` it changes nothing.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.writes.begin_with(self.begin).await
    }

    /// Closes every connection once it is idle.
    pub(crate) async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
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

/// The server with this number in the database.
pub(crate) fn server_id(doing: &'static str, stored: i64) -> Result<ServerId, StoreError> {
    let id = NonZeroU64::new(stored.cast_unsigned()).ok_or_else(|| StoreError::Corrupt {
        doing,
        what: "a server with id 0".to_owned(),
    })?;
    Ok(ServerId(id))
}

#[cfg(test)]
mod tests {
    use super::{Database, number};
    use crate::error::OpenError;
    use crate::location::Location;
    use sqlx::{Executor as _, Row as _};
    use std::time::Duration;
    use tempfile::TempDir;

    /// Far more than anything here needs: only to fail rather than hang.
    const HANG: Duration = Duration::from_secs(30);

    async fn database(folder: &TempDir) -> Database {
        let location = Location::Sqlite(folder.path().join("data/citebot.db"));
        Database::open(&location).await.expect("opens")
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
                "a newer citebot: it has schema version 99, this program knows versions up to 3",
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
