//! Prints the README's tables of costs, or the parts given: `asking`, `starting`, `editing`, `ranking`.

use citebot_bench::{
    Bm25, EditDistance, QUESTION, base, encoder, entry, index, indexer, questions, repository,
    shipped, small_talk,
};
use citebot_core::answer::{Prompting, Thresholds};
use citebot_core::eval;
use citebot_core::matcher::{SentenceEncoder, VectorCache};
use citebot_engine::{Indexer, Snapshot};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Numbers of phrasings in the bases that are ranked.
const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
/// The thresholds of `config.toml`.
const THRESHOLDS: Thresholds = Thresholds {
    answer: 0.7,
    unprompted: 0.93,
    suggest: 0.2,
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|other| other == part);
    let mut out = std::io::stdout().lock();
    writeln!(out, "| what | takes |")?;
    writeln!(out, "| --- | ---: |")?;
    if wanted("asking") {
        asking(&mut out)?;
    }
    if wanted("starting") {
        starting(&mut out)?;
    }
    if wanted("editing") {
        let what = "a new index after editing one of 1,000 entries with ten phrasings each";
        row(&mut out, what, &time(editing()))?;
    }
    if wanted("ranking") {
        writeln!(out)?;
        ranking(&mut out)?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, what: &str, figure: &str) -> Result<()> {
    writeln!(out, "| {what} | {figure} |")?;
    Ok(out.flush()?)
}

/// A question to the shipped base, and the messages of a channel.
fn asking(out: &mut dyn Write) -> Result<()> {
    let encoder = encoder();
    let tokens = encoder.tokens(QUESTION).len();
    let took = median(300, |_| SentenceEncoder::encode(&encoder, QUESTION));
    let what = format!("the encoder, {tokens} tokens, one thread");
    row(out, &what, &time(took))?;
    let encoder: Arc<dyn SentenceEncoder> = Arc::new(encoder);
    let first = Indexer::by_meaning(Arc::clone(&encoder), VectorCache::default());
    let snapshot = Snapshot::indexed(shipped(), &first, &mut |_, _| ());
    let known = first.vectors().unwrap_or_default();
    // A snapshot whose cache of matches is empty.
    let fresh = || {
        let indexer = Indexer::by_meaning(Arc::clone(&encoder), known.clone());
        Snapshot::indexed(shipped(), &indexer, &mut |_, _| ())
    };
    let text = fs::read_to_string(repository().join("tests/questions/tune.jsonl"))?;
    let labelled = eval::parse(&text).map_err(|_| "tests/questions/tune.jsonl cannot be read")?;
    let questions: Vec<&str> = labelled
        .iter()
        .filter(|one| !one.right.is_empty())
        .map(|one| one.question.as_str())
        .collect();
    let took = median(questions.len(), |at| snapshot.matcher().rank(questions[at]));
    row(
        out,
        "a question to the shipped FAQ, including the encoder",
        &time(took),
    )?;
    let took = median(1_000, |_| {
        snapshot.ask(questions[0], THRESHOLDS, Prompting::Prompted)
    });
    row(out, "the same question again", &time(took))?;
    // Three of ten are questions, and none is there twice, so that no match comes from the cache.
    let small_talk = small_talk();
    let mut messages = Vec::new();
    for (at, message) in small_talk.iter().enumerate() {
        messages.push(*message);
        messages.extend(&questions[at * 3 / 7..(at + 1) * 3 / 7]);
    }
    let one = "channel messages per second, 70 % small talk, no repeats, one thread";
    for (threads, what) in [(1, one), (2, "the same, two threads")] {
        let rounds = (0..5).map(|_| {
            let snapshot = fresh();
            run_on_threads(&messages, threads, |message| {
                snapshot.ask(message, THRESHOLDS, Prompting::Unprompted)
            })
        });
        let took = rounds.min().unwrap_or_default();
        row(
            out,
            what,
            &format!("{:.0}", per_second(messages.len(), took)),
        )?;
    }
    let matcher = snapshot.matcher();
    let skips = |message: &&&str| matcher.screen_unprompted(message).is_none();
    let skipped = small_talk.iter().filter(skips).count();
    let share = 100.0 * ratio(skipped, small_talk.len());
    row(
        out,
        "share of that small talk decided without the encoder",
        &format!("{share:.0} %"),
    )
}

