//! `citebot encode`: writes the sentence vectors that ship with a knowledge folder or the program.

use super::{CommandResult, Setup, open};
use anyhow::Context;
use citebot_core::matcher::Matcher;
use citebot_engine::vectors;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::thread;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Write the vectors of the built-in small talk to this file instead (after changing its
    /// sentences)
    #[arg(long, value_name = "FILE", hide = true)]
    background: Option<PathBuf>,
}

/// Writes the vectors and prints their number.
pub(super) fn encode(setup: &Setup, arguments: &Arguments) -> anyhow::Result<CommandResult> {
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
