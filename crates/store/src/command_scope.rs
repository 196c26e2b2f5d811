//! Where the bot's commands are registered, so that a later start can remove them there.

use crate::database::{Writes, server_id};
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;

/// The name in the table `meta`.
const NAME: &str = "command_server";

impl Store {
    /// The server in which commands are registered; `None` when they are registered globally, or
    /// nowhere yet.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn command_server(&self) -> Result<Option<ServerId>, StoreError> {
        const DOING: &str = "read where commands were registered";
        let read = |reads: AnyPool| async move {
            let select = sqlx::query_as("SELECT value FROM meta WHERE name = $1").bind(NAME);
            select.fetch_optional(&reads).await
        };
        let row: Option<(String,)> = self.database().read(DOING, read).await?;
        let Some((text,)) = row else {
            return Ok(None);
        };
        let corrupt = |_| StoreError::Corrupt {
            doing: DOING,
            what: format!("the server {text:?}"),
        };
        let key: i64 = text.parse().map_err(corrupt)?;
        server_id(DOING, key).map(Some)
    }

    /// Notes that commands are registered in `server` alone, or globally (`None`).
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn set_command_server(&self, server: Option<ServerId>) -> Result<(), StoreError> {
        let statement = match server {
            Some(server) => sqlx::query(
                "INSERT INTO meta (name, value) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(NAME)
            .bind(server.key().to_string()),
            None => sqlx::query("DELETE FROM meta WHERE name = $1").bind(NAME),
        };
        let set = |writes: Writes| async move { statement.execute(&writes.pool).await };
        let set = self
            .database()
            .write("note where commands are registered", set);
        set.await?;
        Ok(())
    }
}
