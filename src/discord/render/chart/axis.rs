//! The marks on the axes of the chart.

use super::font::Font;
use crate::discord::clock;
use citebot_core::knowledge::Date;
use citebot_store::DAY;
use std::ops::{Range, RangeInclusive};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// The least space between two dates.
const SPACE: usize = 14;

/// The end of the scale: the first round number that is at least `most`, and 2.
pub fn scale(most: u64) -> u64 {
    let mut decade = 1_u64;
    loop {
        for step in [2, 3, 4, 5, 6, 8, 10] {
            let top = step * decade;
            if top >= most {
                return top;
            }
        }
        // Beyond this all bars look alike.
        if decade >= 1_000_000_000_000 {
            return most;
        }
        decade *= 10;
    }
}

/// The round numbers to mark on a scale that ends with `top`, two to five beside 0.
pub fn counts(top: u64) -> Vec<u64> {
    let parts = [4, 5, 3, 2]
        .into_iter()
        .find(|parts| top.is_multiple_of(*parts) && is_round(top / parts))
        .unwrap_or(1);
    (0..=parts).map(|part| top / parts * part).collect()
}

/// Whether a number is 1, 2 or 5, or one of these with zeros.
fn is_round(number: u64) -> bool {
    let digits = number.to_string();
    matches!(digits.trim_end_matches('0'), "1" | "2" | "5")
}

/// A number with a comma before every three digits: 9,500.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// The place of each day between the ends of the axis of time.
#[derive(Debug, Clone)]
pub struct Slots {
    days: RangeInclusive<i64>,
    pixels: Range<usize>,
    count: usize,
}

impl Slots {
    pub fn new(days: RangeInclusive<i64>, pixels: Range<usize>) -> Self {
        let count = days.end().saturating_sub(*days.start()).saturating_add(1);
        let count = usize::try_from(count).unwrap_or(1).max(1);
        Self {
            days,
            pixels,
            count,
        }
    }

    /// The place of a day of the period.
    pub fn of(&self, day: i64) -> Range<usize> {
        let at = usize::try_from(day - self.days.start()).unwrap_or(0);
        let edge = |at: usize| self.pixels.start + self.pixels.len() * at / self.count;
        edge(at)..edge(at + 1)
    }
}

/// A date below the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub text: String,
    /// The middle of the day's place.
    pub at: usize,
    /// The pixels of the text.
    pub pixels: Range<usize>,
}

/// How often a date is written.
#[derive(Debug, Clone, Copy)]
enum Step {
    Days(i64),
    Months(u8),
}

const STEPS: [Step; 10] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Days(28),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
];

impl Step {
    /// What is written for `day`, if anything. The last day is always one of those that are counted.
    fn text(self, day: i64, last: i64) -> Option<String> {
        let is_counted = match self {
            Self::Days(days) => (last - day) % days == 0,
            Self::Months(_) => true,
        };
        let date = is_counted.then(|| date(day)).flatten()?;
        let month = MONTHS[usize::from(date.month() - 1)];
        match self {
            Self::Days(_) => Some(format!("{} {month}", date.day())),
            Self::Months(_) if date.day() != 1 => None,
            Self::Months(_) if date.month() == 1 => Some(date.year().to_string()),
            Self::Months(months) => ((date.month() - 1) % months == 0).then(|| month.to_owned()),
        }
    }
}

/// The date of a day since 1970-01-01.
pub fn date(day: i64) -> Option<Date> {
    clock::day(day.checked_mul(DAY)?)
}

/// The dates to write below `slots`, in an image that is `width` wide: as many as have room.
pub fn dates(slots: &Slots, font: &Font, width: usize) -> Vec<Label> {
    let last = *slots.days.end();
    let mut labels = Vec::new();
    for step in STEPS {
        let texts = slots
            .days
            .clone()
            .filter_map(|day| Some((day, step.text(day, last)?)));
        let placed = texts.map(|(day, text)| place(text, &slots.of(day), font, width));
        labels = placed.collect();
        let mut pairs = labels.windows(2);
        if pairs.all(|pair: &[Label]| pair[0].pixels.end + SPACE <= pair[1].pixels.start) {
            break;
        }
    }
    labels
}

