//! `citebot ask`: one answer, or a batch from standard input.

use super::{Outcome, json, text};
use crate::answer::{Manner, Reply};
use crate::engine::Engine;
use anyhow::Context;
use clap::Args;
use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The question; without it, one per line of standard input
    question: Vec<String>,
    /// Print a line of JSON per question
    #[arg(long)]
    json: bool,
}

/// Answers the question, or every line. Fine when at least one was answered.
pub(super) fn ask(engine: &Engine, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let mut any = false;
    let mut out = anstream::stdout();
    if arguments.question.is_empty() {
        let input = io::stdin();
        if input.is_terminal() {
            writeln!(
                anstream::stderr(),
                "A question per line; end with Ctrl-D (`citebot chat` is the comfortable way)."
            )?;
        }
        let mut input = input.lock();
        let mut line = Vec::new();
        let mut first = true;
        // By bytes: a line that is not UTF-8 gets an answer too, not an error that ends the batch.
        while input
            .read_until(b'\n', &mut line)
            .context("could not read standard input")?
            > 0
        {
            let question = String::from_utf8_lossy(&line);
            if !arguments.json && !first {
                writeln!(out)?;
            }
            first = false;
            any |= one(
                engine,
                question.trim_end_matches(['\n', '\r']),
                arguments.json,
                &mut out,
            )?;
            // Whoever pipes questions in one at a time waits for each answer.
            out.flush()?;
            line.clear();
        }
    } else {
        any = one(
            engine,
            &arguments.question.join(" "),
            arguments.json,
            &mut out,
        )?;
    }
    Ok(if any { Outcome::Fine } else { Outcome::Nothing })
}

fn one(
    engine: &Engine,
    question: &str,
    as_json: bool,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let start = Instant::now();
    let snapshot = engine.snapshot(None);
    let reply = engine.ask(None, question, Manner::Prompted);
    let taken = start.elapsed();
    if as_json {
        let line = json::Line::new(question, &reply, &snapshot.knowledge, taken);
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
    } else {
        text::reply(out, &snapshot.knowledge, &reply)?;
    }
    Ok(matches!(reply, Reply::Answer { .. }))
}
