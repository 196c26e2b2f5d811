//! The rules that an entry keeps.

use super::article::Citation;
use super::collection::Knowledge;
use super::date::Date;
use super::entry::{Entry, EntryPart, Field, FieldKind, FieldValue, UncheckedEntry};
use super::entry_error::{EntryError, EntryErrorKind};
use super::folded::folded;
use super::id::{ArticleId, EntryId, IdError, ResourceId, SectionId, check_id};
use super::limits::{Limits, ReplyParts};
use super::link::check_link;
use super::marker::markers;
use super::source::Source;

use crate::diagnostic::enumerated;
use crate::did_you_mean::{did_you_mean, nearest};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Ids that cannot be known because their file could not be read, in whole or in part. An id that
/// may stand there is not called unknown.
#[derive(Debug, Clone, Default)]
pub(super) enum Gap<'k> {
    /// The file was read.
    #[default]
    None,
    /// Files are broken: an id that stands in the text of one may be meant.
    Texts(Vec<&'k str>),
    /// A file could not be read at all.
    All,
}

impl Gap<'_> {
    fn may_hold(&self, id: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Texts(texts) => texts.iter().any(|t| t.contains(&format!("\"{id}\""))),
        }
    }
}

/// The knowledge that an entry is checked against.
#[derive(Debug, Clone)]
pub struct Known<'k> {
    knowledge: &'k Knowledge,
    entries: BTreeSet<String>,
    /// The former ids of the entries that were checked before, and the present one of each.
    former_ids: HashMap<String, String>,
    /// Whose the questions and phrasings are.
    phrasings: PhrasingOwners,
    /// Those of a base below, except of entries that are no longer as they are there.
    of_base: Option<(&'k PhrasingOwners, HashSet<&'k str>)>,
    pub(super) article_gap: Gap<'k>,
    pub(super) resource_gap: Gap<'k>,
    pub(super) entry_gap: Gap<'k>,
}

impl<'k> Known<'k> {
    /// Everything in `knowledge`, with its [limits](Knowledge::limits).
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        let mut known = Self::without_phrasings(knowledge);
        known.phrasings = PhrasingOwners::of(knowledge.entries());
        known
    }

    fn without_phrasings(knowledge: &'k Knowledge) -> Self {
        let ids = knowledge.entries().iter().map(|e| e.id.to_string());
        Self {
            knowledge,
            entries: ids.collect(),
            former_ids: HashMap::new(),
            phrasings: PhrasingOwners::default(),
            of_base: None,
            article_gap: Gap::None,
            resource_gap: Gap::None,
            entry_gap: Gap::None,
        }
    }

    /// The same for `knowledge` that lies over a base, whose phrasings are known already. `changed`: the ids of
    /// the entries that are new, changed or removed.
    #[must_use]
    pub fn over(
        base: &'k PhrasingOwners,
        knowledge: &'k Knowledge,
        changed: impl IntoIterator<Item = &'k str>,
    ) -> Self {
        let changed: HashSet<&str> = changed.into_iter().collect();
        let new = changed.iter().filter_map(|id| knowledge.entry(id));
        let mut known = Self::without_phrasings(knowledge);
        known.phrasings = PhrasingOwners::of(new);
        known.of_base = Some((base, changed));
        known
    }

    pub(super) fn limits(&self) -> &Limits {
        self.knowledge.limits()
    }

    /// The entry with a phrasing that folds to `folded`.
    pub(super) fn owner_of(&self, folded: &str) -> Option<&str> {
        let of_base = self.of_base.as_ref().and_then(|(base, changed)| {
            let owner = base.get(folded)?;
            (!changed.contains(owner)).then_some(owner)
        });
        of_base.or_else(|| self.phrasings.get(folded))
    }

    /// Adds an entry's id, before any entry is checked that may be related to it.
    pub(super) fn learn_id(&mut self, id: &str) {
        self.entries.insert(id.to_owned());
    }

    /// Adds a checked entry's phrasings and former ids, so that the next ones are compared with them.
    pub(super) fn learn_texts(&mut self, entry: &UncheckedEntry) {
        for (_, phrasing) in entry.all_phrasings() {
            self.phrasings.learn(phrasing, &entry.id);
        }
        for former in &entry.was {
            self.former_ids
                .entry(former.clone())
                .or_insert_with(|| entry.id.clone());
        }
    }
}

