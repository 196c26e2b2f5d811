//! What a text asks for: a time, a place, a person, a number, a way to do something.

/// What a text asks for, a bit for each of [`ASPECTS`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Aspects(u16);

/// Phrases that ask for one aspect of something. A comma separates phrases.
const ASPECTS: &[&str] = &[
    // A time.
    "when, since when, what year, which year, what date, what time, how long, how old, how soon, which month, release date",
    // A place.
    "where, which countries, which country, what country",
    // A person.
    "who, whose, whom, which person, which senators",
    // A number or price.
    "how much, how many, how big, how fast, what percentage, what percent, what share, percentage, percent, price, \
     prices, what does it cost, market share, how expensive, budget",
    // A way to do something.
    "how do i, how to, how can i, how do you, how do we, how would i, how should i, step by step, tutorial, install, \
     convert, set up, setup, configure, upload, push, finetune, fine tune, merge, login, log in, sign up, token",
    // A reason.
    "why, how come, what for, reason, reasons",
    // A fault.
    "down, offline, broken, error, errors, crash, crashes, crashed, hang, hangs, slow, slower, fails, failing, not \
     working, doesnt work, isnt working, wont start, muted, banned",
    // A comparison.
    "vs, versus, difference, differences, compared, instead of, better than, worse than, or only",
    // A recommendation.
    "recommend, which one, worth it, best way, should i buy, which gpu, which model",
];

impl Aspects {
    pub(super) fn of(written: &[String]) -> Self {
        let mut aspects = 0;
        for (bit, phrases) in ASPECTS.iter().enumerate() {
            if phrases
                .split(", ")
                .any(|phrase| has_phrase(written, phrase))
            {
                aspects |= 1 << bit;
            }
        }
        Self(aspects)
    }

    /// The aspects of either.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many aspects `self` has that `other` lacks.
    pub fn beyond(self, other: Self) -> u32 {
        (self.0 & !other.0).count_ones()
    }
}

fn has_phrase(written: &[String], phrase: &str) -> bool {
    let length = phrase.split(' ').count();
    written
        .windows(length)
        .any(|words| phrase.split(' ').eq(words.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::Aspects;
    use crate::matcher::words::split;

    #[test]
    fn another_aspect_is_counted() {
        let cases = [
            ("when did meta start", "who started meta", 1),
            ("how do i install cuda", "what is cuda", 1),
            ("how many people use it", "how much does it cost", 0),
            ("since when is it down", "what is it", 2),
            ("what is it", "when is it", 0),
        ];
        for (one, other, expected) in cases {
            let [a, b] = [one, other].map(|text| Aspects::of(&split(text)));
            assert_eq!(a.beyond(b), expected, "{one:?} beyond {other:?}");
        }
    }
}
