//! The chart of a server's statistics: a bar for each day, as a PNG.
//!
//! The background is transparent and every colour stands out from both of Discord's, so the same
//! image reads on dark and light. The only text in it is digits; the message beside it tells what
//! the colours mean.

use citebot_store::Day;
use std::collections::HashMap;
use std::io;
use std::ops::RangeInclusive;

const WIDTH: usize = 800;
const HEIGHT: usize = 300;
/// Room for the scale's digits, left of the bars.
const LEFT: usize = 70;
/// Room above and below the bars.
const MARGIN: usize = 16;
/// The size of a digit's dots, in pixels.
const DOT: usize = 3;

type Colour = [u8; 3];

/// Answered: blue, 🟦.
const ANSWERED: Colour = [0x3b, 0x82, 0xf6];
/// Suggested: orange, 🟧.
const SUGGESTED: Colour = [0xd9, 0x77, 0x06];
/// Unknown: purple, 🟪.
const UNKNOWN: Colour = [0xa8, 0x55, 0xf7];
/// Lines and digits.
const GREY: Colour = [0x80, 0x84, 0x8e];

/// Draws the questions of `days` (days since 1970-01-01, UTC) as bars of answered, suggested and
/// unknown ones, stacked. A day that `asked` does not have is empty.
///
/// # Errors
///
/// When the image cannot be encoded.
pub fn bars(asked: &[Day], days: RangeInclusive<i64>) -> io::Result<Vec<u8>> {
    let by_day: HashMap<i64, &Day> = asked.iter().map(|day| (day.day, day)).collect();
    let most = days
        .clone()
        .filter_map(|day| by_day.get(&day))
        .map(|day| day.asked())
        .max()
        .unwrap_or(0);
    let top = scale(most);
    let mut canvas = Canvas::new();
    for part in 0..=2 {
        let value = top / 2 * part;
        let y = height_of(value, top);
        canvas.fill(LEFT..WIDTH - MARGIN, y..y + 1, GREY);
        canvas.number(value, LEFT - 10, y);
    }
    let count = usize::try_from(days.end() - days.start() + 1)
        .unwrap_or(1)
        .max(1);
    let room = WIDTH - MARGIN - LEFT;
    for (at, number) in days.enumerate() {
        let Some(day) = by_day.get(&number) else {
            continue;
        };
        let start = LEFT + room * at / count;
        let end = LEFT + room * (at + 1) / count;
        // A fifth of the room parts the bars, a pixel at least.
        let gap = ((end - start) / 5).max(1);
        let mut below = 0;
        for (value, colour) in [
            (day.answered, ANSWERED),
            (day.suggested, SUGGESTED),
            (day.unknown, UNKNOWN),
        ] {
            let (bottom, upper) = (height_of(below, top), height_of(below + value, top));
            canvas.fill(start + gap..end, upper..bottom, colour);
            below += value;
        }
    }
    canvas.encode()
}

