//! The command line, one file a command.
//!
//! Arguments become a [`Config`] and an [`Engine`] once, here; the commands take them as given.

mod ask;
mod chat;
mod check;
mod diagnostics;
mod encode;
mod eval;
mod export;
mod import;
mod json;
mod open;
mod run;
mod sources;
mod text;
mod why;

use crate::config::{Config, Token};
use anyhow::Context;
use citebot_core::diagnostic::Diagnostics;
use citebot_engine::{Engine, Options};
use citebot_store::Store;
use clap::{Args, Parser, Subcommand};
use open::{open, open_by_words};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::runtime::Runtime;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// How a command ended, when it could run at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Found, or nothing wrong: exit code 0.
    Fine,
    /// Nothing found, or problems: exit code 1.
    Nothing,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Nothing => Self::from(1),
        }
    }
}

/// Answers questions about open-source AI from a curated FAQ, with its sources.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Without a command: `run` when DISCORD_TOKEN is set, `chat` otherwise.\n\
                  Exit codes: 0 found or fine, 1 nothing found or problems, 2 could not run."
)]
struct Cli {
    #[command(flatten)]
    places: Places,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Where the configuration and the knowledge are.
#[derive(Debug, Args)]
struct Places {
    /// The configuration file; `config.toml` here, if there is one, by default
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The knowledge folder; the one the configuration names by default
    #[arg(long, global = true, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Connect to Discord and serve until SIGINT or SIGTERM
    Run(run::Arguments),
    /// Talk in the terminal
    Chat,
    /// Answer one question, or a question per line of standard input
    Ask(ask::Arguments),
    /// Explain what is said to a question: how it is read, what comes near it, by which figures
    Why(why::Arguments),
    /// List every problem in the knowledge folder and the configuration
    Check(check::Arguments),
    /// Put labelled questions to the bot and print how well it did
    Eval(eval::Arguments),
    /// Write the sentence vectors of the knowledge folder into it, so that a first start is quick
    Encode(encode::Arguments),
    /// Show what the FAQ takes from each article
    Sources(sources::Arguments),
    /// Write a server's own entries as knowledge files, or merge them into the knowledge folder
    Export(export::Arguments),
    /// Take knowledge files over as a server's own entries
    Import(import::Arguments),
}

/// Parses the arguments, runs the command, says what went wrong. The exit code is 0 for found or
/// fine, 1 for nothing found or problems, 2 for could not run.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error gone as well there is nobody left to tell.
            let _ = writeln!(anstream::stderr(), "citebot: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let environment = |name: &str| std::env::var(name).ok();
    let command = match cli.command {
        Some(command) => command,
        None if Token::from_env(&environment)?.is_some() => Command::Run(run::Arguments::default()),
        None => {
            writeln!(
                anstream::stderr(),
                "DISCORD_TOKEN is not set, so this is the conversation in the terminal. \
                 With it, `citebot` connects to Discord."
            )?;
            Command::Chat
        }
    };
    if let Command::Check(arguments) = &command {
        let outcome = check::check(&cli.places, &environment)?;
        if !arguments.confusable || outcome != Outcome::Fine {
            return Ok(outcome);
        }
    }
    let config = cli.places.config(&environment)?;
    match command {
        Command::Run(arguments) => {
            log_to_stderr(&config)?;
            run::run(&config, &arguments, &environment)
        }
        Command::Chat => chat::chat(&open(&config)?),
        Command::Ask(arguments) => ask::ask(&open(&config)?, &arguments),
        Command::Why(arguments) => why::why(&open(&config)?, &arguments),
        Command::Eval(arguments) if arguments.words => {
            eval::eval(&open_by_words(&config)?, &arguments)
        }
        Command::Eval(arguments) => eval::eval(&open(&config)?, &arguments),
        Command::Encode(arguments) => encode::encode(&config, &arguments),
        Command::Sources(arguments) => sources::sources(&open(&config)?, &arguments),
        Command::Export(arguments) => export::export(&config, &arguments),
        Command::Import(arguments) => import::import(&config, &arguments),
        Command::Check(_) => check::confusable(&open(&config)?),
    }
}

impl Places {
    /// The configuration, with the knowledge folder of the command line over its own.
    fn config(&self, environment: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref(), environment).map_err(listed)?;
        if let Some(folder) = &self.knowledge {
            config.knowledge.clone_from(folder);
        }
        Ok(config)
    }
}

/// `engine` with the configured store behind it. Within a runtime.
async fn with_store(engine: Engine, config: &Config) -> anyhow::Result<Engine> {
    let store = Store::open(&config.store.url).await?;
    let options = Options {
        override_base: config.curation.override_base,
        retention_days: config.store.retention_days,
        questions: known_questions(config)?,
        channels: config.discord.channels.clone(),
        cooldown_seconds: config.discord.cooldown_seconds,
    };
    Ok(engine.with_store(store, options).await?)
}

/// The questions of the file that `[curation] questions` names.
fn known_questions(config: &Config) -> anyhow::Result<Vec<String>> {
    let Some(file) = &config.curation.questions else {
        return Ok(Vec::new());
    };
    let labelled = eval::read(std::slice::from_ref(file))
        .context("[curation] questions in the configuration names a file that cannot be used")?;
    Ok(labelled.into_iter().map(|one| one.question).collect())
}

fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the async runtime")
}

/// An error that lists every diagnostic under one line.
fn listed(diagnostics: Diagnostics) -> anyhow::Error {
    let shown: String = diagnostics.0.iter().fold(String::new(), |shown, one| {
        format!("{shown}\n\n{}", diagnostics::render(one))
    });
    anyhow::Error::msg(shown).context(match diagnostics.0.len() {
        1 => "a problem has to be mended first".to_owned(),
        n => format!("{n} problems have to be mended first"),
    })
}

fn log_to_stderr(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.filter)
        .map_err(|error| anyhow::anyhow!("the log filter {:?}: {error}", config.log.filter))?;
    // Whatever the operator asks for, what could hold the token is not logged.
    let safe = filter_fn(crate::discord::may_be_logged);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    if config.log.json {
        let lines = lines.json().with_filter(filter).with_filter(safe);
        tracing_subscriber::registry().with(lines).init();
    } else {
        let colour = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        let lines = lines
            .with_ansi(colour)
            .with_filter(filter)
            .with_filter(safe);
        tracing_subscriber::registry().with(lines).init();
    }
    Ok(())
}

/// Whether the reader of our output has gone away, as `head` does: not a failure of ours.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_declared_without_contradiction() {
        Cli::command().debug_assert();
    }
}
