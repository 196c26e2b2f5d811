//! Drafts: what moderators typed and have not published.

use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;

/// The most drafts of an author in a server. Saving another one deletes the oldest.
const MAX_DRAFTS: i64 = 50;

impl Store {
    /// Saves `document` as the draft of `author` on `subject`, in place of an earlier one. `at` is in
    /// milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn save_draft(
        &self,
        server: ServerId,
        author: u64,
        subject: &str,
        document: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let failed = StoreError::while_("save what you typed");
        let mut transaction = self.database().write().await.map_err(&failed)?;
        sqlx::query(
            "INSERT INTO drafts (server, author, subject, document, kept_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (server, author, subject) DO UPDATE \
             SET document = excluded.document, kept_at = excluded.kept_at",
        )
        .bind(server.key())
        .bind(author.cast_signed())
        .bind(subject)
        .bind(document)
        .bind(at)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        sqlx::query(
            "DELETE FROM drafts WHERE server = $1 AND author = $2 AND subject NOT IN \
             (SELECT subject FROM drafts WHERE server = $1 AND author = $2 \
              ORDER BY kept_at DESC, subject LIMIT $3)",
        )
        .bind(server.key())
        .bind(author.cast_signed())
        .bind(MAX_DRAFTS)
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }

    /// The draft of `author` on `subject`, and when it was saved.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn saved_draft(
        &self,
        server: ServerId,
        author: u64,
        subject: &str,
    ) -> Result<Option<(String, i64)>, StoreError> {
        sqlx::query_as(
            "SELECT document, kept_at FROM drafts \
             WHERE server = $1 AND author = $2 AND subject = $3",
        )
        .bind(server.key())
        .bind(author.cast_signed())
        .bind(subject)
        .fetch_optional(&self.database().reads)
        .await
        .map_err(StoreError::while_("read what you typed"))
    }

    /// Deletes the draft of `author` on `subject`.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn delete_draft(
        &self,
        server: ServerId,
        author: u64,
        subject: &str,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM drafts WHERE server = $1 AND author = $2 AND subject = $3")
            .bind(server.key())
            .bind(author.cast_signed())
            .bind(subject)
            .execute(&self.database().writes)
            .await
            .map_err(StoreError::while_("delete what you typed"))?;
        Ok(())
    }

    /// Deletes every draft of `author`, in all servers; returns their number.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was deleted then.
    pub async fn forget_drafts(&self, author: u64) -> Result<u64, StoreError> {
        let deleted = sqlx::query("DELETE FROM drafts WHERE author = $1")
            .bind(author.cast_signed())
            .execute(&self.database().writes)
            .await
            .map_err(StoreError::while_("delete what you typed"))?
            .rows_affected();
        Ok(deleted)
    }
}
