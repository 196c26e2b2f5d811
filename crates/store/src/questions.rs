//! What was asked, and what of it waits for a moderator. Never by whom.

use crate::error::StoreError;
use crate::{ServerId, Store};
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// A logged question. Random, so that ids tell nothing of how much is asked, or where.
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
    /// A new one.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, StoreError> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|source| StoreError::Random { doing: LOG, source })?;
        // 63 bits: not negative, and two alike are not to be expected in any lifetime.
        Ok(Self(i64::from_le_bytes(random) & i64::MAX))
    }
}

const LOG: &str = "log a question";

/// What was said to a question.
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

    /// The word that stands in the database.
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
    /// What was asked, as it was written.
    pub text: &'a str,
    /// The same, normalised as the matcher does: questions alike in this are one.
    pub normalised: &'a str,
    /// What was said to it.
    pub outcome: Outcome,
    /// The best entry's id, answered or not.
    pub entry: Option<&'a str>,
    /// The best entry's confidence, 0 to 1.
    pub confidence: f64,
    /// Where it was asked: `mention`, `ask`, `channel` …
    pub surface: &'a str,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

/// A logged question.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedQuestion {
    /// Its id.
    pub id: QuestionId,
    /// What was asked, as it was written.
    pub text: String,
    /// What was said to it.
    pub outcome: Outcome,
    /// The best entry's id, answered or not.
    pub entry: Option<String>,
    /// The best entry's confidence, 0 to 1.
    pub confidence: f64,
    /// Where it was asked.
    pub surface: String,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub asked_at: i64,
    /// When somebody said that the answer was not what they asked.
    pub flagged_at: Option<i64>,
}

/// Questions with the same normalised text.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedQuestion {
    /// The newest of them.
    pub newest: LoggedQuestion,
    /// How many they are.
    pub times: u64,
    /// How many of them were flagged "not what I asked".
    pub flagged: u64,
}

/// What a moderator did with questions that had no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// This entry answers them now. Should one like them go unanswered again, it is asked again.
    Answered {
        /// The entry's id.
        entry: String,
    },
    /// They need no answer, now or later.
    Ignored,
}

/// A question's columns, as [`question`] reads them.
macro_rules! columns {
    () => {
        "id, text, outcome, entry, confidence, surface, asked_at, flagged_at"
    };
}

/// The questions `q` of server `$1` that meet a condition, alike ones together: the columns of the
/// newest, `times` and `flagged`, as [`same`] reads them. Not more than `$2`.
macro_rules! alike {
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
            ")) AS alike WHERE place = 1 ORDER BY ",
            $order,
            " LIMIT $2"
        )
    };
}

fn question(doing: &'static str, row: &AnyRow) -> Result<LoggedQuestion, StoreError> {
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
    })
}

fn same(doing: &'static str, row: &AnyRow) -> Result<RepeatedQuestion, StoreError> {
    let count = |column: &str| {
        let count: i64 = row.try_get(column).map_err(StoreError::while_(doing))?;
        Ok::<_, StoreError>(count.unsigned_abs())
    };
    Ok(RepeatedQuestion {
        newest: question(doing, row)?,
        times: count("times")?,
        flagged: count("flagged")?,
    })
}

/// How many rows a sweep deletes at a time, so that nobody waits for it long.
const SWEEP: i64 = 2000;

