//! `citebot licences`: the notices of everything that is part of the program.

use super::{CommandResult, text};
use citebot_site::MINISEARCH_LICENCE;
use std::io::Write;

const OURS: &str = include_str!("../../LICENSE");
const ENCODER_NOTICE: &str = include_str!("../../models/minilm/NOTICE");
const ENCODER_LICENCE: &str = include_str!("../../models/minilm/LICENSE");
const WORDS: &str = include_str!("../../models/words/SCOWL-COPYRIGHT.txt");
const FONT: &str = include_str!("../discord/render/chart/glyphs.LICENSE.txt");
/// Written by `.ci/crates`, which `.ci/run` compares it with.
const CRATES: &str = include_str!("licences/crates.txt");

/// Prints every notice.
pub(super) fn licences() -> anyhow::Result<CommandResult> {
    let mut out = anstream::stdout();
    for (title, texts) in [
        ("Citebot and its FAQ", &[OURS] as &[&str]),
        (
            "The sentence encoder's weights and vocabulary",
            &[ENCODER_NOTICE, ENCODER_LICENCE],
        ),
        ("The dictionary, from SCOWL", &[WORDS]),
        ("MiniSearch, in the sites it writes", &[MINISEARCH_LICENCE]),
        ("The chart's letters, from Inter", &[FONT]),
        (
            "Rust crates (sources and full notices: https://crates.io/crates/NAME)",
            &[CRATES],
        ),
    ] {
        text::heading(&mut out, title)?;
        for text in texts {
            writeln!(out, "\n{}", text.trim_end())?;
        }
        writeln!(out)?;
    }
    Ok(CommandResult::Fine)
}
