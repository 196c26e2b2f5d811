//! Figures for `/curate stats`.

use crate::error::StoreError;
use crate::questions::Outcome;
use crate::server_id::ServerId;
use crate::store::Store;
use crate::votes::Tally;
use sqlx::AnyPool;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

/// Milliseconds in a day; days are UTC's.
pub const DAY: i64 = 86_400_000;

/// The questions of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// Answered questions.
    pub answered: u64,
    /// Questions that got "did you mean".
    pub suggested: u64,
    /// Questions that got neither.
    pub unknown: u64,
    /// How many replies to these the asker rejected.
    pub flagged: u64,
}

impl Day {
    /// All questions of the day.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.answered + self.suggested + self.unknown
    }
}

/// A server's figures for a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Days on which anything was asked, in order.
    pub days: Vec<Day>,
    /// Entries by how often they answered, most often first.
    pub top: Vec<(String, u64)>,
    /// Entries with any 👎, by 👎 less 👍, worst first.
    pub worst: Vec<Tally>,
    /// All 👍.
    pub up: u64,
    /// All 👎.
    pub down: u64,
}

impl Store {
    /// The figures for `period` (milliseconds since 1970-01-01T00:00:00Z), with at most `entries`
    /// entries in each list.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn stats(
        &self,
        server: ServerId,
        period: Range<i64>,
        entries: usize,
    ) -> Result<Stats, StoreError> {
        const DOING: &str = "read this server's figures";
        let select = sqlx::query_as(
            "SELECT asked_at / 86400000 AS day, outcome, COUNT(*), COUNT(flagged_at) \
             FROM questions WHERE server = $1 AND asked_at >= $2 AND asked_at < $3 \
             GROUP BY asked_at / 86400000, outcome",
        )
        .bind(server.key())
        .bind(period.start)
        .bind(period.end);
        let read = |reads: AnyPool| async move { select.fetch_all(&reads).await };
        let counts: Vec<(i64, String, i64, i64)> = self.database().read(DOING, read).await?;
        let mut days = BTreeMap::<i64, Day>::new();
        for (number, outcome, count, flagged) in counts {
            let day = days.entry(number).or_default();
            day.day = number;
            day.flagged += flagged.unsigned_abs();
            *match Outcome::read(DOING, &outcome)? {
                Outcome::Answer => &mut day.answered,
                Outcome::Suggest => &mut day.suggested,
                Outcome::Unknown => &mut day.unknown,
            } += count.unsigned_abs();
        }

        let select = sqlx::query_as(
            "SELECT entry, COUNT(*) FROM questions \
             WHERE server = $1 AND asked_at >= $2 AND asked_at < $3 \
               AND outcome = 'answer' AND entry IS NOT NULL GROUP BY entry",
        )
        .bind(server.key())
        .bind(period.start)
        .bind(period.end);
        let read = |reads: AnyPool| async move { select.fetch_all(&reads).await };
        let top: Vec<(String, i64)> = self.database().read(DOING, read).await?;
        let mut top: Vec<_> = top
            .into_iter()
            .map(|(entry, count)| (entry, count.unsigned_abs()))
            .collect();
        // Sorted here: the two databases order text differently.
        top.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        top.truncate(entries);

        let mut worst = self.tallies(server, period).await?;
        let up = worst.iter().map(|tally| tally.up).sum();
        let down = worst.iter().map(|tally| tally.down).sum();
        worst.retain(|tally| tally.down > 0);
        let balance = |tally: &Tally| i128::from(tally.up) - i128::from(tally.down);
        worst.sort_by(|a, b| {
            (balance(a), Reverse(a.down), &a.entry).cmp(&(balance(b), Reverse(b.down), &b.entry))
        });
        worst.truncate(entries);

        Ok(Stats {
            days: days.into_values().collect(),
            top,
            worst,
            up,
            down,
        })
    }
}
