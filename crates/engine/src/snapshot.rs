//! Knowledge with its index, and the replies from it.

use crate::match_cache::MatchCache;
use citebot_core::answer::{Explanation, Prompting, Reply, Thresholds, decide, follow_up};
use citebot_core::knowledge::{EntryId, Knowledge};
use citebot_core::matcher::Matcher;
use citebot_store::ServerId;
use std::sync::Arc;

/// Knowledge and its index as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The entries with their sources and resources.
    pub knowledge: Knowledge,
    /// The index of the knowledge.
    pub matcher: Matcher,
    cache: MatchCache,
}

/// A question and its reply.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The server it was asked in, if any.
    pub server: Option<ServerId>,
    /// The question as it was written.
    pub question: String,
    /// Whether the bot was asked.
    pub prompting: Prompting,
    /// The reply.
    pub reply: Reply,
    /// The snapshot that the reply was taken from: render the reply with its sources and resources.
    pub snapshot: Arc<Snapshot>,
}

impl Answered {
    /// The entry that answers the question, if one does.
    #[must_use]
    pub fn entry(&self) -> Option<&EntryId> {
        match &self.reply {
            Reply::Answer { best, .. } => Some(&best.entry.id),
            Reply::Suggest { .. } | Reply::Unknown { .. } => None,
        }
    }
}

impl Snapshot {
    /// Indexes `knowledge` by words alone; see [`Indexer`](crate::Indexer).
    #[must_use]
    pub fn new(knowledge: Knowledge) -> Self {
        let matcher = Matcher::new(&knowledge);
        Self::from_parts(knowledge, matcher)
    }

    /// `matcher` must be the index of `knowledge`.
    pub(crate) fn from_parts(knowledge: Knowledge, matcher: Matcher) -> Self {
        Self {
            knowledge,
            matcher,
            cache: MatchCache::default(),
        }
    }

    /// The reply to `question`, ranked anew unless its matches are cached.
    #[must_use]
    pub fn ask(&self, question: &str, thresholds: Thresholds, prompting: Prompting) -> Reply {
        let matches = self.cache.rank(&self.matcher, question, prompting);
        decide(&self.knowledge, &matches, thresholds, prompting)
    }

    /// The reply to `question` if its matches are cached.
    #[must_use]
    pub fn ask_cached(
        &self,
        question: &str,
        thresholds: Thresholds,
        prompting: Prompting,
    ) -> Option<Reply> {
        let matches = self.cache.get(question, prompting)?;
        Some(decide(&self.knowledge, &matches, thresholds, prompting))
    }

    /// The reply to `question`, which was put in reply to the answer `previous`.
    #[must_use]
    pub fn ask_after(&self, previous: &EntryId, question: &str, thresholds: Thresholds) -> Reply {
        let prompting = Prompting::Prompted;
        let matches = self.cache.rank(&self.matcher, question, prompting);
        let matches = follow_up(&self.knowledge, question, &matches, previous);
        decide(&self.knowledge, &matches, thresholds, prompting)
    }

    /// Explains how `question` is read, what comes near it, and the reply.
    #[must_use]
    pub fn why(&self, question: &str, thresholds: Thresholds) -> Explanation {
        Explanation::new(self.matcher.explain(question), &self.knowledge, thresholds)
    }
}
