//! `citebot ask`: answers one question, or every line of standard input.

use super::{CommandResult, json, text};
use anyhow::Context;
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::KnowledgeFiles;
use citebot_engine::{Engine, Snapshot};
use citebot_site::SiteUrl;
use clap::Args;
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The question [default: one per line of standard input]
    question: Vec<String>,
    /// Print a line of JSON per question
    #[arg(long)]
    json: bool,
    /// Answer as in a channel the bot reads along in: only above the stricter threshold
    #[arg(long)]
    unprompted: bool,
}

impl Arguments {
    fn prompting(&self) -> Prompting {
        if self.unprompted {
            Prompting::Unprompted
        } else {
            Prompting::Prompted
        }
    }
}

/// Answers the question, or every line. Tells a reader which FAQ it is if nobody chose it. [`CommandResult::Fine`] if at least one was answered.
pub(super) fn ask(
    engine: &Engine,
    site: Option<&SiteUrl>,
    arguments: &Arguments,
) -> anyhow::Result<CommandResult> {
    let format = if arguments.json {
        Format::Json { site }
    } else {
        Format::Text
    };
    if let (false, files @ KnowledgeFiles::BuiltIn(_)) = (arguments.json, engine.files()) {
        text::hint(
            &mut anstream::stderr(),
            &format!("From {files}; --knowledge names another."),
        )?;
    }
    let any = if arguments.question.is_empty() {
        batch(engine, arguments.prompting(), format)?
    } else {
        let answered = Asked::new(engine, arguments.question.join(" "), arguments.prompting());
        answered.print(format, &mut anstream::stdout())?;
        answered.is_answer()
    };
    Ok(if any {
        CommandResult::Fine
    } else {
        CommandResult::Nothing
    })
}

/// How replies are printed.
#[derive(Debug, Clone, Copy)]
enum Format<'a> {
    Text,
    /// Lines of JSON, with links to the site if there is one.
    Json {
        site: Option<&'a SiteUrl>,
    },
}

/// A question with its reply.
struct Asked {
    question: String,
    reply: Reply,
    snapshot: Arc<Snapshot>,
    taken: Duration,
}

impl Asked {
    fn new(engine: &Engine, question: String, prompting: Prompting) -> Self {
        let start = Instant::now();
        let answered = engine.ask(None, question, prompting);
        Self {
            question: answered.question,
            reply: answered.reply,
            snapshot: answered.snapshot,
            taken: start.elapsed(),
        }
    }

    fn is_answer(&self) -> bool {
        matches!(self.reply, Reply::Answer { .. })
    }

    fn print(&self, format: Format<'_>, out: &mut impl Write) -> anyhow::Result<()> {
        let (question, reply) = (&self.question, &self.reply);
        match format {
            Format::Json { site } => {
                let knowledge = &self.snapshot.knowledge;
                let line = json::ReplyJson::new(question, reply, knowledge, site, self.taken);
                serde_json::to_writer(&mut *out, &line)?;
                writeln!(out)?;
            }
            Format::Text => text::reply(out, &self.snapshot, question, reply)?,
        }
        Ok(())
    }
}

/// A line of the batch, not answered yet.
struct PendingQuestion {
    question: String,
    answer: SyncSender<Asked>,
}

/// Answers every line of standard input on all processors and prints the replies in order. Returns
/// whether at least one was an answer.
fn batch(engine: &Engine, prompting: Prompting, format: Format<'_>) -> anyhow::Result<bool> {
    let input = io::stdin();
    if input.is_terminal() {
        writeln!(
            anstream::stderr(),
            "Type a question per line, Ctrl-D to end. `citebot chat` is more convenient."
        )?;
    }
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (queue, pending) = mpsc::sync_channel(threads * 8);
    let (order, answers) = mpsc::sync_channel(threads * 8);
    let pending = Mutex::new(pending);
    let next = || pending.lock().ok()?.recv().ok();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(PendingQuestion { question, answer }) = next() {
                    // Fails only after printing has failed.
                    let _ = answer.send(Asked::new(engine, question, prompting));
                }
            });
        }
        let printer = scope.spawn(move || print(&answers, format));
        let read = lines(&mut input.lock(), |question| {
            let (answer, answered) = mpsc::sync_channel(1);
            order.send(answered).is_ok() && queue.send(PendingQuestion { question, answer }).is_ok()
        });
        drop((order, queue));
        let printed = printer
            .join()
            .map_err(|_| anyhow::anyhow!("printing the answers failed"))?;
        read.and(printed)
    })
}

/// Passes every line to `take` until that returns `false`.
fn lines(input: &mut impl BufRead, mut take: impl FnMut(String) -> bool) -> anyhow::Result<()> {
    let mut line = Vec::new();
    // Read as bytes, so that a line of invalid UTF-8 does not end the batch.
    while input
        .read_until(b'\n', &mut line)
        .context("could not read standard input")?
        > 0
    {
        let question = String::from_utf8_lossy(&line);
        if !take(question.trim_end_matches(['\n', '\r']).to_owned()) {
            break;
        }
        line.clear();
    }
    Ok(())
}

/// Prints replies in order as they arrive. Returns whether at least one was an answer.
fn print(answers: &Receiver<Receiver<Asked>>, format: Format<'_>) -> anyhow::Result<bool> {
    let mut out = anstream::stdout();
    let mut any = false;
    for (at, answered) in answers.iter().enumerate() {
        let answered = answered.recv().context("a question was not answered")?;
        if matches!(format, Format::Text) && at > 0 {
            writeln!(out)?;
        }
        answered.print(format, &mut out)?;
        // A script may wait for this reply before it sends the next question.
        out.flush()?;
        any |= answered.is_answer();
    }
    Ok(any)
}