impl Store {
    /// Logs a question.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn log_question(
        &self,
        server: ServerId,
        asked: &NewQuestion<'_>,
    ) -> Result<QuestionId, StoreError> {
        let id = QuestionId::random()?;
        self.log_question_as(server, id, asked).await?;
        Ok(id)
    }

    /// Logs a question under an id that was made before, so that it could be shown at once.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn log_question_as(
        &self,
        server: ServerId,
        id: QuestionId,
        asked: &NewQuestion<'_>,
    ) -> Result<(), StoreError> {
        let confidence = if asked.confidence.is_finite() {
            asked.confidence.clamp(0.0, 1.0)
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
        .bind(asked.text.replace('\0', "\u{fffd}"))
        .bind(self.text_key(asked.normalised))
        .bind(asked.outcome.as_str())
        .bind(asked.entry)
        .bind(confidence)
        .bind(asked.surface)
        .bind(asked.at)
        .execute(&self.database().writes)
        .await
        .map_err(StoreError::while_(LOG))?;
        Ok(())
    }

    /// One logged question of this server; `None` if it has none of that id (any more).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn question(
        &self,
        server: ServerId,
        id: QuestionId,
    ) -> Result<Option<LoggedQuestion>, StoreError> {
        const DOING: &str = "read a question";
        let row = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM questions WHERE server = $1 AND id = $2"
        ))
        .bind(server.key())
        .bind(id.0)
        .fetch_optional(&self.database().reads)
        .await
        .map_err(StoreError::while_(DOING))?;
        row.map(|row| question(DOING, &row)).transpose()
    }

    /// Notes that the answer was not what was asked. `false` if this server has no such question
    /// (any more).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn flag_question(
        &self,
        server: ServerId,
        id: QuestionId,
        at: i64,
    ) -> Result<bool, StoreError> {
        let flagged =
            sqlx::query("UPDATE questions SET flagged_at = $3 WHERE server = $1 AND id = $2")
                .bind(server.key())
                .bind(id.0)
                .bind(at)
                .execute(&self.database().writes)
                .await
                .map_err(StoreError::while_(
                    "note that an answer was not what was asked",
                ))?
                .rows_affected();
        Ok(flagged > 0)
    }

    /// What waits for a moderator: questions that got no answer or were flagged, and that nobody
    /// has dealt with since. Alike ones together, most asked first, then newest first.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn open_questions(
        &self,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        const OPEN: &str = alike!(
            "(outcome <> 'answer' OR flagged_at IS NOT NULL) AND NOT EXISTS ( \
               SELECT 1 FROM resolutions r WHERE r.server = q.server AND r.text_key = q.text_key \
                 AND (r.kind = 'ignored' OR r.resolved_at >= COALESCE(q.flagged_at, q.asked_at)))",
            "times DESC, asked_at DESC, id"
        );
        self.alike("read what waits for review", OPEN, server, limit)
            .await
    }

    /// Everything that was asked, alike ones together, newest first: what an edit's impact is
    /// measured on.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn logged_questions(
        &self,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        const ALL: &str = alike!("TRUE", "asked_at DESC, id");
        self.alike("read what was asked", ALL, server, limit).await
    }

    /// What `statement`, an [`alike!`] one, gives.
    async fn alike(
        &self,
        doing: &'static str,
        statement: &'static str,
        server: ServerId,
        limit: u32,
    ) -> Result<Vec<RepeatedQuestion>, StoreError> {
        let rows = sqlx::query(statement)
            .bind(server.key())
            .bind(i64::from(limit))
            .fetch_all(&self.database().reads)
            .await
            .map_err(StoreError::while_(doing))?;
        rows.iter().map(|row| same(doing, row)).collect()
    }

    /// Notes what was done with the questions of these normalised texts, all at once. They leave
    /// [`open_questions`](Self::open_questions).
    ///
    /// # Errors
    ///
    /// The database's.
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
        // In one order, so that two moderators at once cannot wait for each other.
        let mut keys: Vec<String> = normalised.iter().map(|text| self.text_key(text)).collect();
        keys.sort_unstable();
        keys.dedup();
        let failed = StoreError::while_("note what was done with a question");
        let mut transaction = self.database().write().await.map_err(&failed)?;
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
            .await
            .map_err(&failed)?;
        }
        transaction.commit().await.map_err(&failed)
    }

    /// Deletes the questions of every server that were asked before `before` (milliseconds since
    /// 1970-01-01T00:00:00Z), and what was noted of answered ones. What is ignored stays ignored:
    /// of that no text is kept. Returns the number of questions.
    ///
    /// # Errors
    ///
    /// The database's. What was deleted until then stays deleted.
    pub async fn sweep(&self, before: i64) -> Result<u64, StoreError> {
        let failed = StoreError::while_("delete old questions");
        let mut swept = 0;
        loop {
            let mut transaction = self.database().write().await.map_err(&failed)?;
            let deleted = sqlx::query(
                "DELETE FROM questions WHERE id IN \
                 (SELECT id FROM questions WHERE asked_at < $1 LIMIT $2)",
            )
            .bind(before)
            .bind(SWEEP)
            .execute(&mut *transaction)
            .await
            .map_err(&failed)?
            .rows_affected();
            if deleted == 0 {
                sqlx::query("DELETE FROM resolutions WHERE kind = 'answered' AND resolved_at < $1")
                    .bind(before)
                    .execute(&mut *transaction)
                    .await
                    .map_err(&failed)?;
            }
            transaction.commit().await.map_err(&failed)?;
            if deleted == 0 {
                return Ok(swept);
            }
            swept += deleted;
        }
    }

    /// Deletes what members left behind in `server`: questions, what was done with them, votes.
    /// The overlay and the settings stay: they are the moderators' work. Returns the number of
    /// questions and votes.
    ///
    /// # Errors
    ///
    /// The database's. Nothing was deleted then.
    pub async fn forget_server(&self, server: ServerId) -> Result<u64, StoreError> {
        let failed = StoreError::while_("delete this server's questions and votes");
        let mut transaction = self.database().write().await.map_err(&failed)?;
        let mut deleted = 0;
        for (statement, counts) in [
            ("DELETE FROM questions WHERE server = $1", true),
            ("DELETE FROM votes WHERE server = $1", true),
            ("DELETE FROM resolutions WHERE server = $1", false),
        ] {
            let done = sqlx::query(statement)
                .bind(server.key())
                .execute(&mut *transaction)
                .await
                .map_err(&failed)?;
            deleted += if counts { done.rows_affected() } else { 0 };
        }
        transaction.commit().await.map_err(&failed)?;
        Ok(deleted)
    }

    fn text_key(&self, normalised: &str) -> String {
        self.secret().hash("text", normalised.as_bytes())
    }
}
