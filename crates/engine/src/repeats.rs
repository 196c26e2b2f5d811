//! What was asked before is not matched again.

use citebot_core::answer::Prompting;
use citebot_core::matcher::{Match, Matcher, normalise};
use moka::sync::Cache;
use std::fmt;
use std::sync::Arc;

/// Bytes that questions and their matches may take.
const BYTES: u64 = 1 << 20;
/// Bytes that one of them takes beside its text and its matches.
const EACH: usize = 200;

/// Questions and what matched them, the most asked ones, all over one index: with that they go.
pub(crate) struct Repeats(Cache<Key, Arc<[Match]>>);

/// A question in plain text, and whether it was put to the bot or overheard.
type Key = (Box<str>, bool);

impl Repeats {
    /// What `matcher`, always the same one, ranks for `question`. Those who ask the same at the same
    /// time wait for one answer.
    pub(crate) fn rank(
        &self,
        matcher: &Matcher,
        question: &str,
        prompting: Prompting,
    ) -> Arc<[Match]> {
        let overheard = prompting == Prompting::Unprompted;
        let key = (normalise(question).into_boxed_str(), overheard);
        self.0.get_with(key, || {
            let matches = if overheard {
                matcher.rank_unprompted(question)
            } else {
                matcher.rank(question)
            };
            matches.into()
        })
    }
}

impl Default for Repeats {
    fn default() -> Self {
        let weigh = |question: &str, matches: &[Match]| {
            let bytes = EACH + question.len() + size_of_val(matches);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .max_capacity(BYTES)
                .weigher(move |(question, _): &Key, matches: &Arc<[Match]>| {
                    weigh(question, matches)
                })
                .build(),
        )
    }
}

impl fmt::Debug for Repeats {
    /// Never the questions: they are people's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} repeats", self.0.entry_count())
    }
}

#[cfg(test)]
mod tests {
    use super::Repeats;
    use crate::Snapshot;
    use citebot_core::answer::Prompting;
    use citebot_core::knowledge::{Entry, Knowledge};

    #[test]
    fn a_question_is_remembered_however_it_is_written_and_never_printed() {
        let entry = Entry::example("kettle", "Which kettle is best?", &[]);
        let snapshot = Snapshot::new(Knowledge::from_parts(vec![], vec![], vec![], vec![entry]));
        let repeats = Repeats::default();
        let known = || {
            repeats.0.run_pending_tasks();
            repeats.0.entry_count()
        };
        let ask = |question, prompting| repeats.rank(&snapshot.matcher, question, prompting);
        let first = ask("which kettle", Prompting::Prompted);
        assert_eq!(*first, *snapshot.matcher.rank("which kettle"));
        assert_eq!(ask("Which  *kettle*", Prompting::Prompted), first);
        assert_eq!(known(), 1);
        // What is only overheard may be judged otherwise.
        ask("which kettle", Prompting::Unprompted);
        ask("which teapot", Prompting::Prompted);
        assert_eq!(known(), 3);
        assert_eq!(format!("{repeats:?}"), "3 repeats");
    }

    #[test]
    fn memory_is_bounded() {
        let (repeats, snapshot) = (Repeats::default(), Snapshot::new(Knowledge::default()));
        for n in 0..300 {
            let question = format!("{n} {}", "very long ".repeat(1_000));
            repeats.rank(&snapshot.matcher, &question, Prompting::Prompted);
        }
        repeats.0.run_pending_tasks();
        assert!(repeats.0.weighted_size() <= super::BYTES);
    }
}
