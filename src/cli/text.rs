//! Replies as people read them in a terminal. Colour goes through `anstream`, which drops it where
//! the output is no terminal or `NO_COLOR` is set.

use anstyle::{AnsiColor, Style};
use citebot_core::answer::{ConsideredEntry, Explanation, Prompting, Reply, format_sum, percent};
use citebot_core::knowledge::{Citation, Entry, Knowledge};
use std::fmt::Write as _;
use std::io::{self, Write};

const TITLE: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const LINK: Style = AnsiColor::Cyan.on_default();
const CHOICE: Style = AnsiColor::Yellow.on_default().bold();

/// The widest text that is still read at ease, in columns.
const WIDEST: usize = 88;

fn width() -> usize {
    textwrap::termwidth().clamp(30, WIDEST)
}

/// Writes `text` wrapped to the terminal, `first` before its first line and `rest` before the
/// others.
fn wrapped(out: &mut impl Write, text: &str, first: &str, rest: &str) -> io::Result<()> {
    let options = textwrap::Options::new(width())
        .initial_indent(first)
        .subsequent_indent(rest)
        // A link stays whole, so that it can be clicked.
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for line in textwrap::wrap(text, options) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Writes what the bot says. Suggestions are numbered from 1.
pub(super) fn reply(out: &mut impl Write, knowledge: &Knowledge, reply: &Reply) -> io::Result<()> {
    match reply {
        Reply::Answer { best, .. } => entry(out, knowledge, &best.entry),
        Reply::Suggest { suggestions } => {
            writeln!(out, "I am not sure. Did you mean:")?;
            choices(out, suggestions.iter().map(|c| c.entry.question.as_str()))
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

/// `[1] Title, by Author (Publisher): Heading <link>`
fn footnote(citation: &Citation<'_>) -> String {
    let mut note = format!("[{}] ", citation.n);
    if let Some((article, section)) = citation.article {
        note.push_str(&article.title);
        if let Some(author) = &article.author {
            note.push_str(", by ");
            note.push_str(author);
        }
        if let Some(publisher) = &article.publisher {
            note.push_str(" (");
            note.push_str(publisher);
            note.push(')');
        }
        note.push_str(": ");
        note.push_str(&section.heading);
    }
    if let Some(url) = citation.url {
        if citation.article.is_some() {
            note.push(' ');
        }
        note.push_str(url);
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

/// Writes a faint line: a hint, not content.
pub(super) fn hint(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{FAINT}{text}{FAINT:#}")
}

/// Writes a heading.
pub(super) fn heading(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{TITLE}{text}{TITLE:#}")
}

/// Writes the toolkit: names, links, what each is for.
pub(super) fn toolkit(out: &mut impl Write, knowledge: &Knowledge) -> io::Result<()> {
    for resource in knowledge.resources() {
        writeln!(
            out,
            "{TITLE}{}{TITLE:#}  {LINK}{}{LINK:#}",
            resource.name, resource.url
        )?;
        if let Some(description) = &resource.description {
            wrapped(out, description, "  ", "  ")?;
        }
    }
    Ok(())
}

/// How many entries after the best are listed.
const RUNNERS_UP: usize = 4;
/// Columns of what stands before a figure.
const LABEL: usize = 12;

/// Writes how `question` was read, what comes near it, and what is said.
pub(super) fn why(out: &mut impl Write, question: &str, why: &Explanation) -> io::Result<()> {
    let arrow = |from: &str, to: &str| format!("{from} → {to}");
    heading(out, question)?;
    line(out, "compared", &why.words.join(" "))?;
    let repairs: Vec<String> = why.repairs.iter().map(|r| arrow(&r.from, &r.to)).collect();
    line(out, "mistyped", &repairs.join(", "))?;
    let readings: Vec<String> = why
        .applied_aliases
        .iter()
        .map(|r| arrow(&r.from, &r.to))
        .collect();
    line(out, "other name", &readings.join(", "))?;
    line(out, "meaning", why.semantic_status())?;
    if let Some((best, others)) = why.considered.split_first() {
        writeln!(out)?;
        considered(out, best, why.semantic)?;
        if !others.is_empty() {
            writeln!(out)?;
            heading(out, "After it")?;
        }
        for other in others.iter().take(RUNNERS_UP) {
            let (confidence, score) = (percent(other.found.confidence), other.found.features.score);
            let name = format!("{}: {}", other.entry.id, other.entry.question);
            line(out, &format!("{confidence:>5} {score:.2}"), &name)?;
        }
    }
    writeln!(out)?;
    heading(out, "Said")?;
    line(out, "when asked", &why.verdict(Prompting::Prompted))?;
    line(out, "unasked", &why.verdict(Prompting::Unprompted))
}

fn considered(out: &mut impl Write, best: &ConsideredEntry, semantic: bool) -> io::Result<()> {
    let found = &best.found;
    heading(
        out,
        &format!(
            "{} {}: {}",
            percent(found.confidence),
            best.entry.id,
            best.entry.question
        ),
    )?;
    let which = match found.phrasing {
        0 => "its question".to_owned(),
        n => format!("phrasing {n}"),
    };
    line(
        out,
        "nearest",
        &format!("“{}” ({which})", best.nearest_phrasing()),
    )?;
    let shared: Vec<String> = found
        .shared
        .iter()
        .map(|(word, adds)| format!("{word} {adds:.2}"))
        .collect();
    line(out, "shares", &shared.join(", "))?;
    let score = format!(
        "{}; {:.2} above the next",
        format_sum(&found.parts),
        found.features.margin
    );
    line(out, "score", &score)?;
    if semantic {
        let mut cosines = format!(
            "{:.2} with that wording, {:.2} with ordinary talk",
            found.features.nearest, found.features.background
        );
        if found.features.out_of_scope > 0.0 {
            let others = found.features.out_of_scope;
            let _ = write!(
                cosines,
                ", {others:.2} with what the FAQ says it does not answer"
            );
        }
        line(out, "cosine", &cosines)?;
    }
    if found.evidence.is_empty() {
        return Ok(());
    }
    line(out, "log odds", &format_sum(&found.evidence))
}

/// Writes `value` beside its label, unless there is none.
fn line(out: &mut impl Write, label: &str, value: &str) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    wrapped(
        out,
        value,
        &format!("  {label:<LABEL$}"),
        &" ".repeat(LABEL + 2),
    )
}

#[cfg(test)]
mod tests {
    use super::why;
    use citebot_core::answer::{Explanation, Thresholds};
    use citebot_core::knowledge::{Entry, Knowledge};
    use citebot_core::matcher::{
        AppliedAlias, Contribution, EntryExplanation, Features, RankingExplanation, Repair,
    };

    #[test]
    fn an_explanation_reads_from_the_question_to_what_is_said() {
        let entries = ["kettle", "teapot"].map(|pot| {
            let question = format!("Which {pot} is best?");
            Entry::example(pot, &question, &[&format!("what {pot} should I buy")])
        });
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], entries.into());
        let explained = |entry, confidence, phrasing, score, margin| EntryExplanation {
            entry,
            confidence,
            phrasing,
            shared: vec![("kettle".into(), 0.61), ("buy".into(), 0.2)],
            parts: vec![
                Contribution {
                    name: "words",
                    value: 0.81,
                    adds: 0.81,
                },
                Contribution {
                    name: "characters",
                    value: 0.6,
                    adds: 0.3,
                },
            ],
            evidence: vec![
                Contribution {
                    name: "score",
                    value: score,
                    adds: 3.2,
                },
                Contribution {
                    name: "ordinary talk",
                    value: 0.12,
                    adds: -1.26,
                },
            ],
            features: Features {
                score,
                margin,
                nearest: 0.9,
                background: 0.12,
                ..Features::default()
            },
        };
        let found = RankingExplanation {
            words: ["what", "kettle", "buy"].map(str::to_owned).to_vec(),
            repairs: vec![Repair {
                from: "ketle".into(),
                to: "kettle".into(),
            }],
            applied_aliases: vec![AppliedAlias {
                from: "purchase".into(),
                to: "buy".into(),
            }],
            semantic: true,
            early_exit: None,
            worth_ranking_unprompted: true,
            candidates: vec![
                explained(0, 0.874, 1, 1.11, 0.45),
                explained(1, 0.1, 0, 0.66, -0.45),
            ],
        };
        let thresholds = Thresholds {
            answer: 0.7,
            unprompted: 0.93,
            suggest: 0.2,
        };
        let explanation = Explanation::new(found, &knowledge, thresholds);
        let mut out = Vec::new();
        why(&mut out, "what ketle should I purchase", &explanation).expect("memory takes it");
        let text = anstream::adapter::strip_bytes(&out).into_vec();
        insta::assert_snapshot!(String::from_utf8_lossy(&text), @r"
        what ketle should I purchase
          compared    what kettle buy
          mistyped    ketle → kettle
          other name  purchase → buy
          meaning     compared

        87 % kettle: Which kettle is best?
          nearest     “what kettle should I buy” (phrasing 1)
          shares      kettle 0.61, buy 0.20
          score       1.11 = words 0.81 + characters 0.30; 0.45 above the next
          cosine      0.90 with that wording, 0.12 with ordinary talk
          log odds    1.94 = score 3.20 − ordinary talk 1.26

        After it
           10 % 0.66  teapot: Which teapot is best?

        Said
          when asked  the answer: 87 % reaches 70 %
          unasked     nothing: 87 % is below 93 %
        ");
    }
}
