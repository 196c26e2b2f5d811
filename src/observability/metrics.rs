//! What is counted while the bot serves, in the text format of Prometheus (`OpenMetrics` 1.0).

use super::gateway::{Gateway, Shard};
use citebot_engine::Engine;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Upper bounds in seconds: a match takes milliseconds, a reply that was tried again half a minute.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

type Labels<const N: usize> = [(&'static str, &'static str); N];
type ByShard<M> = Family<[(&'static str, u32); 1], M>;
/// A number with a fraction.
type Fraction = Gauge<f64, AtomicU64>;

/// Whether somebody waits for the match of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompted {
    /// It was put to the bot.
    Yes,
    /// The bot overheard it.
    No,
}

impl Prompted {
    fn label(self) -> &'static str {
        match self {
            Self::Yes => "prompted",
            Self::No => "overheard",
        }
    }
}

/// Everything that is counted. What only the engine or the gateway knows is read when the metrics are.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    questions: Family<Labels<2>, Counter>,
    overheard: Family<Labels<1>, Counter>,
    interactions: Family<Labels<1>, Counter>,
    replies: Family<Labels<1>, Counter>,
    reply_retries: Counter,
    reply_seconds: Histogram,
    matching: Family<Labels<1>, Gauge>,
    matching_seconds: Family<Labels<1>, Histogram>,
    log_lines: Family<Labels<1>, Counter>,
    servers: Gauge,
    entries: Gauge,
    reloads: Family<Labels<1>, Counter>,
    questions_to_log: Gauge,
    questions_not_logged: Counter,
    store_up: Gauge,
    shard_connected: ByShard<Gauge>,
    shard_latency: ByShard<Fraction>,
    memory: Gauge,
    engine: OnceLock<Arc<Engine>>,
    gateway: OnceLock<Box<dyn Gateway>>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("citebot_build", "The program", version);
        let start = Fraction::default();
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        start.set(now.as_secs_f64());
        registry.register(
            "process_start_time_seconds",
            "When the process started, in seconds since 1970",
            start,
        );
        let mut new = Self {
            registry: Registry::default(),
            questions: Family::default(),
            overheard: Family::default(),
            interactions: Family::default(),
            replies: Family::default(),
            reply_retries: Counter::default(),
            reply_seconds: Histogram::new(SECONDS),
            matching: Family::default(),
            matching_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            log_lines: Family::default(),
            servers: Gauge::default(),
            entries: Gauge::default(),
            reloads: Family::default(),
            questions_to_log: Gauge::default(),
            questions_not_logged: Counter::default(),
            store_up: Gauge::default(),
            shard_connected: Family::default(),
            shard_latency: Family::default(),
            memory: Gauge::default(),
            engine: OnceLock::new(),
            gateway: OnceLock::new(),
        };
        new.register(&mut registry);
        new.registry = registry;
        new
    }

    fn register(&self, registry: &mut Registry) {
        let own = registry.sub_registry_with_prefix("citebot");
        own.register("questions", "Questions put to the bot, and overheard ones that it answered, by where they were asked and what was said", self.questions.clone());
        own.register("overheard", "Messages that were read as possible questions, by whether an entry matched or they were passed over in a flood", self.overheard.clone());
        own.register(
            "interactions",
            "Commands, autocompletions, buttons and forms",
            self.interactions.clone(),
        );
        own.register(
            "replies",
            "Replies to messages, by what became of them",
            self.replies.clone(),
        );
        own.register(
            "reply_retries",
            "Replies that were tried again after a temporary failure of Discord",
            self.reply_retries.clone(),
        );
        own.register(
            "reply_seconds",
            "From a question to Discord's confirmation of the reply",
            self.reply_seconds.clone(),
        );
        own.register(
            "matching",
            "Questions that wait for a processor or are being matched",
            self.matching.clone(),
        );
        own.register(
            "matching_seconds",
            "Matching a question, with the wait for a processor",
            self.matching_seconds.clone(),
        );
        own.register(
            "log_lines",
            "Lines of the log at these levels, whatever the filter",
            self.log_lines.clone(),
        );
        own.register(
            "servers",
            "Servers that the bot is in, on the shards of this process",
            self.servers.clone(),
        );
        own.register(
            "entries",
            "Entries of the FAQ, without what servers have changed",
            self.entries.clone(),
        );
        own.register(
            "reloads",
            "Reloads of the FAQ after its files changed",
            self.reloads.clone(),
        );
        own.register(
            "questions_to_log",
            "Answered questions that wait to be written to the store",
            self.questions_to_log.clone(),
        );
        own.register(
            "questions_not_logged",
            "Answered questions that could not be written to the store",
            self.questions_not_logged.clone(),
        );
        own.register(
            "store_up",
            "Whether the store answered just now",
            self.store_up.clone(),
        );
        own.register(
            "shard_connected",
            "Whether events come over the shard",
            self.shard_connected.clone(),
        );
        own.register(
            "shard_latency_seconds",
            "How long Discord took to answer the shard's last heartbeat",
            self.shard_latency.clone(),
        );
        if resident_bytes().is_some() {
            registry.register(
                "process_resident_memory_bytes",
                "Memory that the process holds",
                self.memory.clone(),
            );
        }
    }

    /// Counts a question that was asked on `surface` (`mention`, `ask` …), with its `outcome` (`answer`,
    /// `suggest` or `unknown`).
    pub fn question(&self, surface: &'static str, outcome: &'static str) {
        let labels = [("surface", surface), ("outcome", outcome)];
        self.questions.get_or_create(&labels).inc();
    }

    /// Counts a message that was read as a possible question, and whether an entry matched.
    pub fn overheard(&self, matched: bool) {
        let result = if matched { "match" } else { "no_match" };
        self.overheard.get_or_create(&[("result", result)]).inc();
    }

    /// Counts a message that was passed over in a flood. Returns how many were since the start.
    pub fn passed_over(&self) -> u64 {
        let passed_over = self.overheard.get_or_create(&[("result", "passed_over")]);
        passed_over.inc() + 1
    }

    /// Counts a command, a button and so on.
    pub fn interaction(&self, kind: &'static str) {
        self.interactions.get_or_create(&[("kind", kind)]).inc();
    }

    /// Counts a reply of which `result` became; `Ok`: it arrived so long after its question.
    pub fn reply(&self, result: Result<Duration, &'static str>) {
        let label = match result {
            Ok(took) => {
                self.reply_seconds.observe(took.as_secs_f64());
                "sent"
            }
            Err(why) => why,
        };
        self.replies.get_or_create(&[("result", label)]).inc();
    }

    /// Counts a reply that will be tried again.
    pub fn reply_retry(&self) {
        self.reply_retries.inc();
    }

    /// Counts a question that waits to be matched, until the result is dropped.
    #[must_use]
    pub fn matching(&self, prompted: Prompted) -> InMatching {
        let label = [("kind", prompted.label())];
        let matching = self.matching.get_or_create_owned(&label);
        matching.inc();
        InMatching {
            matching,
            seconds: self.matching_seconds.get_or_create_owned(&label),
            since: Instant::now(),
        }
    }

    /// Counts a line of the log at `level`: `warn` or `error`.
    pub fn log_line(&self, level: &'static str) {
        self.log_lines.get_or_create(&[("level", level)]).inc();
    }

    /// Notes how many servers the bot is in.
    pub fn servers(&self, servers: usize) {
        self.servers.set(whole(servers));
    }

    /// Notes the engine, once its store is open; once.
    pub fn set_engine(&self, engine: Arc<Engine>) {
        // A second one would be that of the same bot.
        let _ = self.engine.set(engine);
    }

    /// The engine; `None` before its store is open.
    pub(super) fn engine(&self) -> Option<&Engine> {
        self.engine.get().map(Arc::as_ref)
    }

    /// Notes the connections to Discord; once.
    pub fn set_gateway(&self, gateway: impl Gateway + 'static) {
        // A second one would be that of the same bot.
        let _ = self.gateway.set(Box::new(gateway));
    }

    /// The shards of this process; `None` before the connection is begun.
    pub(super) async fn shards(&self) -> Option<Vec<Shard>> {
        Some(self.gateway.get()?.shards().await)
    }

    /// Everything as text.
    pub(super) async fn text(&self) -> Result<String, fmt::Error> {
        if let Some(engine) = self.engine() {
            self.read_engine(engine).await;
        }
        self.read_process().await;
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Reads what only the engine knows.
    async fn read_engine(&self, engine: &Engine) {
        self.entries
            .set(whole(engine.snapshot(None).knowledge.entries().len()));
        let reloads = engine.reloads();
        for (result, count) in [("done", reloads.done), ("refused", reloads.refused)] {
            let counter = self.reloads.get_or_create(&[("result", result)]);
            counter.inner().store(count, Ordering::Relaxed);
        }
        let log = engine.question_log();
        self.questions_to_log.set(whole(log.waiting));
        let lost = self.questions_not_logged.inner();
        lost.store(log.lost, Ordering::Relaxed);
        let is_up = match engine.store() {
            Some(store) => store.ping().await.is_ok(),
            None => false,
        };
        self.store_up.set(i64::from(is_up));
    }

    /// Reads the shards and the memory.
    async fn read_process(&self) {
        for shard in self.shards().await.unwrap_or_default() {
            let label = [("shard", shard.id)];
            let connected = i64::from(shard.is_connected);
            self.shard_connected.get_or_create(&label).set(connected);
            if let Some(latency) = shard.latency {
                let gauge = self.shard_latency.get_or_create(&label);
                gauge.set(latency.as_secs_f64());
            }
        }
        if let Some(bytes) = resident_bytes() {
            self.memory.set(whole(bytes));
        }
    }
}

/// A question that waits to be matched, or is being matched.
#[derive(Debug)]
pub struct InMatching {
    matching: Gauge,
    seconds: Histogram,
    since: Instant,
}

impl Drop for InMatching {
    fn drop(&mut self) {
        self.matching.dec();
        self.seconds.observe(self.since.elapsed().as_secs_f64());
    }
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The memory that the process holds; `None` where the system does not tell it like Linux.
fn resident_bytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
