//! What an edit does to the questions that are known.

use crate::Snapshot;
use citebot_core::answer::{Prompting, Reply, Thresholds};
use citebot_core::knowledge::EntryId;
use std::collections::HashSet;
use std::fmt;
use std::thread;

/// What is said to a question, as far as an edit can change it: which entry, and how surely.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Said {
    /// This entry answers.
    Answer(EntryId),
    /// "Did you mean", this entry first.
    Suggest(EntryId),
    /// "I don't know".
    Nothing,
}

impl From<&Reply> for Said {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Answer { best, .. } => Self::Answer(best.entry.id.clone()),
            Reply::Suggest { suggestions } => suggestions
                .first()
                .map_or(Self::Nothing, |best| Self::Suggest(best.entry.id.clone())),
            Reply::Unknown { .. } => Self::Nothing,
        }
    }
}

impl Said {
    /// The entry that answers.
    #[must_use]
    pub fn answer(&self) -> Option<&EntryId> {
        match self {
            Self::Answer(id) => Some(id),
            Self::Suggest(_) | Self::Nothing => None,
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(id) => write!(f, "{id}"),
            Self::Suggest(id) => write!(f, "did you mean {id}"),
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// Where a known question comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Members of this server asked it, so many times.
    Logged(u64),
    /// It is the question or a phrasing of this entry.
    Wording(EntryId),
    /// It stands in the operator's file of labelled questions.
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

/// A known question that would be answered otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The question.
    pub question: KnownQuestion,
    /// What is said to it now.
    pub from: Said,
    /// What would be said.
    pub to: Said,
}

impl Changed {
    /// Whether another entry answers, or one where none did, or none where one did; otherwise only
    /// a suggestion changes.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.from.answer() != self.to.answer()
    }
}

/// What an edit changes in the answers to known questions asked of the bot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impact {
    /// How many questions were looked at.
    pub asked: usize,
    /// Those that change: answers that are lost or given by another entry first, then answers that
    /// are won, then suggestions; in each the most asked first.
    pub changed: Vec<Changed>,
    /// Wordings of the edited entry that it does not answer itself.
    pub unreached: Vec<String>,
}

impl Impact {
    /// What happens to answers: [`changed`](Self::changed) without the mere suggestions.
    pub fn answers(&self) -> impl Iterator<Item = &Changed> {
        self.changed.iter().filter(|changed| changed.is_answer())
    }
}

/// The wordings of both snapshots and `others`, each text once.
#[must_use]
pub(crate) fn known_questions(
    before: &Snapshot,
    after: &Snapshot,
    others: impl IntoIterator<Item = KnownQuestion>,
) -> Vec<KnownQuestion> {
    let wordings = [before, after].into_iter().flat_map(|snapshot| {
        snapshot.knowledge.entries().iter().flat_map(|entry| {
            entry.all_phrasings().map(|text| KnownQuestion {
                text: text.to_owned(),
                origin: Origin::Wording(entry.id.clone()),
            })
        })
    });
    let mut seen = HashSet::new();
    // What was really asked tells more than that it is a wording, too.
    others
        .into_iter()
        .chain(wordings)
        .filter(|question| seen.insert(question.text.clone()))
        .collect()
}

/// Compares what is said to `questions` before and after. `edited` is the entry that was edited,
/// if it is there afterwards.
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
    let mut changed: Vec<Changed> = questions
        .into_iter()
        .zip(changed)
        .filter_map(|(question, (from, to))| (from != to).then_some(Changed { question, from, to }))
        .collect();
    changed.sort_by_cached_key(|one| {
        let rank = match (one.is_answer(), one.from.answer()) {
            (true, Some(_)) => 0,
            (true, None) => 1,
            (false, _) => 2,
        };
        let times = match one.question.origin {
            Origin::Logged(times) => times,
            Origin::Wording(_) | Origin::Labelled => 0,
        };
        (rank, u64::MAX - times, one.question.text.clone())
    });
    let unreached = edited
        .and_then(|id| after.knowledge.entry(id.as_str()))
        .map_or_else(Vec::new, |entry| {
            let answers =
                |wording: &str| said(after, wording, thresholds).answer() == Some(&entry.id);
            let wordings = entry.all_phrasings().filter(|wording| !answers(wording));
            wordings.map(str::to_owned).collect()
        });
    Impact {
        asked,
        changed,
        unreached,
    }
}

/// What is said to `question`. Most known questions are wordings: the entry that has one answers it,
/// whatever else comes near, which need not be found out.
fn said(snapshot: &Snapshot, question: &str, thresholds: Thresholds) -> Said {
    let same = snapshot.matcher.exact_match(question);
    let sure = same.filter(|same| same.confidence >= thresholds.answer);
    match sure.and_then(|same| snapshot.knowledge.entries().get(same.entry)) {
        Some(entry) => Said::Answer(entry.id.clone()),
        None => Said::from(&snapshot.ask(question, thresholds, Prompting::Prompted)),
    }
}

/// What is said to each question before and after, on as many threads as help.
fn compare(
    before: &Snapshot,
    after: &Snapshot,
    thresholds: Thresholds,
    questions: &[KnownQuestion],
) -> Vec<(Said, Said)> {
    /// More would take the processors from those who ask just now.
    const THREADS: usize = 4;
    let said =
        |snapshot: &Snapshot, question: &KnownQuestion| said(snapshot, &question.text, thresholds);
    let both = |part: &[KnownQuestion]| -> Vec<(Said, Said)> {
        part.iter()
            .map(|question| (said(before, question), said(after, question)))
            .collect()
    };
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(THREADS);
    let part = questions.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = questions
            .chunks(part)
            .map(|part| (part, scope.spawn(move || both(part))))
            .collect();
        parts
            .into_iter()
            // A thread that panicked was asked something that makes matching panic: once more here,
            // so that the panic goes the way of every other.
            .flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| both(part)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{Said, said};
    use crate::Snapshot;
    use citebot_core::answer::{Prompting, Thresholds};
    use citebot_core::knowledge::Knowledge;
    use std::path::Path;

    #[test]
    fn the_short_way_says_the_same() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/knowledge");
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
                let short = said(&snapshot, question, thresholds);
                assert_eq!(short, Said::from(&reply), "{question:?} from {answer}");
            }
        }
    }
}
