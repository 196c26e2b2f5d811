//! The chart of a server's statistics: a bar for each day, as a PNG.
//!
//! Its background is dark and opaque: no grey of text reads well on both of Discord's themes, and on one of its own
//! the image looks the same on dark, on light and by itself.

mod axis;
mod canvas;
mod font;

use axis::Slots;
use canvas::{Canvas, Colour};
use citebot_store::Day;
use font::{CAPITAL, Font};
use std::collections::HashMap;
use std::io;
use std::ops::RangeInclusive;

pub use axis::date;

/// Discord shows an image of an embed at half this size.
const WIDTH: usize = 800;
const HEIGHT: usize = 400;
/// Room at the sides.
const MARGIN: usize = 24;
/// The baseline of the legend.
const LEGEND: usize = 44;
/// The top and the bottom of the bars.
const TOP: usize = 76;
const BOTTOM: usize = 342;
/// The baseline of the dates.
const DATES: usize = 376;
/// Room between a mark and its text, and between a colour and its name.
const GAP: usize = 12;
/// Room between two parts of the legend.
const WIDE_GAP: usize = 28;
/// The widest bar.
const WIDEST: usize = 72;
/// The line between two colours of a bar, where they are this much higher.
const SEAM: usize = 2;

const BACKGROUND: Colour = [0x1e, 0x1f, 0x22];
/// Answered: blue, 🟦.
const ANSWERED: Colour = [0x3b, 0x82, 0xf6];
/// Suggested: orange, 🟧.
const SUGGESTED: Colour = [0xf5, 0x9e, 0x0b];
/// Unknown: purple, 🟪.
const UNKNOWN: Colour = [0xca, 0xb5, 0xfb];
const TEXT: Colour = [0xdb, 0xde, 0xe1];
/// What the axes say.
const FAINT_TEXT: Colour = [0xb5, 0xba, 0xc1];
/// The lines across.
const GRID: Colour = [0x38, 0x3a, 0x40];
const AXIS: Colour = [0x80, 0x84, 0x8e];

/// Draws the questions of `days` (days since 1970-01-01, UTC) as bars of answered, suggested and
/// unknown ones, stacked. A day that `asked` does not have is empty.
///
/// # Errors
///
/// When the image cannot be encoded.
pub fn bars(asked: &[Day], days: RangeInclusive<i64>) -> io::Result<Vec<u8>> {
    let font = Font::load()?;
    let mut canvas = Canvas::new(WIDTH, HEIGHT, BACKGROUND);
    legend(&mut canvas, &font);

    let by_day: HashMap<i64, &Day> = asked.iter().map(|day| (day.day, day)).collect();
    let shown = days.clone().filter_map(|day| by_day.get(&day).copied());
    let top = axis::scale(shown.clone().map(Day::asked).max().unwrap_or(0));
    let left = counts(&mut canvas, &font, top);
    let slots = Slots::new(days, left..WIDTH - MARGIN);
    for day in shown {
        bar(&mut canvas, &slots, day, top);
    }
    canvas.fill(left..WIDTH - MARGIN, BOTTOM..BOTTOM + 2, AXIS);
    for date in axis::dates(&slots, &font, WIDTH) {
        canvas.fill(date.at - 1..date.at + 1, BOTTOM..BOTTOM + 8, AXIS);
        let x = date.pixels.start;
        canvas.write(&font, &date.text, x, DATES, FAINT_TEXT);
    }
    canvas.encode()
}

/// Names the colours, and what the bars count.
fn legend(canvas: &mut Canvas, font: &Font) {
    let mut x = MARGIN;
    for (colour, name) in [
        (ANSWERED, "answered"),
        (SUGGESTED, "suggested"),
        (UNKNOWN, "unknown"),
    ] {
        canvas.fill(x..x + CAPITAL, LEGEND - CAPITAL..LEGEND, colour);
        x += CAPITAL + GAP;
        canvas.write(font, name, x, LEGEND, TEXT);
        x += font.width(name) + WIDE_GAP;
    }
    let unit = "questions a day";
    let x = WIDTH - MARGIN - font.width(unit);
    canvas.write(font, unit, x, LEGEND, FAINT_TEXT);
}

/// Draws a line for each round number up to `top`. Gives where the bars begin, right of the numbers.
fn counts(canvas: &mut Canvas, font: &Font, top: u64) -> usize {
    let marks: Vec<(u64, String)> = axis::counts(top)
        .into_iter()
        .map(|count| (count, axis::grouped(count)))
        .collect();
    let widths = marks.iter().map(|(_, text)| font.width(text));
    let right = MARGIN + widths.max().unwrap_or(0);
    let left = (right + GAP).min(WIDTH / 2);
    for (count, text) in marks {
        let y = height_of(count, top);
        canvas.fill(left..WIDTH - MARGIN, y..y + 2, GRID);
        let x = right - font.width(&text);
        canvas.write(font, &text, x, y + 1 + CAPITAL / 2, FAINT_TEXT);
    }
    left
}

fn bar(canvas: &mut Canvas, slots: &Slots, day: &Day, top: u64) {
    let slot = slots.of(day.day);
    // A fifth of the room parts the bars.
    let width = (slot.len() - slot.len() / 5).clamp(1, WIDEST);
    let start = slot.start + slot.len().saturating_sub(width) / 2;
    let mut below = 0_u64;
    for (value, colour) in [
        (day.answered, ANSWERED),
        (day.suggested, SUGGESTED),
        (day.unknown, UNKNOWN),
    ] {
        let bottom = height_of(below, top);
        below = below.saturating_add(value);
        let upper = height_of(below, top);
        canvas.fill(start..start + width, upper..bottom, colour);
        if bottom < BOTTOM && bottom - upper > 2 * SEAM {
            canvas.fill(start..start + width, bottom - SEAM..bottom, BACKGROUND);
        }
    }
}

