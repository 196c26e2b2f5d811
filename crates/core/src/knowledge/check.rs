//! The rules that knowledge keeps.
//!
//! One mechanism serves files and moderators: [`check()`] finds the [`Fault`]s of an entry as its
//! author wrote it ([`UncheckedEntry`]) against what is [`Known`] beside it. Each [`Finding`] names the
//! [`Spot`] of the entry; the loader turns that into file, line and column.

use super::id::check_id;
use super::layout::{self, CHOICE_LABEL, Misfit, chars, misfits};
use super::nearest::{did_you_mean, nearest};
use super::text::shown;
use super::{
    ArticleId, Citation, Entry, EntryId, IdError, Knowledge, LinkError, MAX_ANSWER_CHARS,
    MAX_QUESTION_CHARS, ResourceId, SectionId, Source, check_link, folded, markers,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

/// An entry as its author wrote it, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UncheckedEntry {
    /// Its id.
    pub id: String,
    /// The topic it is browsed under.
    pub topic: String,
    /// The question.
    pub question: String,
    /// Other ways people ask it.
    pub phrasings: Vec<String>,
    /// The answer.
    pub answer: String,
    /// `article#section` or a link each.
    pub sources: Vec<String>,
    /// Ids of resources.
    pub resources: Vec<String>,
    /// Ids of entries.
    pub related: Vec<String>,
}

impl From<&Entry> for UncheckedEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            id: entry.id.to_string(),
            topic: entry.topic.clone(),
            question: entry.question.clone(),
            phrasings: entry.phrasings.clone(),
            answer: entry.answer.clone(),
            sources: entry.sources.iter().map(Source::to_string).collect(),
            resources: entry.resources.iter().map(ResourceId::to_string).collect(),
            related: entry.related.iter().map(EntryId::to_string).collect(),
        }
    }
}

impl UncheckedEntry {
    /// The entry, when nothing is wrong with it beside what is `known`. White space around the
    /// texts is taken off.
    ///
    /// # Errors
    ///
    /// Everything that is wrong.
    pub fn entry(&self, known: &Known<'_>) -> Result<Entry, Vec<Finding>> {
        let findings = check(self, known);
        if findings.is_empty() {
            self.unchecked()
                .ok_or_else(|| vec![Finding::new(Spot::Id, Fault::Empty, None)])
        } else {
            Err(findings)
        }
    }

    /// The entry, as far as it can be put together; `None` when its own id is none.
    pub fn unchecked(&self) -> Option<Entry> {
        Some(Entry {
            id: EntryId::new(&self.id).ok()?,
            topic: self.topic.trim().to_owned(),
            question: self.question.trim().to_owned(),
            phrasings: self.phrasings.iter().map(|p| p.trim().to_owned()).collect(),
            answer: self.answer.trim().to_owned(),
            sources: self
                .sources
                .iter()
                .filter_map(|s| Source::parse(s).ok())
                .collect(),
            resources: self
                .resources
                .iter()
                .filter_map(|t| ResourceId::new(t).ok())
                .collect(),
            related: self
                .related
                .iter()
                .filter_map(|t| EntryId::new(t).ok())
                .collect(),
        })
    }

    /// The question and every phrasing with its spot, the question first.
    fn all_phrasings(&self) -> impl Iterator<Item = (Spot, &str)> {
        let phrasings = self.phrasings.iter().enumerate();
        std::iter::once((Spot::Question, self.question.as_str()))
            .chain(phrasings.map(|(at, text)| (Spot::Phrasing(at), text.as_str())))
    }
}

/// Why a text is not a [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// A link, but not one that may be shown.
    #[error(transparent)]
    Link(LinkError),
    /// Neither a link nor two ids with a `#` between them.
    #[error("a source is written `article#section` or is a link")]
    Shape,
}

impl Source {
    /// Reads `article#section` or a link.
    ///
    /// # Errors
    ///
    /// When `text` is neither. Whether the article and section exist is not looked at.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        if text.contains(':') {
            check_link(text).map_err(SourceError::Link)?;
            return Ok(Self::Url(text.to_owned()));
        }
        let (article, section) = text.split_once('#').ok_or(SourceError::Shape)?;
        Ok(Self::Section {
            article: ArticleId::new(article).map_err(|_| SourceError::Shape)?,
            section: SectionId::new(section).map_err(|_| SourceError::Shape)?,
        })
    }
}