/// The entry that each question and phrasing leads to, the first if several have it.
#[derive(Debug, Clone, Default)]
pub struct PhrasingOwners(HashMap<String, String>);

impl PhrasingOwners {
    /// Those of these entries.
    #[must_use]
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Arc<Entry>>) -> Self {
        let mut owners = Self::default();
        for entry in entries {
            for phrasing in entry.all_phrasings() {
                owners.learn(phrasing, entry.id.as_str());
            }
        }
        owners
    }

    fn get(&self, folded: &str) -> Option<&str> {
        self.0.get(folded).map(String::as_str)
    }

    fn learn(&mut self, phrasing: &str, id: &str) {
        let folded = folded(phrasing);
        if !folded.is_empty() {
            self.0.entry(folded).or_insert_with(|| id.to_owned());
        }
    }
}

/// Everything that is wrong with `entry` beside what is `known`. A known entry of the same id
/// counts as the one that `entry` replaces.
#[must_use]
pub fn check(entry: &UncheckedEntry, known: &Known<'_>) -> Vec<EntryError> {
    let mut check = Check {
        entry,
        known,
        limits: known.limits(),
        errors: Vec::new(),
    };
    check.texts();
    check.phrasings();
    check.links();
    check.sources();
    check.markers();
    check.resources();
    check.related();
    check.former_ids();
    check.reply();
    check.errors
}

/// Everything that is wrong with `entry` beside `knowledge`, where an entry of the same id counts
/// as the one it replaces.
#[must_use]
pub fn check_entry(entry: &Entry, knowledge: &Knowledge) -> Vec<EntryError> {
    check(&UncheckedEntry::from(entry), &Known::new(knowledge))
}

impl UncheckedEntry {
    /// Checks this entry against what is `known`. White space around its texts is taken off.
    ///
    /// # Errors
    ///
    /// Everything that is wrong.
    pub fn entry(&self, known: &Known<'_>) -> Result<Entry, Vec<EntryError>> {
        let errors = check(self, known);
        match self.unchecked() {
            Some(entry) if errors.is_empty() => Ok(entry),
            _ => Err(errors),
        }
    }
}

/// What is wrong with `text` as such: empty, a control character (line breaks and tabs may stand
/// between `paragraphs`), more than `most` characters.
pub(super) fn check_text(text: &str, most: usize, paragraphs: bool) -> Vec<EntryErrorKind> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return vec![EntryErrorKind::Empty];
    }
    let mut errors = Vec::new();
    let allowed = |c: char| paragraphs && matches!(c, '\n' | '\r' | '\t');
    if let Some(c) = trimmed.chars().find(|c| c.is_control() && !allowed(*c)) {
        errors.push(EntryErrorKind::Control(c));
    }
    errors.extend(check_length(trimmed, most));
    errors
}

/// What is wrong with `text` as an id.
pub(super) fn check_id_text(text: &str) -> Option<EntryErrorKind> {
    check_id(text).err().map(|why| id_error(text, why))
}

/// An empty id is reported like any empty text.
fn id_error(text: &str, why: IdError) -> EntryErrorKind {
    match why {
        IdError::Empty => EntryErrorKind::Empty,
        why => EntryErrorKind::Id(text.to_owned(), why),
    }
}

/// What is wrong with `text` as a link.
pub(super) fn check_link_text(text: &str, limits: &Limits) -> Option<EntryErrorKind> {
    match check_link(text) {
        Ok(()) => check_length(text, limits.link),
        Err(why) => Some(EntryErrorKind::Link(text.to_owned(), why)),
    }
}

fn check_length(text: &str, most: usize) -> Option<EntryErrorKind> {
    let has = text.chars().count();
    (has > most).then_some(EntryErrorKind::Long { has, most })
}

