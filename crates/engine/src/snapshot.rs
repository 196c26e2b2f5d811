//! Knowledge with its index, and the replies from it.

use crate::indexer::{IndexOnDemand, Indexed, Indexer};
use citebot_core::answer::{Explanation, Prompting, Reply, Thresholds, decide, follow_up};
use citebot_core::knowledge::{EntryId, Knowledge};
use citebot_core::matcher::{Match, Matcher, Screened};
use citebot_store::{Outcome, ServerId};
use std::sync::Arc;

/// Knowledge and its index as of one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The entries with their sources and resources.
    pub knowledge: Knowledge,
    index: Index,
}

#[derive(Debug)]
enum Index {
    /// There all the time.
    Kept(Arc<Indexed>),
    OnDemand(IndexOnDemand),
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

    /// What was replied, as it is logged.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.reply {
            Reply::Answer { .. } => Outcome::Answer,
            Reply::Suggest { .. } => Outcome::Suggest,
            Reply::Unknown { .. } => Outcome::Unknown,
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

    /// Indexes `knowledge` with `indexer`. Encodes new phrasings, each of which takes some milliseconds, and
    /// calls `progress` with the number of those done and of all.
    #[must_use]
    pub fn indexed(
        knowledge: Knowledge,
        indexer: &Indexer,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let matcher = indexer.index(&knowledge, progress);
        Self::from_parts(knowledge, matcher)
    }

    /// `matcher` must be the index of `knowledge`.
    fn from_parts(knowledge: Knowledge, matcher: Matcher) -> Self {
        Self {
            knowledge,
            index: Index::Kept(Arc::new(matcher.into())),
        }
    }

    /// `index` is built from `knowledge`.
    pub(crate) fn on_demand(knowledge: Knowledge, index: IndexOnDemand) -> Self {
        Self {
            knowledge,
            index: Index::OnDemand(index),
        }
    }

    fn index(&self) -> Arc<Indexed> {
        match &self.index {
            Index::Kept(index) => Arc::clone(index),
            Index::OnDemand(index) => index.get(&self.knowledge),
        }
    }

    fn present_index(&self) -> Option<Arc<Indexed>> {
        match &self.index {
            Index::Kept(index) => Some(Arc::clone(index)),
            Index::OnDemand(index) => index.get_present(),
        }
    }

    /// The index of the knowledge. A server's may have to be built, which is slow and blocking.
    #[must_use]
    pub fn matcher(&self) -> Arc<Matcher> {
        Arc::clone(&self.index().matcher)
    }

    /// Whether a question can be answered without building the index first.
    #[must_use]
    pub fn is_indexed(&self) -> bool {
        self.present_index().is_some()
    }

    /// Builds the index if it is not there.
    pub(crate) fn build_index(&self) {
        drop(self.index());
    }

    fn rank(&self, question: &str, prompting: Prompting) -> Arc<[Match]> {
        let index = self.index();
        index.cache.rank(&index.matcher, question, prompting)
    }

    /// The matches of messages that nobody put to the bot, each in a snapshot, those that are not cached
    /// encoded together.
    pub(crate) fn rank_overheard(messages: &[(&Self, &str)]) -> Vec<Arc<[Match]>> {
        let prompting = Prompting::Unprompted;
        let indexes: Vec<Arc<Indexed>> = messages.iter().map(|(own, _)| own.index()).collect();
        let mut found: Vec<Arc<[Match]>> = Vec::with_capacity(messages.len());
        let (mut places, mut screened) = (Vec::new(), Vec::new());
        for (place, (index, (_, text))) in indexes.iter().zip(messages).enumerate() {
            let cached = index.cache.get(text, prompting);
            if cached.is_none()
                && let Some(one) = index.matcher.screen_unprompted(text)
            {
                places.push(place);
                screened.push(one);
            }
            found.push(cached.unwrap_or_default());
        }
        for (place, matches) in places.into_iter().zip(Screened::rank_all(screened)) {
            let matches: Arc<[Match]> = matches.into();
            let text = messages[place].1;
            indexes[place]
                .cache
                .keep(text, prompting, Arc::clone(&matches));
            found[place] = matches;
        }
        found
    }

    /// The reply to `question`, ranked anew unless its matches are cached.
    #[must_use]
    pub fn ask(&self, question: &str, thresholds: Thresholds, prompting: Prompting) -> Reply {
        let matches = self.rank(question, prompting);
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
        let matches = self.present_index()?.cache.get(question, prompting)?;
        Some(decide(&self.knowledge, &matches, thresholds, prompting))
    }

    /// The reply to `question`, which was put in reply to the answer `previous`.
    #[must_use]
    pub fn ask_after(&self, previous: &EntryId, question: &str, thresholds: Thresholds) -> Reply {
        let prompting = Prompting::Prompted;
        let matches = self.rank(question, prompting);
        let matches = follow_up(&self.knowledge, question, &matches, previous);
        decide(&self.knowledge, &matches, thresholds, prompting)
    }

    /// Explains how `question` is read, what comes near it, and the reply.
    #[must_use]
    pub fn why(&self, question: &str, thresholds: Thresholds) -> Explanation {
        Explanation::new(
            self.matcher().explain(question),
            &self.knowledge,
            thresholds,
        )
    }
}
