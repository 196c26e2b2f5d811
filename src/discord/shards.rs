//! The shards of a bot that one process takes.
//!
//! Discord divides the servers of a large bot among shards, each a gateway connection of its own
//! (Discord developer documentation, "Sharding"). One process may take all of them, or several
//! processes may share them.

use std::fmt;
use std::str::FromStr;

/// Neighbouring shards of one bot, at least one. Written `FIRST..END/TOTAL`, counted from 0 and
/// without `END`: `0..4/16` are the first four of sixteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shards {
    first: u32,
    last: u32,
    total: u32,
}

impl Shards {
    /// All of `total` shards; at least one.
    #[must_use]
    pub fn all(total: u32) -> Self {
        let total = total.max(1);
        Self {
            first: 0,
            last: total - 1,
            total,
        }
    }

    /// The first shard taken.
    #[must_use]
    pub fn first(self) -> u32 {
        self.first
    }

    /// The last shard taken.
    #[must_use]
    pub fn last(self) -> u32 {
        self.last
    }

    /// The number of shards of the bot, in all its processes together.
    #[must_use]
    pub fn total(self) -> u32 {
        self.total
    }
}

impl fmt::Display for Shards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = u64::from(self.last) + 1;
        write!(f, "{}..{end}/{}", self.first, self.total)
    }
}

/// Why a text is no range of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShardsError {
    /// It is not three numbers with `..` and `/` between them.
    #[error("write FIRST..END/TOTAL, for example 0..4/16 for the first four of 16 shards")]
    Shape,
    /// `END` is not greater than `FIRST`.
    #[error(
        "there is no shard in {first}..{end}: END is the first one left out, so {first}..{} is shard {first} alone",
        u64::from(*.first) + 1
    )]
    Empty {
        /// `FIRST`.
        first: u32,
        /// `END`.
        end: u32,
    },
    /// `END` is greater than `TOTAL`.
    #[error("END is {end}, but shards are counted from 0: of {total}, END is at most {total}")]
    Beyond {
        /// `END`.
        end: u32,
        /// `TOTAL`.
        total: u32,
    },
}

impl FromStr for Shards {
    type Err = ShardsError;

    fn from_str(text: &str) -> Result<Self, ShardsError> {
        let (range, total) = text.split_once('/').ok_or(ShardsError::Shape)?;
        let (first, end) = range.split_once("..").ok_or(ShardsError::Shape)?;
        let (first, end, total) = (number(first)?, number(end)?, number(total)?);
        if end <= first {
            return Err(ShardsError::Empty { first, end });
        }
        if end > total {
            return Err(ShardsError::Beyond { end, total });
        }
        Ok(Self {
            first,
            last: end - 1,
            total,
        })
    }
}

fn number(text: &str) -> Result<u32, ShardsError> {
    // The parser would take a sign.
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ShardsError::Shape);
    }
    text.parse().map_err(|_| ShardsError::Shape)
}

#[cfg(test)]
mod tests {
    use super::{Shards, ShardsError};

    #[test]
    fn ranges_are_parsed_and_displayed() {
        for (text, first, last, total) in [
            ("0..1/1", 0, 0, 1),
            ("0..4/16", 0, 3, 16),
            ("12..16/16", 12, 15, 16),
            ("7..8/16", 7, 7, 16),
            (
                "4294967294..4294967295/4294967295",
                u32::MAX - 1,
                u32::MAX - 1,
                u32::MAX,
            ),
        ] {
            let shards: Shards = text.parse().unwrap();
            assert_eq!(
                (shards.first(), shards.last(), shards.total()),
                (first, last, total)
            );
            assert_eq!(shards.to_string(), text);
        }
        for (total, text) in [(0, "0..1/1"), (1, "0..1/1"), (3, "0..3/3")] {
            assert_eq!(Shards::all(total).to_string(), text);
        }
    }

    #[test]
    fn everything_else_says_what_to_write() {
        use ShardsError::{Beyond, Empty, Shape};
        for (text, expected) in [
            ("", Shape),
            ("4", Shape),
            ("0..4", Shape),
            ("0-4/16", Shape),
            ("0..=3/16", Shape),
            ("..4/16", Shape),
            ("0../16", Shape),
            ("0..4/", Shape),
            ("+0..4/16", Shape),
            ("-1..4/16", Shape),
            (" 0..4/16", Shape),
            ("0..4/16/2", Shape),
            ("0..4/99999999999", Shape),
            ("4..4/16", Empty { first: 4, end: 4 }),
            ("5..4/16", Empty { first: 5, end: 4 }),
            ("0..0/0", Empty { first: 0, end: 0 }),
            ("0..17/16", Beyond { end: 17, total: 16 }),
            ("0..1/0", Beyond { end: 1, total: 0 }),
        ] {
            assert_eq!(text.parse::<Shards>(), Err(expected), "{text:?}");
        }
        assert_eq!(
            Empty { first: 4, end: 4 }.to_string(),
            "there is no shard in 4..4: END is the first one left out, so 4..5 is shard 4 alone"
        );
    }
}
