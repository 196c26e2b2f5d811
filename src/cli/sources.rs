//! `citebot sources`: the articles' sections and the entries that cite them.

use super::{CommandResult, text};
use anyhow::bail;
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{Article, Knowledge};
use citebot_engine::Engine;
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Id of an article [default: all]
    article: Option<String>,
    /// Print the table for `knowledge/coverage.md`
    #[arg(long, conflicts_with = "article")]
    coverage: bool,
}

/// Prints each article with its sections and the entries that cite them.
pub(super) fn sources(engine: &Engine, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let snapshot = engine.snapshot(None);
    let knowledge = &snapshot.knowledge;
    let mut out = anstream::stdout();
    if arguments.coverage {
        write!(out, "{}", citebot_core::knowledge::coverage(knowledge))?;
        return Ok(CommandResult::Fine);
    }
    match &arguments.article {
        None => {
            for (at, article) in knowledge.articles().iter().enumerate() {
                if at > 0 {
                    writeln!(out)?;
                }
                show(&mut out, knowledge, article)?;
            }
        }
        Some(id) => match knowledge.article(id) {
            Some(article) => show(&mut out, knowledge, article)?,
            None => {
                let known = knowledge.articles().iter().map(|a| a.id.as_str());
                match nearest(id, known) {
                    Some(near) => bail!("there is no article {id:?}; did you mean {near:?}?"),
                    None => bail!("there is no article {id:?}; `citebot sources` lists them"),
                }
            }
        },
    }
    Ok(CommandResult::Fine)
}

fn show(out: &mut impl Write, knowledge: &Knowledge, article: &Article) -> anyhow::Result<()> {
    text::heading(out, &article.title)?;
    let mut about = vec![article.id.to_string()];
    about.extend(article.author.as_ref().map(|a| format!("by {a}")));
    about.extend(article.publisher.clone());
    about.extend(article.published.clone());
    about.extend(article.url.clone());
    text::hint(out, &about.join(" · "))?;
    if let (None, Some(opening)) = (&article.url, &article.opening) {
        text::hint(out, &format!("No link. It begins: “{opening}”"))?;
    }
    if let Some(note) = &article.note {
        text::hint(out, note)?;
    }
    for section in &article.sections {
        match &section.place {
            Some(place) => writeln!(out, "  {} ({place})", section.heading)?,
            None => writeln!(out, "  {}", section.heading)?,
        }
        for entry in knowledge.entries() {
            if entry.cites(&article.id, &section.id) {
                writeln!(out, "    • {}", entry.question)?;
            }
        }
    }
    Ok(())
}
