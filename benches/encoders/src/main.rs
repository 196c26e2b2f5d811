//! Runs every encoder several times, each time in a process of its own, and prints the table of medians.
//!
//! `citebot-bench-encoders MODELS [ROUNDS]`, MODELS being the folder that `make_models.py` fills.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::Command,
};

use citebot_bench_encoders::{Figures, Result};

const ROUNDS: usize = 5;

/// An encoder's program with one of its models.
struct Candidate {
    program: &'static str,
    model: &'static str,
    arguments: Vec<PathBuf>,
    /// All that must be on disk beside the program.
    files: Vec<PathBuf>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let models = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: citebot-bench-encoders MODELS [ROUNDS]")?,
    );
    let rounds = arguments
        .next()
        .map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let mut candidates = candidates(&models);
    let mut notes = std::io::stderr().lock();
    candidates.retain(|candidate| {
        let missing = candidate.files.iter().find(|file| !file.exists());
        if let Some(file) = missing {
            let (program, model) = (candidate.program, candidate.model);
            // A note that can't be written is no reason to stop.
            let _ = writeln!(notes, "Skipped {program}, {model}: no {}", file.display());
        }
        missing.is_none()
    });
    // Round by round, so that other load on the machine slows all of them alike.
    let mut figures = vec![Vec::new(); candidates.len()];
    for _ in 0..rounds {
        for (candidate, figures) in candidates.iter().zip(&mut figures) {
            figures.push(run(candidate)?);
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| encoder | model | question | load | resident | at most | on disk | cosine: least / mean |"
    )?;
    writeln!(
        out,
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for (candidate, figures) in candidates.iter().zip(&figures) {
        let median = |figure: fn(&Figures) -> f64| median(figures.iter().map(figure).collect());
        writeln!(
            out,
            "| {} | {} | {:.2} ms | {:.0} ms | {:.0} MB | {:.0} MB | {:.1} MB | {:.4} / {:.4} |",
            candidate.program,
            candidate.model,
            median(|figures| figures.question_ms),
            median(|figures| figures.load_ms),
            median(|figures| figures.resident_mb.unwrap_or(f64::NAN)),
            median(|figures| figures.peak_mb.unwrap_or(f64::NAN)),
            megabytes_on_disk(candidate)?,
            median(|figures| figures.least_cosine),
            median(|figures| figures.mean_cosine),
        )?;
    }
    Ok(())
}

fn candidates(models: &Path) -> Vec<Candidate> {
    let published = models.join("published");
    let tokenizer = published.join("tokenizer.json");
    let mut candidates = vec![
        Candidate {
            program: "citebot",
            model: "4 and 8 bits, part of the program",
            arguments: Vec::new(),
            files: Vec::new(),
        },
        Candidate {
            program: "candle",
            model: "published, f32",
            arguments: vec![published.clone()],
            files: vec![
                published.join("model.safetensors"),
                published.join("config.json"),
                tokenizer.clone(),
            ],
        },
    ];
    // Without a path the file is missing, which is said like any other.
    let library = std::env::var_os("ORT_DYLIB_PATH").unwrap_or("$ORT_DYLIB_PATH".into());
    for (file, model) in [
        ("f32.onnx", "f32"),
        ("int8-weights.onnx", "weights in 8 bits, computes in f32"),
        ("int8.onnx", "8 bits, computes in them"),
    ] {
        let file = models.join(file);
        for (program, library) in [("onnxruntime", Some(&library)), ("rten", None)] {
            let mut files = vec![file.clone(), tokenizer.clone()];
            files.extend(library.map(PathBuf::from));
            candidates.push(Candidate {
                program,
                model,
                arguments: vec![file.clone(), tokenizer.clone()],
                files,
            });
        }
    }
    candidates
}

fn path_of(program: &str) -> Result<PathBuf> {
    let name = format!("encoder-{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}

fn run(candidate: &Candidate) -> Result<Figures> {
    let program = path_of(candidate.program)?;
    let output = Command::new(&program)
        .args(&candidate.arguments)
        .env("RAYON_NUM_THREADS", "1")
        .env("RTEN_NUM_THREADS", "1")
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!("{} is not built", program.display()),
            _ => error.to_string(),
        })?;
    if !output.status.success() {
        let (program, model) = (candidate.program, candidate.model);
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}, {model}: {}", error.trim()).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn megabytes_on_disk(candidate: &Candidate) -> Result<f64> {
    let mut bytes = fs::metadata(path_of(candidate.program)?)?.len();
    for file in &candidate.files {
        bytes += fs::metadata(file)?.len();
    }
    Ok(f64::from(u32::try_from(bytes)?) / 1e6)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
