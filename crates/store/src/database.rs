//! The database: its connections and its schema.
//!
//! SQLite and PostgreSQL are both reached through sqlx's `Any` driver. Queries that are generic over
//! the database would need bounds on every function; `Any` needs a URL for SQLite and columns that
//! are integers, floating point or text, which they are. Everything else that differs between the
//! two is in the modules below and in [`super::change_feed`].

mod file_identity;
mod migrations;
mod pool;
mod postgres;
mod sqlite;

use crate::error::{OpenError, StoreError};
use crate::location::Location;
use crate::server_id::ServerId;
use file_identity::FileIdentity;
use sqlx::any::install_default_drivers;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Row as _, Transaction};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a call may take, with everything that it waits for.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

/// Open connections to one or the other. Every use of them goes through [`read`](Self::read) or
/// [`write`](Self::write), which have a deadline. Clones share the connections.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    reads: AnyPool,
    /// SQLite allows one writer, so this is one connection there: writers queue here, in order, rather
    /// than in SQLite's busy loop.
    writes: AnyPool,
    begin: &'static str,
    /// SQLite's file; `None` with PostgreSQL.
    file: Option<Arc<FileIdentity>>,
    /// Whether other processes hear of changes through `NOTIFY`.
    pub(crate) notifies: bool,
}

/// The connections for writing, within [`Database::write`].
#[derive(Debug, Clone)]
pub(crate) struct Writes {
    /// For a single statement; more go through [`begin`](Self::begin).
    pub(crate) pool: AnyPool,
    begin: &'static str,
}

impl Writes {
    /// Begins a transaction. Without `commit` it changes nothing.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.pool.begin_with(self.begin).await
    }
}

impl Database {
    /// Connects, and brings the schema up to date.
    pub(crate) async fn open(location: &Location) -> Result<Self, OpenError> {
        install_default_drivers();
        match location {
            Location::Sqlite(file) => {
                let patience = sqlite::OPEN_PATIENCE;
                let connected = sqlite::connect(file, location, patience).await?;
                Ok(Self {
                    reads: connected.reads,
                    writes: connected.writes,
                    file: Some(Arc::new(connected.file)),
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
                    file: None,
                    // Spelled out, because an administrator may have set another default.
                    begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
                    notifies: true,
                })
            }
        }
    }

    /// Runs `work` on the connections for reading. It fails with [`StoreError::TimedOut`] if it takes
    /// too long.
    pub(crate) fn read<T, W>(
        &self,
        doing: &'static str,
        work: impl FnOnce(AnyPool) -> W,
    ) -> impl Future<Output = Result<T, StoreError>>
    where
        W: Future<Output = Result<T, sqlx::Error>>,
    {
        let work = Box::pin(work(self.reads.clone()));
        async move {
            self.check_file(doing)?;
            in_time(doing, work).await
        }
    }

    /// Runs `work` on the connections for writing. It fails with [`StoreError::TimedOut`] if it takes
    /// too long; a commit that was begun may succeed all the same.
    pub(crate) fn write<T, W>(
        &self,
        doing: &'static str,
        work: impl FnOnce(Writes) -> W,
    ) -> impl Future<Output = Result<T, StoreError>>
    where
        W: Future<Output = Result<T, sqlx::Error>>,
    {
        let work = Box::pin(work(self.writes()));
        async move {
            self.check_file(doing)?;
            let done = in_time(doing, work).await?;
            // What was written in between would be lost.
            self.check_file(doing)?;
            Ok(done)
        }
    }

    /// Fails if SQLite's file is no longer there.
    fn check_file(&self, doing: &'static str) -> Result<(), StoreError> {
        match &self.file {
            Some(file) if !file.is_there() => Err(StoreError::Gone { doing }),
            _ => Ok(()),
        }
    }

    fn writes(&self) -> Writes {
        Writes {
            pool: self.writes.clone(),
            begin: self.begin,
        }
    }

    /// Closes every connection once it is idle.
    pub(crate) async fn close(&self) {
        let closing = async {
            self.reads.close().await;
            self.writes.close().await;
        };
        // Those that are still busy close by themselves.
        let _ = timeout(CALL_TIMEOUT, closing).await;
    }

    /// Takes every connection, so that calls wait until the result is dropped.
    pub(crate) async fn take_all(&self) -> Result<Vec<PoolConnection<Any>>, sqlx::Error> {
        let mut taken = Vec::new();
        for pool in [&self.reads, &self.writes] {
            // PostgreSQL's two are one.
            while pool.size() < pool.options().get_max_connections() || pool.num_idle() > 0 {
                taken.push(pool.acquire().await?);
            }
        }
        Ok(taken)
    }
}

