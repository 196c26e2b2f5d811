//! `citebot why`: how a question is read, the nearest entries and their figures, and the reply.

use super::{CommandResult, json, text};
use citebot_core::answer::Reply;
use citebot_engine::Engine;
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The question
    #[arg(required = true)]
    question: Vec<String>,
    /// Print a line of JSON
    #[arg(long)]
    json: bool,
}

/// Explains the reply to the question. [`CommandResult::Fine`] if it is answered.
pub(super) fn why(engine: &Engine, arguments: &Arguments) -> anyhow::Result<CommandResult> {
    let question = arguments.question.join(" ");
    let explanation = engine.why(None, &question);
    let mut out = anstream::stdout();
    if arguments.json {
        serde_json::to_writer(
            &mut out,
            &json::ExplanationJson::new(&question, &explanation),
        )?;
        writeln!(out)?;
    } else {
        text::explanation(&mut out, &question, &explanation)?;
    }
    Ok(match explanation.prompted {
        Reply::Answer { .. } => CommandResult::Fine,
        Reply::Suggest { .. } | Reply::Unknown { .. } => CommandResult::Nothing,
    })
}
