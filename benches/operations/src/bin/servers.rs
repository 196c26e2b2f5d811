//! What servers cost that have changed the FAQ: prints a table for 0, 100 and 1,000 servers with ten entries of
//! their own each, or for the numbers given. Each is measured in a process of its own.

use citebot_bench_operations::resident_megabytes;
use citebot_core::answer::{Prompting, Thresholds};
use citebot_core::knowledge::Limits;
use citebot_core::matcher::Encoder;
use citebot_engine::{Draft, Edit, Engine, EntryInput, File, Indexer, Options, vectors};
use citebot_store::{Location, ServerId, Store};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const THRESHOLDS: Thresholds = Thresholds {
    suggest: 0.2,
    answer: 0.75,
    unprompted: 0.85,
};
const NUMBERS: [u64; 3] = [0, 100, 1_000];
const ENTRIES: u64 = 10;
/// Any.
const AUTHOR: u64 = 1;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if let [command, folder, servers] = arguments.as_slice()
        && command == "measure"
    {
        return measure(&runtime, Path::new(folder), servers.parse()?);
    }
    let numbers = if arguments.is_empty() {
        NUMBERS.to_vec()
    } else {
        let numbers = arguments.iter().map(|number| number.parse());
        numbers.collect::<std::result::Result<_, _>>()?
    };
    let mut out = std::io::stdout();
    writeln!(
        out,
        "| servers with {ENTRIES} own entries | start | resident | reload | an edit | first question | next question | resident, all asked |"
    )?;
    writeln!(
        out,
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for servers in numbers {
        let folder = tempfile::tempdir()?;
        runtime.block_on(fill(folder.path(), servers))?;
        let program = std::env::current_exe()?;
        let measured = Command::new(program)
            .args(["measure".as_ref(), folder.path().as_os_str()])
            .arg(servers.to_string())
            .output()?;
        if !measured.status.success() {
            return Err(String::from_utf8_lossy(&measured.stderr).into());
        }
        out.write_all(&measured.stdout)?;
    }
    Ok(())
}

fn server(number: u64) -> Result<ServerId> {
    Ok(ServerId(NonZeroU64::new(number + 1).ok_or("not 0")?))
}

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

async fn store(folder: &Path) -> Result<Store> {
    let file = Location::Sqlite(folder.join("citebot.db"));
    Ok(Store::open(&file).await?)
}

/// Gives so many servers entries.
async fn fill(folder: &Path, servers: u64) -> Result<()> {
    let engine = Engine::open(shipped(), &Limits::UNLIMITED, THRESHOLDS);
    let engine = engine.map_err(|found| found.to_string())?;
    let engine = engine.with_store(store(folder).await?, options()).await?;
    for number in 0..servers {
        let admin = engine.admin(server(number)?).ok_or("there is no store")?;
        let file = File {
            name: "own.toml".into(),
            text: entries(number)?,
        };
        let imported = admin.import(AUTHOR, 1, &[file]).await;
        imported.map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn options() -> Options {
    Options {
        retention_days: 0,
        ..Options::default()
    }
}

/// The own entries of a server, with six phrasings each.
fn entries(server: u64) -> Result<String> {
    let mut text = String::from("topic = \"Our club\"\n");
    for entry in 0..ENTRIES {
        let thing = format!("machine {server} in workshop {entry}");
        write!(
            text,
            "[[entry]]\nid = \"own-{entry}\"\nquestion = \"How do I switch on {thing}?\"\nphrasings = [\n\
             \"where is the switch of {thing}\",\n\"{thing} does not start\",\n\
             \"how to get {thing} running\",\n\"power button of {thing}\",\n\
             \"start {thing} in the morning\",\n\"turning {thing} on\",\n]\n\
             answer = \"Its switch is behind the door; ask the person on duty for the key of {thing}.\"\n"
        )?;
    }
    Ok(text)
}

/// Prints the row for `servers` servers, whose entries are in `folder`.
fn measure(runtime: &Runtime, folder: &Path, servers: u64) -> Result<()> {
    let encoder = Arc::new(Encoder::embedded()?);
    let known = vectors::read(
        &shipped().join(vectors::SHIPPED),
        citebot_core::matcher::SentenceEncoder::fingerprint(&*encoder),
    );
    let indexer = Indexer::by_meaning(encoder, known).with_server_vectors(folder);
    // A copy, to be changed.
    let knowledge = folder.join("knowledge");
    copy(&shipped(), &knowledge)?;
    let engine = Engine::open_with(
        knowledge.clone(),
        &Limits::UNLIMITED,
        THRESHOLDS,
        indexer,
        &mut |_, _| (),
    );
    let engine = engine.map_err(|found| found.to_string())?;
    runtime.block_on(async {
        let begun = Instant::now();
        let engine = engine.with_store(store(folder).await?, options()).await?;
        let start = begun.elapsed();
        let resident = resident_megabytes("self")?;
        // As a server with entries is asked, so is it worth measuring.
        let asked = |number: u64| -> Result<Duration> {
            let begun = Instant::now();
            let question = format!("power button of machine {number} in workshop 3");
            drop(engine.ask(Some(server(number)?), question, Prompting::Prompted));
            Ok(begun.elapsed())
        };
        let first = asked(0)?;
        let next = {
            let begun = Instant::now();
            let question = "who made pytorch and why";
            drop(engine.ask(Some(server(0)?), question, Prompting::Prompted));
            begun.elapsed()
        };
        fs::write(
            knowledge.join("faq/other.toml"),
            "topic = \"Other\"\n[[entry]]\nid = \"other\"\nquestion = \"What else is there?\"\nanswer = \"This.\"\n",
        )?;
        let begun = Instant::now();
        engine.reload().map_err(|found| found.to_string())?;
        let reload = begun.elapsed();
        let admin = engine.admin(server(0)?).ok_or("there is no store")?;
        let input = EntryInput {
            topic: "Our club".into(),
            question: "Who has the key of the cellar?".into(),
            phrasings: "key of the cellar\ncellar key".into(),
            answer: "Ask the person on duty.".into(),
            ..EntryInput::default()
        };
        let edit = Edit::Write(Box::new(Draft {
            input,
            ..Draft::default()
        }));
        let begun = Instant::now();
        admin
            .publish(AUTHOR, 2, &edit)
            .await
            .map_err(|error| error.to_string())?;
        let published = begun.elapsed();
        for number in 0..servers {
            asked(number)?;
        }
        let after = resident_megabytes("self")?;
        writeln!(
            std::io::stdout(),
            "| {servers} | {} | {resident} MB | {} | {} | {} | {} | {after} MB |",
            time(start),
            time(reload),
            time(published),
            time(first),
            time(next),
        )?;
        Ok(())
    })
}

fn time(took: Duration) -> String {
    let milliseconds = took.as_secs_f64() * 1_000.0;
    if milliseconds < 1_000.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{:.2} s", took.as_secs_f64())
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
