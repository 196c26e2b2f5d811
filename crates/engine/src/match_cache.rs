//! The matches of questions that were asked lately.

use citebot_core::answer::Prompting;
use citebot_core::matcher::{Match, Matcher, normalise};
use moka::sync::Cache;
use std::fmt;
use std::sync::Arc;

/// The most bytes that the cache takes.
const MAX_BYTES: u64 = 1 << 20;
/// Bytes that a question takes beside its text and its matches.
const OVERHEAD: usize = 200;

/// The most asked questions with their matches. All are of one index and are dropped with it.
pub(crate) struct MatchCache(Cache<Key, Arc<[Match]>>);

#[derive(PartialEq, Eq, Hash)]
struct Key {
    plain: Box<str>,
    /// Unprompted messages are ranked by other rules.
    unprompted: bool,
}

impl Key {
    fn new(question: &str, prompting: Prompting) -> Self {
        Self {
            plain: normalise(question).into_boxed_str(),
            unprompted: prompting == Prompting::Unprompted,
        }
    }
}

impl MatchCache {
    /// The matches that `matcher`, always the same one, ranks for `question`. When several threads
    /// ask the same, one ranks and the others wait for it.
    pub(crate) fn rank(
        &self,
        matcher: &Matcher,
        question: &str,
        prompting: Prompting,
    ) -> Arc<[Match]> {
        self.0.get_with(Key::new(question, prompting), || {
            let matches = match prompting {
                Prompting::Prompted => matcher.rank(question),
                Prompting::Unprompted => matcher.rank_unprompted(question),
            };
            matches.into()
        })
    }

    /// Keeps the matches of `question`.
    pub(crate) fn keep(&self, question: &str, prompting: Prompting, matches: Arc<[Match]>) {
        self.0.insert(Key::new(question, prompting), matches);
    }

    /// The matches of `question` if they are in the cache.
    pub(crate) fn get(&self, question: &str, prompting: Prompting) -> Option<Arc<[Match]>> {
        self.0.get(&Key::new(question, prompting))
    }
}

impl Default for MatchCache {
    fn default() -> Self {
        let weigh = |key: &Key, matches: &Arc<[Match]>| {
            let bytes = OVERHEAD + key.plain.len() + size_of_val(&**matches);
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .max_capacity(MAX_BYTES)
                .weigher(weigh)
                .build(),
        )
    }
}

impl fmt::Debug for MatchCache {
    /// Never prints the questions: they are people's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cached questions", self.0.entry_count())
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, MatchCache};
    use citebot_core::answer::Prompting;
    use citebot_core::knowledge::{Entry, Knowledge};
    use citebot_core::matcher::Matcher;

    #[test]
    fn a_question_is_found_however_it_is_written_and_never_printed() {
        let entry = Entry::example("kettle", "Which kettle is best?", &[]);
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![entry]);
        let (cache, matcher) = (MatchCache::default(), Matcher::new(&knowledge));
        let cached = || {
            cache.0.run_pending_tasks();
            cache.0.entry_count()
        };
        let ask = |question, prompting| cache.rank(&matcher, question, prompting);
        assert_eq!(cache.get("which kettle", Prompting::Prompted), None);
        let first = ask("which kettle", Prompting::Prompted);
        assert_eq!(*first, *matcher.rank("which kettle"));
        assert_eq!(ask("Which  *kettle*", Prompting::Prompted), first);
        let again = cache.get("Which kettle", Prompting::Prompted);
        assert_eq!(again, Some(first));
        assert_eq!(cached(), 1);
        assert_eq!(cache.get("which kettle", Prompting::Unprompted), None);
        ask("which kettle", Prompting::Unprompted);
        ask("which teapot", Prompting::Prompted);
        assert_eq!(cached(), 3);
        assert_eq!(format!("{cache:?}"), "3 cached questions");
    }

    #[test]
    fn memory_is_bounded() {
        let cache = MatchCache::default();
        let matcher = Matcher::new(&Knowledge::default());
        for n in 0..300 {
            let question = format!("{n} {}", "very long ".repeat(1_000));
            cache.rank(&matcher, &question, Prompting::Prompted);
        }
        cache.0.run_pending_tasks();
        assert!(cache.0.weighted_size() <= MAX_BYTES);
    }
}
