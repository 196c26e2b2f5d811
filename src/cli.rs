//! The command line, a file for each command.
//!
//! Arguments become a [`Config`] and an [`Engine`] here; the commands receive those.

mod ask;
mod chat;
mod check;
mod diagnostics;
mod encode;
mod eval;
mod export;
mod import;
mod json;
mod licences;
mod links;
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

/// The result of a command that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommandResult {
    /// Something was found, or all is well: exit code 0.
    Fine,
    /// Nothing was found, or there are problems: exit code 1.
    Nothing,
}

impl From<CommandResult> for ExitCode {
    fn from(outcome: CommandResult) -> Self {
        match outcome {
            CommandResult::Fine => Self::SUCCESS,
            CommandResult::Nothing => Self::from(1),
        }
    }
}

/// Answers questions about open-source AI from a curated FAQ, with its sources.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Without a command: `run` when DISCORD_TOKEN is set, `chat` otherwise.\n\
                  Exit codes: 0 success, 1 nothing found or problems found, 2 could not run."
)]
struct Cli {
    #[command(flatten)]
    options: GlobalOptions,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options that every command takes.
#[derive(Debug, Args)]
struct GlobalOptions {
    /// Configuration file [default: config.toml in this folder, if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Knowledge folder [default: the one in the configuration]
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
    /// Explain the reply to a question: how it was read, the nearest entries and their figures
    Why(why::Arguments),
    /// List every problem in the knowledge folder and the configuration
    Check(check::Arguments),
    /// Ask labelled questions and print how many were answered correctly
    Eval(eval::Arguments),
    /// Store sentence vectors in the knowledge folder, to make the first start fast
    Encode(encode::Arguments),
    /// List the articles' sections and the entries that cite them
    Sources(sources::Arguments),
    /// Write a server's overlay as knowledge files, or merge it into a knowledge folder
    Export(export::Arguments),
    /// Read knowledge files into a server's overlay
    Import(import::Arguments),
    /// Print the licences of the program and of everything in it
    #[command(visible_alias = "licenses")]
    Licences,
}

/// Parses the arguments, runs the command and reports its error. Returns exit code 0 for success,
/// 1 if nothing or only problems were found, 2 if the command could not run.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(outcome) => outcome.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Without standard error there is nowhere left to report to.
            let _ = writeln!(anstream::stderr(), "citebot: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<CommandResult> {
    let environment = |name: &str| std::env::var(name).ok();
    let command = match cli.command {
        Some(command) => command,
        None if Token::from_env(&environment)?.is_some() => Command::Run(run::Arguments::default()),
        None => {
            writeln!(
                anstream::stderr(),
                "DISCORD_TOKEN is not set: starting a chat in the terminal. \
                 With a token, `citebot` connects to Discord."
            )?;
            Command::Chat
        }
    };
    // Neither may fail because of a mistake in the configuration.
    match &command {
        Command::Licences => return licences::licences(),
        Command::Check(arguments) => {
            let outcome = check::check(&cli.options, arguments, &environment)?;
            if !arguments.confusable || outcome != CommandResult::Fine {
                return Ok(outcome);
            }
        }
        _ => {}
    }
    let config = cli.options.config(&environment)?;
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
        Command::Licences => licences::licences(),
    }
}

impl GlobalOptions {
    /// Loads the configuration. A knowledge folder on the command line replaces the one in it.
    fn config(&self, environment: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
        let mut config =
            Config::load(self.config.as_deref(), environment).map_err(|found| listed(&found))?;
        if let Some(folder) = &self.knowledge {
            config.knowledge.clone_from(folder);
        }
        Ok(config)
    }
}

/// Connects `engine` to the configured store. Call it inside a runtime.
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

/// Reads the questions of the file in `[curation] questions`.
fn known_questions(config: &Config) -> anyhow::Result<Vec<String>> {
    let Some(file) = &config.curation.questions else {
        return Ok(Vec::new());
    };
    let labelled = eval::read(std::slice::from_ref(file))
        .context("[curation] questions in the configuration names a file that cannot be used")?;
    Ok(labelled
        .into_iter()
        // The preview asks each question by itself.
        .filter(|labelled| labelled.after.is_none())
        .map(|labelled| labelled.question)
        .collect())
}

fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the async runtime")
}

/// Turns diagnostics into an error that counts and lists them.
fn listed(diagnostics: &Diagnostics) -> anyhow::Error {
    let shown: String = diagnostics.0.iter().fold(String::new(), |shown, one| {
        format!("{shown}\n\n{}", diagnostics::render(one))
    });
    anyhow::Error::msg(shown).context(match diagnostics.0.len() {
        1 => "fix this problem first".to_owned(),
        n => format!("fix these {n} problems first"),
    })
}

fn log_to_stderr(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log.filter)
        .map_err(|error| anyhow::anyhow!("invalid log filter {:?}: {error}", config.log.filter))?;
    // Events that may hold the token are never logged, whatever the filter allows.
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

/// Whether the reader of our output closed it early, as `head` does.
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
