//! The command line, a file for each command.
//!
//! Arguments become a `Setup` and an [`Engine`] here; the commands receive those.

mod ask;
mod chat;
mod check;
mod diagnostics;
mod encode;
mod eval;
mod export;
mod health;
mod import;
mod init;
mod json;
mod licences;
mod links;
mod logging;
mod open;
mod run;
mod site;
mod sources;
mod text;
mod why;

use crate::config::{Config, Token};
use crate::discord::GatewayRefusals;
use crate::observability::Metrics;
use anyhow::Context;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{BuiltInFile, KnowledgeFiles};
use citebot_engine::{Engine, Options, Share};
use citebot_store::Store;
use clap::{Args, Parser, Subcommand};
use include_dir::Dir;
use open::{open, open_by_words};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::Runtime;

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

/// Answers questions from a curated FAQ, each answer with its sources.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Without a command: `run` when there is a Discord token, `chat` otherwise.\n\
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
    /// Knowledge folder [default: the one in the configuration, or else the FAQ built into the program]
    #[arg(long, global = true, value_name = "DIR")]
    knowledge: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small FAQ with a configuration to start your own from
    Init(init::Arguments),
    /// Connect to Discord and serve until SIGINT or SIGTERM
    Run(run::Arguments),
    /// Ask a running bot whether it lives
    Health(health::Arguments),
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
    /// Write the FAQ as a website, or show it on this machine
    Site(site::Arguments),
    /// Write a server's overlay as knowledge files, or merge it into a knowledge folder
    Export(export::Arguments),
    /// Read knowledge files into a server's overlay, or convert another program's FAQ
    Import(import::Arguments),
    /// Print the licences of the program and of everything in it
    #[command(visible_alias = "licenses")]
    Licences,
}

/// What the built-in FAQ is about.
const SUBJECT: &str = "open-source AI";

/// What the commands work with.
#[derive(Debug)]
struct Setup {
    config: Config,
    /// The FAQ that the configuration or the command line names, or the built-in one.
    knowledge: KnowledgeFiles,
}

/// Parses the arguments, runs the command and reports its error. `built_in` is the knowledge folder
/// to answer from where no other is named. Returns exit code 0 for success, 1 if nothing or only
/// problems were found, 2 if the command could not run.
#[must_use]
pub fn main(built_in: &'static Dir<'static>) -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli, &KnowledgeFiles::BuiltIn(files(built_in).collect())) {
        Ok(outcome) => outcome.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Without standard error there is nowhere left to report to.
            let _ = writeln!(anstream::stderr(), "citebot: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Every file of `folder`, also those in the folders in it.
fn files(folder: &'static Dir<'static>) -> Box<dyn Iterator<Item = BuiltInFile>> {
    let own = folder.files().filter_map(|file| {
        Some(BuiltInFile {
            path: file.path().to_str()?,
            content: file.contents(),
        })
    });
    Box::new(own.chain(folder.dirs().flat_map(files)))
}

fn dispatch(cli: Cli, built_in: &KnowledgeFiles) -> anyhow::Result<CommandResult> {
    let environment = |name: &str| std::env::var(name).ok();
    let command = match cli.command {
        Some(command) => command,
        None if Token::find(&environment)?.is_some() => Command::Run(run::Arguments::default()),
        None => {
            writeln!(
                anstream::stderr(),
                "DISCORD_TOKEN is not set: starting a chat in the terminal. \
                 With a token, `citebot` connects to Discord."
            )?;
            Command::Chat
        }
    };
    // None of these may fail because of a mistake in the configuration.
    match &command {
        Command::Licences => return licences::licences(),
        Command::Init(arguments) => return init::init(arguments),
        Command::Import(import::Arguments {
            from: Some(from),
            out,
            ..
        }) => return import::convert(from, out.as_deref()),
        Command::Check(arguments) => {
            let outcome = check::check(&cli.options, arguments, &environment, built_in)?;
            if !arguments.confusable || outcome != CommandResult::Fine {
                return Ok(outcome);
            }
        }
        _ => {}
    }
    let setup = cli.options.setup(&environment, built_in)?;
    match command {
        Command::Run(arguments) => {
            let metrics = Arc::new(Metrics::new());
            let refusals = GatewayRefusals::default();
            logging::log_to_stderr(&setup.config.log, &metrics, &refusals)?;
            run::run(&setup, &arguments, &metrics, refusals, &environment)
        }
        Command::Health(arguments) => health::health(&setup.config, &arguments),
        Command::Chat => chat::chat(&open(&setup)?, &setup.config.bot),
        Command::Ask(arguments) => {
            ask::ask(&open(&setup)?, setup.config.site.url.as_ref(), &arguments)
        }
        Command::Why(arguments) => why::why(&open(&setup)?, &arguments),
        Command::Eval(arguments) if arguments.words => {
            eval::eval(&open_by_words(&setup)?, &arguments)
        }
        Command::Eval(arguments) => eval::eval(&open(&setup)?, &arguments),
        Command::Encode(arguments) => encode::encode(&setup, &arguments),
        Command::Sources(arguments) => sources::sources(&open(&setup)?, &arguments),
        Command::Site(arguments) => site::site(&setup, &arguments),
        Command::Export(arguments) => export::export(&setup, &arguments),
        Command::Import(arguments) => import::import(&setup, &arguments),
        Command::Check(_) => check::confusable(&open(&setup)?),
        Command::Licences => licences::licences(),
        Command::Init(arguments) => init::init(&arguments),
    }
}

impl GlobalOptions {
    /// Loads the configuration. A knowledge folder on the command line replaces the one in it.
    fn setup(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
        built_in: &KnowledgeFiles,
    ) -> anyhow::Result<Setup> {
        let mut config =
            Config::load(self.config.as_deref(), environment).map_err(|found| listed(&found))?;
        let folder = self.knowledge.as_ref().or(config.knowledge.as_ref());
        let knowledge = folder.map_or_else(|| built_in.clone(), |folder| folder.clone().into());
        if config.bot.subject.is_none() && matches!(knowledge, KnowledgeFiles::BuiltIn(_)) {
            config.bot.subject = Some(SUBJECT.to_owned());
        }
        Ok(Setup { config, knowledge })
    }
}

/// Connects `engine` to the configured store. Call it inside a runtime.
async fn with_store(engine: Engine, config: &Config) -> anyhow::Result<Engine> {
    let store = Store::open(&config.store.url).await?;
    with_open_store(engine, store, config, None).await
}

/// Connects `engine` to `store`, for the servers of `share` or else all.
async fn with_open_store(
    engine: Engine,
    store: Store,
    config: &Config,
    share: Option<Share>,
) -> anyhow::Result<Engine> {
    let options = Options {
        override_base: config.curation.override_base,
        quota: config.curation.quota,
        retention_days: config.store.retention_days,
        questions: known_questions(config)?,
        share,
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

/// Whether the reader of our output closed it early, as `head` does.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        // It does not give the error it wraps as its source.
        let json = || cause.downcast_ref::<serde_json::Error>()?.io_error_kind();
        io.or_else(json) == Some(io::ErrorKind::BrokenPipe)
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
