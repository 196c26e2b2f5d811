//! The log of questions, written beside answering and never in its way.

use crate::snapshot::Answered;
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::folded;
use citebot_store::{NewQuestion, Outcome, QuestionId, ServerId, Store};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How many questions may wait to be written. While the database stands still for longer, questions
/// are answered and not logged.
const MAX_WAITING: usize = 1_024;
/// The most characters of a question that are kept.
const MAX_CHARS: usize = 1_000;

/// The queue of questions, and the task that writes them to the store.
#[derive(Debug)]
pub(crate) struct QuestionLog {
    queue: mpsc::Sender<Job>,
    writer: JoinHandle<()>,
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
        Self {
            queue,
            writer: tokio::spawn(write(store, jobs)),
        }
    }

    /// Waits until everything logged before is written, or could not be.
    pub(crate) async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Job::Flush(done)).await.is_ok() {
            // An error means that the writer is gone, and with it what it had to write.
            let _ = wait.await;
        }
    }

    /// See [`Engine::log`](crate::Engine::log).
    pub(crate) fn log(
        &self,
        answered: &Answered,
        surface: &'static str,
        at: i64,
    ) -> Option<QuestionId> {
        let server = answered.server?;
        let (outcome, best) = match &answered.reply {
            Reply::Answer { best, .. } => (Outcome::Answer, Some(best)),
            Reply::Suggest { suggestions } => (Outcome::Suggest, suggestions.first()),
            Reply::Unknown { passed_over } => (Outcome::Unknown, passed_over.first()),
        };
        if answered.prompting == Prompting::Unprompted && outcome != Outcome::Answer {
            return None;
        }
        let text: String = answered.question.trim().chars().take(MAX_CHARS).collect();
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
                tracing::warn!("the store is too slow: a question was answered but not logged");
                None
            }
        }
    }
}

async fn write(store: Store, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        match job {
            Job::Write(question) => {
                let new = NewQuestion {
                    text: &question.text,
                    normalised: &question.normalised,
                    outcome: question.outcome,
                    entry: question.entry.as_deref(),
                    confidence: question.confidence,
                    surface: question.surface,
                    at: question.at,
                };
                let written = store
                    .log_question_as(question.server, question.id, &new)
                    .await;
                if let Err(error) = written {
                    tracing::warn!(%error, "a question was answered but not logged");
                }
            }
            Job::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}
