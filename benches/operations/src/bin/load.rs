//! How many messages a bot keeps up with: prints the memory for several numbers of servers, and for rising rates
//! how soon replies arrive, up to the first rate at which they do not; then what a flood does. Rates may be given
//! instead, or `flood`.
//!
//! The bot and the Discord here share the processors. Seven messages of ten are small talk, two are questions
//! put to nobody, in channels that the bot reads along in, and one is put to the bot, which has to reply.

use citebot_bench_operations::discord::{Discord, TOKEN};
use citebot_bench_operations::resident_megabytes;
use fastrand::Rng;
use serde_json::Value;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{MissedTickBehavior, interval, sleep};

const SERVERS: [u64; 3] = [1, 100, 2_500];
/// Messages per second.
const RATES: [u32; 10] = [100, 200, 400, 600, 800, 1_000, 1_200, 1_500, 2_000, 3_000];
/// How long each rate is kept up.
const SPELL: Duration = Duration::from_secs(8);
/// Messages that are written all at once.
const FLOOD: u32 = 15_000;
/// How long the last replies are waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The servers in which the messages are written, in one channel each that the bot reads along in.
const TALKING: u64 = 100;
/// Later replies come too late.
const LATE: Duration = Duration::from_millis(100);
const TICK: Duration = Duration::from_millis(5);

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let only_flood = arguments == ["flood"];
    let rates = arguments
        .iter()
        .filter(|_| !only_flood)
        .map(|rate| rate.parse());
    let rates = rates.collect::<std::result::Result<Vec<u32>, _>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        if only_flood {
            flood().await
        } else if rates.is_empty() {
            memory().await?;
            writeln!(std::io::stdout())?;
            load(&RATES).await?;
            writeln!(std::io::stdout())?;
            flood().await
        } else {
            load(&rates).await
        }
    })
}

/// A bot that is connected to a Discord.
struct Bot {
    process: Child,
    /// Where its metrics are.
    metrics: SocketAddr,
    _folder: TempDir,
}

impl Bot {
    async fn start(discord: &Discord, servers: u64) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let channels: Vec<u64> = (0..TALKING)
            .map(|server| Discord::channel(server, 0))
            .collect();
        // Free a moment ago.
        let metrics = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = format!(
            "knowledge = \"{}\"\n[discord]\napi_base = \"http://{}\"\nchannels = {channels:?}\nwelcome = false\n\
             [observability]\nlisten = \"{metrics}\"\n",
            repository().join("knowledge").display(),
            discord.address,
        );
        fs::write(folder.path().join("config.toml"), config)?;
        let program = std::env::current_exe()?.with_file_name("citebot");
        let process = Command::new(&program)
            .arg("run")
            .current_dir(folder.path())
            .env("CITEBOT_DATA", folder.path().join("data"))
            .env("CITEBOT_LOG", "warn")
            .env("DISCORD_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let begun = Instant::now();
        while discord.connections() == 0 {
            if begun.elapsed() > Duration::from_mins(1) {
                return Err("the bot did not connect".into());
            }
            sleep(TICK).await;
        }
        let bot = Self {
            process,
            metrics,
            _folder: folder,
        };
        while u64::from(bot.metric("citebot_servers ").await?) < servers {
            sleep(TICK).await;
        }
        Ok(bot)
    }

    /// How many overheard messages were passed over so far, because there were too many.
    async fn passed_over(&self) -> Result<u32> {
        let name = "citebot_overheard_total{result=\"passed_over\"}";
        self.metric(name).await
    }

    /// A figure of its metrics; 0 where there is none yet.
    async fn metric(&self, name: &str) -> Result<u32> {
        let mut connection = TcpStream::connect(self.metrics).await?;
        let request = "GET /metrics HTTP/1.0\r\n\r\n";
        connection.write_all(request.as_bytes()).await?;
        let mut text = String::new();
        connection.read_to_string(&mut text).await?;
        let count = text.lines().find_map(|line| line.strip_prefix(name));
        Ok(count.unwrap_or("0").trim().parse()?)
    }

