//! `citebot check`: everything that is wrong with the configuration and the knowledge.

use super::text::counted;
use super::{CommandResult, GlobalOptions, diagnostics, links};
use crate::config::Config;
use crate::discord::{self, ENTRY_LIMITS, clock};
use citebot_core::diagnostic::Diagnostic;
use citebot_core::eval::{COMPETING_SHARE, Confusion, confusions};
use citebot_core::knowledge::{Due, Entry, EntryId, Knowledge, KnowledgeFiles, copies};
use citebot_engine::Engine;
use clap::Args;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The knowledge folder that most configurations name.
const FOLDER: &str = "knowledge";

/// The pairs of entries that are always listed, whether they compete or not.
const MIN_PAIRS: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// When there is no problem, list the entries that the matcher mixes up, by leaving out each
    /// phrasing in turn
    #[arg(long)]
    pub(super) confusable: bool,
    /// When there is no problem, ask every link and tell which have moved or are broken
    #[arg(long)]
    pub(super) links: bool,
}

/// Prints every mistake in the configuration and the knowledge folder, then their number.
pub(super) fn check(
    options: &GlobalOptions,
    arguments: &Arguments,
    environment: &dyn Fn(&str) -> Option<String>,
    built_in: &KnowledgeFiles,
) -> anyhow::Result<CommandResult> {
    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut folder = options.knowledge.clone();
    let locales = Path::new("src/discord/locales");
    problems.extend(
        discord::localisation_problems()
            .into_iter()
            .map(|problem| Diagnostic::whole_file(locales, problem, None)),
    );
    match Config::load(options.config.as_deref(), environment) {
        Ok(config) => folder = folder.or(config.knowledge),
        // The knowledge is checked all the same, in its usual folder.
        Err(found) => {
            folder = folder.or_else(|| Some(PathBuf::from(FOLDER)).filter(|f| f.is_dir()));
            problems.extend(found.0);
        }
    }
    let files = folder.map_or_else(|| built_in.clone(), KnowledgeFiles::from);
    let mut summary = String::new();
    let mut checked = None;
    match files.load(&ENTRY_LIMITS) {
        Ok(knowledge) => {
            let entries = knowledge.entries().iter();
            let phrasings = entries.flat_map(|entry| entry.all_phrasings());
            summary = format!(
                "{}, {}, {}, {} in {files}",
                counted(knowledge.entries().len(), "entry", "entries"),
                counted(phrasings.count(), "phrasing", "phrasings"),
                counted(knowledge.articles().len(), "article", "articles"),
                counted(knowledge.resources().len(), "resource", "resources"),
            );
            checked = Some(knowledge);
        }
        Err(found) => problems.extend(found.0),
    }
    let mut out = anstream::stdout();
    for problem in &problems {
        writeln!(out, "{}\n", diagnostics::render(problem))?;
    }
    match problems.len() {
        0 => writeln!(out, "No problem: {summary}.")?,
        1 => writeln!(out, "1 problem.")?,
        n => writeln!(out, "{n} problems.")?,
    }
    let Some(knowledge) = checked.filter(|_| problems.is_empty()) else {
        return Ok(CommandResult::Nothing);
    };
    if let Some(folder) = files.folder() {
        note_copies(&mut out, &copies(folder))?;
    }
    note_thin_entries(&mut out, &thin_entries(&knowledge))?;
    if let Some(today) = clock::day(clock::now()) {
        note_due(&mut out, &knowledge.due(today))?;
    }
    if arguments.links {
        return links::check(&mut out, &knowledge);
    }
    Ok(CommandResult::Fine)
}

