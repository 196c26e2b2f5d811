//! Errors, as sentences for operators and moderators.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// The store cannot be opened. For the operator, at start.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The address is neither of SQLite nor of PostgreSQL.
    #[error(
        "the store's address must be sqlite://FILE or postgres://USER@HOST/DATABASE, \
         for example sqlite://data/citebot.db"
    )]
    Address,
    /// The address is of a database in memory, such as `sqlite::memory:`.
    #[error(
        "the store must be a file, for example sqlite://data/citebot.db: memory is lost at the next restart"
    )]
    Memory,
    /// The PostgreSQL URL is malformed. The cause is not shown, it may quote the password.
    #[error(
        "the store's address is not a PostgreSQL URL: it must look like postgres://USER:PASSWORD@HOST:5432/DATABASE, \
         with special characters in the password percent-encoded"
    )]
    PostgresUrl,
    /// The folder of the database file cannot be made.
    #[error(
        "cannot make the folder {}: {source}; make it yourself, or name another place for the store", folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The cause.
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
        /// The cause.
        source: sqlx::Error,
    },
    /// Another process holds the database file.
    #[error(
        "the database file {} is busy: another process is writing to it; wait for that one, or end it, and try again",
        file.display()
    )]
    Busy {
        /// The file.
        file: PathBuf,
    },
    /// PostgreSQL does not respond, or refuses the connection.
    #[error(
        "cannot connect to PostgreSQL {place}: {source}; check that it is running, that the address, user and \
         password are right and that this machine may connect"
    )]
    Connect {
        /// User, host, port and database; never the password.
        place: String,
        /// The cause.
        source: sqlx::Error,
    },
    /// The schema is from a later release.
    #[error(
        "the database {place} was last used by a newer citebot: it has schema version {found}, this program knows \
         versions up to {known}; run the newer program, or restore the backup made before the upgrade"
    )]
    Newer {
        /// The database.
        place: String,
        /// Its schema version.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// An applied migration differs from the one in this program.
    #[error(
        "the database {place} was made by a different build of citebot: its schema version {version} is not the one \
         in this program; run the program that made it"
    )]
    Foreign {
        /// The database.
        place: String,
        /// The version that differs.
        version: i64,
    },
    /// A migration failed and was rolled back.
    #[error("cannot bring the database {place} up to date: {source}; it is as it was before")]
    Migrate {
        /// The database.
        place: String,
        /// The cause.
        source: sqlx::migrate::MigrateError,
    },
    /// The database opened, but its key or clock cannot be read.
    #[error("cannot use the database {place}: {source}")]
    Prepare {
        /// The database.
        place: String,
        /// The cause.
        source: StoreError,
    },
}

impl OpenError {
    /// Whether it may open in a while: the database is starting, busy or cannot be reached just now.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy { .. } => true,
            Self::Connect { source, .. } => matches!(
                classify(source),
                Class::Unreachable | Class::TimedOut | Class::Busy
            ),
            Self::Prepare { source, .. } => source.is_temporary(),
            _ => false,
        }
    }
}

/// Something could not be read or written. Nothing was half done.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no connection. It comes back by itself: worth trying again.
    #[error(
        "could not {doing}: the database cannot be reached just now ({source}); try again in a moment"
    )]
    Unreachable {
        /// What was being done: "could not …".
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database did not answer in time. Worth trying again.
    #[error("could not {doing}: the database did not answer in time; try again in a moment")]
    TimedOut {
        /// What was being done: "could not …".
        doing: &'static str,
    },
    /// Another writer holds the database. Worth trying again.
    #[error("could not {doing}: the database is busy ({source}); try again in a moment")]
    Busy {
        /// What was being done: "could not …".
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The disk of the database is full.
    #[error("could not {doing}: no space is left for the database; free some and try again")]
    Full {
        /// What was being done: "could not …".
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// SQLite's file was deleted or replaced.
    #[error(
        "could not {doing}: the database file was deleted or replaced; put it back, or restart the bot"
    )]
    Gone {
        /// What was being done: "could not …".
        doing: &'static str,
    },
    /// Any other database error.
    #[error("could not {doing}: {source}")]
    Failed {
        /// What was being done: "could not …".
        doing: &'static str,
        /// The cause.
        source: sqlx::Error,
    },
    /// The database holds something that this program did not write.
    #[error(
        "could not {doing}: the database holds {what}, which citebot never writes; was it edited by hand?"
    )]
    Corrupt {
        /// What was being done: "could not …".
        doing: &'static str,
        /// What was found.
        what: String,
    },
    /// The system gives no random bytes.
    #[error("could not {doing}: the system gives no random numbers ({source})")]
    Random {
        /// What was being done: "could not …".
        doing: &'static str,
        /// The cause.
        source: getrandom::Error,
    },
}

impl StoreError {
    /// Whether the same call may succeed in a moment.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Busy { .. }
        )
    }

    /// Classifies a driver's error, as in `.map_err(StoreError::while_("read a vote"))`.
    pub(crate) fn while_(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| match classify(&source) {
            Class::Unreachable => Self::Unreachable { doing, source },
            Class::TimedOut => Self::TimedOut { doing },
            Class::Busy => Self::Busy { doing, source },
            Class::Full => Self::Full { doing, source },
            Class::Other => Self::Failed { doing, source },
        }
    }
}

enum Class {
    Unreachable,
    TimedOut,
    Busy,
    Full,
    Other,
}

/// Codes: <https://www.sqlite.org/rescode.html> (the low byte is the primary code) and
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn classify(error: &sqlx::Error) -> Class {
    match error {
        sqlx::Error::PoolTimedOut => Class::TimedOut,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Class::Unreachable,
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            // SQLSTATEs have five characters; SQLite's codes are numbers, up to four digits.
            if code.len() == 5 {
                match &*code {
                    "57P01" | "57P02" | "57P03" | "53300" => Class::Unreachable,
                    "40001" | "40P01" | "55P03" => Class::Busy,
                    "53100" => Class::Full,
                    _ => Class::Other,
                }
            } else {
                match code.parse::<u32>().map(|code| code & 0xff) {
                    Ok(5 | 6) => Class::Busy,
                    Ok(13) => Class::Full,
                    _ => Class::Other,
                }
            }
        }
        _ => Class::Other,
    }
}

/// Whether another process holds the SQLite file.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(classify(error), Class::Busy)
}
