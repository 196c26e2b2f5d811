//! Drafts: what moderators typed and have not published.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;

/// The most drafts of an author in a server. Saving another one deletes the oldest.
const MAX_DRAFTS: i64 = 50;

const DELETE: &str = "delete what you typed";

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
        let save = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
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
            .await?;
            sqlx::query(
                "DELETE FROM drafts WHERE server = $1 AND author = $2 AND subject NOT IN \
                 (SELECT subject FROM drafts WHERE server = $1 AND author = $2 \
                  ORDER BY kept_at DESC, subject LIMIT $3)",
            )
            .bind(server.key())
            .bind(author.cast_signed())
            .bind(MAX_DRAFTS)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        };
        self.database().write("save what you typed", save).await
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
        let select = sqlx::query_as(
            "SELECT document, kept_at FROM drafts \
             WHERE server = $1 AND author = $2 AND subject = $3",
        )
        .bind(server.key())
        .bind(author.cast_signed())
        .bind(subject);
        let read = |reads: AnyPool| async move { select.fetch_optional(&reads).await };
        self.database().read("read what you typed", read).await
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
        let delete =
            sqlx::query("DELETE FROM drafts WHERE server = $1 AND author = $2 AND subject = $3")
                .bind(server.key())
                .bind(author.cast_signed())
                .bind(subject);
        let delete = |writes: Writes| async move { delete.execute(&writes.pool).await };
        self.database().write(DELETE, delete).await?;
        Ok(())
    }

    /// Deletes every draft of `author`, in all servers; returns their number.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was deleted then.
    pub async fn forget_drafts(&self, author: u64) -> Result<u64, StoreError> {
        let delete = |writes: Writes| async move {
            sqlx::query("DELETE FROM drafts WHERE author = $1")
                .bind(author.cast_signed())
                .execute(&writes.pool)
                .await
        };
        let deleted = self.database().write(DELETE, delete).await?;
        Ok(deleted.rows_affected())
    }
}
