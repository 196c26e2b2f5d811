//! 👍 and 👎. Voters are kept as keyed hashes.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::AnyPool;
use std::ops::Range;

/// Whether an answer helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vote {
    /// 👍
    Up,
    /// 👎
    Down,
}

/// The answer that a vote is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VotedAnswer<'a> {
    /// The id of the message or of the question. A person has one vote on it.
    pub id: u64,
    /// The entry that it showed.
    pub entry: &'a str,
}

/// The votes on an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The entry's id.
    pub entry: String,
    /// How many 👍.
    pub up: u64,
    /// How many 👎.
    pub down: u64,
}

impl Store {
    /// Counts a vote, in place of an earlier one of the same voter on the same answer. `voter` is a Discord
    /// user id; only its keyed hash is kept. `at` is in milliseconds since 1970-01-01T00:00:00Z. Returns the
    /// earlier vote.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn vote(
        &self,
        server: ServerId,
        voter: u64,
        answer: VotedAnswer<'_>,
        vote: Vote,
        at: i64,
    ) -> Result<Option<Vote>, StoreError> {
        let voter = self.voter_key(voter);
        let earlier = sqlx::query_scalar(
            "SELECT vote FROM votes WHERE server = $1 AND answer = $2 AND voter = $3",
        )
        .bind(server.key())
        .bind(answer.id.cast_signed())
        .bind(voter.clone());
        let insert = sqlx::query(
            "INSERT INTO votes (server, answer, voter, entry, vote, voted_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (server, answer, voter) DO UPDATE \
             SET entry = excluded.entry, vote = excluded.vote, voted_at = excluded.voted_at",
        )
        .bind(server.key())
        .bind(answer.id.cast_signed())
        .bind(voter)
        .bind(answer.entry)
        .bind(match vote {
            Vote::Up => 1,
            Vote::Down => -1,
        })
        .bind(at);
        let vote = |writes: Writes| async move {
            let earlier: Option<i32> = earlier.fetch_optional(&writes.pool).await?;
            insert.execute(&writes.pool).await?;
            Ok(earlier)
        };
        let earlier = self.database().write("count a vote", vote).await?;
        Ok(earlier.map(|vote| if vote > 0 { Vote::Up } else { Vote::Down }))
    }

    /// The votes of every entry that got any in `period` (milliseconds since
    /// 1970-01-01T00:00:00Z), by entry id.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn tallies(
        &self,
        server: ServerId,
        period: Range<i64>,
    ) -> Result<Vec<Tally>, StoreError> {
        let select = sqlx::query_as(
            "SELECT entry, COUNT(CASE WHEN vote > 0 THEN 1 END), COUNT(CASE WHEN vote < 0 THEN 1 END) \
             FROM votes WHERE server = $1 AND voted_at >= $2 AND voted_at < $3 GROUP BY entry",
        )
        .bind(server.key())
        .bind(period.start)
        .bind(period.end);
        let read = |reads: AnyPool| async move { select.fetch_all(&reads).await };
        let rows: Vec<(String, i64, i64)> = self.database().read("count votes", read).await?;
        let mut tallies: Vec<_> = rows
            .into_iter()
            .map(|(entry, up, down)| Tally {
                entry,
                up: up.unsigned_abs(),
                down: down.unsigned_abs(),
            })
            .collect();
        tallies.sort_by(|a, b| a.entry.cmp(&b.entry));
        Ok(tallies)
    }

    /// Deletes every vote of `voter`, in all servers; returns their number.
    ///
    /// # Errors
    ///
    /// Database errors. Nothing was deleted then.
    pub async fn forget_voter(&self, voter: u64) -> Result<u64, StoreError> {
        let delete = sqlx::query("DELETE FROM votes WHERE voter = $1").bind(self.voter_key(voter));
        let forget = |writes: Writes| async move { delete.execute(&writes.pool).await };
        let deleted = self.database().write("delete your votes", forget).await?;
        Ok(deleted.rows_affected())
    }

    fn voter_key(&self, voter: u64) -> String {
        self.secret().hash("voter", &voter.to_le_bytes())
    }
}