/// A part of an entry. Positions count from 0; people read them from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spot {
    /// The id.
    Id,
    /// The topic.
    Topic,
    /// The question.
    Question,
    /// The phrasings as a whole.
    Phrasings,
    /// One phrasing.
    Phrasing(usize),
    /// The answer.
    Answer,
    /// The first `[n]` with this number in the answer.
    Marker(usize),
    /// The sources as a whole.
    Sources,
    /// One source.
    Source(usize),
    /// The resources as a whole.
    Resources,
    /// One resource.
    Resource(usize),
    /// The related entries as a whole.
    Related,
    /// One related entry.
    RelatedEntry(usize),
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id => f.write_str("id"),
            Self::Topic => f.write_str("topic"),
            Self::Question => f.write_str("question"),
            Self::Phrasings => f.write_str("phrasings"),
            Self::Phrasing(at) => write!(f, "phrasing {}", at + 1),
            Self::Answer | Self::Marker(_) => f.write_str("answer"),
            Self::Sources => f.write_str("sources"),
            Self::Source(at) => write!(f, "source {}", at + 1),
            Self::Resources => f.write_str("resources"),
            Self::Resource(at) => write!(f, "resource {}", at + 1),
            Self::Related => f.write_str("related"),
            Self::RelatedEntry(at) => write!(f, "related entry {}", at + 1),
        }
    }
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing but white space.
    #[error("this is empty")]
    Empty,
    /// A wording of punctuation, symbols or emoji alone: nobody can be matched with it.
    #[error("there is no word in this")]
    NoWord,
    /// A control character, which Discord drops or shows as a box.
    #[error("this holds the control character U+{:04X}", u32::from(*.0))]
    Control(char),
    /// More characters than fit.
    #[error("this has {has} characters, at most {most} fit")]
    Long {
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// A list with more items than fit under a message.
    #[error("this has {has} items, at most {most} fit under a message")]
    Many {
        /// How many it has.
        has: usize,
        /// How many it may have.
        most: usize,
    },
    /// Not an id.
    #[error("`{text}` is not an id: {why}", text = shown(.0, 60), why = .1)]
    Id(String, IdError),
    /// Not a source.
    #[error("`{text}` is not a source: {why}", text = shown(.0, 60), why = .1)]
    Source(String, SourceError),
    /// A link that must not be shown.
    #[error("`{text}` is not a link to show: {why}", text = shown(.0, 60), why = .1)]
    Link(String, LinkError),
    /// An article that is not in `articles.toml`.
    #[error("there is no article `{0}`")]
    UnknownArticle(ArticleId),
    /// A section that its article does not have.
    #[error("the article `{0}` has no section `{1}`")]
    UnknownSection(ArticleId, SectionId),
    /// A resource that is not in `resources.toml`.
    #[error("there is no resource `{0}`")]
    UnknownResource(ResourceId),
    /// A related entry that does not exist.
    #[error("there is no entry `{0}`")]
    UnknownEntry(EntryId),
    /// An entry that is related to itself.
    #[error("an entry is not related to itself")]
    Itself,
    /// An item that stands in its list before.
    #[error("`{}` stands in this list twice", shown(.0, 60))]
    Twice(String),
    /// An `[n]` beyond the sources.
    #[error("[{n}] points to no source: there {}", counted(*.sources))]
    MarkerWithoutSource {
        /// The number in the answer.
        n: usize,
        /// How many sources there are.
        sources: usize,
    },
    /// A source that no `[n]` points to.
    #[error("no [{0}] in the answer points to this source")]
    SourceWithoutMarker(usize),
    /// The question or an earlier phrasing of this very entry is the same, whatever the case.
    #[error("this entry is worded like this already")]
    OwnWording,
    /// Another entry's question or phrasing is the same once [`folded`].
    #[error("entry `{0}` is worded like this already")]
    TakenWording(String),
    /// The line of a source is longer than a field of an embed.
    #[error("the line of this source takes {0} characters, Discord shows {max} in a field", max = layout::FIELD_VALUE)]
    SourceLine(usize),
    /// The sources fill more fields than an embed has.
    #[error("the sources fill {0} fields of a Discord message, it has {max}", max = layout::EMBED_FIELDS)]
    Fields(usize),
    /// Question, answer and sources together are longer than an embed.
    #[error("question, answer and sources take {0} characters together, a Discord message holds {max}", max = layout::EMBED_TOTAL)]
    Total(usize),
}

