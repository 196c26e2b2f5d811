//! Deleting what is old.

use crate::database::Writes;
use crate::error::StoreError;
use crate::store::Store;

/// The rows that a sweep deletes at a time, few enough for nobody to wait long.
const BATCH: i64 = 2000;

impl Store {
    /// Deletes the questions of every server that were asked before `before` (milliseconds since
    /// 1970-01-01T00:00:00Z), the notes of answered ones, and votes and judgements of that age. Ignored questions stay ignored: only
    /// hashes of them are kept. Returns the number of questions.
    ///
    /// # Errors
    ///
    /// Database errors. What was deleted until then stays deleted.
    pub async fn sweep(&self, before: i64) -> Result<u64, StoreError> {
        const DOING: &str = "delete old questions";
        let delete_some = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            let deleted = sqlx::query(
                "DELETE FROM questions WHERE id IN \
                 (SELECT id FROM questions WHERE asked_at < $1 LIMIT $2)",
            )
            .bind(before)
            .bind(BATCH)
            .execute(&mut *transaction)
            .await?
            .rows_affected();
            if deleted == 0 {
                for statement in [
                    "DELETE FROM resolutions WHERE kind = 'answered' AND resolved_at < $1",
                    "DELETE FROM votes WHERE voted_at < $1",
                    "DELETE FROM judgements WHERE judged_at < $1",
                ] {
                    sqlx::query(statement)
                        .bind(before)
                        .execute(&mut *transaction)
                        .await?;
                }
            }
            transaction.commit().await?;
            Ok(deleted)
        };
        let mut swept = 0;
        loop {
            match self.database().write(DOING, delete_some).await? {
                0 => return Ok(swept),
                deleted => swept += deleted,
            }
        }
    }

    /// Deletes the drafts of every server that were saved before `before` (milliseconds since
    /// 1970-01-01T00:00:00Z); returns their number.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was deleted then.
    pub async fn sweep_drafts(&self, before: i64) -> Result<u64, StoreError> {
        let sweep = |writes: Writes| async move {
            sqlx::query("DELETE FROM drafts WHERE kept_at < $1")
                .bind(before)
                .execute(&writes.pool)
                .await
        };
        let deleted = self.database().write("delete old drafts", sweep).await?;
        Ok(deleted.rows_affected())
    }
}