/// One check of one entry.
struct Check<'c, 'k> {
    entry: &'c UncheckedEntry,
    known: &'c Known<'k>,
    limits: &'c Limits,
    errors: Vec<EntryError>,
}

impl Check<'_, '_> {
    fn report(&mut self, part: EntryPart, kind: EntryErrorKind, help: Option<String>) {
        self.errors.push(EntryError { part, kind, help });
    }

    /// Each text and list as such.
    fn texts(&mut self) {
        for field in Field::ALL {
            let part = EntryPart::Field(field);
            match self.entry.value(field) {
                FieldValue::Text(id) if field.kind() == FieldKind::Id => {
                    if let Some(kind) = check_id_text(id) {
                        self.report(part, kind, None);
                    }
                }
                FieldValue::Text(text) => {
                    if field.is_required() || !text.is_empty() {
                        self.text(field, part, text);
                    }
                }
                FieldValue::List(items) => {
                    let (has, most) = (items.len(), self.limits.max_items(field));
                    if has > most {
                        self.report(part, EntryErrorKind::Many { has, most }, None);
                    }
                    if field.kind() == FieldKind::Lines {
                        for (at, item) in items.iter().enumerate() {
                            self.text(field, EntryPart::Item(field, at), item);
                        }
                    }
                }
            }
        }
    }

    fn text(&mut self, field: Field, part: EntryPart, text: &str) {
        let paragraphs = field.kind() == FieldKind::Paragraphs;
        let errors = check_text(text, self.limits.max_chars(field), paragraphs);
        if errors.is_empty()
            && field.kind() == FieldKind::Date
            && let Err(why) = Date::parse(text.trim())
        {
            let kind = EntryErrorKind::Date(text.trim().to_owned(), why);
            self.report(part, kind, None);
        }
        for kind in errors {
            self.report(part, kind, None);
        }
    }

    fn phrasings(&mut self) {
        let mut own = HashSet::new();
        for (part, text) in self.entry.all_phrasings() {
            let folded = folded(text);
            if folded.is_empty() {
                if !text.trim().is_empty() {
                    self.report(part, EntryErrorKind::NoWord, None);
                }
                continue;
            }
            // Within an entry another spelling does no harm, so only a plain repetition is a
            // mistake.
            if !own.insert(text.trim().to_lowercase()) {
                let help = "leave one of the two out";
                self.report(part, EntryErrorKind::RepeatedPhrasing, Some(help.into()));
            } else if let Some(taken) = self.known.owner_of(&folded)
                && taken != self.entry.id
            {
                let kind = EntryErrorKind::TakenPhrasing(taken.to_owned());
                let help =
                    "case, punctuation and spaces make no difference: leave one of the two out";
                self.report(part, kind, Some(help.into()));
            }
        }
    }

    /// The Markdown links in the answer.
    fn links(&mut self) {
        for target in link_targets(&self.entry.answer) {
            if let Some(kind) = check_link_text(target, self.limits) {
                self.report(EntryPart::Field(Field::Answer), kind, None);
            }
        }
    }

    fn sources(&mut self) {
        let mut seen = HashSet::new();
        for (at, text) in self.entry.sources.iter().enumerate() {
            let part = EntryPart::Item(Field::Sources, at);
            if text.trim().is_empty() {
                self.report(part, EntryErrorKind::Empty, None);
                continue;
            }
            let reference = text.split_whitespace().next().unwrap_or_default();
            if !seen.insert(reference) {
                let help = "let both claims carry the same [n]";
                let kind = EntryErrorKind::Twice(reference.to_owned());
                self.report(part, kind, Some(help.into()));
                continue;
            }
            match Source::parse(text) {
                Ok(Source::Url(url)) => {
                    if let Some(kind) = check_length(&url, self.limits.link) {
                        self.report(part, kind, None);
                    }
                }
                Ok(Source::Section {
                    article, section, ..
                }) => {
                    if let Some((kind, help)) = check_section(&article, &section, self.known) {
                        self.report(part, kind, help);
                    }
                }
                Err(why) => {
                    let near = near_source(text, self.known.knowledge);
                    let help = near.map(|source| did_you_mean(&source));
                    self.report(part, EntryErrorKind::Source(text.clone(), why), help);
                }
            }
        }
    }

