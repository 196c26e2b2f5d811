//! Databases that exist for the length of a test.

use citebot_store::{Location, Store};
use futures::FutureExt as _;
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Far more than anything here needs, so that a test fails rather than hangs.
pub const HANG: Duration = Duration::from_mins(1);

/// An empty database.
pub struct Place {
    url: String,
    location: Location,
    /// The URL and the statement that remove a schema.
    cleanup: Option<(String, String)>,
    _folder: Option<TempDir>,
}

impl Place {
    /// A new SQLite file.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}/data/citebot.db", folder.path().display());
        Self {
            location: url.parse().expect("well formed"),
            url,
            cleanup: None,
            _folder: Some(folder),
        }
    }

    /// A new schema in the database at `url`.
    pub async fn postgres(url: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("citebot_test_{}_{number}", process::id());
        execute(url, format!("CREATE SCHEMA {schema}")).await;
        let joint = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{joint}options[search_path]={schema}&application_name={schema}");
        Self {
            location: own.parse().expect("well formed"),
            url: own,
            cleanup: Some((url.to_owned(), format!("DROP SCHEMA {schema} CASCADE"))),
            _folder: None,
        }
    }

    /// Its location.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// A store here, as another process would open it.
    pub async fn store(&self) -> Store {
        Store::open(&self.location).await.expect("opens")
    }

    /// Runs `sql` directly.
    pub async fn run(&self, sql: &str) {
        execute(&self.url, sql.to_owned()).await;
    }

    /// The first column of the rows of `sql`, run directly.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.url, sql).await
    }

    /// The address, as it stands in a configuration.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The first column of the rows of `sql` in the database at `url`.
pub async fn texts(url: &str, sql: &str) -> Vec<String> {
    let mut connection = connect(url).await;
    let rows = connection
        .fetch_all(AssertSqlSafe(sql.to_owned()))
        .await
        .expect("reads");
    connection.close().await.expect("closes");
    rows.iter().map(|row| row.get(0)).collect()
}

async fn connect(url: &str) -> AnyConnection {
    install_default_drivers();
    AnyConnection::connect(url).await.expect("connects")
}

async fn execute(url: &str, sql: String) {
    let mut connection = connect(url).await;
    connection
        .execute(AssertSqlSafe(sql.clone()))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("closes");
}

/// The URL of the PostgreSQL to test on. Reports once that there is none.
pub fn postgres_url() -> Option<String> {
    static SAID: Once = Once::new();
    let url = std::env::var("CITEBOT_TEST_POSTGRES")
        .ok()
        .filter(|url| !url.is_empty());
    if url.is_none() {
        SAID.call_once(|| {
            skipped("the store on PostgreSQL: CITEBOT_TEST_POSTGRES holds no postgres:// URL");
        });
    }
    url
}

/// Reports what was not tested. Writes past the test harness, which hides the output of passing tests.
pub fn skipped(what: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "skipped: {what}");
}

/// Runs `test` on an empty SQLite store and, where there is one, on PostgreSQL.
pub async fn everywhere(test: impl AsyncFn(&Place)) {
    test(&Place::sqlite()).await;
    on_postgres(test).await;
}

/// Runs `test` on PostgreSQL only.
pub async fn on_postgres(test: impl AsyncFn(&Place)) {
    let Some(url) = postgres_url() else {
        return;
    };
    let place = Place::postgres(&url).await;
    let outcome = AssertUnwindSafe(test(&place)).catch_unwind().await;
    if let Some((url, statement)) = &place.cleanup {
        execute(url, statement.clone()).await;
    }
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
