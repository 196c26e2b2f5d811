//! `citebot check`: every problem, with its place.

use super::{Outcome, Places};
use crate::config::Config;
use crate::knowledge::{Knowledge, Problem};
use std::io::Write;

/// Prints every problem of the configuration and the knowledge folder, then how many.
pub(super) fn check(
    places: &Places,
    environment: &dyn Fn(&str) -> Option<String>,
) -> anyhow::Result<Outcome> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut folder = places.knowledge.clone();
    match Config::load(places.config.as_deref(), environment) {
        Ok(config) => {
            folder.get_or_insert(config.knowledge);
        }
        // The knowledge is checked all the same, in its usual place: all problems at once.
        Err(found) => {
            folder.get_or_insert_with(|| Config::default().knowledge);
            problems.extend(found.0);
        }
    }
    let mut summary = String::new();
    if let Some(folder) = folder {
        match Knowledge::load(&folder) {
            Ok(knowledge) => {
                summary = format!(
                    "{} entries, {} wordings, {} articles, {} resources in {}",
                    knowledge.entries().len(),
                    knowledge
                        .entries()
                        .iter()
                        .flat_map(|e| e.wordings())
                        .count(),
                    knowledge.articles().len(),
                    knowledge.resources().len(),
                    folder.display(),
                );
            }
            Err(found) => problems.extend(found.0),
        }
    }
    let mut out = anstream::stdout();
    for problem in &problems {
        writeln!(out, "{problem}")?;
    }
    match problems.len() {
        0 => writeln!(out, "No problem: {summary}.")?,
        1 => writeln!(out, "1 problem.")?,
        n => writeln!(out, "{n} problems.")?,
    }
    Ok(if problems.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Nothing
    })
}
