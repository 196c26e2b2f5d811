//! The letters of the chart.

use std::io;

/// Printable ASCII as a greyscale PNG that `docs/pictures/glyphs.mjs` draws. The first row marks each glyph's last
/// column in white; below it, white is ink.
const SHEET: &[u8] = include_bytes!("glyphs.png");
/// The first character of the sheet.
const FIRST: char = ' ';
/// Stands for a character that the sheet does not have.
const UNKNOWN: char = '?';
/// Columns of a glyph on either side of its advance, which its neighbours may overlap.
const PAD: usize = 2;

/// Rows above the baseline.
pub const ASCENT: usize = 24;
/// The height of a capital letter or a digit.
pub const CAPITAL: usize = 17;

/// A font of one size.
#[derive(Debug)]
pub struct Font {
    /// The sheet without its row of marks.
    ink: Vec<u8>,
    width: usize,
    /// The end of each glyph's columns in the sheet.
    ends: Vec<usize>,
}

/// A pixel of a text: column, row and ink.
pub type Dot = (usize, usize, u8);

impl Font {
    /// Reads the font.
    ///
    /// # Errors
    ///
    /// None unless the sheet is broken.
    pub fn load() -> io::Result<Self> {
        let mut sheet = png::Decoder::new(io::Cursor::new(SHEET)).read_info()?;
        let size = sheet.output_buffer_size();
        let mut ink = vec![0; size.ok_or(io::ErrorKind::InvalidData)?];
        let width = usize::try_from(sheet.next_frame(&mut ink)?.width).map_err(io::Error::other)?;
        let marks: Vec<u8> = ink.drain(..width).collect();
        let ends = marks
            .iter()
            .enumerate()
            .filter_map(|(at, mark)| (*mark > 0).then_some(at + 1));
        let ends = ends.collect();
        Ok(Self { ink, width, ends })
    }

    /// The columns of a character in the sheet.
    fn columns(&self, character: char) -> std::ops::Range<usize> {
        let place = |character: char| {
            let at = u32::from(character).checked_sub(u32::from(FIRST))?;
            let at = usize::try_from(at).ok()?;
            let end = *self.ends.get(at)?;
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            Some(start..end)
        };
        place(character)
            .or_else(|| place(UNKNOWN))
            .unwrap_or_default()
    }

    /// How wide a text is.
    #[must_use]
    pub fn width(&self, text: &str) -> usize {
        let advance = |character| self.columns(character).len().saturating_sub(2 * PAD);
        text.chars().map(advance).sum()
    }

    /// The pixels of a text whose baseline begins at `x` and [`ASCENT`].
    pub fn dots(&self, text: &str, x: usize) -> Vec<Dot> {
        let mut dots = Vec::new();
        let mut left = x;
        for character in text.chars() {
            let columns = self.columns(character);
            let advance = columns.len().saturating_sub(2 * PAD);
            for (row, line) in self.ink.chunks(self.width).enumerate() {
                let glyph = line[columns.clone()].iter().enumerate();
                let inked = glyph.filter(|(_, ink)| **ink > 0);
                dots.extend(
                    inked.filter_map(|(at, ink)| Some(((left + at).checked_sub(PAD)?, row, *ink))),
                );
            }
            left += advance;
        }
        dots
    }
}

#[cfg(test)]
mod tests {
    use super::{ASCENT, CAPITAL, Font};

    #[test]
    fn the_sheet_has_all_of_printable_ascii() {
        let font = Font::load().unwrap();
        assert_eq!(font.ends.len(), usize::from(b'~' - b' ') + 1);
        for character in '!'..='~' {
            let dots = font.dots(&character.to_string(), 10);
            assert!(dots.iter().any(|dot| dot.2 > 200), "{character}");
        }
        assert!(font.dots(" ", 0).is_empty());
        assert_eq!(font.dots("Ä", 10), font.dots("?", 10));
    }

    #[test]
    fn digits_are_as_wide_as_each_other_and_as_high_as_said() {
        let font = Font::load().unwrap();
        for digit in '0'..='9' {
            let digit = digit.to_string();
            assert_eq!(font.width(&digit), font.width("0"), "{digit}");
            let rows = font.dots(&digit, 0).into_iter().map(|dot| dot.1);
            let (highest, lowest) = (rows.clone().min().unwrap(), rows.max().unwrap());
            assert!(
                highest.abs_diff(ASCENT - CAPITAL) <= 1,
                "{digit}: {highest}"
            );
            assert!(lowest.abs_diff(ASCENT) <= 1, "{digit}: {lowest}");
        }
    }
}