    /// Each `[n]` in the answer has its source, and each source its `[n]`.
    fn markers(&mut self) {
        if self.entry.answer.trim().is_empty() {
            return;
        }
        let sources = self.entry.sources.len();
        let used: BTreeSet<usize> = markers(&self.entry.answer).map(|m| m.n).collect();
        for &n in used.iter().filter(|n| !(1..=sources).contains(*n)) {
            let kind = EntryErrorKind::MarkerWithoutSource { n, sources };
            self.report(EntryPart::Marker(n), kind, None);
        }
        for n in (1..=sources).filter(|n| !used.contains(n)) {
            let part = EntryPart::Item(Field::Sources, n - 1);
            let help = format!("put [{n}] after the claim it supports, or leave the source out");
            self.report(part, EntryErrorKind::SourceWithoutMarker(n), Some(help));
        }
    }

    fn resources(&mut self) {
        let known = self.known;
        let is_unknown =
            |id: &str| known.knowledge.resource(id).is_none() && !known.resource_gap.may_hold(id);
        for (part, id) in self.ids(Field::Resources, &self.entry.resources, ResourceId::new) {
            if is_unknown(id.as_str()) {
                let all = known.knowledge.resources().iter().map(|r| r.id.as_str());
                let help = nearest(id.as_str(), all).map(did_you_mean);
                self.report(part, EntryErrorKind::UnknownResource(id), help);
            }
        }
    }

    fn related(&mut self) {
        let (known, own) = (self.known, self.entry.id.as_str());
        let is_unknown = |id: &str| !known.entries.contains(id) && !known.entry_gap.may_hold(id);
        for (part, id) in self.ids(Field::Related, &self.entry.related, EntryId::new) {
            if id.as_str() == own {
                self.report(part, EntryErrorKind::Itself, None);
            } else if is_unknown(id.as_str()) {
                let all = known.entries.iter().map(String::as_str);
                let help =
                    nearest(id.as_str(), all.filter(|other| *other != own)).map(did_you_mean);
                self.report(part, EntryErrorKind::UnknownEntry(id), help);
            }
        }
    }

    /// An id that an entry had belongs to no other entry, now or before. What the entry has already is no
    /// mistake of who edits it: a base may rename an entry that a server has changed under its old id.
    fn former_ids(&mut self) {
        let (knowledge, own) = (self.known.knowledge, self.entry.id.as_str());
        let present = knowledge.entry(own);
        for (part, former) in self.ids(Field::Was, &self.entry.was, EntryId::new) {
            if present.is_some_and(|entry| entry.was.contains(&former)) {
                continue;
            }
            let owner = if self.known.entries.contains(former.as_str()) {
                Some(former.as_str())
            } else {
                self.known
                    .former_ids
                    .get(former.as_str())
                    .map(String::as_str)
                    .or_else(|| {
                        let entry = knowledge.entry_now_or_formerly(former.as_str())?;
                        Some(entry.id.as_str())
                    })
                    .filter(|owner| *owner != own)
            };
            if former.as_str() == own {
                self.report(part, EntryErrorKind::FormerIsPresent, None);
            } else if let Some(owner) = owner {
                let kind = EntryErrorKind::FormerTaken(former.clone(), owner.to_owned());
                self.report(part, kind, None);
            }
        }
    }

    /// Those items of a list that are ids, each once. Reports the others.
    fn ids<T: PartialEq>(
        &mut self,
        field: Field,
        items: &[String],
        parse: fn(&str) -> Result<T, IdError>,
    ) -> Vec<(EntryPart, T)> {
        let mut ids: Vec<(EntryPart, T)> = Vec::new();
        for (at, text) in items.iter().enumerate() {
            let part = EntryPart::Item(field, at);
            match parse(text) {
                Ok(id) if ids.iter().any(|(_, earlier)| *earlier == id) => {
                    self.report(part, EntryErrorKind::Twice(text.clone()), None);
                }
                Ok(id) => ids.push((part, id)),
                Err(why) => self.report(part, id_error(text, why), None),
            }
        }
        ids
    }

