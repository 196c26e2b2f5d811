//! Opens the engine as configured: encoder, cached sentence vectors and base.

use super::{Setup, listed};
use crate::config::Config;
use crate::discord::ENTRY_LIMITS;
use citebot_core::matcher::{Encoder, SentenceEncoder};
use citebot_engine::{Engine, Indexer, vectors};
use citebot_store::Location;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Fewer phrasings than this are encoded before anyone could read a progress line.
const MIN_FOR_PROGRESS: usize = 100;

/// Opens the engine on the configured knowledge, with the sentence encoder. Encodes phrasings that
/// have no vector yet, which may take seconds, shows progress on a terminal, and caches the vectors.
pub(super) fn open(setup: &Setup) -> anyhow::Result<Engine> {
    let (engine, before) = indexed(setup)?;
    cache_vectors(&engine, &vectors_file(&setup.config), before)?;
    Ok(engine)
}

/// Loads the configured encoder.
pub(super) fn encoder(config: &Config) -> anyhow::Result<Encoder> {
    Ok(match &config.matching.model {
        Some(folder) => Encoder::load(folder)?,
        None => Encoder::embedded()?,
    })
}

/// Opens the engine. Also returns how many vectors were cached before, by the last run or in the
/// knowledge.
pub(super) fn indexed(setup: &Setup) -> anyhow::Result<(Engine, usize)> {
    let Setup { config, knowledge } = setup;
    let encoder: Arc<dyn SentenceEncoder> = Arc::new(encoder(config)?);
    let mut cached = vectors::read(&vectors_file(config), encoder.fingerprint());
    cached.extend(&vectors::read_shipped(knowledge, encoder.fingerprint()));
    let before = cached.len();
    let engine = Engine::open_with(
        knowledge.clone(),
        &ENTRY_LIMITS,
        config.matching.thresholds,
        Indexer::by_meaning(encoder, cached)
            .with_server_vectors(data_folder(config))
            .with_index_memory(config.matching.index_memory),
        &mut progress(),
    )
    .map_err(|found| listed(&found))?;
    Ok((engine, before))
}

/// Opens the engine without the encoder, for commands that ask nothing. Fast.
pub(super) fn open_by_words(setup: &Setup) -> anyhow::Result<Engine> {
    Engine::open(
        setup.knowledge.clone(),
        &ENTRY_LIMITS,
        setup.config.matching.thresholds,
    )
    .map_err(|found| listed(&found))
}

/// Writes the vectors to `file` if there are more than `before`.
fn cache_vectors(engine: &Engine, file: &Path, before: usize) -> io::Result<()> {
    let Some(vectors) = engine.indexer().vectors() else {
        return Ok(());
    };
    if vectors.len() == before {
        return Ok(());
    }
    if let Err(error) = vectors::write(file, &vectors) {
        writeln!(
            anstream::stderr(),
            "citebot: could not cache sentence vectors in {}: {error}. \
             The next start will compute them again.",
            file.display()
        )?;
    }
    Ok(())
}

/// The vector cache.
fn vectors_file(config: &Config) -> PathBuf {
    data_folder(config).join(vectors::SHIPPED)
}

/// The folder of what is computed: that of the SQLite file, or the data folder if the store is PostgreSQL.
fn data_folder(config: &Config) -> &Path {
    match &config.store.url {
        Location::Sqlite(file) => file.parent().unwrap_or(Path::new("")),
        Location::Postgres(_) => &config.data,
    }
}

/// Counts on one line of the terminal and clears it at the end.
fn progress() -> impl FnMut(usize, usize) {
    let shown = io::stderr().is_terminal();
    move |done, of| {
        if !shown || of < MIN_FOR_PROGRESS {
            return;
        }
        let mut out = io::stderr().lock();
        // Progress is not worth an error.
        let _ = if done < of {
            write!(out, "\rEncoding the FAQ: {done} of {of} phrasings")
        } else {
            write!(out, "\r\x1b[2K")
        };
        let _ = out.flush();
    }
}
