//! `citebot sources`: the articles' sections and the entries that cite them.

use super::{CommandResult, text};
use citebot_core::did_you_mean::{did_you_mean, nearest};
use citebot_core::knowledge::{Article, Knowledge};
use citebot_engine::Engine;
use clap::Args;
use std::io::{self, Write};

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
    match show(&mut out, knowledge, arguments.article.as_deref())? {
        Ok(()) => Ok(CommandResult::Fine),
        Err(unknown) => Err(unknown.into()),
    }
}

/// No article has the id.
#[derive(Debug, thiserror::Error)]
#[error("there is no article {id:?}; {advice}")]
pub(super) struct UnknownArticle {
    id: String,
    advice: String,
}

/// Writes the article with this id, or every one.
pub(super) fn show(
    out: &mut impl Write,
    knowledge: &Knowledge,
    id: Option<&str>,
) -> io::Result<Result<(), UnknownArticle>> {
    let Some(id) = id else {
        for (at, article) in knowledge.articles().iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            show_article(out, knowledge, article)?;
        }
        return Ok(Ok(()));
    };
    if let Some(article) = knowledge.article(id) {
        show_article(out, knowledge, article)?;
        return Ok(Ok(()));
    }
    let known = knowledge.articles().iter().map(|a| a.id.as_str());
    let advice = match nearest(id, known.clone()) {
        Some(near) => did_you_mean(near),
        None => format!("the articles are {}", known.collect::<Vec<_>>().join(", ")),
    };
    Ok(Err(UnknownArticle {
        id: id.to_owned(),
        advice,
    }))
}

fn show_article(out: &mut impl Write, knowledge: &Knowledge, article: &Article) -> io::Result<()> {
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
