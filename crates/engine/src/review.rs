//! What went unanswered or was marked "not what I asked", near-duplicates together.

use crate::admin::{Error, ServerAdmin};
use crate::drafts::Draft;
use crate::entry_input::one_line;
use citebot_core::knowledge::folded;
use citebot_store::{Question, QuestionId, Resolution, Same, StoreError};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use strsim::damerau_levenshtein;

/// How many different questions are looked at, the most asked first.
const LOOKED_AT: u32 = 400;
/// How many groups are given at most.
pub const MAX_GROUPS: usize = 100;
/// From this share of common words on, two questions are near-duplicates (Sørensen–Dice).
const ALIKE: f64 = 0.8;
/// Words of this length may differ by one typing mistake.
const MISTYPED: usize = 5;

/// Questions that ask nearly the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The latest of them. Its id names the group, also when more are asked meanwhile:
    /// [`ServerAdmin::group`].
    pub newest: Question,
    /// How often they were asked.
    pub times: u64,
    /// How many of these got an answer that was not what was asked.
    pub flagged: u64,
    /// The different wordings, the most asked first, at least one.
    pub wordings: Vec<String>,
}

impl Group {
    /// What names this group.
    #[must_use]
    pub fn id(&self) -> QuestionId {
        self.newest.id
    }

    fn normalised(&self) -> Vec<String> {
        self.wordings.iter().map(|text| folded(text)).collect()
    }
}

impl ServerAdmin<'_> {
    /// What waits for a moderator, the most asked first, then the newest.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn review(&self) -> Result<Vec<Group>, StoreError> {
        let mut groups = self.groups().await?;
        groups.truncate(MAX_GROUPS);
        Ok(groups)
    }

    /// The group that the question `id` is in; `None` when it was dealt with, or is gone.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn group(&self, id: QuestionId) -> Result<Option<Group>, StoreError> {
        let Some(question) = self.keeping.store.question(self.server, id).await? else {
            return Ok(None);
        };
        let text = folded(&question.text);
        let groups = self.groups().await?;
        Ok(groups
            .into_iter()
            .find(|group| group.normalised().contains(&text)))
    }

    /// A draft in which the entry `entry` answers `group`: the group's newest question is one more
    /// phrasing of it, unless it is worded like that already. When it is published, the group is
    /// dealt with. `None` if members see no such entry.
    #[must_use]
    pub fn answer_with(&self, group: &Group, entry: &str) -> Option<Draft> {
        let mut draft = self.draft_of(entry)?;
        let question = phrasing(&group.newest.text, self.max_question());
        let wording = folded(&question);
        let mut wordings =
            std::iter::once(draft.form.question.as_str()).chain(draft.form.phrasings.lines());
        if !wording.is_empty() && !wordings.any(|known| folded(known) == wording) {
            if !draft.form.phrasings.is_empty() {
                draft.form.phrasings.push('\n');
            }
            draft.form.phrasings.push_str(&question);
        }
        draft.answers = group.normalised();
        Some(draft)
    }

    /// A draft of a new entry that asks what `group` asks. When it is published, the group is dealt
    /// with.
    #[must_use]
    pub fn new_entry_from(&self, group: &Group) -> Draft {
        let mut draft = self.new_draft();
        let most = self.max_question();
        draft.form.question = phrasing(&group.newest.text, most);
        let own = folded(&draft.form.question);
        let others = group.wordings.iter().map(|text| phrasing(text, most));
        let others: Vec<String> = others.filter(|text| folded(text) != own).collect();
        draft.form.phrasings = others.join("\n");
        draft.answers = group.normalised();
        draft
    }

    /// `group` needs no answer, now or when it is asked again.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn ignore(&self, group: &Group, at: i64) -> Result<(), StoreError> {
        let texts = group.normalised();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        self.keeping
            .store
            .resolve(self.server, &texts, &Resolution::Ignored, at)
            .await
    }

    fn max_question(&self) -> usize {
        self.engine
            .worlds
            .current()
            .base
            .knowledge
            .limits()
            .question
    }

    async fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.keeping.recorder.flush().await;
        let open = self
            .keeping
            .store
            .open_questions(self.server, LOOKED_AT)
            .await?;
        let grouped = super::admin::compute(move || grouped(open)).await;
        // Only if comparing them panicked: it has been logged.
        Ok(grouped.unwrap_or_else(|_: Error| Vec::new()))
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

/// Puts near-duplicates together. Each joins the first group whose most asked wording it is like.
fn grouped(open: Vec<Same>) -> Vec<Group> {
    let mut groups: Vec<(Words, Group)> = Vec::new();
    for same in open {
        let words = Words::of(&same.newest.text);
        match groups.iter_mut().find(|(other, _)| other.is_like(&words)) {
            Some((_, group)) => {
                group.times += same.times;
                group.flagged += same.flagged;
                group.wordings.push(same.newest.text.clone());
                if same.newest.asked_at > group.newest.asked_at {
                    group.newest = same.newest;
                }
            }
            None => groups.push((
                words,
                Group {
                    times: same.times,
                    flagged: same.flagged,
                    wordings: vec![same.newest.text.clone()],
                    newest: same.newest,
                },
            )),
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(_, group)| group).collect();
    groups.sort_by(|a, b| {
        (b.times, b.newest.asked_at, b.newest.id).cmp(&(a.times, a.newest.asked_at, a.newest.id))
    });
    groups
}

/// A question as it is compared.
#[derive(Debug, PartialEq)]
struct Words {
    /// Stems of the words that tell what it is about.
    telling: BTreeSet<String>,
    /// Words that make it another question about the same.
    turning: BTreeSet<String>,
}

/// Words that tell nothing.
const PADDING: [&str; 44] = [
    "a", "an", "the", "is", "are", "was", "be", "do", "does", "did", "can", "could", "would",
    "should", "will", "i", "you", "we", "it", "they", "my", "your", "me", "us", "of", "to", "in",
    "on", "for", "with", "about", "and", "or", "please", "hi", "hello", "hey", "there", "this",
    "that", "what", "s", "so", "just",
];
/// Words without which a question asks something else.
const TURNING: [&str; 12] = [
    "why", "how", "who", "when", "where", "which", "not", "no", "t", "without", "much", "many",
];

impl Words {
    fn of(text: &str) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let folded = folded(text);
        let (mut telling, mut turning) = (BTreeSet::new(), BTreeSet::new());
        for word in folded.split(' ').filter(|word| !word.is_empty()) {
            if TURNING.contains(&word) {
                turning.insert(word.to_owned());
            } else if !PADDING.contains(&word) {
                telling.insert(stemmer.stem(word).into_owned());
            }
        }
        // A question of padding alone is told by all of it.
        if telling.is_empty() {
            telling.extend(folded.split(' ').map(str::to_owned));
        }
        Self { telling, turning }
    }

    fn is_like(&self, other: &Self) -> bool {
        if self.turning != other.turning {
            return false;
        }
        let most = self.telling.len() + other.telling.len();
        let common = self
            .telling
            .iter()
            .filter(|word| other.telling.iter().any(|one| is_same(word, one)))
            .count();
        #[allow(clippy::cast_precision_loss, reason = "counts of words in a message")]
        let share = 2.0 * common as f64 / most as f64;
        share >= ALIKE
    }
}

/// Whether two stems are one word, perhaps mistyped.
fn is_same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (long, short) = (
        a.chars().count().max(b.chars().count()),
        a.len().min(b.len()),
    );
    short >= MISTYPED
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
