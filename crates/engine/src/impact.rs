//! The known questions that an edit gives another answer.

use crate::snapshot::Snapshot;
use citebot_core::answer::{Prompting, Reply, Thresholds};
use citebot_core::knowledge::EntryId;
use std::collections::HashSet;
use std::fmt;
use std::thread;

/// A reply reduced to its best entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReplyGist {
    /// The entry answers.
    Answer(EntryId),
    /// "Did you mean", with the entry first.
    Suggest(EntryId),
    /// "I don't know".
    Unknown,
}

impl From<&Reply> for ReplyGist {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Answer { best, .. } => Self::Answer(best.entry.id.clone()),
            Reply::Suggest { suggestions } => suggestions
                .first()
                .map_or(Self::Unknown, |best| Self::Suggest(best.entry.id.clone())),
            Reply::Unknown { .. } => Self::Unknown,
        }
    }
}

impl ReplyGist {
    /// The entry that answers.
    #[must_use]
    pub fn answer(&self) -> Option<&EntryId> {
        match self {
            Self::Answer(id) => Some(id),
            Self::Suggest(_) | Self::Unknown => None,
        }
    }
}

impl fmt::Display for ReplyGist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(id) => write!(f, "{id}"),
            Self::Suggest(id) => write!(f, "did you mean {id}"),
            Self::Unknown => f.write_str("nothing"),
        }
    }
}

/// Where a known question comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Members of this server asked it, this many times.
    Logged(u64),
    /// It is the question or a phrasing of the entry.
    Phrasing(EntryId),
    /// It is one of the operator's labelled questions.
    Labelled,
}

/// A question that an edit is measured on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownQuestion {
    /// Its text.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// A known question that would get another reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedReply {
    /// The question.
    pub question: KnownQuestion,
    /// The present reply.
    pub from: ReplyGist,
    /// The reply after the edit.
    pub to: ReplyGist,
}

impl ChangedReply {
    /// Whether the answer changes, is won or is lost. Otherwise only a suggestion changes.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.from.answer() != self.to.answer()
    }
}

/// The effect of an edit on the replies to known questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// How many questions were asked.
    pub asked: usize,
    /// The replies that change: first answers that are lost or come from another entry, then answers
    /// that are won, then suggestions; in each group the most asked first.
    pub changed: Vec<ChangedReply>,
    /// Phrasings of the edited entry that it does not answer itself.
    pub unreached: Vec<String>,
}

impl Impact {
    /// The changes of answers, without those of suggestions.
    pub fn answers(&self) -> impl Iterator<Item = &ChangedReply> {
        self.changed.iter().filter(|changed| changed.is_answer())
    }
}

/// `others` and the phrasings of both snapshots, each text once.
#[must_use]
pub(crate) fn known_questions(
    before: &Snapshot,
    after: &Snapshot,
    others: impl IntoIterator<Item = KnownQuestion>,
) -> Vec<KnownQuestion> {
    let phrasings = [before, after].into_iter().flat_map(|snapshot| {
        snapshot.knowledge.entries().iter().flat_map(|entry| {
            entry.all_phrasings().map(|text| KnownQuestion {
                text: text.to_owned(),
                origin: Origin::Phrasing(entry.id.clone()),
            })
        })
    });
    let mut seen = HashSet::new();
    // `others` come first: that a question was really asked tells more than that it is a phrasing.
    others
        .into_iter()
        .chain(phrasings)
        .filter(|question| seen.insert(question.text.clone()))
        .collect()
}

