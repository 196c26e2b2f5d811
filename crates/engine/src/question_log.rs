//! Logging what was asked, beside answering and never in its way.

use crate::admin::ServerAdmin;
use crate::{Answered, Engine};
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::folded;
use citebot_store::{Asked, Outcome, QuestionId, ServerId, Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How many questions may wait to be written. When the database stands still for longer, the next
/// ones are not logged: answering goes on.
const WAITING: usize = 1_024;
/// The most characters of a question that are kept.
const LONGEST: usize = 1_000;

/// The writer's end of the queue.
#[derive(Debug)]
pub(crate) struct Recorder {
    queue: mpsc::Sender<Job>,
    writer: JoinHandle<()>,
}

enum Job {
    Log(Box<Row>),
    /// Answered when everything before it is written.
    Flush(oneshot::Sender<()>),
}

struct Row {
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

impl Drop for Recorder {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

impl Recorder {
    pub(crate) fn start(store: Store) -> Self {
        let (queue, jobs) = mpsc::channel(WAITING);
        Self {
            queue,
            writer: tokio::spawn(write(store, jobs)),
        }
    }

    /// Waits until everything that was logged before is written, or has failed to be.
    pub(crate) async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Job::Flush(done)).await.is_ok() {
            // An error means that the writer is gone, and with it what it had to write.
            let _ = wait.await;
        }
    }

    fn log(&self, row: Row) -> Option<QuestionId> {
        let id = row.id;
        match self.queue.try_send(Job::Log(Box::new(row))) {
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
            Job::Log(row) => {
                let asked = Asked {
                    text: &row.text,
                    normalised: &row.normalised,
                    outcome: row.outcome,
                    entry: row.entry.as_deref(),
                    confidence: row.confidence,
                    surface: row.surface,
                    at: row.at,
                };
                if let Err(error) = store.log_question_as(row.server, row.id, &asked).await {
                    tracing::warn!(%error, "a question was answered but not logged");
                }
            }
            Job::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}

impl Engine {
    /// Logs a question that was asked on `surface` (`mention`, `ask`, `channel` …) at `at`, never who
    /// asked. Returns at once; the id is for [`ServerAdmin::flag`] and for votes on the answer.
    ///
    /// Skips direct messages, empty questions and unanswered unprompted messages, with `None`.
    #[must_use]
    pub fn log(&self, answered: &Answered, surface: &'static str, at: i64) -> Option<QuestionId> {
        let (keeping, server) = (self.keeping.as_ref()?, answered.server?);
        let (outcome, best) = match &answered.reply {
            Reply::Answer { best, .. } => (Outcome::Answer, Some(best)),
            Reply::Suggest { suggestions } => (Outcome::Suggest, suggestions.first()),
            Reply::Unknown { passed_over } => (Outcome::Unknown, passed_over.first()),
        };
        if answered.prompting == Prompting::Unprompted && outcome != Outcome::Answer {
            return None;
        }
        let text: String = answered.question.trim().chars().take(LONGEST).collect();
        let normalised = folded(&text);
        if normalised.is_empty() {
            return None;
        }
        let id = QuestionId::random()
            .inspect_err(|error| tracing::warn!(%error, "a question was answered but not logged"))
            .ok()?;
        keeping.recorder.log(Row {
            id,
            server,
            text,
            normalised,
            outcome,
            entry: best.map(|best| best.entry.id.to_string()),
            confidence: answered.reply.confidence(),
            surface,
            at,
        })
    }

    /// Waits until what was logged so far is written: before the end.
    pub async fn flush(&self) {
        if let Some(keeping) = &self.keeping {
            keeping.recorder.flush().await;
        }
    }
}

impl ServerAdmin<'_> {
    /// Notes that the answer to this question was not what was asked, so that it comes up for
    /// review. `false` if the question is not there (any more).
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn flag(&self, question: QuestionId, at: i64) -> Result<bool, StoreError> {
        self.keeping.recorder.flush().await;
        self.keeping
            .store
            .flag_question(self.server, question, at)
            .await
    }
}
