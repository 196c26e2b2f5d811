//! The log of questions, written beside answering and never in its way.

use crate::mask::mask;
use crate::snapshot::Answered;
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::folded;
use citebot_store::{NewQuestion, Outcome, QuestionId, ServerId, Store, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How many questions may wait to be written. While the database stands still for longer, questions
/// are answered and not logged.
const MAX_WAITING: usize = 1_024;
/// How many questions are written at once.
const MAX_BATCH: usize = 256;
/// How long to wait for what was logged before. Whoever waits goes on without it then.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);
/// The most characters of a question that are kept.
const MAX_CHARS: usize = 1_000;

/// The queue of questions, and the task that writes them to the store.
#[derive(Debug)]
pub(crate) struct QuestionLog {
    queue: mpsc::Sender<Job>,
    /// How many questions could not be written.
    lost: Arc<AtomicU64>,
    writer: JoinHandle<()>,
}

/// How the log of questions keeps up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionLogState {
    /// How many wait to be written.
    pub waiting: usize,
    /// How many could not be written since the start.
    pub lost: u64,
}

enum Job {
    Write(Box<Question>),
    /// Answered when everything before it is written.
    Flush(oneshot::Sender<()>),
}

struct Question {
    id: QuestionId,
    server: ServerId,
    text: String,
    normalised: String,
    outcome: Outcome,
    entry: Option<String>,
    confidence: f64,
    surface: &'static str,
    at: i64,
}

impl Drop for QuestionLog {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

impl QuestionLog {
    pub(crate) fn start(store: Store) -> Self {
        let (queue, jobs) = mpsc::channel(MAX_WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        Self {
            queue,
            writer: tokio::spawn(write(store, jobs, Arc::clone(&lost))),
            lost,
        }
    }

    pub(crate) fn state(&self) -> QuestionLogState {
        QuestionLogState {
            waiting: MAX_WAITING - self.queue.capacity(),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }

    /// Waits until everything logged before is written, or could not be.
    ///
    /// # Errors
    ///
    /// When the store takes too long.
    pub(crate) async fn flush(&self) -> Result<(), StoreError> {
        let flushing = async {
            let (done, wait) = oneshot::channel();
            if self.queue.send(Job::Flush(done)).await.is_ok() {
                // An error means that the writer is gone, and with it what it had to write.
                let _ = wait.await;
            }
        };
        let doing = "log the last questions";
        timeout(FLUSH_TIMEOUT, flushing)
            .await
            .map_err(|_| StoreError::TimedOut { doing })
    }

    /// See [`Engine::log`](crate::Engine::log).
    pub(crate) fn log(
        &self,
        answered: &Answered,
        surface: &'static str,
        at: i64,
    ) -> Option<QuestionId> {
        let server = answered.server?;
        let outcome = answered.outcome();
        let best = match &answered.reply {
            Reply::Answer { best, .. } => Some(best),
            Reply::Suggest { suggestions } => suggestions.first(),
            Reply::Unknown { passed_over } => passed_over.first(),
        };
        if answered.prompting == Prompting::Unprompted && outcome != Outcome::Answer {
            return None;
        }
        let text = mask(answered.question.trim());
        let text: String = text.chars().take(MAX_CHARS).collect();
        let normalised = folded(&text);
        if normalised.is_empty() {
            return None;
        }
        let id = QuestionId::random()
            .inspect_err(|error| tracing::warn!(%error, "a question was answered but not logged"))
            .ok()?;
        let question = Question {
            id,
            server,
            text,
            normalised,
            outcome,
            entry: best.map(|best| best.entry.id.to_string()),
            confidence: answered.reply.confidence(),
            surface,
            at,
        };
        match self.queue.try_send(Job::Write(Box::new(question))) {
            Ok(()) => Some(id),
            Err(_) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                tracing::warn!("the store is too slow: a question was answered but not logged");
                None
            }
        }
    }
}

async fn write(store: Store, mut jobs: mpsc::Receiver<Job>, lost: Arc<AtomicU64>) {
    let mut batch = Vec::new();
    while jobs.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let (mut questions, mut flushes) = (Vec::new(), Vec::new());
        for job in batch.drain(..) {
            match job {
                Job::Write(question) => questions.push(question),
                Job::Flush(done) => flushes.push(done),
            }
        }
        let rows: Vec<_> = questions
            .iter()
            .map(|question| (question.server, question.id, question.row()))
            .collect();
        if !rows.is_empty()
            && let Err(error) = store.log_questions(&rows).await
        {
            let questions = rows.len();
            lost.fetch_add(questions as u64, Ordering::Relaxed);
            tracing::warn!(%error, questions, "questions were answered but not logged");
        }
        for done in flushes {
            let _ = done.send(());
        }
    }
}

impl Question {
    fn row(&self) -> NewQuestion<'_> {
        NewQuestion {
            text: &self.text,
            normalised: &self.normalised,
            outcome: self.outcome,
            entry: self.entry.as_deref(),
            confidence: self.confidence,
            surface: self.surface,
            at: self.at,
        }
    }
}
