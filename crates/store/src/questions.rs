//! The log of questions, which never tells who asked.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// The id of a logged question. Random, so that ids do not tell how much is asked, or where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionId(pub i64);

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for QuestionId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl QuestionId {
    /// A new id.
    ///
    /// # Errors
    ///
    /// The system gives no random bytes.
    pub fn random() -> Result<Self, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|source| StoreError::Random { doing: LOG, source })?;
        // 63 bits: never negative, and far too many for two ids to be equal.
        Ok(Self(i64::from_le_bytes(random) & i64::MAX))
    }
}

const LOG: &str = "log a question";

/// The kind of reply to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// An answer.
    Answer,
    /// "Did you mean".
    Suggest,
    /// "I don't know", or nothing.
    Unknown,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Answer, Self::Suggest, Self::Unknown];

    /// The word for it in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Suggest => "suggest",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn read(doing: &'static str, word: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == word)
            .ok_or_else(|| StoreError::Corrupt {
                doing,
                what: format!("a question with outcome {word:?}"),
            })
    }
}

/// A question to be logged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewQuestion<'a> {
    /// The question as it was written.
    pub text: &'a str,
    /// The same as the matcher normalises it. Questions with equal normalised texts count as one.
    pub normalised: &'a str,
    /// The reply.
    pub outcome: Outcome,
    /// The best entry's id, answered or not.
    pub entry: Option<&'a str>,
    /// The best entry's confidence, 0 to 1.
    pub confidence: f64,
    /// Where it was asked: `mention`, `ask`, `channel` …
    pub surface: &'a str,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

/// A logged question.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedQuestion {
    /// Its id.
    pub id: QuestionId,
    /// The question as it was written.
    pub text: String,
    /// The reply.
    pub outcome: Outcome,
    /// The best entry's id, answered or not.
    pub entry: Option<String>,
    /// The best entry's confidence, 0 to 1.
    pub confidence: f64,
    /// Where it was asked.
    pub surface: String,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub asked_at: i64,
    /// When the asker rejected the reply.
    pub flagged_at: Option<i64>,
    /// When the asker chose `entry` from the suggestions.
    pub followed_at: Option<i64>,
}

/// The columns that [`read_question`] reads.
macro_rules! columns {
    () => {
        "id, text, outcome, entry, confidence, surface, asked_at, flagged_at, followed_at"
    };
}

pub(crate) use columns;

pub(crate) fn read_question(
    doing: &'static str,
    row: &AnyRow,
) -> Result<LoggedQuestion, StoreError> {
    let failed = StoreError::while_(doing);
    let outcome: String = row.try_get("outcome").map_err(&failed)?;
    Ok(LoggedQuestion {
        id: QuestionId(row.try_get("id").map_err(&failed)?),
        text: row.try_get("text").map_err(&failed)?,
        outcome: Outcome::read(doing, &outcome)?,
        entry: row.try_get("entry").map_err(&failed)?,
        confidence: row.try_get("confidence").map_err(&failed)?,
        surface: row.try_get("surface").map_err(&failed)?,
        asked_at: row.try_get("asked_at").map_err(&failed)?,
        flagged_at: row.try_get("flagged_at").map_err(&failed)?,
        followed_at: row.try_get("followed_at").map_err(&failed)?,
    })
}

impl Store {
    /// Logs a question.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn log_question(
        &self,
        server: ServerId,
        new: &NewQuestion<'_>,
    ) -> Result<QuestionId, StoreError> {
        let id = QuestionId::random()?;
        self.log_questions(&[(server, id, *new)]).await?;
        Ok(id)
    }

    /// Logs questions under ids that were made before and may be in use already: all or none.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn log_questions(
        &self,
        batch: &[(ServerId, QuestionId, NewQuestion<'_>)],
    ) -> Result<(), StoreError> {
        let log = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            for (server, id, new) in batch {
                let confidence = if new.confidence.is_finite() {
                    new.confidence.clamp(0.0, 1.0)
                } else {
                    0.0
                };
                sqlx::query(
                    "INSERT INTO questions (id, server, text, text_key, outcome, entry, confidence, surface, asked_at) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                )
                .bind(id.0)
                .bind(server.key())
                // PostgreSQL refuses U+0000 in text.
                .bind(new.text.replace('\0', "\u{fffd}"))
                .bind(self.text_key(new.normalised))
                .bind(new.outcome.as_str())
                .bind(new.entry)
                .bind(confidence)
                .bind(new.surface)
                .bind(new.at)
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        };
        self.database().write(LOG, log).await
    }

    /// A logged question of this server; `None` if there is none, or it is no longer kept.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn question(
        &self,
        server: ServerId,
        id: QuestionId,
    ) -> Result<Option<LoggedQuestion>, StoreError> {
        const DOING: &str = "read a question";
        let select = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM questions WHERE server = $1 AND id = $2"
        ))
        .bind(server.key())
        .bind(id.0);
        let read = |reads: AnyPool| async move { select.fetch_optional(&reads).await };
        let row = self.database().read(DOING, read).await?;
        row.map(|row| read_question(DOING, &row)).transpose()
    }

    /// Marks a question whose asker rejected the reply. `false` if this server has no such question,
    /// or no longer.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn flag_question(
        &self,
        server: ServerId,
        id: QuestionId,
        at: i64,
    ) -> Result<bool, StoreError> {
        const DOING: &str = "note that a reply was not what was asked";
        let update =
            sqlx::query("UPDATE questions SET flagged_at = $3 WHERE server = $1 AND id = $2")
                .bind(server.key())
                .bind(id.0)
                .bind(at);
        let flag = |writes: Writes| async move { update.execute(&writes.pool).await };
        let flagged = self.database().write(DOING, flag).await?;
        Ok(flagged.rows_affected() > 0)
    }

    /// Notes that the asker of a question chose `entry` from the suggestions: it counts as answered with it.
    /// `false` if it was answered with that anyway, or this server has no such question, or no longer.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn follow_suggestion(
        &self,
        server: ServerId,
        id: QuestionId,
        entry: &str,
        at: i64,
    ) -> Result<bool, StoreError> {
        const DOING: &str = "note which suggestion was chosen";
        let update = sqlx::query(
            "UPDATE questions SET outcome = 'answer', entry = $3, followed_at = $4 \
             WHERE server = $1 AND id = $2 AND (outcome <> 'answer' OR entry IS NULL OR entry <> $3)",
        )
        .bind(server.key())
        .bind(id.0)
        .bind(entry)
        .bind(at);
        let follow = |writes: Writes| async move { update.execute(&writes.pool).await };
        let noted = self.database().write(DOING, follow).await?;
        Ok(noted.rows_affected() > 0)
    }

    /// The keyed hash of a normalised text, the same for equal texts.
    pub(crate) fn text_key(&self, normalised: &str) -> String {
        self.secret().hash("text", normalised.as_bytes())
    }
}
