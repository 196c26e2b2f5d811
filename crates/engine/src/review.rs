//! The review queue: questions that went unanswered, whose asker rejected the reply, or that a suggestion
//! answered, with near-duplicates grouped.

use crate::admin::{ServerAdmin, compute};
use crate::drafts::Draft;
use crate::entry_input::one_line;
use citebot_core::knowledge::folded;
use citebot_store::{LoggedQuestion, QuestionId, RepeatedQuestion, Resolution, StoreError};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use strsim::damerau_levenshtein;

/// How many different questions are grouped, the most asked ones.
const MAX_QUESTIONS: u32 = 400;
/// The most groups in the queue.
pub const MAX_GROUPS: usize = 100;
/// Minimum share of common words of near-duplicates (Sørensen–Dice).
const MIN_SIMILARITY: f64 = 0.8;
/// Words with at least this many bytes may differ by one typo.
const MIN_TYPO_BYTES: usize = 5;

/// Questions that ask nearly the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The latest question. Its id leads to the group even after more were asked:
    /// [`ServerAdmin::group`].
    pub newest: LoggedQuestion,
    /// How often the questions were asked.
    pub times: u64,
    /// How many of the replies the asker rejected.
    pub flagged: u64,
    /// The different texts, the most asked first, at least one.
    pub texts: Vec<String>,
    /// The entry that the asker of the newest question chose from the suggestions. The question may be a
    /// good phrasing of it.
    pub chosen: Option<String>,
}

impl Group {
    /// The id of the group: that of its newest question.
    #[must_use]
    pub fn id(&self) -> QuestionId {
        self.newest.id
    }

    fn normalised(&self) -> Vec<String> {
        self.texts.iter().map(|text| folded(text)).collect()
    }
}

impl ServerAdmin<'_> {
    /// The groups that wait for a moderator: those without an answer before those that a suggestion answered,
    /// then the most asked first, then the newest.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn review(&self) -> Result<Vec<Group>, StoreError> {
        let mut groups = self.groups().await?;
        groups.truncate(MAX_GROUPS);
        Ok(groups)
    }

    /// The group with the question `id`; `None` when it was resolved or is no longer kept.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn group(&self, id: QuestionId) -> Result<Option<Group>, StoreError> {
        let Some(question) = self.handle.store.question(self.server, id).await? else {
            return Ok(None);
        };
        let text = folded(&question.text);
        let groups = self.groups().await?;
        Ok(groups
            .into_iter()
            .find(|group| group.normalised().contains(&text)))
    }

    /// A draft of `entry` with the newest question of `group` as one more phrasing, unless it has
    /// that already. Publishing it resolves the group. `None` if members see no such entry.
    #[must_use]
    pub fn add_phrasing_from(&self, group: &Group, entry: &str) -> Option<Draft> {
        let mut draft = self.draft_of(entry)?;
        let new = phrasing(&group.newest.text, self.max_question());
        let normalised = folded(&new);
        let phrasings = &mut draft.input.phrasings;
        let mut known = std::iter::once(draft.input.question.as_str()).chain(phrasings.lines());
        if !normalised.is_empty() && !known.any(|known| folded(known) == normalised) {
            if !phrasings.is_empty() {
                phrasings.push('\n');
            }
            phrasings.push_str(&new);
        }
        draft.answers = group.normalised();
        Some(draft)
    }

    /// A draft of a new entry with the texts of `group` as its question and phrasings. Publishing it
    /// resolves the group.
    #[must_use]
    pub fn new_entry_from(&self, group: &Group) -> Draft {
        let mut draft = Draft::default();
        let most = self.max_question();
        draft.input.question = phrasing(&group.newest.text, most);
        let own = folded(&draft.input.question);
        let others = group.texts.iter().map(|text| phrasing(text, most));
        let others: Vec<String> = others.filter(|text| folded(text) != own).collect();
        draft.input.phrasings = others.join("\n");
        draft.answers = group.normalised();
        draft
    }

    /// Takes `group` out of the queue for good: it needs no answer, also when it is asked again.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn ignore(&self, group: &Group, at: i64) -> Result<(), StoreError> {
        let texts = group.normalised();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let store = &self.handle.store;
        store
            .resolve(self.server, &texts, &Resolution::Ignored, at)
            .await
    }

    fn max_question(&self) -> usize {
        self.engine.state.current().base.knowledge.limits().question
    }

    async fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.flush_questions().await;
        let store = &self.handle.store;
        let open = store.open_questions(self.server, MAX_QUESTIONS).await?;
        // Fails only on a panic, which is logged.
        Ok(compute(move || grouped(open)).await.unwrap_or_default())
    }
}

/// A logged question as a phrasing: one line, cut where it is longer than `most` characters.
fn phrasing(text: &str, most: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    match cut.rsplit_once(' ') {
        Some((whole, _)) => whole.to_owned(),
        None => cut,
    }
}

/// The entry that the asker chose, unless it was rejected after that.
fn chosen(question: &LoggedQuestion) -> Option<String> {
    let is_kept = question.followed_at.is_some() && question.followed_at >= question.flagged_at;
    is_kept.then(|| question.entry.clone()).flatten()
}

