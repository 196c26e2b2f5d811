//! What the chart is drawn on.

use super::font::{ASCENT, Font};
use std::io;
use std::ops::Range;

/// Red, green and blue.
pub type Colour = [u8; 3];

/// An opaque image.
#[derive(Debug)]
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    /// An image of one colour.
    #[must_use]
    pub fn new(width: usize, height: usize, background: Colour) -> Self {
        let pixels = vec![background; width * height];
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Fills a rectangle, as far as it lies in the image.
    pub fn fill(&mut self, x: Range<usize>, y: Range<usize>, colour: Colour) {
        for y in y.start..y.end.min(self.height) {
            for x in x.start..x.end.min(self.width) {
                self.pixels[y * self.width + x] = colour;
            }
        }
    }

    /// Writes a text from `x` on, as far as it lies in the image.
    pub fn write(&mut self, font: &Font, text: &str, x: usize, baseline: usize, colour: Colour) {
        for (x, row, ink) in font.dots(text, x) {
            let Some(y) = (baseline + row).checked_sub(ASCENT) else {
                continue;
            };
            if x < self.width && y < self.height {
                let pixel = &mut self.pixels[y * self.width + x];
                for (part, towards) in pixel.iter_mut().zip(colour) {
                    *part = mix(*part, towards, ink);
                }
            }
        }
    }

    /// The image as a PNG.
    ///
    /// # Errors
    ///
    /// When it cannot be encoded.
    pub fn encode(&self) -> io::Result<Vec<u8>> {
        let mut file = Vec::new();
        let side = |length: usize| u32::try_from(length).map_err(io::Error::other);
        let mut encoder = png::Encoder::new(&mut file, side(self.width)?, side(self.height)?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.pixels.as_flattened())?;
        writer.finish()?;
        Ok(file)
    }
}

/// `share` 255ths of the way from one value to the other.
fn mix(from: u8, to: u8, share: u8) -> u8 {
    let (from, to, share) = (u16::from(from), u16::from(to), u16::from(share));
    let mixed = (from * (255 - share) + to * share + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}