/// Puts a text below the middle of a slot, or as near to it as the image allows.
fn place(text: String, slot: &Range<usize>, font: &Font, width: usize) -> Label {
    let length = font.width(&text);
    let at = usize::midpoint(slot.start, slot.end);
    let end = (at + length.div_ceil(2)).min(width.saturating_sub(SPACE / 2));
    let start = end.saturating_sub(length).max(SPACE / 2);
    Label {
        text,
        at,
        pixels: start..start + length,
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, SPACE, Slots, counts, dates, grouped, scale};
    use crate::discord::render::chart::font::Font;
    use proptest::prelude::*;

    /// 2026-11-28.
    const TODAY: i64 = 20_785;

    /// The dates of the `days` days that end today.
    fn labels(days: i64) -> Vec<Label> {
        let slots = Slots::new(TODAY - days + 1..=TODAY, 80..776);
        dates(&slots, &Font::load().unwrap(), 800)
    }

    fn texts(days: i64) -> Vec<String> {
        labels(days).into_iter().map(|label| label.text).collect()
    }

    #[test]
    fn dates_are_as_close_as_the_period_allows() {
        assert_eq!(texts(1), ["28 Nov"]);
        assert_eq!(texts(2), ["27 Nov", "28 Nov"]);
        let week = texts(7);
        assert_eq!(week.len(), 7);
        assert_eq!((week[0].as_str(), week[6].as_str()), ("22 Nov", "28 Nov"));
        assert_eq!(texts(30), ["31 Oct", "7 Nov", "14 Nov", "21 Nov", "28 Nov"]);
        assert_eq!(texts(90), ["5 Sep", "3 Oct", "31 Oct", "28 Nov"]);
        assert_eq!(texts(365), ["2026", "Mar", "May", "Jul", "Sep", "Nov"]);
    }

    proptest! {
        #[test]
        fn labels_stay_apart_and_in_the_image(days in 1_i64..800, today in -200_000_i64..200_000) {
            let slots = Slots::new(today - days + 1..=today, 80..776);
            let labels = dates(&slots, &Font::load().unwrap(), 800);
            for pair in labels.windows(2) {
                prop_assert!(pair[0].pixels.end + SPACE <= pair[1].pixels.start, "{labels:?}");
            }
            for label in &labels {
                prop_assert!(label.pixels.start >= SPACE / 2 && label.pixels.end <= 800 - SPACE / 2, "{label:?}");
                // The text stands at its day.
                prop_assert!(label.pixels.contains(&label.at), "{label:?}");
            }
        }
    }

    #[test]
    fn scales_are_round() {
        for (most, expected) in [
            (0, 2),
            (1, 2),
            (3, 3),
            (5, 5),
            (7, 8),
            (11, 20),
            (22, 30),
            (61, 80),
        ] {
            assert_eq!(scale(most), expected, "{most}");
        }
        assert!(scale(u64::MAX) >= 1_000_000_000_000);
    }

    #[test]
    fn marks_are_round_and_reach_the_top() {
        for (top, expected) in [
            (2, vec![0, 1, 2]),
            (3, vec![0, 1, 2, 3]),
            (4, vec![0, 1, 2, 3, 4]),
            (6, vec![0, 2, 4, 6]),
            (10, vec![0, 2, 4, 6, 8, 10]),
            (30, vec![0, 10, 20, 30]),
            (50, vec![0, 10, 20, 30, 40, 50]),
            (80, vec![0, 20, 40, 60, 80]),
            (20, vec![0, 5, 10, 15, 20]),
            (600, vec![0, 200, 400, 600]),
        ] {
            assert_eq!(counts(top), expected, "{top}");
        }
        assert_eq!(counts(u64::MAX).last(), Some(&u64::MAX));
    }

    #[test]
    fn thousands_are_set_apart() {
        for (number, expected) in [
            (0, "0"),
            (950, "950"),
            (1_000, "1,000"),
            (20_500, "20,500"),
            (100_000, "100,000"),
            (2_000_000, "2,000,000"),
        ] {
            assert_eq!(grouped(number), expected, "{number}");
        }
    }
}