    fn id(&self) -> Result<u32> {
        Ok(self.process.id().ok_or("the bot has ended")?)
    }

    fn proc(&self, file: &str) -> Result<String> {
        let id = self.id()?;
        Ok(fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }

    /// Asks it to end. Returns how long that took.
    async fn end(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let id = self.id()?.to_string();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        self.process.wait().await?;
        Ok(begun.elapsed())
    }

    fn resident_megabytes(&self) -> Result<u64> {
        resident_megabytes(&self.id()?.to_string())
    }

    /// The time of processors that it used so far: Linux counts hundredths of a second.
    fn used(&self) -> Result<Duration> {
        let stat = self.proc("stat")?;
        let (_, fields) = stat.rsplit_once(") ").ok_or("no fields")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 10))
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

async fn memory() -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "| servers | resident |")?;
    writeln!(out, "| ---: | ---: |")?;
    for servers in SERVERS {
        let discord = Discord::start(servers).await?;
        let bot = Bot::start(&discord, servers).await?;
        writeln!(out, "| {servers} | {} MB |", bot.resident_megabytes()?)?;
    }
    Ok(())
}

/// What people write.
struct Talk {
    chatter: Vec<String>,
    questions: Vec<String>,
    rng: Rng,
}

impl Talk {
    fn read() -> Result<Self> {
        let small_talk = fs::read_to_string(repository().join("benches/small_talk.txt"))?;
        let mut questions = Vec::new();
        for name in ["tune.jsonl", "held.jsonl", "tune-others.jsonl"] {
            let text = fs::read_to_string(repository().join("tests/questions").join(name))?;
            for line in text.lines() {
                let labelled: Value = serde_json::from_str(line)?;
                questions.extend(labelled["question"].as_str().map(str::to_owned));
            }
        }
        Ok(Self {
            chatter: small_talk.lines().map(str::to_owned).collect(),
            questions,
            rng: Rng::with_seed(7),
        })
    }

    /// Says many messages at once, none of them to the bot.
    fn flood(&mut self, discord: &Discord) {
        for _ in 0..FLOOD {
            let (text, _) = self.next();
            let person = self.rng.u64(..1_000_000);
            discord.say(self.rng.u64(..TALKING), 0, person, &text, false);
        }
    }

    /// The next message, and whether it is put to the bot.
    fn next(&mut self) -> (String, bool) {
        let pick = |rng: &mut Rng, from: &[String]| from[rng.usize(..from.len())].clone();
        match self.rng.u8(..10) {
            0 => (pick(&mut self.rng, &self.questions), true),
            1 | 2 => (pick(&mut self.rng, &self.questions), false),
            // Two in one, so that few are there twice.
            _ => {
                let one = pick(&mut self.rng, &self.chatter);
                let other = pick(&mut self.rng, &self.chatter);
                (format!("{one} {other}"), false)
            }
        }
    }
}