/// The end of the scale: the first round number that is even and at least `most`.
fn scale(most: u64) -> u64 {
    let mut decade = 1_u64;
    loop {
        for step in [2, 4, 6, 10] {
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

/// The line of pixels for `value` on a scale that ends with `top`.
fn height_of(value: u64, top: u64) -> usize {
    let room = HEIGHT - 2 * MARGIN;
    let share = u128::from(value.min(top)) * room as u128 / u128::from(top.max(1));
    HEIGHT - MARGIN - usize::try_from(share).unwrap_or(0)
}

/// An image, transparent at first.
struct Canvas(Vec<u8>);

impl Canvas {
    fn new() -> Self {
        Self(vec![0; WIDTH * HEIGHT * 4])
    }

    fn fill(&mut self, x: std::ops::Range<usize>, y: std::ops::Range<usize>, colour: Colour) {
        let [red, green, blue] = colour;
        for y in y.start..y.end.min(HEIGHT) {
            for x in x.start..x.end.min(WIDTH) {
                let at = (y * WIDTH + x) * 4;
                self.0[at..at + 4].copy_from_slice(&[red, green, blue, 0xff]);
            }
        }
    }

    /// Writes `number` so that it ends left of `right`, centred on the line `middle`. Digits that
    /// don't fit are left out.
    fn number(&mut self, number: u64, right: usize, middle: usize) {
        let mut x = right;
        let y = middle.saturating_sub(ROWS * DOT / 2);
        for digit in number.to_string().bytes().rev() {
            let Some(left) = x.checked_sub(COLUMNS * DOT) else {
                return;
            };
            let dots = DIGITS[usize::from(digit - b'0')];
            for (row, dots) in dots.into_iter().enumerate() {
                for column in 0..COLUMNS {
                    if (dots >> (COLUMNS - 1 - column)) & 1 == 1 {
                        let (x, y) = (left + column * DOT, y + row * DOT);
                        self.fill(x..x + DOT, y..y + DOT, GREY);
                    }
                }
            }
            x = left.saturating_sub(DOT);
        }
    }

    fn encode(&self) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let side = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut encoder = png::Encoder::new(&mut file, side(WIDTH)?, side(HEIGHT)?);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.0)?;
        writer.finish()?;
        Ok(file)
    }
}

const COLUMNS: usize = 3;
const ROWS: usize = 5;

/// The digits as dots, three bits for each row.
const DIGITS: [[u8; ROWS]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b001, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];

#[cfg(test)]
mod tests {
    use super::{ANSWERED, Colour, GREY, HEIGHT, SUGGESTED, UNKNOWN, WIDTH, bars, scale};
    use citebot_store::Day;
    use std::io::Cursor;

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
    fn every_colour_reads_on_dark_and_light() {
        // Discord's backgrounds: light, and dark in its older and its newer shade.
        for background in [[0xff; 3], [0x31, 0x33, 0x38], [0x1a, 0x1a, 0x1e]] {
            for colour in [ANSWERED, SUGGESTED, UNKNOWN, GREY] {
                // What the guidelines ask of graphics.
                let found = contrast(colour, background);
                assert!(found >= 3.0, "{colour:x?} on {background:x?}: {found}");
            }
        }
    }

    #[test]
    fn scales_are_round() {
        for (most, expected) in [(0, 2), (1, 2), (3, 4), (5, 6), (7, 10), (11, 20), (61, 100)] {
            assert_eq!(scale(most), expected, "{most}");
        }
        assert!(scale(u64::MAX) >= 1_000_000_000_000);
    }

    /// How many pixels have the colour.
    fn pixels(image: &[u8], colour: Colour) -> usize {
        image
            .chunks(4)
            .filter(|pixel| pixel[..3] == colour && pixel[3] == 255)
            .count()
    }

    #[test]
    fn bars_are_as_high_as_their_numbers() {
        let day = Day {
            day: 20_003,
            answered: 4,
            suggested: 2,
            unknown: 0,
            flagged: 0,
        };
        let other = Day { day: 19_000, ..day };
        for last in [6, 29, 89] {
            let file = bars(&[other, day], 20_000..=20_000 + last).unwrap();
            let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
            let mut image = vec![0; WIDTH * HEIGHT * 4];
            reader.next_frame(&mut image).unwrap();
            let (blue, orange) = (pixels(&image, ANSWERED), pixels(&image, SUGGESTED));
            assert!(orange > 0);
            assert!(
                blue.abs_diff(2 * orange) <= orange / 20,
                "{blue} and {orange}"
            );
            assert_eq!(pixels(&image, UNKNOWN), 0);
        }
        // Nothing asked, or more than can be shown, is no mistake.
        assert!(bars(&[], 0..=6).is_ok());
        let full = Day {
            answered: u64::MAX,
            suggested: 0,
            ..day
        };
        assert!(bars(&[full], 20_000..=20_006).is_ok());
    }
}
