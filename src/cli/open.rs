//! The engine as the configuration wants it: the encoder, the vectors that were computed before,
//! the base.

use super::listed;
use crate::config::Config;
use crate::discord::ENTRY_LIMITS;
use citebot_core::matcher::{Encoder, SentenceEncoder};
use citebot_engine::{Engine, Indexer, vectors};
use citebot_store::Location;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Fewer wordings than this are encoded faster than a progress line is read.
const WORTH_TELLING: usize = 100;

/// In the knowledge folder: the vectors of its wordings, so that a first start has nothing to encode.
/// What changed since they were written is encoded as ever.
pub(super) const BROUGHT_ALONG: &str = "vectors.bin";

/// Opens the engine on the configured knowledge, to find by words and by meaning. The first start
/// encodes every wording, which takes seconds and is shown on a terminal; the vectors are kept.
pub(super) fn open(config: &Config) -> anyhow::Result<Engine> {
    let (engine, before) = indexed(config)?;
    keep(&engine, &vectors_file(config), before)?;
    Ok(engine)
}

/// The configured encoder.
pub(super) fn encoder(config: &Config) -> anyhow::Result<Encoder> {
    Ok(match &config.matching.model {
        Some(folder) => Encoder::load(folder)?,
        None => Encoder::embedded()?,
    })
}

/// The engine, and how many vectors were known before it was opened: from the last run, or brought
/// along by the base.
pub(super) fn indexed(config: &Config) -> anyhow::Result<(Engine, usize)> {
    let encoder: Arc<dyn SentenceEncoder> = Arc::new(encoder(config)?);
    let mut known = vectors::read(&vectors_file(config), encoder.fingerprint());
    known.extend(&vectors::read(
        &config.knowledge.join(BROUGHT_ALONG),
        encoder.fingerprint(),
    ));
    let before = known.len();
    let engine = Engine::open_with(
        config.knowledge.clone(),
        &ENTRY_LIMITS,
        config.matching.thresholds,
        Indexer::by_meaning(encoder, known),
        &mut progress(),
    )
    .map_err(listed)?;
    Ok((engine, before))
}

/// Opens the engine for a command that asks nothing: without the encoder, at once.
pub(super) fn open_by_words(config: &Config) -> anyhow::Result<Engine> {
    Engine::open(
        config.knowledge.clone(),
        &ENTRY_LIMITS,
        config.matching.thresholds,
    )
    .map_err(listed)
}

/// Keeps what was computed, unless nothing was.
fn keep(engine: &Engine, file: &Path, before: usize) -> io::Result<()> {
    let Some(vectors) = engine.indexer().vectors() else {
        return Ok(());
    };
    if vectors.len() == before {
        return Ok(());
    }
    if let Err(error) = vectors::write(file, &vectors) {
        writeln!(
            anstream::stderr(),
            "citebot: the sentence vectors could not be kept in {}: {error}. \
             Everything works; the next start will take as long again.",
            file.display()
        )?;
    }
    Ok(())
}

/// Beside the store's file; where the store is a server, in the default store's folder.
fn vectors_file(config: &Config) -> PathBuf {
    let folder = match &config.store.url {
        Location::Sqlite(file) => file.parent().map(Path::to_owned),
        Location::Postgres(_) => None,
    };
    folder
        .unwrap_or_else(|| PathBuf::from("data"))
        .join("vectors.bin")
}

/// A line on the terminal that counts, gone when it is done.
fn progress() -> impl FnMut(usize, usize) {
    let shown = io::stderr().is_terminal();
    move |done, of| {
        if !shown || of < WORTH_TELLING {
            return;
        }
        let mut out = io::stderr().lock();
        // A progress line that cannot be written is not worth stopping for.
        let _ = if done < of {
            write!(out, "\rGetting to know the FAQ: {done} of {of} phrasings")
        } else {
            write!(out, "\r\x1b[2K")
        };
        let _ = out.flush();
    }
}