    /// Whether the reply fits as a whole.
    fn reply(&mut self) {
        // A source that cannot be looked up is reported as that.
        let sources: Vec<(usize, Source)> = (1..)
            .zip(&self.entry.sources)
            .filter_map(|(n, text)| Some((n, Source::parse(text).ok()?)))
            .collect();
        let knowledge = self.known.knowledge;
        let citations: Vec<Citation<'_>> = sources
            .iter()
            .map(|(n, source)| knowledge.citation(*n, source))
            .collect();
        let overflows = (self.limits.measure)(&ReplyParts {
            question: self.entry.question.trim(),
            answer: self.entry.answer.trim(),
            citations: &citations,
        });
        for overflow in overflows {
            let kind = EntryErrorKind::Overflow(overflow.message);
            self.report(overflow.part, kind, overflow.help);
        }
    }
}

/// The targets of Markdown links, `[text](target)`.
pub(super) fn link_targets(answer: &str) -> impl Iterator<Item = &str> {
    answer.match_indices("](").filter_map(|(at, open)| {
        let rest = &answer[at + open.len()..];
        Some(&rest[..rest.find(')')?])
    })
}

fn check_section(
    article: &ArticleId,
    section: &SectionId,
    known: &Known<'_>,
) -> Option<(EntryErrorKind, Option<String>)> {
    let knowledge = known.knowledge;
    if let Some(found) = knowledge.article(article.as_str()) {
        if found.sections.iter().any(|s| s.id == *section)
            || known.article_gap.may_hold(section.as_str())
        {
            return None;
        }
        let elsewhere = knowledge
            .articles()
            .iter()
            .find(|a| a.sections.iter().any(|s| s.id == *section));
        let help = if let Some(other) = elsewhere {
            Some(did_you_mean(&format!("{}#{section}", other.id)))
        } else {
            let sections = || found.sections.iter().map(|s| s.id.as_str());
            nearest(section.as_str(), sections())
                .map(|near| did_you_mean(&format!("{article}#{near}")))
                .or_else(|| {
                    let sections: Vec<&str> = sections().collect();
                    let all = enumerated(&sections);
                    (!sections.is_empty()).then(|| format!("its sections are {all}"))
                })
        };
        let kind = EntryErrorKind::UnknownSection(article.clone(), section.clone());
        return Some((kind, help));
    }
    if known.article_gap.may_hold(article.as_str()) {
        return None;
    }
    let help = near_source(&format!("{article}#{section}"), knowledge).map(|s| did_you_mean(&s));
    Some((EntryErrorKind::UnknownArticle(article.clone()), help))
}

/// The source that `text` was most probably meant to be: by the article's name, by the name of a
/// section alone, or as a whole.
fn near_source(text: &str, knowledge: &Knowledge) -> Option<String> {
    let articles = knowledge.articles();
    let with_section = |section: &str| {
        let mut all = articles
            .iter()
            .flat_map(|a| a.sections.iter().map(move |s| (a, s)));
        all.find(|(_, s)| s.id.as_str() == section)
            .map(|(a, s)| format!("{}#{}", a.id, s.id))
    };
    if let Some((article, section)) = text.split_once('#') {
        let near = nearest(article, articles.iter().map(|a| a.id.as_str()));
        if let Some(found) = near.and_then(|near| knowledge.article(near)) {
            let sections = found.sections.iter().map(|s| s.id.as_str());
            return Some(match nearest(section, sections) {
                Some(section) => format!("{}#{section}", found.id),
                None => found.id.to_string(),
            });
        }
        return with_section(section);
    }
    if let Some(found) = with_section(text) {
        return Some(found);
    }
    let near = nearest(text, articles.iter().map(|a| a.id.as_str()))?;
    let first = knowledge.article(near)?.sections.first()?;
    Some(format!("{near}#{}", first.id))
}