fn counted(count: usize) -> String {
    match count {
        0 => "are no sources".into(),
        1 => "is one source".into(),
        n => format!("are {n} sources"),
    }
}

/// A broken rule and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The part of the entry.
    pub spot: Spot,
    /// What is wrong.
    pub fault: Fault,
    /// What to do about it.
    pub help: Option<String>,
}

impl Finding {
    fn new(spot: Spot, fault: Fault, help: Option<String>) -> Self {
        Self { spot, fault, help }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.spot, self.fault)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

/// Ids that cannot be known because their file could not be read, in whole or in part. An id that
/// may stand there is not called unknown.
#[derive(Debug, Clone, Default)]
pub(super) enum Gap<'k> {
    /// The file was read.
    #[default]
    None,
    /// A file is broken: an id that stands in its text may be meant.
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

/// What an entry is checked against.
#[derive(Debug, Clone)]
pub struct Known<'k> {
    knowledge: &'k Knowledge,
    entries: BTreeSet<String>,
    /// Each wording, folded, and the entry it leads to.
    wordings: HashMap<String, String>,
    pub(super) article_gap: Gap<'k>,
    pub(super) resource_gap: Gap<'k>,
    pub(super) entry_gap: Gap<'k>,
}

impl<'k> Known<'k> {
    /// Everything in `knowledge`.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        let ids = knowledge.entries().iter().map(|e| e.id.to_string());
        let mut known = Self {
            knowledge,
            entries: ids.collect(),
            wordings: HashMap::new(),
            article_gap: Gap::None,
            resource_gap: Gap::None,
            entry_gap: Gap::None,
        };
        for entry in knowledge.entries() {
            for wording in entry.all_phrasings() {
                known.word(wording, entry.id.as_str());
            }
        }
        known
    }

    fn word(&mut self, wording: &str, id: &str) {
        let folded = folded(wording);
        if !folded.is_empty() {
            self.wordings.entry(folded).or_insert_with(|| id.to_owned());
        }
    }

    /// The entry that has a wording which folds to `key`.
    pub(super) fn owner_of(&self, key: &str) -> Option<&str> {
        self.wordings.get(key).map(String::as_str)
    }

    /// Makes an entry's id known, before any entry is checked that may be related to it.
    pub(super) fn learn_id(&mut self, id: &str) {
        self.entries.insert(id.to_owned());
    }

    /// Makes a checked entry's wordings known, so that the next ones are compared with it.
    pub(super) fn learn_wordings(&mut self, draft: &UncheckedEntry) {
        for (_, wording) in draft.all_phrasings() {
            self.word(wording, &draft.id);
        }
    }
}

/// Everything that is wrong with `draft` beside what is `known`. An entry of the same id in what
/// is known counts as the one that `draft` replaces.
#[must_use]
pub fn check(draft: &UncheckedEntry, known: &Known<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |spot, fault, help| findings.push(Finding::new(spot, fault, help));

    id(Spot::Id, &draft.id, EntryId::new, &mut find);
    for (spot, text, most, lines) in [
        (Spot::Topic, &draft.topic, CHOICE_LABEL, false),
        (Spot::Question, &draft.question, MAX_QUESTION_CHARS, false),
        (Spot::Answer, &draft.answer, MAX_ANSWER_CHARS, true),
    ] {
        for fault in text_faults(text, most, lines) {
            find(spot, fault, None);
        }
    }
    for (at, text) in draft.phrasings.iter().enumerate() {
        for fault in text_faults(text, MAX_QUESTION_CHARS, false) {
            find(Spot::Phrasing(at), fault, None);
        }
    }
    all_phrasings(draft, known, &mut find);
    for target in link_targets(&draft.answer) {
        if let Err(why) = check_link(target) {
            find(Spot::Answer, Fault::Link(target.to_owned(), why), None);
        }
    }
    sources_known(draft, known, &mut find);
    markers_and_sources(draft, &mut find);
    listed_ids(draft, known, &mut find);
    fits(draft, known, &mut find);
    findings
}

