//! `citebot encode`: writes the sentence vectors that ship with a knowledge folder or the program.

use super::{CommandResult, Setup, open};
use anyhow::Context;
use citebot_core::matcher::{Matcher, SentenceEncoder};
use citebot_engine::vectors;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Write the vectors of the built-in small talk to this file instead (after changing its
    /// sentences)
    #[arg(long, value_name = "FILE", hide = true)]
    background: Option<PathBuf>,
    /// Write the vectors of the lines of standard input to this file instead, as little-endian 32-bit
    /// floats, to train a judge
    #[arg(long, value_name = "FILE", hide = true, conflicts_with = "background")]
    lines: Option<PathBuf>,
}

/// Writes the vectors and prints their number.
pub(super) fn encode(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    if let Some(file) = &arguments.lines {
        return encode_lines(setup, file);
    }
    let (file, vectors) = if let Some(file) = &arguments.background {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let encoder = open::encoder(&setup.config)?;
        (file.clone(), Matcher::background_vectors(&encoder, threads))
    } else {
        let folder = setup.knowledge.folder().context(
            "the FAQ built into this program has its vectors: name a folder with --knowledge",
        )?;
        let (engine, _) = open::indexed(setup)?;
        let mut vectors = engine.indexer().vectors().unwrap_or_default();
        let texts = Matcher::texts_to_encode(&engine.snapshot(None).knowledge);
        vectors.retain(texts.iter().map(String::as_str));
        (folder.join(vectors::SHIPPED), vectors)
    };
    vectors::write(&file, &vectors)
        .with_context(|| format!("could not write {}", file.display()))?;
    writeln!(
        anstream::stdout(),
        "{} sentence vectors written.",
        vectors.len()
    )?;
    Ok(CommandResult::Fine)
}

fn encode_lines(setup: &Setup, file: &Path) -> anyhow::Result<CommandResult> {
    let lines = io::read_to_string(io::stdin())?;
    let texts: Vec<String> = lines.lines().map(Matcher::text_to_encode).collect();
    let encoder: &dyn SentenceEncoder = &open::encoder(&setup.config)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let vectors = encoder.encode_many(&texts, threads, &mut |_, _| ());
    let bytes: Vec<u8> = vectors.iter().flat_map(|x| x.to_le_bytes()).collect();
    fs::write(file, bytes).with_context(|| format!("could not write {}", file.display()))?;
    // What is trained on them is of this model.
    writeln!(anstream::stdout(), "{}", encoder.fingerprint())?;
    Ok(CommandResult::Fine)
}
