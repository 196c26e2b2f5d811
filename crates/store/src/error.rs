//! What can go wrong with the store, in sentences for whoever meets them.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// The store cannot be used: met by the operator, at start.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Neither of the two kinds of address.
    #[error(
        "the store's address must be sqlite://FILE or postgres://USER@HOST/DATABASE, \
         for example sqlite://data/citebot.db"
    )]
    Address,
    /// `sqlite::memory:` and its like.
    #[error(
        "the store must be a file, for example sqlite://data/citebot.db: what is only in memory is lost at the next restart"
    )]
    Memory,
    /// PostgreSQL's address is not well formed. The cause is not shown: it may quote the password.
    #[error(
        "the store's address is not a PostgreSQL URL: it must look like postgres://USER:PASSWORD@HOST:5432/DATABASE, \
         with special characters in the password percent-encoded"
    )]
    PostgresUrl,
    /// The folder of the database file does not exist and cannot be made.
    #[error(
        "cannot make the folder {}: {source}; make it yourself, or name another place for the store", folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The database file cannot be opened or written.
    #[error(
        "cannot open the database file {}: {source}; check that the user who runs citebot may write this file \
         and its folder, and that it is an SQLite database", file.display()
    )]
    File {
        /// The file.
        file: PathBuf,
        /// Why not.
        source: sqlx::Error,
    },
    /// PostgreSQL does not answer, or does not let us in.
    #[error(
        "cannot connect to PostgreSQL {place}: {source}; check that it is running, that the address, user and \
         password are right and that this machine may connect"
    )]
    Connect {
        /// User, host, port and database; never the password.
        place: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// The schema is from a later release.
    #[error(
        "the database {place} was last used by a newer citebot: it has schema version {found}, this program knows \
         versions up to {known}; run the newer program, or restore the backup made before the upgrade"
    )]
    Newer {
        /// Which database.
        place: String,
        /// Its schema version.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one in this program.
    #[error(
        "the database {place} was made by a different build of citebot: its schema version {version} is not the one \
         in this program; run the program that made it"
    )]
    Foreign {
        /// Which database.
        place: String,
        /// The version that differs.
        version: i64,
    },
    /// A migration failed; nothing of it was kept.
    #[error("cannot bring the database {place} up to date: {source}; it is as it was before")]
    Migrate {
        /// Which database.
        place: String,
        /// Why not.
        source: sqlx::migrate::MigrateError,
    },
    /// The database opened, but its own data could not be read or made.
    #[error("cannot use the database {place}: {source}")]
    Prepare {
        /// Which database.
        place: String,
        /// Why not.
        source: StoreError,
    },
}

/// Something was not read or not written; nothing was half done.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The connection is gone or cannot be had. It comes back by itself: worth trying again.
    #[error(
        "could not {doing}: the database cannot be reached just now ({source}); try again in a moment"
    )]
    Unreachable {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: sqlx::Error,
    },
    /// Someone else holds the database. Worth trying again.
    #[error("could not {doing}: the database is busy ({source}); try again in a moment")]
    Busy {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: sqlx::Error,
    },
    /// No space is left where the database is kept.
    #[error("could not {doing}: no space is left for the database; free some and try again")]
    Full {
        /// What was being done.
        doing: &'static str,
        /// The database's words.
        source: sqlx::Error,
    },
    /// Any other refusal by the database.
    #[error("could not {doing}: {source}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: sqlx::Error,
    },
    /// What stands in the database was not written by this program.
    #[error(
        "could not {doing}: the database holds {what}, which citebot never writes; was it edited by hand?"
    )]
    Corrupt {
        /// What was being done.
        doing: &'static str,
        /// What was found.
        what: String,
    },
    /// The system gave no random bytes.
    #[error("could not {doing}: the system gives no random numbers ({source})")]
    Random {
        /// What was being done.
        doing: &'static str,
        /// Why not.
        source: getrandom::Error,
    },
}

impl StoreError {
    /// Whether the same call may well succeed in a moment.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }

    /// Sorts what the driver said, to be used as `.map_err(StoreError::while_("…"))`.
    pub(crate) fn while_(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| match kind(&source) {
            Kind::Unreachable => Self::Unreachable { doing, source },
            Kind::Busy => Self::Busy { doing, source },
            Kind::Full => Self::Full { doing, source },
            Kind::Other => Self::Failed { doing, source },
        }
    }
}

enum Kind {
    Unreachable,
    Busy,
    Full,
    Other,
}

/// Codes: <https://www.sqlite.org/rescode.html> (the low byte is the primary code) and
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn kind(error: &sqlx::Error) -> Kind {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Kind::Unreachable,
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            // SQLSTATEs have five characters; SQLite's codes are numbers, up to four digits.
            if code.len() == 5 {
                match &*code {
                    "57P01" | "57P02" | "57P03" | "53300" => Kind::Unreachable,
                    "40001" | "40P01" | "55P03" => Kind::Busy,
                    "53100" => Kind::Full,
                    _ => Kind::Other,
                }
            } else {
                match code.parse::<u32>().map(|code| code & 0xff) {
                    Ok(5 | 6) => Kind::Busy,
                    Ok(13) => Kind::Full,
                    _ => Kind::Other,
                }
            }
        }
        _ => Kind::Other,
    }
}

/// Whether SQLite said that someone else holds the file.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(kind(error), Kind::Busy)
}