/// Everything that is wrong with `entry` beside `knowledge`, where an entry of the same id counts
/// as the one it replaces.
#[must_use]
pub fn check_entry(entry: &Entry, knowledge: &Knowledge) -> Vec<Finding> {
    check(&UncheckedEntry::from(entry), &Known::new(knowledge))
}

/// What is wrong with `text` as such: empty, a control character (line breaks and tabs may stand
/// where it has `lines`), longer than `most` characters.
pub(super) fn text_faults(text: &str, most: usize, lines: bool) -> Vec<Fault> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return vec![Fault::Empty];
    }
    let mut faults = Vec::new();
    let allowed = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    if let Some(c) = trimmed.chars().find(|c| c.is_control() && !allowed(*c)) {
        faults.push(Fault::Control(c));
    }
    let has = chars(trimmed);
    if has > most {
        faults.push(Fault::Long { has, most });
    }
    faults
}

/// What is wrong with `text` as an id. An empty one is [`Fault::Empty`] like any empty text.
pub(super) fn id_fault(text: &str) -> Option<Fault> {
    match check_id(text) {
        Ok(_) => None,
        Err(IdError::Empty) => Some(Fault::Empty),
        Err(why) => Some(Fault::Id(text.to_owned(), why)),
    }
}

fn id<T>(
    spot: Spot,
    text: &str,
    new: fn(&str) -> Result<T, IdError>,
    find: &mut impl FnMut(Spot, Fault, Option<String>),
) -> Option<T> {
    if let Some(fault) = id_fault(text) {
        find(spot, fault, None);
    }
    new(text).ok()
}

fn all_phrasings(
    draft: &UncheckedEntry,
    known: &Known<'_>,
    find: &mut impl FnMut(Spot, Fault, Option<String>),
) {
    let mut own = HashSet::new();
    for (spot, text) in draft.all_phrasings() {
        let folded = folded(text);
        if folded.is_empty() {
            if !text.trim().is_empty() {
                find(spot, Fault::NoWord, None);
            }
            continue;
        }
        // Within an entry another spelling does no harm, so only a plain repetition is a mistake.
        if !own.insert(text.trim().to_lowercase()) {
            find(
                spot,
                Fault::OwnWording,
                Some("leave one of the two out".into()),
            );
        } else if let Some(taken) = known.wordings.get(&folded)
            && *taken != draft.id
        {
            let help = "case, punctuation and spaces make no difference: leave one of the two out";
            find(spot, Fault::TakenWording(taken.clone()), Some(help.into()));
        }
    }
}

/// The targets of Markdown links, `[text](target)`.
fn link_targets(answer: &str) -> impl Iterator<Item = &str> {
    answer.match_indices("](").filter_map(|(at, open)| {
        let rest = &answer[at + open.len()..];
        Some(&rest[..rest.find(')')?])
    })
}

fn sources_known(
    draft: &UncheckedEntry,
    known: &Known<'_>,
    find: &mut impl FnMut(Spot, Fault, Option<String>),
) {
    let mut seen = HashSet::new();
    for (at, text) in draft.sources.iter().enumerate() {
        let spot = Spot::Source(at);
        if text.trim().is_empty() {
            find(spot, Fault::Empty, None);
        } else if !seen.insert(text) {
            find(
                spot,
                Fault::Twice(text.clone()),
                Some("let both claims carry the same [n]".into()),
            );
        } else {
            match Source::parse(text) {
                Ok(Source::Url(_)) => {}
                Ok(Source::Section { article, section }) => {
                    if let Some((fault, help)) = section_fault(&article, &section, known) {
                        find(spot, fault, help);
                    }
                }
                Err(why) => {
                    let help = near_source(text, known.knowledge).map(|s| did_you_mean(&s));
                    find(spot, Fault::Source(text.clone(), why), help);
                }
            }
        }
    }
}

fn section_fault(
    article: &ArticleId,
    section: &SectionId,
    known: &Known<'_>,
) -> Option<(Fault, Option<String>)> {
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
                    let listed = super::decode::listed(&sections);
                    (!sections.is_empty()).then(|| format!("its sections are {listed}"))
                })
        };
        return Some((
            Fault::UnknownSection(article.clone(), section.clone()),
            help,
        ));
    }
    if known.article_gap.may_hold(article.as_str()) {
        return None;
    }
    let help = near_source(&format!("{article}#{section}"), knowledge).map(|s| did_you_mean(&s));
    Some((Fault::UnknownArticle(article.clone()), help))
}

