//! Settings of a server: named documents in the caller's format.

use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
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
        let row: Option<(i64, String)> = sqlx::query_as(READ)
            .bind(server.key())
            .bind(name)
            .fetch_optional(&self.database().reads)
            .await
            .map_err(StoreError::while_("read this server's settings"))?;
        Ok(row.map(stored))
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
        let failed = StoreError::while_("change this server's settings");
        let (mut transaction, tick) = self.begin_change(server).await.map_err(&failed)?;
        let latest: Option<(i64, String)> = sqlx::query_as(READ)
            .bind(server.key())
            .bind(name)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(&failed)?;
        let latest = latest.map(stored);
        if latest.as_ref().map(|latest| latest.version) != seen {
            transaction.rollback().await.map_err(&failed)?;
            return Err(StoreSettingsError::Conflict { latest });
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
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        self.commit_change(transaction, server, tick)
            .await
            .map_err(&failed)?;
        Ok(changed)
    }
}
