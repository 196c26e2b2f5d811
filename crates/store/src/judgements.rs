//! What moderators think of answers that were not given: the figures of shadow mode.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;

/// One answer that would have been given, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// The id of the message that it would have answered.
    pub message: u64,
    /// The confidence of the answer, 0 to 1.
    pub confidence: f64,
    /// Whether it would have been right.
    pub right: bool,
}

impl Store {
    /// Notes a judgement, in place of an earlier one on the same message. `at` is in milliseconds since
    /// 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn judge(
        &self,
        server: ServerId,
        judgement: Judgement,
        at: i64,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "INSERT INTO judgements (server, message, confidence, verdict, judged_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (server, message) DO UPDATE \
             SET confidence = excluded.confidence, verdict = excluded.verdict, judged_at = excluded.judged_at",
        )
        .bind(server.key())
        .bind(judgement.message.cast_signed())
        .bind(judgement.confidence.clamp(0.0, 1.0))
        .bind(i32::from(judgement.right))
        .bind(at);
        let judge = |writes: Writes| async move { insert.execute(&writes.pool).await };
        self.database().write("note a judgement", judge).await?;
        Ok(())
    }

    /// The judgements of this server, in no particular order.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn judgements(&self, server: ServerId) -> Result<Vec<Judgement>, StoreError> {
        let select =
            sqlx::query_as("SELECT message, confidence, verdict FROM judgements WHERE server = $1")
                .bind(server.key());
        let read = |reads: AnyPool| async move { select.fetch_all(&reads).await };
        let rows: Vec<(i64, f64, i32)> = self.database().read("read judgements", read).await?;
        let judgement = |(message, confidence, verdict): (i64, f64, i32)| Judgement {
            message: message.cast_unsigned(),
            confidence,
            right: verdict == 1,
        };
        Ok(rows.into_iter().map(judgement).collect())
    }
}
