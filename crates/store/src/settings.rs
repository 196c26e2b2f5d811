//! Settings of a server: named documents in the caller's format.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;
use thiserror::Error;

/// A stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSettings {
    /// 1 at first, one more with each change.
    pub version: i64,
    /// The text.
    pub document: String,
}

/// Nothing was changed.
#[derive(Debug, Error)]
pub enum StoreSettingsError {
    /// Somebody else changed the document in the meantime.
    #[error("these settings changed since you began; look at them again, then change them")]
    Conflict {
        /// The present document.
        latest: Option<StoredSettings>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const READ: &str = "SELECT version, document FROM settings WHERE server = $1 AND name = $2";

fn stored((version, document): (i64, String)) -> StoredSettings {
    StoredSettings { version, document }
}

impl Store {
    /// The document `name` of this server; `None` if it was never set.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn settings(
        &self,
        server: ServerId,
        name: &str,
    ) -> Result<Option<StoredSettings>, StoreError> {
        let read = |reads: AnyPool| async move {
            let document = sqlx::query_as(READ).bind(server.key()).bind(name);
            document.fetch_optional(&reads).await
        };
        let read = self.database().read("read this server's settings", read);
        Ok(read.await?.map(stored))
    }

    /// Sets the document `name`, unless it changed since the version `seen` (`None`: there was none).
    ///
    /// # Errors
    ///
    /// [`StoreSettingsError::Conflict`], or database errors.
    pub async fn set_settings(
        &self,
        server: ServerId,
        name: &str,
        document: &str,
        seen: Option<i64>,
    ) -> Result<StoredSettings, StoreSettingsError> {
        let set = |writes: Writes| async move {
            let mut change = self.begin_change(&writes, server).await?;
            let latest: Option<(i64, String)> = sqlx::query_as(READ)
                .bind(server.key())
                .bind(name)
                .fetch_optional(&mut *change.transaction)
                .await?;
            let latest = latest.map(stored);
            if latest.as_ref().map(|latest| latest.version) != seen {
                change.transaction.rollback().await?;
                return Ok(Err(StoreSettingsError::Conflict { latest }));
            }
            let changed = StoredSettings {
                version: seen.unwrap_or(0) + 1,
                document: document.to_owned(),
            };
            sqlx::query(
                "INSERT INTO settings (server, name, version, document) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (server, name) DO UPDATE \
                 SET version = excluded.version, document = excluded.document",
            )
            .bind(server.key())
            .bind(name)
            .bind(changed.version)
            .bind(&changed.document)
            .execute(&mut *change.transaction)
            .await?;
            self.commit(change).await?;
            Ok(Ok(changed))
        };
        let set = self.database().write("change this server's settings", set);
        set.await?
    }
}
