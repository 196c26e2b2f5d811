//! `citebot eval`: asks labelled questions and prints accuracy figures.

use super::{CommandResult, text};
use anyhow::{Context, bail};
use citebot_core::answer::{Prompting, decide, follow_up};
use citebot_core::eval::{
    Figures, KindFigures, LabelledQuestion, Trial, contradictions, measure, measure_kinds, parse,
    with_typos,
};
use citebot_core::matcher::{Features, Match, Objection};
use citebot_engine::{Engine, Snapshot};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a command-line flag")]
pub(super) struct Arguments {
    /// Files of labelled questions in JSON lines
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Add one or two keyboard typos to every question, the same for the same seed
    #[arg(long, value_name = "SEED")]
    typos: Option<u64>,
    /// Use the stricter threshold for messages not addressed to the bot
    #[arg(long)]
    unprompted: bool,
    /// Match by words alone, without the sentence encoder
    #[arg(long)]
    pub(super) words: bool,
    /// Print the features of every match instead, a line of JSON per question, to fit a calibration
    #[arg(long, conflicts_with_all = ["json", "misses"])]
    features: bool,
    /// List this many of the worst misses: wrong answers first, then unanswered questions
    #[arg(long, value_name = "N", default_value_t = 0)]
    misses: usize,
}

/// A question that was not answered correctly.
#[derive(Debug, Serialize)]
struct Miss {
    question: String,
    right: Vec<String>,
    given: Option<String>,
    answered: bool,
    confidence: f64,
}

/// Asks every question and prints the figures.
pub(super) fn eval(engine: &Engine, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let (files, questions): (Vec<_>, Vec<_>) = read_located(&arguments.files)?.into_iter().unzip();
    refuse_contradictions(&files, &questions)?;
    if questions.is_empty() {
        bail!("the files hold no labelled question");
    }
    let snapshot = engine.snapshot(None);
    for labelled in &questions {
        for id in labelled.right.iter().chain(&labelled.after) {
            if snapshot.knowledge.entry(id).is_none() {
                let known = snapshot.knowledge.entries().iter().map(|e| e.id.as_str());
                let near = citebot_core::did_you_mean::nearest(id, known)
                    .map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
                bail!(
                    "the label {id:?} of {:?} is no entry{near}",
                    labelled.question
                );
            }
        }
    }
    if arguments.features {
        return features(&snapshot, &questions, arguments.typos);
    }
    let prompting = if arguments.unprompted {
        Prompting::Unprompted
    } else {
        Prompting::Prompted
    };
    let mut trials = Vec::with_capacity(questions.len());
    let mut misses = Vec::new();
    for labelled in &questions {
        let (trial, miss) = ask(engine, labelled, prompting, arguments.typos);
        trials.push(trial);
        misses.extend(miss);
    }
    // Wrong answers first, then unanswered questions; each by falling confidence.
    misses.sort_by(|a, b| {
        b.answered
            .cmp(&a.answered)
            .then(b.confidence.total_cmp(&a.confidence))
    });
    misses.truncate(arguments.misses);
    let figures = measure(&trials);
    let kinds = measure_kinds(questions.iter().map(|q| q.kind.as_deref()).zip(&trials));
    let mut out = anstream::stdout();
    if arguments.json {
        #[derive(Serialize)]
        struct Report<'a> {
            #[serde(flatten)]
            figures: &'a Figures,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            kinds: Vec<KindFigures>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            misses: Vec<Miss>,
        }
        let report = Report {
            figures: &figures,
            kinds,
            misses,
        };
        serde_json::to_writer(&mut out, &report)?;
        writeln!(out)?;
    } else {
        table(&mut out, &figures)?;
        kinds_table(&mut out, &kinds)?;
        list(&mut out, &misses)?;
    }
    Ok(CommandResult::Fine)
}

/// Reads labelled questions.
///
/// # Errors
///
/// A file that cannot be read; every malformed line.
pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Vec<LabelledQuestion>> {
    let located = read_located(files)?;
    Ok(located.into_iter().map(|(_, question)| question).collect())
}

