//! Replies and explanations as text for a terminal. Colour goes through `anstream`, which drops it
//! if the output is no terminal or `NO_COLOR` is set.

mod explanation;

pub(super) use explanation::explanation;

use anstyle::{AnsiColor, Style};
use citebot_core::answer::Reply;
use citebot_core::knowledge::{Citation, Entry, Knowledge, ResourceKind};
use citebot_engine::Snapshot;
use std::io::{self, Write};

const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const LINK: Style = AnsiColor::Cyan.on_default();
const CHOICE: Style = AnsiColor::Yellow.on_default().bold();

/// Longer lines are hard to read.
const MAX_COLUMNS: usize = 88;
/// In a narrower terminal, lines overflow.
const MIN_COLUMNS: usize = 30;

/// Writes `text` wrapped to the terminal's width, its first line indented by `first`, the others by
/// `rest`.
fn wrapped(out: &mut impl Write, text: &str, first: &str, rest: &str) -> io::Result<()> {
    let width = textwrap::termwidth().clamp(MIN_COLUMNS, MAX_COLUMNS);
    let options = textwrap::Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        // A broken link cannot be clicked.
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Writes the reply to a question. Suggestions are numbered from 1.
pub(super) fn reply(
    out: &mut impl Write,
    snapshot: &Snapshot,
    question: &str,
    reply: &Reply,
) -> io::Result<()> {
    match reply {
        Reply::Answer { best, .. } => entry(out, &snapshot.knowledge, &best.entry),
        Reply::Suggest { suggestions } => {
            writeln!(out, "I am not sure. Did you mean:")?;
            choices(out, suggestions.iter().map(|c| c.entry.question.as_str()))
        }
        Reply::Unknown { .. } if !snapshot.matcher().may_be_english(question) => {
            writeln!(out, "I understand English only.")
        }
        Reply::Unknown { .. } => writeln!(out, "The FAQ does not say."),
    }
}

/// Writes an entry: question, answer, sources as footnotes, links.
pub(super) fn entry(out: &mut impl Write, knowledge: &Knowledge, entry: &Entry) -> io::Result<()> {
    writeln!(out, "{TITLE}{}{TITLE:#}", entry.question)?;
    for paragraph in entry.answer.trim().lines() {
        wrapped(out, paragraph, "", "")?;
    }
    let citations = knowledge.citations(entry);
    if !citations.is_empty() {
        writeln!(out)?;
    }
    for citation in &citations {
        write!(out, "{FAINT}")?;
        wrapped(out, &footnote(citation), "", "    ")?;
        write!(out, "{FAINT:#}")?;
    }
    if let Some(date) = entry.checked {
        let note = format!("Facts from outside the articles were last checked on {date}.");
        write!(out, "{FAINT}")?;
        wrapped(out, &note, "", "")?;
        write!(out, "{FAINT:#}")?;
    }
    let resources: Vec<_> = entry
        .resources
        .iter()
        .filter_map(|id| knowledge.resource(id.as_str()))
        .collect();
    if !resources.is_empty() {
        writeln!(out)?;
    }
    for resource in resources {
        writeln!(out, "→ {}: {LINK}{}{LINK:#}", resource.name, resource.url)?;
    }
    Ok(())
}

/// `[1] Name: Heading, paragraph 6 of 8: “quote” <link>`
fn footnote(citation: &Citation<'_>) -> String {
    let mut note = citation.to_string();
    if let Some((_, section)) = citation.article {
        if let Some(place) = &section.place {
            note.push_str(", ");
            note.push_str(place);
        }
        if let Some(quote) = citation.quote {
            note.push_str(": “");
            note.push_str(quote);
            note.push('”');
        }
        if let Some(url) = citation.url {
            note.push(' ');
            note.push_str(url);
        }
    }
    note
}

/// Writes numbered choices, from 1.
pub(super) fn choices<'a>(
    out: &mut impl Write,
    questions: impl Iterator<Item = &'a str>,
) -> io::Result<()> {
    for (at, question) in questions.enumerate() {
        writeln!(out, "  {CHOICE}{}{CHOICE:#}  {question}", at + 1)?;
    }
    Ok(())
}

/// So many of something: "1 entry", "2 entries".
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Writes a dimmed line.
pub(super) fn hint(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{FAINT}{text}{FAINT:#}")
}

pub(super) fn heading(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{TITLE}{text}{TITLE:#}")
}

/// Writes every resource with its link and description, the tools first.
pub(super) fn toolkit(out: &mut impl Write, knowledge: &Knowledge) -> io::Result<()> {
    let mut resources: Vec<_> = knowledge.resources().iter().collect();
    resources.sort_by_key(|resource| resource.kind);
    for resource in resources {
        let kind = match resource.kind {
            ResourceKind::Listed => " (listed by an article itself)",
            ResourceKind::Tool => "",
            ResourceKind::Organisation => " (no tool)",
        };
        writeln!(
            out,
            "{TITLE}{}{TITLE:#}{kind}  {LINK}{}{LINK:#}",
            resource.name, resource.url
        )?;
        if let Some(description) = &resource.description {
            wrapped(out, description, "  ", "  ")?;
        }
    }
    Ok(())
}