/// Lists what is to be looked up again. It is no mistake: nothing is known to be wrong.
fn note_due(out: &mut impl Write, due: &[Due<'_>]) -> io::Result<()> {
    if !due.is_empty() {
        writeln!(
            out,
            "\nNote: to be looked up again. Then set `checked` and a later `review_by`:"
        )?;
    }
    for one in due {
        writeln!(out, "    {one}")?;
    }
    Ok(())
}

/// Lists the copies that editors left. They do no harm, unless one was meant to be read.
fn note_copies(out: &mut impl Write, copies: &[PathBuf]) -> io::Result<()> {
    if !copies.is_empty() {
        writeln!(
            out,
            "\nNote: not read, because the name does not end in .toml:"
        )?;
    }
    for copy in copies {
        writeln!(out, "    {}", copy.display())?;
    }
    Ok(())
}

/// With fewer phrasings, its question among them, an entry is often not recognised. Measured on FAQs cut
/// from two public sets that the calibration had not seen, at the default threshold: one phrasing gets
/// about half of an entry's questions answered, two get seven in ten, three more than eight in ten.
const ENOUGH_PHRASINGS: usize = 3;

/// The entries with fewer phrasings than [`ENOUGH_PHRASINGS`], and how many they lack.
fn thin_entries(knowledge: &Knowledge) -> Vec<(EntryId, usize)> {
    let lacks = |entry: &Arc<Entry>| {
        let lacking = ENOUGH_PHRASINGS.saturating_sub(entry.all_phrasings().count());
        (lacking > 0).then(|| (entry.id.clone(), lacking))
    };
    knowledge.entries().iter().filter_map(lacks).collect()
}

/// Says which entries are likely to stay silent, and what would help. It is no mistake: a young FAQ starts
/// so.
fn note_thin_entries(out: &mut impl Write, thin: &[(EntryId, usize)]) -> io::Result<()> {
    if thin.is_empty() {
        return Ok(());
    }
    let entries = match thin.len() {
        1 => "1 entry has".to_owned(),
        n => format!("{n} entries have"),
    };
    writeln!(
        out,
        "\nNote: {entries} fewer than {ENOUGH_PHRASINGS} phrasings, the question counted. Many questions about \
         them will get suggestions in place of an answer. Write more ways to ask:"
    )?;
    for (id, lacking) in thin {
        writeln!(out, "    {id}: {lacking} more")?;
    }
    Ok(())
}

/// Prints the pairs of entries that compete for the same phrasings, and those that come next.
pub(super) fn confusable(engine: &Engine) -> anyhow::Result<CommandResult> {
    let snapshot = engine.snapshot(None);
    let mut index = |base: &Knowledge| engine.indexer().index(base, &mut |_, _| ());
    let found = confusions(&snapshot.knowledge, &mut index);
    let competing = found
        .iter()
        .take_while(|pair| pair.share > COMPETING_SHARE)
        .count();
    let mut out = anstream::stdout();
    for pair in found.iter().take(competing.max(MIN_PAIRS)) {
        list(&mut out, pair)?;
    }
    let level = COMPETING_SHARE * 100.0;
    match competing {
        0 => writeln!(
            out,
            "No two entries compete: none of the pairs is above {level:.0} %."
        )?,
        1 => writeln!(out, "1 pair of entries competes: above {level:.0} %.")?,
        n => writeln!(out, "{n} pairs of entries compete: above {level:.0} %.")?,
    }
    Ok(if competing == 0 {
        CommandResult::Fine
    } else {
        CommandResult::Nothing
    })
}

/// Prints one pair: its share, and the phrasings that find the wrong entry.
fn list(out: &mut impl Write, pair: &Confusion) -> io::Result<()> {
    let [first, second] = &pair.entries;
    writeln!(
        out,
        "{:.1} % of {} and {} are mixed up:",
        pair.share * 100.0,
        first.id,
        second.id
    )?;
    for (phrasings, (own, other)) in pair.mixed_up.iter().zip([(first, second), (second, first)]) {
        for phrasing in phrasings {
            writeln!(out, "    {phrasing:?} of {} finds {}", own.id, other.id)?;
        }
    }
    Ok(())
}