/// Reads labelled questions, each with its file.
fn read_located(files: &[PathBuf]) -> anyhow::Result<Vec<(&Path, LabelledQuestion)>> {
    let mut questions = Vec::new();
    let mut bad = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)
            .with_context(|| format!("could not read {}", file.display()))?;
        match parse(&text) {
            Ok(labelled) => questions.extend(labelled.into_iter().map(|one| (file.as_path(), one))),
            Err(lines) => bad.extend(
                lines
                    .into_iter()
                    .map(|line| format!("{}: {line}", file.display())),
            ),
        }
    }
    if !bad.is_empty() {
        bail!("{}", bad.join("\n"));
    }
    Ok(questions)
}

/// Fails with every question whose labels contradict those of an earlier one.
fn refuse_contradictions(files: &[&Path], questions: &[LabelledQuestion]) -> anyhow::Result<()> {
    let place = |at: usize| format!("{}: line {}", files[at].display(), questions[at].line);
    let bad: Vec<String> = contradictions(questions)
        .into_iter()
        .map(|(first, at)| {
            format!(
                "{}: {:?} has other labels than in {}",
                place(at),
                questions[at].question,
                place(first)
            )
        })
        .collect();
    if !bad.is_empty() {
        bail!("{}", bad.join("\n"));
    }
    Ok(())
}

/// The matches as the answer that the question follows makes them.
fn in_context(
    labelled: &LabelledQuestion,
    question: &str,
    snapshot: &Snapshot,
    matches: Vec<Match>,
) -> Vec<Match> {
    let previous = labelled.after.as_deref();
    match previous.and_then(|id| snapshot.knowledge.entry(id)) {
        Some(previous) => follow_up(&snapshot.knowledge, question, &matches, &previous.id),
        None => matches,
    }
}

fn asked(labelled: &LabelledQuestion, typos: Option<u64>) -> String {
    match typos {
        Some(seed) => with_typos(&labelled.question, seed),
        None => labelled.question.clone(),
    }
}

fn ask(
    engine: &Engine,
    labelled: &LabelledQuestion,
    prompting: Prompting,
    typos: Option<u64>,
) -> (Trial, Option<Miss>) {
    let question = asked(labelled, typos);
    let snapshot = engine.snapshot(None);
    let start = Instant::now();
    // Bypasses the cache of matches, so that every question is timed.
    let matches = match prompting {
        Prompting::Prompted => snapshot.matcher().rank(&question),
        Prompting::Unprompted => snapshot.matcher().rank_unprompted(&question),
    };
    let matches = in_context(labelled, &question, &snapshot, matches);
    let reply = decide(
        &snapshot.knowledge,
        &matches,
        engine.thresholds(None),
        prompting,
    );
    let micros = start.elapsed().as_secs_f64() * 1e6;
    let trial = Trial::judge(labelled, &snapshot.knowledge, &matches, &reply, micros);
    let wrong = if trial.labelled {
        trial.rank != Some(0) || !trial.answered
    } else {
        trial.answered
    };
    let best = matches
        .first()
        .and_then(|best| snapshot.knowledge.entries().get(best.entry));
    let given = best.map(|entry| entry.id.as_str().to_owned());
    let miss = wrong.then_some(Miss {
        question,
        right: labelled.right.clone(),
        given,
        answered: trial.answered && (trial.rank != Some(0) || !trial.labelled),
        confidence: trial.confidence,
    });
    (trial, miss)
}

