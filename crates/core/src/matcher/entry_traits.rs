//! What each entry is compared with a question by, beside scores.

use super::answer_text::AnswerText;
use super::count::as_f32;
use super::lexical::LexicalIndex;
use super::phrasing::Phrasing;
use super::signs::{Poles, Signs};
use std::collections::HashSet;
use std::sync::Arc;

/// A stem that at least this share of the entries have belongs to the FAQ's subject.
const SUBJECT_SHARE: f32 = 0.3;
/// From this share of phrasings on, an entry is about something denied.
const MOSTLY: f32 = 0.7;

/// The traits of all entries.
#[derive(Debug)]
pub(super) struct Traits {
    pub entries: Vec<EntryTraits>,
    /// The stems of the FAQ's subject.
    pub subject: HashSet<Box<str>>,
    /// Whether the FAQ lists out-of-scope questions.
    pub has_out_of_scope: bool,
}

/// What one entry is compared by.
#[derive(Debug)]
pub(super) struct EntryTraits {
    pub phrasings: Vec<Arc<Phrasing>>,
    pub answer: Arc<AnswerText>,
    /// The signs of all phrasings together: every aspect, the poles that are not named in passing, and
    /// whether one of them denies something, asks for a status or for work.
    pub signs: Signs,
    /// Whether most phrasings deny something.
    pub mostly_negated: bool,
    /// The share of phrasings that name the FAQ's subject, `[0, 1]`.
    pub names_subject: f32,
}

impl Traits {
    pub fn new(
        phrasings: Vec<Vec<Arc<Phrasing>>>,
        answers: Vec<Arc<AnswerText>>,
        lexical: &LexicalIndex,
        has_out_of_scope: bool,
    ) -> Self {
        let subject: HashSet<Box<str>> =
            lexical.common_stems(SUBJECT_SHARE).map(Box::from).collect();
        let entries = phrasings.into_iter().zip(answers);
        let entries =
            entries.map(|(phrasings, answer)| EntryTraits::new(phrasings, answer, &subject));
        Self {
            entries: entries.collect(),
            subject,
            has_out_of_scope,
        }
    }
}

impl EntryTraits {
    fn new(
        phrasings: Vec<Arc<Phrasing>>,
        answer: Arc<AnswerText>,
        subject: &HashSet<Box<str>>,
    ) -> Self {
        let poles: Vec<Poles> = phrasings.iter().map(|p| p.signs.poles).collect();
        let mut signs = Signs {
            poles: Poles::of_all(&poles),
            ..Signs::default()
        };
        for phrasing in &phrasings {
            signs.aspects = signs.aspects.or(phrasing.signs.aspects);
            signs.negated |= phrasing.signs.negated;
            signs.status |= phrasing.signs.status;
            signs.errand |= phrasing.signs.errand;
        }
        let share = |of: &dyn Fn(&Phrasing) -> bool| {
            let having = phrasings.iter().filter(|phrasing| of(phrasing)).count();
            as_f32(having) / as_f32(phrasings.len().max(1))
        };
        Self {
            signs,
            mostly_negated: share(&|phrasing| phrasing.signs.negated) >= MOSTLY,
            names_subject: share(&|phrasing| {
                let mut words = phrasing.words.iter();
                words.any(|word| subject.contains(word.stem.as_str()))
            }),
            phrasings,
            answer,
        }
    }
}
