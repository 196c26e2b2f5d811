//! The review queue: questions without an answer, and what moderators did with them.

use crate::database::Writes;
use crate::error::StoreError;
use crate::questions::{LoggedQuestion, columns, read_question};
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

/// Questions with the same normalised text.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedQuestion {
    /// The newest of the questions.
    pub newest: LoggedQuestion,
    /// How many there are.
    pub times: u64,
    /// How many of the replies the asker rejected.
    pub flagged: u64,
}

/// What a moderator did with unanswered questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// The entry answers them. A question that goes unanswered again is back in the queue.
    Answered {
        /// The entry's id.
        entry: String,
    },
    /// They need no answer, also when they are asked again.
    Ignored,
}

/// Selects the questions `q` of server `$1` that meet a condition, grouped by text: at most `$2` rows
/// that [`read_repeated`] reads.
macro_rules! select_repeated {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", times, flagged FROM (SELECT q.*, \
                 COUNT(*) OVER (PARTITION BY text_key) AS times, \
                 COUNT(flagged_at) OVER (PARTITION BY text_key) AS flagged, \
                 ROW_NUMBER() OVER (PARTITION BY text_key ORDER BY asked_at DESC, id DESC) AS place \
               FROM questions q WHERE server = $1 AND (",
            $condition,
            ")) AS repeated WHERE place = 1 ORDER BY ",
            $order,
            " LIMIT $2"
        )
    };
}

fn read_repeated(doing: &'static str, row: &AnyRow) -> Result<RepeatedQuestion, StoreError> {
    let count = |column: &str| {
        let count: i64 = row.try_get(column).map_err(StoreError::while_(doing))?;
        Ok::<_, StoreError>(count.unsigned_abs())
    };
    Ok(RepeatedQuestion {
        newest: read_question(doing, row)?,
        times: count("times")?,
        flagged: count("flagged")?,
    })
}

impl Store {
    /// The questions that wait for a moderator: unanswered, flagged or answered by a suggestion, and not
    /// resolved since. Grouped by text, the most asked first, then the newest.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn open_questions(
        &self,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        const OPEN: &str = select_repeated!(
            "(outcome <> 'answer' OR flagged_at IS NOT NULL OR followed_at IS NOT NULL) AND NOT EXISTS ( \
               SELECT 1 FROM resolutions r WHERE r.server = q.server AND r.text_key = q.text_key \
                 AND (r.kind = 'ignored' OR r.resolved_at >= COALESCE(q.flagged_at, q.asked_at) \
                   AND r.resolved_at >= COALESCE(q.followed_at, q.asked_at)))",
            "times DESC, asked_at DESC, id"
        );
        self.repeated("read what waits for review", OPEN, server, limit)
            .await
    }

    /// All questions, grouped by text, the newest first. An edit's impact is measured on them.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn logged_questions(
        &self,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        const ALL: &str = select_repeated!("TRUE", "asked_at DESC, id");
        self.repeated("read what was asked", ALL, server, limit)
            .await
    }

    /// Runs a statement of [`select_repeated!`].
    async fn repeated(
        &self,
        doing: &'static str,
        statement: &'static str,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        let select = sqlx::query(statement)
            .bind(server.key())
            .bind(i64::from(limit));
        let read = |reads: AnyPool| async move { select.fetch_all(&reads).await };
        let rows = self.database().read(doing, read).await?;
        rows.iter().map(|row| read_repeated(doing, row)).collect()
    }

    /// Resolves the questions with these normalised texts, all or none. They leave
    /// [`open_questions`](Self::open_questions).
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn resolve(
        &self,
        server: ServerId,
        normalised: &[&str],
        resolution: &Resolution,
        at: i64,
    ) -> Result<(), StoreError> {
        let (kind, entry) = match resolution {
            Resolution::Answered { entry } => ("answered", Some(entry.as_str())),
            Resolution::Ignored => ("ignored", None),
        };
        // Sorted, so that two moderators cannot wait for each other.
        let mut keys: Vec<String> = normalised.iter().map(|text| self.text_key(text)).collect();
        keys.sort_unstable();
        keys.dedup();
        let resolve = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            for key in keys {
                sqlx::query(
                    "INSERT INTO resolutions (server, text_key, kind, entry, resolved_at) \
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (server, text_key) DO UPDATE \
                     SET kind = excluded.kind, entry = excluded.entry, resolved_at = excluded.resolved_at",
                )
                .bind(server.key())
                .bind(key)
                .bind(kind)
                .bind(entry)
                .bind(at)
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        };
        self.database()
            .write("note what was done with a question", resolve)
            .await
    }
}
