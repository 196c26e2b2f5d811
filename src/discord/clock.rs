//! The present time, as the engine takes it.

use citebot_core::knowledge::Date;
use serenity::model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The day of `now`, milliseconds since 1970-01-01T00:00:00Z, in UTC. `None` beyond the years that a
/// [`Date`] has.
#[must_use]
pub fn day(now: i64) -> Option<Date> {
    let written = Timestamp::from_millis(now).ok()?.to_string();
    Date::parse(written.get(..10)?).ok()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_begin_at_midnight() {
        for (now, expected) in [
            (0, Some("1970-01-01")),
            (1_700_000_000_000, Some("2023-11-14")),
            (1_709_164_799_999, Some("2024-02-28")),
            (1_709_164_800_000, Some("2024-02-29")),
            (i64::MAX, None),
        ] {
            let found = day(now).map(|day| day.to_string());
            assert_eq!(found.as_deref(), expected, "{now}");
        }
    }
}