/// The line of pixels for `value` on a scale that ends with `top`.
fn height_of(value: u64, top: u64) -> usize {
    let room = BOTTOM - TOP;
    let share = u128::from(value.min(top)) * room as u128 / u128::from(top.max(1));
    BOTTOM - usize::try_from(share).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::canvas::Colour;
    use super::{
        ANSWERED, AXIS, BACKGROUND, BOTTOM, FAINT_TEXT, HEIGHT, SUGGESTED, TEXT, TOP, UNKNOWN,
        WIDTH, bars,
    };
    use citebot_store::Day;
    use std::io::Cursor;

    /// 2026-11-28.
    const TODAY: i64 = 20_785;

    /// The contrast of two colours, 1 to 21: Web Content Accessibility Guidelines 2.2.
    fn contrast(a: Colour, b: Colour) -> f64 {
        let luminance = |colour: Colour| {
            let linear = colour.map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.040_45 {
                    part / 12.92
                } else {
                    ((part + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_stands_out_from_the_background() {
        // The least contrast that the guidelines ask of graphics, and of text.
        for (colours, least) in [
            (&[ANSWERED, SUGGESTED, UNKNOWN, AXIS] as &[Colour], 3.0),
            (&[TEXT, FAINT_TEXT], 4.5),
        ] {
            for colour in colours {
                let found = contrast(*colour, BACKGROUND);
                assert!(found >= least, "{colour:x?}: {found}");
            }
        }
        // Who cannot tell blue from purple sees one lighter than the other.
        assert!(contrast(ANSWERED, UNKNOWN) >= 1.8);
        assert!(contrast(ANSWERED, SUGGESTED) >= 1.6);
    }

    fn day(day: i64, answered: u64, suggested: u64, unknown: u64) -> Day {
        Day {
            day,
            answered,
            suggested,
            unknown,
            flagged: 0,
        }
    }

    /// The lines of pixels of a chart.
    fn drawn(asked: &[Day], days: std::ops::RangeInclusive<i64>) -> Vec<Vec<Colour>> {
        let file = bars(asked, days).unwrap();
        let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
        let mut image = vec![0; WIDTH * HEIGHT * 3];
        reader.next_frame(&mut image).unwrap();
        let pixels: Vec<Colour> = image.as_chunks().0.to_vec();
        pixels.chunks(WIDTH).map(<[Colour]>::to_vec).collect()
    }

    /// How many pixels between these lines have the colour.
    fn pixels(lines: &[Vec<Colour>], colour: Colour) -> usize {
        let all = lines.iter().flatten();
        all.filter(|pixel| **pixel == colour).count()
    }

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        let asked = [day(19_000, 4, 2, 0), day(20_003, 4, 2, 0)];
        for last in [3, 6, 29, 89, 364] {
            let lines = drawn(&asked, 20_000..=20_000 + last);
            let plot = &lines[TOP..BOTTOM];
            let (blue, orange) = (pixels(plot, ANSWERED), pixels(plot, SUGGESTED));
            assert!(orange > 0);
            assert!(
                blue.abs_diff(2 * orange) <= orange / 20,
                "{blue} and {orange}"
            );
            assert_eq!(pixels(plot, UNKNOWN), 0);
            // The legend has all colours.
            for colour in [ANSWERED, SUGGESTED, UNKNOWN] {
                assert!(pixels(&lines[..TOP], colour) > 200, "{colour:x?}");
            }
        }
        // Nothing asked, or more than can be shown, is no mistake.
        assert!(bars(&[], 0..=6).is_ok());
        let full = day(20_003, u64::MAX, 0, 0);
        assert!(bars(&[full], 20_000..=20_006).is_ok());
    }

    #[test]
    fn a_chart_is_small_and_always_the_same() {
        for days in [1, 7, 30, 365] {
            let period = TODAY - days + 1..=TODAY;
            let asked = |at: i64| (at * 7 % 23).unsigned_abs();
            let busy: Vec<Day> = period
                .clone()
                .map(|at| day(at, asked(at), asked(at + 1), asked(at + 2)))
                .collect();
            let file = bars(&busy, period.clone()).unwrap();
            // Discord takes 10 MiB; people load it on a telephone.
            assert!(file.len() < 64 * 1024, "{days}: {} bytes", file.len());
            assert_eq!(file, bars(&busy, period).unwrap(), "{days}");
        }
    }

    #[test]
    #[ignore = "writes charts into the folder that CITEBOT_PICTURES names, to be looked at"]
    fn charts_to_look_at() {
        let folder = std::env::var("CITEBOT_PICTURES").expect("CITEBOT_PICTURES names a folder");
        for days in [1_i64, 7, 30, 90, 365] {
            let period = TODAY - days + 1..=TODAY;
            let asked = |at: i64, most: i64| (at * at % 97 * most / 97).unsigned_abs();
            let busy: Vec<Day> = period
                .clone()
                .filter(|at| at % 11 != 0)
                .map(|at| day(at, asked(at, 40), asked(at + 1, 9), asked(at + 2, 6)))
                .collect();
            let file = bars(&busy, period).unwrap();
            std::fs::write(format!("{folder}/chart-{days}.png"), file).unwrap();
        }
    }
}