async fn load(rates: &[u32]) -> Result<()> {
    let mut out = std::io::stdout();
    let discord = Discord::start(TALKING).await?;
    let bot = Bot::start(&discord, TALKING).await?;
    let mut talk = Talk::read()?;
    writeln!(
        out,
        "| messages per second | sent per second | replies due | missing | median | 99 % within | overheard passed over | processor time each | resident |"
    )?;
    writeln!(
        out,
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    for rate in rates {
        let passed_over = bot.passed_over().await?;
        let used = bot.used()?;
        let begun = Instant::now();
        let sent = say(&discord, &mut talk, *rate).await;
        let took = begun.elapsed();
        let waited = Instant::now();
        let mut seen = discord.seen();
        while seen.due > 0 && waited.elapsed() < PATIENCE {
            sleep(TICK).await;
            let more = discord.seen();
            seen.latencies.extend(more.latencies);
            seen.due = more.due;
        }
        seen.latencies.sort_unstable();
        let missing = seen.due;
        discord.forget_due();
        let each = bot.used()?.saturating_sub(used) / sent.max(1);
        let passed_over = bot.passed_over().await? - passed_over;
        let within = |share: f64| percentile(&seen.latencies, share);
        let last = within(0.99);
        writeln!(
            out,
            "| {rate} | {:.0} | {} | {missing} | {} | {} | {:.0} % | {:.2} ms | {} MB |",
            f64::from(sent) / took.as_secs_f64(),
            seen.latencies.len() + missing,
            milliseconds(within(0.5)),
            milliseconds(last),
            // Nine of ten are overheard.
            100.0 * f64::from(passed_over) / (0.9 * f64::from(sent)),
            each.as_secs_f64() * 1_000.0,
            bot.resident_megabytes()?,
        )?;
        if missing > 0 || last.is_none_or(|last| last > LATE) {
            break;
        }
    }
    Ok(())
}

/// Writes many messages at once, and some to the bot meanwhile; then as many again, and ends the bot.
async fn flood() -> Result<()> {
    let mut out = std::io::stdout();
    let discord = Discord::start(TALKING).await?;
    let mut bot = Bot::start(&discord, TALKING).await?;
    let mut talk = Talk::read()?;
    let mut latencies = Vec::new();
    let mut most = bot.resident_megabytes()?;
    talk.flood(&discord);
    let begun = Instant::now();
    let mut asked = 0;
    while begun.elapsed() < PATIENCE {
        let question = talk.rng.usize(..talk.questions.len());
        let person = talk.rng.u64(..1_000_000);
        let server = talk.rng.u64(..TALKING);
        discord.say(server, 0, person, &talk.questions[question], true);
        asked += 1;
        sleep(10 * TICK).await;
        latencies.extend(discord.seen().latencies);
        most = most.max(bot.resident_megabytes()?);
    }
    let waited = Instant::now();
    while discord.due() > 0 && waited.elapsed() < PATIENCE {
        sleep(TICK).await;
    }
    latencies.extend(discord.seen().latencies);
    latencies.sort_unstable();
    let (missing, afterwards) = (discord.due(), bot.resident_megabytes()?);
    talk.flood(&discord);
    let ended = bot.end().await?;
    writeln!(
        out,
        "| messages at once | asked meanwhile | missing | median | 99 % within | the last within | resident, most | afterwards | SIGTERM in a flood ends it within |"
    )?;
    writeln!(
        out,
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    )?;
    writeln!(
        out,
        "| {FLOOD} | {asked} | {missing} | {} | {} | {} | {most} MB | {afterwards} MB | {} |",
        milliseconds(percentile(&latencies, 0.5)),
        milliseconds(percentile(&latencies, 0.99)),
        milliseconds(latencies.last().copied()),
        milliseconds(Some(ended)),
    )?;
    Ok(())
}

/// Says so many messages a second, for a while. Returns how many were said.
async fn say(discord: &Discord, talk: &mut Talk, rate: u32) -> u32 {
    let begun = Instant::now();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut sent = 0;
    while begun.elapsed() < SPELL {
        ticks.tick().await;
        let so_far = begun.elapsed().as_secs_f64() * f64::from(rate);
        while f64::from(sent) < so_far {
            let (text, mentions) = talk.next();
            let person = talk.rng.u64(..1_000_000);
            discord.say(talk.rng.u64(..TALKING), 0, person, &text, mentions);
            sent += 1;
        }
    }
    sent
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a position in a short list"
)]
fn percentile(sorted: &[Duration], share: f64) -> Option<Duration> {
    let at = (sorted.len().checked_sub(1)? as f64 * share).ceil() as usize;
    sorted.get(at).copied()
}

fn milliseconds(time: Option<Duration>) -> String {
    time.map_or_else(
        || "–".to_owned(),
        |time| format!("{:.1} ms", time.as_secs_f64() * 1_000.0),
    )
}