/// Compares the replies to `questions` before and after. `edited` is the edited entry, if it still
/// exists afterwards.
#[must_use]
pub(crate) fn impact(
    before: &Snapshot,
    after: &Snapshot,
    thresholds: Thresholds,
    questions: Vec<KnownQuestion>,
    edited: Option<&EntryId>,
) -> Impact {
    let asked = questions.len();
    let changed = compare(before, after, thresholds, &questions);
    let mut changed: Vec<ChangedReply> = questions
        .into_iter()
        .zip(changed)
        .filter_map(|(question, (from, to))| {
            (from != to).then_some(ChangedReply { question, from, to })
        })
        .collect();
    changed.sort_by_cached_key(|one| {
        let rank = match (one.is_answer(), one.from.answer()) {
            (true, Some(_)) => 0,
            (true, None) => 1,
            (false, _) => 2,
        };
        let times = match one.question.origin {
            Origin::Logged(times) => times,
            Origin::Phrasing(_) | Origin::Labelled => 0,
        };
        (rank, u64::MAX - times, one.question.text.clone())
    });
    let unreached = edited
        .and_then(|id| after.knowledge.entry(id.as_str()))
        .map_or_else(Vec::new, |entry| {
            let answers =
                |phrasing: &str| gist(after, phrasing, thresholds).answer() == Some(&entry.id);
            let unreached = entry.all_phrasings().filter(|phrasing| !answers(phrasing));
            unreached.map(str::to_owned).collect()
        });
    Impact {
        asked,
        changed,
        unreached,
    }
}

/// The reply to `question`. Most known questions are phrasings: their entry answers them whatever else
/// comes near, so that nothing needs ranking.
fn gist(snapshot: &Snapshot, question: &str, thresholds: Thresholds) -> ReplyGist {
    let same = snapshot.matcher().exact_match(question);
    let sure = same.filter(|same| same.confidence >= thresholds.answer);
    match sure.and_then(|same| snapshot.knowledge.entries().get(same.entry)) {
        Some(entry) => ReplyGist::Answer(entry.id.clone()),
        None => ReplyGist::from(&snapshot.ask(question, thresholds, Prompting::Prompted)),
    }
}

/// The reply to each question before and after, computed on several threads.
fn compare(
    before: &Snapshot,
    after: &Snapshot,
    thresholds: Thresholds,
    questions: &[KnownQuestion],
) -> Vec<(ReplyGist, ReplyGist)> {
    /// More would take the processors from questions that members ask.
    const MAX_THREADS: usize = 4;
    let gist =
        |snapshot: &Snapshot, question: &KnownQuestion| gist(snapshot, &question.text, thresholds);
    let both = |part: &[KnownQuestion]| -> Vec<(ReplyGist, ReplyGist)> {
        part.iter()
            .map(|question| (gist(before, question), gist(after, question)))
            .collect()
    };
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MAX_THREADS);
    let part = questions.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = questions
            .chunks(part)
            .map(|part| (part, scope.spawn(move || both(part))))
            .collect();
        parts
            .into_iter()
            // Matching panicked: asking again on this thread passes the panic on to the caller.
            .flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| both(part)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{ReplyGist, gist};
    use crate::snapshot::Snapshot;
    use citebot_core::answer::{Prompting, Thresholds};
    use citebot_core::knowledge::Knowledge;
    use std::path::Path;

    #[test]
    fn the_short_way_says_the_same() {
        let base = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/fixtures/knowledge"
        );
        let snapshot = Snapshot::new(
            Knowledge::load(Path::new(base), &citebot_core::knowledge::Limits::UNLIMITED).unwrap(),
        );
        let entries = snapshot.knowledge.entries().iter();
        let mut questions: Vec<&str> = entries.flat_map(|entry| entry.all_phrasings()).collect();
        questions.extend(["", "?", "42", "how hot", "green tea", "valorant tonight"]);
        for answer in [0.0, 0.6, 1.0] {
            let thresholds = Thresholds {
                answer,
                unprompted: 1.0,
                suggest: 0.0,
            };
            for question in &questions {
                let reply = snapshot.ask(question, thresholds, Prompting::Prompted);
                let short = gist(&snapshot, question, thresholds);
                assert_eq!(short, ReplyGist::from(&reply), "{question:?} from {answer}");
            }
        }
    }
}