/// Groups near-duplicates. Each question joins the first group whose most asked text it is like.
fn grouped(open: Vec<RepeatedQuestion>) -> Vec<Group> {
    let mut groups: Vec<(Words, Group)> = Vec::new();
    for question in open {
        let words = Words::of(&question.newest.text);
        match groups.iter_mut().find(|(other, _)| other.is_like(&words)) {
            Some((_, group)) => {
                group.times += question.times;
                group.flagged += question.flagged;
                group.texts.push(question.newest.text.clone());
                if question.newest.asked_at > group.newest.asked_at {
                    group.chosen = chosen(&question.newest);
                    group.newest = question.newest;
                }
            }
            None => groups.push((
                words,
                Group {
                    times: question.times,
                    flagged: question.flagged,
                    texts: vec![question.newest.text.clone()],
                    chosen: chosen(&question.newest),
                    newest: question.newest,
                },
            )),
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by(|a, b| {
        let place = |one: &Group| {
            let newest = &one.newest;
            (one.chosen.is_none(), one.times, newest.asked_at, newest.id)
        };
        place(b).cmp(&place(a))
    });
    groups
}

/// A question as it is compared.
#[derive(Debug, PartialEq)]
struct Words {
    /// Stems of the words that tell the subject.
    topic: BTreeSet<String>,
    /// Words that make it another question about the same subject.
    qualifiers: BTreeSet<String>,
}

const STOP_WORDS: [&str; 44] = [
    "a", "an", "the", "is", "are", "was", "be", "do", "does", "did", "can", "could", "would",
    "should", "will", "i", "you", "we", "it", "they", "my", "your", "me", "us", "of", "to", "in",
    "on", "for", "with", "about", "and", "or", "please", "hi", "hello", "hey", "there", "this",
    "that", "what", "s", "so", "just",
];
const QUALIFIERS: [&str; 12] = [
    "why", "how", "who", "when", "where", "which", "not", "no", "t", "without", "much", "many",
];

impl Words {
    fn of(text: &str) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let folded = folded(text);
        let (mut topic, mut qualifiers) = (BTreeSet::new(), BTreeSet::new());
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            if QUALIFIERS.contains(&word) {
                qualifiers.insert(word.to_owned());
            } else if !STOP_WORDS.contains(&word) {
                topic.insert(stemmer.stem(word).into_owned());
            }
        }
        // A question of nothing else is compared by all of its words.
        if topic.is_empty() {
            topic.extend(folded.split(' ').map(str::to_owned));
        }
        Self { topic, qualifiers }
    }

    fn is_like(&self, other: &Self) -> bool {
        if self.qualifiers != other.qualifiers {
            return false;
        }
        let most = self.topic.len() + other.topic.len();
        let common = self
            .topic
            .iter()
            .filter(|word| other.topic.iter().any(|one| is_same(word, one)))
            .count();
        #[allow(clippy::cast_precision_loss, reason = "counts of words in a message")]
        let share = 2.0 * common as f64 / most as f64;
        share >= MIN_SIMILARITY
    }
}

/// Whether two stems are the same word, give or take a typo.
fn is_same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (long, short) = (
        a.chars().count().max(b.chars().count()),
        a.len().min(b.len()),
    );
    short >= MIN_TYPO_BYTES
        && a.len().abs_diff(b.len()) <= 2
        && long <= 40
        && damerau_levenshtein(a, b) <= 1
}

#[cfg(test)]
mod tests {
    use super::{Words, phrasing};

    #[test]
    fn near_duplicates_are_told_from_other_questions() {
        for (a, b, alike) in [
            ("What is open source AI?", "what is open-source ai", true),
            (
                "what is open source AI",
                "hey, what's open source ai please?",
                true,
            ),
            ("what is open source ai", "what is closed source ai", false),
            ("what is open source ai", "why open source ai", false),
            ("is it safe", "is it not safe", false),
            (
                "how do I fine-tune Llama",
                "how can i finetune llama?",
                false,
            ),
            (
                "how do I quantize Llama models",
                "how can I quantise llama model",
                true,
            ),
            (
                "can I run Mistral locally",
                "can we run mistral localy",
                true,
            ),
            ("opensource licences", "opensource license", true),
            ("日本語で話せますか", "日本語で話せますか？", true),
            ("日本語で話せますか", "ライセンスは何ですか", false),
            ("what is it", "who are you", false),
        ] {
            let found = Words::of(a).is_like(&Words::of(b));
            assert_eq!(found, alike, "{a:?} and {b:?}");
            assert_eq!(
                Words::of(b).is_like(&Words::of(a)),
                alike,
                "{b:?} and {a:?}"
            );
        }
    }

    #[test]
    fn a_question_becomes_a_phrasing() {
        for (text, expected) in [
            (" what\nis  it ", "what is it".to_owned()),
            (&"word ".repeat(100), ["word"; 50].join(" ")),
            (&"x".repeat(300), "x".repeat(250)),
        ] {
            assert_eq!(phrasing(text, 250), expected);
        }
    }
}
