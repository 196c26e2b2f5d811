//! Asking: replies and explanations.

use crate::engine::Engine;
use crate::snapshot::{Answered, Snapshot};
use citebot_core::answer::{Explanation, Prompting, Thresholds, decide};
use citebot_core::knowledge::EntryId;
use citebot_core::matcher::split_questions;
use citebot_store::ServerId;
use std::sync::Arc;

/// A message that nobody put to the bot.
#[derive(Debug, Clone)]
pub struct OverheardMessage {
    /// The server it was written in, if any.
    pub server: Option<ServerId>,
    /// What was written.
    pub text: String,
    /// Whether nothing will be said to it: the answer is for moderators to judge, and needs no more
    /// confidence than one to a question put to the bot.
    pub in_shadow: bool,
}

/// How many questions of one message are answered.
const MAX_QUESTIONS: usize = 3;

impl Engine {
    /// Answers `question` in `server`. May keep a processor busy for some milliseconds: async code
    /// tries [`ask_cached`](Self::ask_cached) first and calls this on a blocking thread.
    #[must_use]
    pub fn ask(
        &self,
        server: Option<ServerId>,
        question: impl Into<String>,
        prompting: Prompting,
    ) -> Answered {
        let question = question.into();
        let snapshot = self.snapshot(server);
        let reply = snapshot.ask(&question, self.thresholds(server), prompting);
        Answered {
            server,
            question,
            prompting,
            reply,
            snapshot,
        }
    }

    /// Answers `question` from the match cache, at once; `None` if it was not asked lately.
    #[must_use]
    pub fn ask_cached(
        &self,
        server: Option<ServerId>,
        question: &str,
        prompting: Prompting,
    ) -> Option<Answered> {
        self.cached(server, question, prompting, self.thresholds(server))
    }

    /// Answers `question` in `server`. If it was put in reply to the answer `previous`, it is read in the
    /// light of that answer. Takes as long as [`ask`](Self::ask).
    #[must_use]
    pub fn ask_after(
        &self,
        server: Option<ServerId>,
        previous: Option<&EntryId>,
        question: impl Into<String>,
    ) -> Answered {
        let Some(previous) = previous else {
            return self.ask(server, question, Prompting::Prompted);
        };
        let question = question.into();
        let snapshot = self.snapshot(server);
        let reply = snapshot.ask_after(previous, &question, self.thresholds(server));
        Answered {
            server,
            question,
            prompting: Prompting::Prompted,
            reply,
            snapshot,
        }
    }

    /// Answers messages that nobody put to the bot, each in its server. Several at once take less time than
    /// one after the other, as they are encoded together.
    #[must_use]
    pub fn ask_overheard(&self, messages: Vec<OverheardMessage>) -> Vec<Answered> {
        let prompting = Prompting::Unprompted;
        let snapshots = messages.iter().map(|message| self.snapshot(message.server));
        let snapshots: Vec<Arc<Snapshot>> = snapshots.collect();
        let texts = messages.iter().map(|message| message.text.as_str());
        let asked: Vec<(&Snapshot, &str)> = snapshots.iter().map(|s| &**s).zip(texts).collect();
        let matches = Snapshot::rank_overheard(&asked);
        let found = messages.into_iter().zip(snapshots).zip(matches);
        found
            .map(|((message, snapshot), matches)| {
                let thresholds = self.thresholds_for(&message);
                Answered {
                    server: message.server,
                    reply: decide(&snapshot.knowledge, &matches, thresholds, prompting),
                    question: message.text,
                    prompting,
                    snapshot,
                }
            })
            .collect()
    }

    /// The answer to an overheard message if its matches are cached.
    #[must_use]
    pub fn ask_overheard_cached(&self, message: &OverheardMessage) -> Option<Answered> {
        let thresholds = self.thresholds_for(message);
        self.cached(
            message.server,
            &message.text,
            Prompting::Unprompted,
            thresholds,
        )
    }

    fn cached(
        &self,
        server: Option<ServerId>,
        question: &str,
        prompting: Prompting,
        thresholds: Thresholds,
    ) -> Option<Answered> {
        let snapshot = self.snapshot(server);
        Some(Answered {
            server,
            reply: snapshot.ask_cached(question, thresholds, prompting)?,
            question: question.to_owned(),
            prompting,
            snapshot,
        })
    }

    fn thresholds_for(&self, message: &OverheardMessage) -> Thresholds {
        let own = self.thresholds(message.server);
        if message.in_shadow {
            Thresholds {
                unprompted: own.answer.min(own.unprompted),
                ..own
            }
        } else {
            own
        }
    }

    /// Answers the questions in `text`, if it asks several: at most three, each with another entry, and
    /// without those that have no answer by themselves, which may only make sense with the rest. If that
    /// leaves fewer than two, `text` is answered as one question. Takes a few times as long as
    /// [`ask`](Self::ask).
    #[must_use]
    pub fn ask_each(
        &self,
        server: Option<ServerId>,
        previous: Option<&EntryId>,
        text: &str,
    ) -> Vec<Answered> {
        let mut answers: Vec<Answered> = Vec::new();
        let questions = split_questions(text).unwrap_or_default();
        for question in questions.into_iter().take(MAX_QUESTIONS) {
            let answered = self.ask_after(server, previous, question);
            let is_new = |entry: &EntryId| answers.iter().all(|other| other.entry() != Some(entry));
            if answered.entry().is_some_and(is_new) {
                answers.push(answered);
            }
        }
        if answers.len() < 2 {
            answers = vec![self.ask_after(server, previous, text)];
        }
        answers
    }

    /// Explains how `question` is read in `server`, what comes near it there, and the reply.
    #[must_use]
    pub fn why(&self, server: Option<ServerId>, question: &str) -> Explanation {
        self.snapshot(server).why(question, self.thresholds(server))
    }
}
