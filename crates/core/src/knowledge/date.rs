//! Days, as entries name them.

use std::fmt;

/// A day of the Gregorian calendar, written `2026-11-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is not a [`Date`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not four, two and two digits with hyphens between.
    #[error("a date is written year-month-day, like 2026-11-24")]
    Shape,
    /// A month or day that the calendar does not have.
    #[error("the calendar has no such day")]
    NoSuchDay,
}

impl Date {
    /// Reads `yyyy-mm-dd`.
    ///
    /// # Errors
    ///
    /// When `text` is no such date.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = *parts.as_slice() else {
            return Err(DateError::Shape);
        };
        let year = digits::<4>(year)?;
        let [month, day] = [digits::<2>(month)?, digits::<2>(day)?];
        // Two digits fit.
        let [month, day] = [month, day].map(|n| u8::try_from(n).unwrap_or(u8::MAX));
        if !(1..=days_in(year, month)).contains(&day) {
            return Err(DateError::NoSuchDay);
        }
        Ok(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 for January.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }
}

/// The number that `N` digits write.
fn digits<const N: usize>(text: &str) -> Result<u16, DateError> {
    if text.len() != N || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DateError::Shape);
    }
    text.parse().map_err(|_| DateError::Shape)
}

/// How many days `month` has, from 1 for January; none where there is no such month.
fn days_in(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, DateError};

    #[test]
    fn takes_days_of_the_calendar_alone() {
        let (shape, no_such_day) = (Err(DateError::Shape), Err(DateError::NoSuchDay));
        for (text, expected) in [
            ("2026-11-24", Ok(())),
            ("2024-02-29", Ok(())),
            ("2000-02-29", Ok(())),
            ("0001-01-01", Ok(())),
            ("", shape),
            ("24.11.2026", shape),
            ("2026-11", shape),
            ("2026-11-24-", shape),
            ("2026-1-24", shape),
            ("26-11-24", shape),
            ("+026-11-24", shape),
            ("２026-11-24", shape),
            ("2026-11-24T00:00:00Z", shape),
            ("2023-02-29", no_such_day),
            ("1900-02-29", no_such_day),
            ("2026-04-31", no_such_day),
            ("2026-00-01", no_such_day),
            ("2026-13-01", no_such_day),
            ("2026-01-00", no_such_day),
        ] {
            let read = Date::parse(text);
            if let Ok(date) = &read {
                assert_eq!(date.to_string(), text);
            }
            assert_eq!(read.map(|_| ()), expected, "{text:?}");
        }
    }
}
