//! `citebot chat`: a conversation in the terminal, with line editing and history.

mod conversation;
mod feedback;
mod input;

use super::{CommandResult, diagnostics, text};
use crate::config::BotConfig;
use anyhow::Context;
use citebot_core::knowledge::KnowledgeFiles;
use citebot_engine::{Engine, FolderState};
use conversation::Conversation;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Answers line after line until the input ends.
pub(super) fn chat(engine: &Engine, bot: &BotConfig) -> anyhow::Result<CommandResult> {
    let mut out = anstream::stdout();
    let mut editor =
        DefaultEditor::new().context("could not set up line editing in the terminal")?;
    let folder = state_folder();
    let history = folder.as_ref().map(|folder| folder.join("history"));
    if let Some(file) = &history {
        // On a first start there is no history.
        let _ = editor.load_history(file);
    }
    let interactive = std::io::stdin().is_terminal();
    if interactive {
        let entries = engine.snapshot(None).knowledge.entries().len();
        let entries = text::counted(entries, "question", "questions");
        text::hint(
            &mut out,
            &match engine.files() {
                KnowledgeFiles::Folder(_) => {
                    format!("The FAQ answers {entries}. Type /help for other commands.")
                }
                files @ KnowledgeFiles::BuiltIn(_) => format!(
                    "This is {files}; --knowledge names another. It answers {entries}. \
                     Type /help for other commands."
                ),
            },
        )?;
    }
    let judgements = folder.map(|folder| folder.join("judgements.jsonl"));
    let mut conversation = Conversation::new(judgements, bot.greeting(None));
    let mut files = engine.opened().cloned();
    loop {
        match editor.readline(if interactive { "› " } else { "" }) {
            Ok(line) => {
                let now = files.as_ref().map(FolderState::now);
                if now != files {
                    files = now;
                    reload(&mut out, engine)?;
                }
                if !line.trim().is_empty() {
                    editor.add_history_entry(line.trim())?;
                }
                let input = input::parse(&line);
                if conversation.respond(&mut out, engine, input)?.is_break() {
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
            let entries = text::counted(entries, "question", "questions");
            let what = format!("The FAQ has changed: it answers {entries} now.");
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

/// Our folder in the user's state folder, as XDG or Windows names it. `None` if the environment names
/// neither.
fn state_folder() -> Option<PathBuf> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let state = folder("XDG_STATE_HOME")
        .or_else(|| folder("LOCALAPPDATA"))
        .or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("citebot"))
}

fn save_history(editor: &mut DefaultEditor, file: &Path) -> rustyline::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    editor.save_history(file)
}