/// The program itself: its start and its memory.
fn starting(out: &mut dyn Write) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("citebot");
    let folder = tempfile::tempdir()?;
    let ask = || -> Result<Duration> {
        let start = Instant::now();
        let status = program_in(&program, folder.path())
            .args(["ask", QUESTION])
            .stdout(Stdio::null())
            .status()?;
        // 1 means no answer, 2 that it could not run.
        if status.code() > Some(1) {
            return Err("citebot could not run".into());
        }
        Ok(start.elapsed())
    };
    let cold = ask()?;
    writeln!(
        out,
        "| `ask` from start to answer, first start (with `knowledge/vectors.bin`) | {} |",
        time(cold)
    )?;
    let mut warm = Vec::new();
    for _ in 0..20 {
        warm.push(ask()?);
    }
    warm.sort();
    writeln!(
        out,
        "| the same, with cached vectors | {} |",
        time(warm[10])
    )?;
    if let Some(memory) = memory(&program, folder.path())? {
        writeln!(
            out,
            "| memory of `chat` after ten questions, resident | {memory} MB |"
        )?;
    }
    Ok(())
}

fn program_in(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let store: PathBuf = folder.join("citebot.db");
    command
        .current_dir(repository())
        .env("CITEBOT_STORE", format!("sqlite://{}", store.display()));
    command
}

/// Megabytes of `chat` after ten questions, or `None` where the system doesn't tell.
fn memory(program: &Path, folder: &Path) -> Result<Option<u64>> {
    let mut chat = program_in(program, folder)
        .arg("chat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (Some(mut input), Some(output)) = (chat.stdin.take(), chat.stdout.take()) else {
        return Ok(None);
    };
    let mut answers = std::io::BufRead::lines(std::io::BufReader::new(output));
    for number in 0..10 {
        writeln!(input, "which model number {number} is open")?;
    }
    // The reply to this comes after the ten answers.
    writeln!(input, "/show no-such-entry-at-all")?;
    for line in answers.by_ref() {
        if line?.contains("no-such-entry-at-all") {
            break;
        }
    }
    let status = fs::read_to_string(format!("/proc/{}/status", chat.id())).ok();
    drop(input);
    chat.wait()?;
    let resident = status.and_then(|status| {
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    });
    Ok(resident.map(|kilobytes| kilobytes / 1_000))
}

/// The time to index an edit of a large base.
fn editing() -> Duration {
    let (indexer, before) = (indexer(), base(10_000));
    let mut kept = Snapshot::indexed(base(10_000), &indexer, &mut |_, _| ());
    median(9, |edits| {
        let edited = before.overlaid(&[], &[Arc::new(entry(3, edits as u64 + 1))]);
        kept = Snapshot::indexed(edited, &indexer, &mut |_, _| ());
    })
}

/// The time of ranking, beside the alternatives.
fn ranking(out: &mut dyn Write) -> Result<()> {
    writeln!(
        out,
        "| phrasings | Citebot without the encoder | `tantivy`, BM25 | `strsim`, edit distance |"
    )?;
    writeln!(out, "| ---: | ---: | ---: | ---: |")?;
    for size in SIZES {
        let questions = questions(size, 40);
        let base = base(size);
        let (bm25, distance) = (Bm25::new(&base), EditDistance::new(&base));
        let by_bm25 = median(questions.len(), |at| bm25.rank(&questions[at]));
        let few = questions.len().min(4_000_000 / size).max(3);
        let by_distance = median(few, |at| distance.nearest(&questions[at % questions.len()]));
        drop((bm25, distance));
        let snapshot = index(base);
        let encoded = median(questions.len(), |at| {
            SentenceEncoder::encode(&citebot_bench::RandomVectors, &questions[at])
        });
        let ours = median(questions.len(), |at| {
            snapshot.matcher().rank(&questions[at])
        });
        let ours = ours.saturating_sub(encoded);
        let beside = |other: Duration| {
            let times = other.as_secs_f64() / ours.as_secs_f64();
            format!("{} (× {times:.2})", time(other))
        };
        writeln!(
            out,
            "| {size} | {} | {} | {} |",
            time(ours),
            beside(by_bm25),
            beside(by_distance)
        )?;
        out.flush()?;
    }
    Ok(())
}

/// The median time of `runs` runs, each given its number, after up to three that don't count.
fn median<T>(runs: usize, mut run: impl FnMut(usize) -> T) -> Duration {
    for at in 0..runs.min(3) {
        black_box(run(at));
    }
    let mut times: Vec<Duration> = (0..runs)
        .map(|at| {
            let start = Instant::now();
            black_box(run(at));
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(runs / 2).copied().unwrap_or_default()
}

/// The time of all messages together, shared by `threads` threads.
fn run_on_threads<T>(
    messages: &[&str],
    threads: usize,
    run: impl Fn(&str) -> T + Sync,
) -> Duration {
    let (next, start) = (AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(message) = messages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    black_box(run(message));
                }
            });
        }
    });
    start.elapsed()
}

fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

fn ratio(part: usize, all: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(all)
}

fn time(took: Duration) -> String {
    match took.as_secs_f64() {
        s if s >= 1.0 => format!("{s:.1} s"),
        s if s >= 0.1 => format!("{:.0} ms", s * 1e3),
        s if s >= 0.001 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.0} µs", s * 1e6),
    }
}
