//! The address of the store: `sqlite://FILE` or `postgres://…`.

use crate::error::OpenError;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The address of the store. Prints without the password.
#[derive(Clone)]
pub enum Location {
    /// An SQLite file, made with its folder if it does not exist.
    Sqlite(PathBuf),
    /// A PostgreSQL database.
    Postgres(Postgres),
}

/// A PostgreSQL database, by its URL.
#[derive(Clone)]
pub struct Postgres {
    url: SecretString,
    /// Boxed, because it is some ten times the size of a path.
    options: Box<PgConnectOptions>,
}

impl Postgres {
    /// The URL with its password, for the driver alone.
    pub(crate) fn url(&self) -> &str {
        self.url.expose_secret()
    }

    /// The parsed URL.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => one == other,
            (Self::Postgres(one), Self::Postgres(other)) => one.url() == other.url(),
            _ => false,
        }
    }
}

impl FromStr for Location {
    type Err = OpenError;

    fn from_str(url: &str) -> Result<Self, OpenError> {
        let url = url.trim();
        let (scheme, rest) = url.split_once(':').ok_or(OpenError::Address)?;
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => {
                let file = rest.strip_prefix("//").unwrap_or(rest);
                match file {
                    "" => Err(OpenError::Address),
                    // Parameters are fixed: a wrong one could lose edits.
                    _ if file.contains('?') => {
                        if file.contains("mode=memory") {
                            Err(OpenError::Memory)
                        } else {
                            Err(OpenError::Address)
                        }
                    }
                    ":memory:" => Err(OpenError::Memory),
                    _ => Ok(Self::Sqlite(PathBuf::from(file))),
                }
            }
            "postgres" | "postgresql" => {
                let options = url
                    .parse()
                    .map_err(|_: sqlx::Error| OpenError::PostgresUrl)?;
                Ok(Self::Postgres(Postgres {
                    url: SecretString::from(url),
                    options: Box::new(options),
                }))
            }
            _ => Err(OpenError::Address),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "{}", file.display()),
            Self::Postgres(postgres) => {
                let options = &postgres.options;
                let user = options.get_username();
                match options.get_socket() {
                    Some(socket) => write!(f, "{user}@{}", socket.display())?,
                    None => write!(f, "{user}@{}:{}", options.get_host(), options.get_port())?,
                }
                write!(f, "/{}", options.get_database().unwrap_or(user))
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn addresses() {
        let check = |url: &str, expected: Result<&str, &str>| {
            let found = url.parse::<Location>().map_err(|error| error.to_string());
            match (found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.to_string(), expected, "{url}"),
                (Err(found), Err(expected)) => {
                    assert!(found.contains(expected), "{url}: {found}");
                }
                (found, expected) => panic!("{url}: {found:?}, not {expected:?}"),
            }
        };
        check("sqlite://data/citebot.db", Ok("data/citebot.db"));
        check("sqlite:data/citebot.db", Ok("data/citebot.db"));
        check("sqlite:///var/lib/citebot.db", Ok("/var/lib/citebot.db"));
        check(" SQLite://x.db\n", Ok("x.db"));
        check("sqlite://a b#c%20.db", Ok("a b#c%20.db"));
        check("sqlite://", Err("sqlite://data/citebot.db"));
        check("sqlite::memory:", Err("must be a file"));
        check("sqlite://x?mode=memory", Err("must be a file"));
        check("sqlite://x?synchronous=off", Err("sqlite://FILE"));
        check("data/citebot.db", Err("sqlite://FILE"));
        check("mysql://root@localhost/x", Err("sqlite://FILE"));
        check(
            "postgres://bot:hunter2@db.example:5433/faq",
            Ok("bot@db.example:5433/faq"),
        );
        check(
            "postgresql://bot:hunter2@db.example/faq",
            Ok("bot@db.example:5432/faq"),
        );
        check(
            "postgres://bot:hunter2@db.example:port/faq",
            Err("percent-encoded"),
        );
    }

    #[test]
    fn a_password_is_never_printed() {
        for url in [
            "postgres://bot:hunter2@db.example/faq",
            "postgres://db.example/faq?password=hunter2&user=bot",
            "postgres://bot:hunter2@db.example:port/faq",
        ] {
            let printed = match url.parse::<Location>() {
                Ok(location) => format!("{location} {location:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!printed.contains("hunter2"), "{printed}");
        }
    }
}
