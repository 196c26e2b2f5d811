//! Asking: replies and explanations.

use crate::engine::Engine;
use crate::snapshot::Answered;
use citebot_core::answer::{Explanation, Prompting, Thresholds};
use citebot_core::knowledge::EntryId;
use citebot_core::matcher::split_questions;
use citebot_store::ServerId;

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
        let snapshot = self.snapshot(server);
        let reply = snapshot.ask_cached(question, self.thresholds(server), prompting)?;
        Some(Answered {
            server,
            question: question.to_owned(),
            prompting,
            reply,
            snapshot,
        })
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

    /// Answers a message that nobody put to the bot, with as little confidence as a question put to it needs:
    /// what it might have said, for moderators to judge. Takes as long as [`ask`](Self::ask).
    #[must_use]
    pub fn ask_in_shadow(&self, server: Option<ServerId>, message: impl Into<String>) -> Answered {
        let question = message.into();
        let snapshot = self.snapshot(server);
        let own = self.thresholds(server);
        let thresholds = Thresholds {
            unprompted: own.answer.min(own.unprompted),
            ..own
        };
        let prompting = Prompting::Unprompted;
        let reply = snapshot.ask(&question, thresholds, prompting);
        Answered {
            server,
            question,
            prompting,
            reply,
            snapshot,
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