/// The source that `text` is most probably a slip of: by the article's name, by the name of a
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

fn markers_and_sources(draft: &UncheckedEntry, find: &mut impl FnMut(Spot, Fault, Option<String>)) {
    if draft.answer.trim().is_empty() {
        return;
    }
    let sources = draft.sources.len();
    let used: BTreeSet<usize> = markers(&draft.answer).map(|m| m.n).collect();
    for &n in used.iter().filter(|n| !(1..=sources).contains(*n)) {
        let fault = Fault::MarkerWithoutSource { n, sources };
        find(Spot::Marker(n), fault, None);
    }
    for n in (1..=sources).filter(|n| !used.contains(n)) {
        let help = format!("put [{n}] after the claim it supports, or leave the source out");
        find(
            Spot::Source(n - 1),
            Fault::SourceWithoutMarker(n),
            Some(help),
        );
    }
}

fn listed_ids(
    draft: &UncheckedEntry,
    known: &Known<'_>,
    find: &mut impl FnMut(Spot, Fault, Option<String>),
) {
    for (all, has, most) in [
        (
            Spot::Resources,
            draft.resources.len(),
            layout::MAX_RESOURCES,
        ),
        (Spot::Related, draft.related.len(), layout::MAX_RELATED),
    ] {
        if has > most {
            find(all, Fault::Many { has, most }, None);
        }
    }
    let mut seen = HashSet::new();
    for (at, text) in draft.resources.iter().enumerate() {
        let spot = Spot::Resource(at);
        let Some(id) = id(spot, text, ResourceId::new, find) else {
            continue;
        };
        if !seen.insert(text) {
            find(spot, Fault::Twice(text.clone()), None);
        } else if known.knowledge.resource(text).is_none()
            && !known.resource_gap.may_hold(id.as_str())
        {
            let all = known.knowledge.resources().iter().map(|r| r.id.as_str());
            let help = nearest(text, all).map(did_you_mean);
            find(spot, Fault::UnknownResource(id), help);
        }
    }
    let mut seen = HashSet::new();
    for (at, text) in draft.related.iter().enumerate() {
        let spot = Spot::RelatedEntry(at);
        let Some(id) = id(spot, text, EntryId::new, find) else {
            continue;
        };
        if !seen.insert(text) {
            find(spot, Fault::Twice(text.clone()), None);
        } else if *text == draft.id {
            find(spot, Fault::Itself, None);
        } else if !known.entries.contains(text) && !known.entry_gap.may_hold(id.as_str()) {
            let others = known.entries.iter().map(String::as_str);
            let help = nearest(text, others.filter(|e| *e != draft.id)).map(did_you_mean);
            find(spot, Fault::UnknownEntry(id), help);
        }
    }
}

fn fits(
    draft: &UncheckedEntry,
    known: &Known<'_>,
    find: &mut impl FnMut(Spot, Fault, Option<String>),
) {
    // Each source that can be looked up, with its position; the others are reported already.
    let numbered: Vec<(usize, Source)> = draft
        .sources
        .iter()
        .enumerate()
        .filter_map(|(at, text)| Some((at, Source::parse(text).ok()?)))
        .collect();
    let citations: Vec<Citation<'_>> = numbered
        .iter()
        .map(|(at, source)| known.knowledge.citation(at + 1, source))
        .collect();
    for misfit in misfits(draft.question.trim(), draft.answer.trim(), &citations) {
        match misfit {
            Misfit::SourceLine(at, length) => {
                let help = "shorten the article's title, author or heading";
                let at = numbered.get(at).map_or(0, |(at, _)| *at);
                find(
                    Spot::Source(at),
                    Fault::SourceLine(length),
                    Some(help.into()),
                );
            }
            Misfit::Fields(count) => find(Spot::Sources, Fault::Fields(count), None),
            Misfit::Total(length) => {
                // What is too long by itself is reported as that.
                if chars(draft.answer.trim()) <= MAX_ANSWER_CHARS
                    && chars(draft.question.trim()) <= MAX_QUESTION_CHARS
                {
                    let help = "shorten the answer, cite less, or make two entries of it";
                    find(Spot::Answer, Fault::Total(length), Some(help.into()));
                }
            }
        }
    }
}