fn table(out: &mut impl Write, figures: &Figures) -> anyhow::Result<()> {
    writeln!(
        out,
        "{} question{}, {} labelled with an entry",
        figures.questions,
        if figures.questions == 1 { "" } else { "s" },
        figures.labelled
    )?;
    for (name, figure) in [
        ("best match right", figures.accuracy),
        ("one of the best three right", figures.accuracy_at_3),
        ("answered", figures.answered),
        ("answered correctly", figures.answered_right),
        ("false answers to the others", figures.false_answers),
        ("AUROC of confidence", figures.auroc),
        ("coverage at 95 % precision", figures.coverage_at_95),
        ("calibration error", figures.calibration_error),
    ] {
        let row = format!("  {name:<28} {}", percent(figure));
        writeln!(out, "{}", row.trim_end())?;
    }
    writeln!(
        out,
        "  {:<28} {:6.0} µs median, {:.0} µs 99th percentile",
        "a question takes",
        figures.micros_p50.unwrap_or_default(),
        figures.micros_p99.unwrap_or_default()
    )?;
    writeln!(out)?;
    text::heading(out, "confidence    questions   mean confidence   right")?;
    for row in figures.reliability.iter().filter(|row| row.questions > 0) {
        writeln!(
            out,
            "{:.1}–{:.1}       {:>9}          {}   {}",
            row.from,
            row.to,
            row.questions,
            percent(row.confidence),
            percent(row.right)
        )?;
    }
    writeln!(out)?;
    text::heading(
        out,
        "threshold   answers correct   answered correctly   false answers",
    )?;
    for step in &figures.thresholds {
        let row = format!(
            "{:.2}               {}             {}        {}",
            step.threshold,
            percent(step.precision),
            percent(step.answered_right),
            percent(step.false_answers)
        );
        writeln!(out, "{}", row.trim_end())?;
    }
    Ok(())
}

/// A figure in per cent, eight columns wide; a dash if there is none.
fn percent(fraction: Option<f64>) -> String {
    fraction.map_or_else(
        || format!("{:>6}   ", "–"),
        |fraction| format!("{:6.2} %", fraction * 100.0),
    )
}

fn kinds_table(out: &mut impl Write, kinds: &[KindFigures]) -> anyhow::Result<()> {
    if kinds.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    text::heading(
        out,
        "kind                questions    answered   answered correctly",
    )?;
    for kind in kinds {
        let row = format!(
            "{:<18} {:>10}   {}   {}",
            kind.kind,
            kind.questions,
            percent(kind.answered),
            percent(kind.answered_right)
        );
        writeln!(out, "{}", row.trim_end())?;
    }
    Ok(())
}

fn list(out: &mut impl Write, misses: &[Miss]) -> anyhow::Result<()> {
    if misses.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    text::heading(out, "misses, worst first")?;
    for miss in misses {
        let right = if miss.right.is_empty() {
            "no answer".to_owned()
        } else {
            miss.right.join(" or ")
        };
        writeln!(
            out,
            "{:.2} {} {:?}\n     right: {right}; best match: {}",
            miss.confidence,
            if miss.answered {
                "answered  "
            } else {
                "unanswered"
            },
            miss.question,
            miss.given.as_deref().unwrap_or("none"),
        )?;
    }
    Ok(())
}

/// Prints the features of every match of every question.
fn features(
    snapshot: &Snapshot,
    questions: &[LabelledQuestion],
    typos: Option<u64>,
) -> anyhow::Result<CommandResult> {
    #[derive(Serialize)]
    struct QuestionFeatures<'a> {
        question: &'a str,
        right: &'a [String],
        matches: Vec<MatchFeatures<'a>>,
    }
    #[derive(Serialize)]
    struct MatchFeatures<'a> {
        entry: &'a str,
        confidence: f64,
        #[serde(flatten)]
        features: Features,
        /// What speaks against it.
        objection: Option<String>,
        /// Whether that keeps it from being the answer, however confident.
        contradicted: bool,
        /// The inputs of the confidence.
        weighed: BTreeMap<&'static str, f64>,
    }
    let mut out = anstream::stdout().lock();
    for labelled in questions {
        let question = asked(labelled, typos);
        let why = snapshot.matcher().explain(&question);
        let matches = why.candidates.iter().map(|c| MatchFeatures {
            entry: snapshot.knowledge.entries()[c.entry].id.as_str(),
            confidence: c.confidence,
            features: c.features,
            objection: c.objection.map(|objection| objection.to_string()),
            contradicted: c.objection.is_some_and(Objection::is_contradiction),
            weighed: c.evidence.iter().map(|p| (p.name, p.value)).collect(),
        });
        let line = QuestionFeatures {
            question: &question,
            right: &labelled.right,
            matches: matches.collect(),
        };
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
    }
    Ok(CommandResult::Fine)
}