/// The result of `work`, which is boxed because every handler's future holds one.
async fn in_time<T, W>(doing: &'static str, work: Pin<Box<W>>) -> Result<T, StoreError>
where
    W: Future<Output = Result<T, sqlx::Error>>,
{
    match timeout(CALL_TIMEOUT, work).await {
        Ok(done) => done.map_err(StoreError::while_(doing)),
        Err(_) => Err(StoreError::TimedOut { doing }),
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
    use super::{Database, Writes, number, sqlite};
    use crate::error::{OpenError, StoreError};
    use crate::location::Location;
    use sqlx::{AnyPool, Executor as _, Row as _};
    use std::time::Duration;
    use tempfile::TempDir;
    use tokio::time::timeout;

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
        let mut writing = database.writes().begin().await.expect("begins");
        number(&mut writing, "UPDATE clock SET tick = 7 RETURNING tick")
            .await
            .expect("writes");
        let read = database.reads.fetch_one("SELECT tick FROM clock");
        let row = timeout(HANG, read)
            .await
            .expect("does not wait")
            .expect("reads");
        assert_eq!(row.get::<i64, _>(0), 0, "what is not committed is not seen");
        writing.rollback().await.expect("rolls back");
    }

    #[tokio::test]
    async fn a_connection_whose_rollback_failed_is_thrown_away() {
        let folder = TempDir::new().expect("a folder");
        let database = database(&folder).await;
        // SQLite ends the transaction by itself when the disk is full; then there is nothing to roll
        // back.
        let fail = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            transaction.execute("ROLLBACK").await?;
            transaction.rollback().await
        };
        let failed = database.write("fail", fail).await;
        assert!(
            matches!(failed, Err(StoreError::Failed { .. })),
            "{failed:?}"
        );
        let advance = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            let tick = number(&mut transaction, "UPDATE clock SET tick = 7 RETURNING tick").await?;
            transaction.commit().await?;
            Ok(tick)
        };
        assert_eq!(database.write("advance", advance).await.expect("writes"), 7);
    }

    #[tokio::test]
    async fn every_call_has_a_deadline() {
        let folder = TempDir::new().expect("a folder");
        let database = database(&folder).await;
        let taken = database.take_all().await.expect("connections");
        tokio::time::pause();
        let select = |reads: AnyPool| async move { reads.execute("SELECT 1").await };
        let update = |writes: Writes| async move { writes.begin().await?.commit().await };
        for _ in 0..2 {
            for timed_out in [
                database.read("read", select).await.map(drop),
                database.write("write", update).await,
                database
                    .read("wait", |_| std::future::pending::<Result<(), _>>())
                    .await,
            ] {
                let error = timed_out.expect_err("nothing answers");
                assert!(matches!(error, StoreError::TimedOut { .. }), "{error:?}");
                assert!(error.is_temporary());
            }
        }
        tokio::time::resume();
        drop(taken);
        database.write("write", update).await.expect("writes");
        database.read("read", select).await.expect("reads");
    }

    #[tokio::test]
    async fn a_file_that_another_process_holds_is_busy() {
        let folder = TempDir::new().expect("a folder");
        let holder = database(&folder).await;
        let mut held = holder.writes().begin().await.expect("begins");
        number(&mut held, "UPDATE clock SET tick = 7 RETURNING tick")
            .await
            .expect("writes");
        let file = folder.path().join("data/citebot.db");
        let location = Location::Sqlite(file.clone());
        let soon = Duration::from_millis(50);
        let opening = sqlite::connect(&file, &location, soon);
        let error = timeout(HANG, opening).await.expect("gives up");
        let error = error.expect_err("busy");
        assert!(matches!(error, OpenError::Busy { .. }), "{error:?}");
        held.rollback().await.expect("rolls back");
        Database::open(&location).await.expect("opens");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_deleted_or_replaced_file_is_noticed() {
        let folder = TempDir::new().expect("a folder");
        let database = database(&folder).await;
        let file = folder.path().join("data/citebot.db");
        let aside = folder.path().join("data/aside.db");
        let select = |reads: AnyPool| async move { reads.execute("SELECT 1").await };
        let update = |writes: Writes| async move { writes.begin().await?.commit().await };
        let delete = |file: std::path::PathBuf| {
            move |writes: Writes| async move {
                writes.begin().await?.commit().await?;
                std::fs::remove_file(&file).map_err(sqlx::Error::Io)
            }
        };
        std::fs::rename(&file, &aside).expect("moves");
        for replaced in [false, true] {
            if replaced {
                std::fs::write(&file, "another").expect("writes");
            }
            for failed in [
                database.read("read", select).await.map(drop),
                database.write("write", update).await,
            ] {
                assert!(matches!(failed, Err(StoreError::Gone { .. })), "{failed:?}");
            }
        }
        std::fs::rename(&aside, &file).expect("moves back");
        database.read("read", select).await.expect("reads");
        database.write("write", update).await.expect("writes");
        let deleted = database.write("write", delete(file)).await;
        assert!(
            matches!(deleted, Err(StoreError::Gone { .. })),
            "{deleted:?}"
        );
    }

    #[tokio::test]
    async fn a_newer_or_foreign_database_is_refused_and_left_alone() {
        for (change, expected) in [
            (
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (99, 'later', 1, x'00', 0)",
                "a newer citebot: it has schema version 99, this program knows versions up to 5",
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
