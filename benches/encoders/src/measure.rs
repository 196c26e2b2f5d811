use std::{fs, hint::black_box, io::Write, path::Path, time::Instant};

use half::f16;
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use crate::Result;

/// Eleven tokens to every tokenizer here, `[CLS]` and `[SEP]` included.
const QUESTION: &str = "which company made the very most open model?";

/// Runs that are not counted: caches and buffers fill.
const WARM_UP: usize = 20;

const RUNS: usize = 500;

/// One encoder's figures.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
pub struct Figures {
    /// Milliseconds until the encoder is ready, its files being in the system's cache.
    pub load_ms: f64,
    /// Milliseconds for a question, the median.
    pub question_ms: f64,
    /// Megabytes in memory after all runs; absent where the system doesn't tell.
    pub resident_mb: Option<f64>,
    /// The most megabytes that were in memory at any time.
    pub peak_mb: Option<f64>,
    /// The least cosine to a reference vector.
    pub least_cosine: f64,
    /// The mean cosine to the reference vectors.
    pub mean_cosine: f64,
}

/// Loads an encoder, measures it and prints its [`Figures`] as a line of JSON.
///
/// # Errors
/// The encoder fails, or the reference vectors cannot be read.
pub fn measure<E>(load: impl FnOnce() -> Result<E>) -> Result<()>
where
    E: FnMut(&str) -> Result<Vec<f32>>,
{
    let start = Instant::now();
    let mut encode = load()?;
    let load_ms = milliseconds(start);
    for _ in 0..WARM_UP {
        black_box(encode(QUESTION)?);
    }
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let start = Instant::now();
        black_box(encode(QUESTION)?);
        times.push(milliseconds(start));
    }
    times.sort_by(f64::total_cmp);
    let cosines = cosines(&mut encode)?;
    let figures = Figures {
        load_ms,
        question_ms: times[RUNS / 2],
        resident_mb: memory("VmRSS:"),
        peak_mb: memory("VmHWM:"),
        least_cosine: cosines.iter().copied().fold(1.0, f64::min),
        mean_cosine: mean(&cosines),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &figures)?;
    writeln!(out)?;
    Ok(())
}

/// Compares the vectors of `models/reference.txt` with those of the published model.
fn cosines(encode: &mut impl FnMut(&str) -> Result<Vec<f32>>) -> Result<Vec<f64>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let sentences = fs::read_to_string(models.join("reference.txt"))?;
    let file = fs::read(models.join("minilm/reference.safetensors"))?;
    let reference = SafeTensors::deserialize(&file)?;
    let numbers: Vec<f32> = reference
        .tensor("vectors")?
        .data()
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
        .collect();
    let width = numbers.len() / sentences.lines().count();
    sentences
        .lines()
        .zip(numbers.chunks_exact(width))
        .map(|(sentence, reference)| Ok(cosine(&encode(sentence)?, reference)))
        .collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn mean(numbers: &[f64]) -> f64 {
    let count = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    numbers.iter().sum::<f64>() / f64::from(count)
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// A field of this process's status in megabytes, on Linux.
fn memory(field: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
