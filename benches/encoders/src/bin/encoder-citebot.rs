//! Measures Citebot's encoder, whose model is part of the program.

use citebot_bench_encoders::{Result, arguments, measure};
use citebot_encoder::Encoder;

fn main() -> Result<()> {
    let [] = arguments()?;
    measure(|| {
        let encoder = Encoder::embedded()?;
        Ok(move |text: &str| Ok(encoder.encode(text)))
    })
}
