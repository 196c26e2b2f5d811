//! Servers that the bot has left. What is kept of one goes some time later, unless the bot comes back.

use crate::database::{self, Writes};
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;

const DELETE: &str = "delete what was kept of servers that the bot left";

impl Store {
    /// Every server of which anything is kept, in the order of their ids.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn kept_servers(&self) -> Result<Vec<ServerId>, StoreError> {
        const DOING: &str = "list the servers";
        const KEPT: &str = "SELECT server FROM changes UNION SELECT server FROM questions \
             UNION SELECT server FROM votes UNION SELECT server FROM drafts \
             UNION SELECT server FROM resolutions UNION SELECT server FROM judgements ORDER BY 1";
        let read = |reads: AnyPool| async move { sqlx::query_as(KEPT).fetch_all(&reads).await };
        let rows: Vec<(i64,)> = self.database().read(DOING, read).await?;
        rows.into_iter()
            .map(|(server,)| database::server_id(DOING, server))
            .collect()
    }

    /// Notes that the bot is no longer in `servers`, as of `at` (milliseconds since
    /// 1970-01-01T00:00:00Z). An earlier departure stands.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was noted then.
    pub async fn note_departures(&self, servers: &[ServerId], at: i64) -> Result<(), StoreError> {
        let note = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            for server in servers {
                sqlx::query(
                    "INSERT INTO departures (server, left_at) VALUES ($1, $2) \
                     ON CONFLICT (server) DO NOTHING",
                )
                .bind(server.key())
                .bind(at)
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        };
        let doing = "note that the bot left a server";
        self.database().write(doing, note).await
    }

    /// Notes that the bot is in `servers`.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was noted then.
    pub async fn note_returns(&self, servers: &[ServerId]) -> Result<(), StoreError> {
        let note = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            for server in servers {
                sqlx::query("DELETE FROM departures WHERE server = $1")
                    .bind(server.key())
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await
        };
        let doing = "note that the bot is back in a server";
        self.database().write(doing, note).await
    }

    /// The servers that the bot has left.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn departed(&self) -> Result<Vec<ServerId>, StoreError> {
        self.departed_before(i64::MAX).await
    }

    /// Deletes everything of the servers that the bot left before `before` (milliseconds since
    /// 1970-01-01T00:00:00Z); returns their number.
    ///
    /// # Errors
    ///
    /// Database errors. What was deleted until then stays deleted.
    pub async fn delete_departed(&self, before: i64) -> Result<usize, StoreError> {
        let mut deleted = 0;
        for server in self.departed_before(before).await? {
            let delete = |writes: Writes| async move {
                // Announced, so that every process drops what it holds of the server.
                let mut change = self.begin_change(&writes, server).await?;
                let still =
                    sqlx::query("DELETE FROM departures WHERE server = $1 AND left_at < $2")
                        .bind(server.key())
                        .bind(before)
                        .execute(&mut *change.transaction)
                        .await?;
                if still.rows_affected() == 0 {
                    // It came back in the meantime.
                    change.transaction.rollback().await?;
                    return Ok(0);
                }
                for statement in [
                    "DELETE FROM revisions WHERE server = $1",
                    "DELETE FROM settings WHERE server = $1",
                    "DELETE FROM drafts WHERE server = $1",
                    "DELETE FROM questions WHERE server = $1",
                    "DELETE FROM votes WHERE server = $1",
                    "DELETE FROM resolutions WHERE server = $1",
                    "DELETE FROM judgements WHERE server = $1",
                ] {
                    sqlx::query(statement)
                        .bind(server.key())
                        .execute(&mut *change.transaction)
                        .await?;
                }
                self.commit(change).await?;
                Ok(1)
            };
            deleted += self.database().write(DELETE, delete).await?;
        }
        Ok(deleted)
    }

    async fn departed_before(&self, before: i64) -> Result<Vec<ServerId>, StoreError> {
        let read = |reads: AnyPool| async move {
            sqlx::query_as("SELECT server FROM departures WHERE left_at < $1 ORDER BY server")
                .bind(before)
                .fetch_all(&reads)
                .await
        };
        let rows: Vec<(i64,)> = self.database().read(DELETE, read).await?;
        rows.into_iter()
            .map(|(server,)| database::server_id(DELETE, server))
            .collect()
    }
}
