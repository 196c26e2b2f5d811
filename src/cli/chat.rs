//! `citebot chat`: a conversation in the terminal, with line editing and history.

use super::{CommandResult, diagnostics, text};
use anyhow::Context;
use citebot_core::answer::{Prompting, Reply};
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{Entry, EntryId};
use citebot_core::matcher::is_greeting;
use citebot_engine::{Engine, Snapshot};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The entries that were listed last: a number chooses one of them.
type Choices = Vec<EntryId>;

/// A parsed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input<'a> {
    Nothing,
    Quit,
    Help,
    Browse(&'a str),
    Show(&'a str),
    Toolkit,
    Choice(usize),
    UnknownCommand(&'a str),
    Question(&'a str),
}

const COMMANDS: [&str; 5] = ["/browse", "/show", "/toolkit", "/help", "/quit"];

const HELP: &str = "\
Ask in your own words. Type a number to choose from a list.
  /browse          the topics; /browse TOPIC the questions of one
  /show ENTRY      an entry by its id
  /toolkit         the tools the answers link to
  /quit            leave (or Ctrl-D)";

const GREETING: &str = "Hello! Ask me a question, or type /browse to see what I can answer.";

fn parse(line: &str) -> Input<'_> {
    let line = line.trim();
    if line.is_empty() {
        return Input::Nothing;
    }
    if let Ok(choice) = line.parse() {
        return Input::Choice(choice);
    }
    if !line.starts_with('/') {
        return match line {
            "quit" | "exit" => Input::Quit,
            "help" => Input::Help,
            _ => Input::Question(line),
        };
    }
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match command {
        "/quit" | "/exit" => Input::Quit,
        "/help" => Input::Help,
        "/browse" => Input::Browse(rest.trim()),
        "/show" => Input::Show(rest.trim()),
        "/toolkit" => Input::Toolkit,
        other => Input::UnknownCommand(other),
    }
}

/// Answers line after line until the input ends.
pub(super) fn chat(engine: &Engine) -> anyhow::Result<CommandResult> {
    let mut out = anstream::stdout();
    let mut editor =
        DefaultEditor::new().context("could not set up line editing in the terminal")?;
    let history = history_file();
    if let Some(file) = &history {
        // On a first start there is no history.
        let _ = editor.load_history(file);
    }
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        let entries = engine.snapshot(None).knowledge.entries().len();
        text::hint(
            &mut out,
            &format!("The FAQ answers {entries} questions. Type /help for other commands."),
        )?;
    }
    let mut choices = Choices::new();
    let mut files = engine.opened().clone();
    loop {
        match editor.readline(if interactive { "› " } else { "" }) {
            Ok(line) => {
                let now = files.now();
                if now != files {
                    files = now;
                    reload(&mut out, engine)?;
                }
                if !line.trim().is_empty() {
                    editor.add_history_entry(line.trim())?;
                }
                if respond(&mut out, engine, parse(&line), &mut choices)?.is_break() {
                    break;
                }
                out.flush()?;
            }
            // As in a shell, Ctrl-C drops the line and Ctrl-D quits.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("could not read from the terminal"),
        }
    }
    if let Some(file) = &history
        && interactive
        && let Err(error) = save_history(&mut editor, file)
    {
        writeln!(
            anstream::stderr(),
            "citebot: could not save the history to {}: {error}",
            file.display()
        )?;
    }
    Ok(CommandResult::Fine)
}

/// Reads the changed FAQ, and says so.
fn reload(out: &mut impl Write, engine: &Engine) -> anyhow::Result<()> {
    match engine.reload() {
        Ok(snapshot) => {
            let entries = snapshot.knowledge.entries().len();
            let what = format!("The FAQ has changed: it answers {entries} questions now.");
            text::hint(out, &what)?;
        }
        Err(found) => {
            for problem in &found.0 {
                writeln!(out, "{}\n", diagnostics::render(problem))?;
            }
            text::hint(
                out,
                "The FAQ has changed and has mistakes: it answers as before.",
            )?;
        }
    }
    Ok(())
}

fn respond(
    out: &mut impl Write,
    engine: &Engine,
    input: Input<'_>,
    choices: &mut Choices,
) -> anyhow::Result<std::ops::ControlFlow<()>> {
    let snapshot = engine.snapshot(None);
    let knowledge = &snapshot.knowledge;
    match input {
        Input::Nothing => {}
        Input::Quit => return Ok(std::ops::ControlFlow::Break(())),
        Input::Help => writeln!(out, "{HELP}")?,
        Input::Toolkit => text::toolkit(out, knowledge)?,
        Input::Browse(topic) => browse(out, &snapshot, topic, choices)?,
        Input::Show("") => writeln!(out, "Which entry? For example: /show misuse")?,
        Input::Show(id) => match knowledge.entry_now_or_formerly(id) {
            Some(entry) => show(out, &snapshot, entry, choices)?,
            None => {
                let ids = knowledge.entries().iter().map(|e| e.id.as_str());
                match nearest(id, ids) {
                    Some(near) => writeln!(out, "There is no entry {id:?}. Did you mean {near}?")?,
                    None => writeln!(out, "There is no entry {id:?}. /browse lists them.")?,
                }
            }
        },
        Input::Choice(number) => {
            let chosen = number
                .checked_sub(1)
                .and_then(|at| choices.get(at))
                .and_then(|id| knowledge.entry(id.as_str()));
            match (chosen, choices.len()) {
                (Some(entry), _) => show(out, &snapshot, entry, choices)?,
                (None, 0) => writeln!(
                    out,
                    "There is nothing to choose from yet. Ask a question first."
                )?,
                (None, count) => writeln!(out, "The choices are 1 to {count}.")?,
            }
        }
        Input::UnknownCommand(command) => match nearest(command, COMMANDS) {
            Some(near) => writeln!(out, "There is no {command}. Did you mean {near}?")?,
            None => writeln!(out, "There is no {command}. /help lists what there is.")?,
        },
        Input::Question(question) if is_greeting(question) => writeln!(out, "{GREETING}")?,
        Input::Question(question) => {
            let answered = engine.ask(None, question, Prompting::Prompted);
            let (question, reply) = (&answered.question, &answered.reply);
            let snapshot = &answered.snapshot;
            match reply {
                Reply::Answer { best, .. } => show(out, snapshot, &best.entry, choices)?,
                Reply::Suggest { suggestions } => {
                    text::reply(out, snapshot, question, reply)?;
                    *choices = suggestions.iter().map(|c| c.entry.id.clone()).collect();
                }
                Reply::Unknown { .. } => {
                    text::reply(out, snapshot, question, reply)?;
                    text::hint(out, "/browse shows the questions it answers.")?;
                }
            }
        }
    }
    writeln!(out)?;
    Ok(std::ops::ControlFlow::Continue(()))
}

fn show(
    out: &mut impl Write,
    snapshot: &Arc<Snapshot>,
    entry: &Entry,
    choices: &mut Choices,
) -> anyhow::Result<()> {
    text::entry(out, &snapshot.knowledge, entry)?;
    let related: Vec<_> = entry
        .related
        .iter()
        .filter_map(|id| snapshot.knowledge.entry(id.as_str()))
        .collect();
    if !related.is_empty() {
        writeln!(out)?;
        text::hint(out, "Related:")?;
        text::choices(out, related.iter().map(|e| e.question.as_str()))?;
    }
    *choices = related.iter().map(|e| e.id.clone()).collect();
    Ok(())
}

fn browse(
    out: &mut impl Write,
    snapshot: &Arc<Snapshot>,
    topic: &str,
    choices: &mut Choices,
) -> anyhow::Result<()> {
    let knowledge = &snapshot.knowledge;
    let topics = knowledge.topics();
    if topic.is_empty() {
        for topic in topics {
            let count = knowledge
                .entries()
                .iter()
                .filter(|e| e.topic == topic)
                .count();
            writeln!(out, "  {topic} ({count})")?;
        }
        return Ok(());
    }
    let wanted = topic.to_lowercase();
    let Some(found) = topics
        .iter()
        .find(|t| t.to_lowercase() == wanted)
        .or_else(|| topics.iter().find(|t| t.to_lowercase().contains(&wanted)))
    else {
        match nearest(topic, topics.iter().copied()) {
            Some(near) => writeln!(out, "There is no topic {topic:?}. Did you mean {near:?}?")?,
            None => writeln!(out, "There is no topic {topic:?}. /browse lists them.")?,
        }
        return Ok(());
    };
    let entries: Vec<_> = knowledge
        .entries()
        .iter()
        .filter(|e| e.topic == *found)
        .collect();
    text::heading(out, found)?;
    text::choices(out, entries.iter().map(|e| e.question.as_str()))?;
    *choices = entries.iter().map(|e| e.id.clone()).collect();
    Ok(())
}

/// The history file in the user's state folder, as XDG or Windows names it. `None` if the
/// environment names neither.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("citebot").join("history"))
}

fn save_history(editor: &mut DefaultEditor, file: &Path) -> rustyline::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    editor.save_history(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_parsed() {
        for (line, expected) in [
            ("", Input::Nothing),
            ("   ", Input::Nothing),
            ("2", Input::Choice(2)),
            (
                " /browse  Risks and safety ",
                Input::Browse("Risks and safety"),
            ),
            ("/browse", Input::Browse("")),
            ("/show misuse", Input::Show("misuse")),
            ("/toolkit", Input::Toolkit),
            ("/help", Input::Help),
            ("quit", Input::Quit),
            ("/quit", Input::Quit),
            ("/brows", Input::UnknownCommand("/brows")),
            (
                "what is open source AI",
                Input::Question("what is open source AI"),
            ),
            ("-3", Input::Question("-3")),
        ] {
            assert_eq!(parse(line), expected, "{line:?}");
        }
    }
}
