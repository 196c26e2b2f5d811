//! The curated knowledge: what is cited, what is linked, and the entries that answer.
//!
//! [`Knowledge`] is immutable once built. It is read from a folder of TOML files by
//! [`Knowledge::load`], which reports every [`Diagnostic`] it finds rather than the first.

mod check;
mod coverage;
pub mod decode;
mod id;
pub mod layout;
mod link;
mod load;
mod marker;
mod nearest;
mod problem;
pub mod text;
mod toml_shape;
mod wording;

pub use check::{Fault, Finding, Known, SourceError, Spot, UncheckedEntry, check, check_entry};
pub use coverage::coverage;
pub use id::{ArticleId, EntryId, IdError, MAX_ID_CHARS, ResourceId, SectionId};
pub use link::{LinkError, MAX_LINK_CHARS, check_link};
pub use marker::{Marker, markers};
pub use nearest::nearest;
pub use problem::{Diagnostic, Diagnostics, Place};
pub use wording::folded;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The longest answer, in characters, that leaves room in a Discord embed for its sources.
pub const MAX_ANSWER_CHARS: usize = 2_500;
/// The longest question or phrasing, in characters: an embed title holds 256.
pub const MAX_QUESTION_CHARS: usize = 250;

/// A text that is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its id.
    pub id: ArticleId,
    /// Its title, as published.
    pub title: String,
    /// Who wrote it, where the article says so.
    pub author: Option<String>,
    /// Who published it, where known.
    pub publisher: Option<String>,
    /// Where it can be read, `http` or `https`.
    pub url: Option<String>,
    /// When it was published, as the article gives it.
    pub published: Option<String>,
    /// What a reader should know of it, e.g. that an AI writer made it.
    pub note: Option<String>,
    /// Its parts, in the article's order.
    pub sections: Vec<Section>,
}

/// A part of an [`Article`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its id, unique within the article.
    pub id: SectionId,
    /// The article's own heading, or a short description where it has none.
    pub heading: String,
}

/// A tool or organisation that answers link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its name: the label of a link button, at most 80 characters.
    pub name: String,
    /// Its link, `http` or `https`, at most 512 characters.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
}

/// Names that mean the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name that stands for all of them.
    pub name: String,
    /// The others.
    pub also: Vec<String>,
    /// A sentence that says what it is, for the glossary.
    pub definition: Option<String>,
}

/// What a `[n]` in an answer points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A section of an article in `articles.toml`.
    Section {
        /// The article's id.
        article: ArticleId,
        /// The section's id within it.
        section: SectionId,
    },
    /// A page on the web, `http` or `https`.
    Url(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Section { article, section } => write!(f, "{article}#{section}"),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// One question of the FAQ with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The topic it is browsed under.
    pub topic: String,
    /// The question in the curator's words: the title of the reply.
    pub question: String,
    /// Other ways people ask it.
    pub phrasings: Vec<String>,
    /// The answer, with `[n]` after each claim.
    pub answer: String,
    /// What the `[n]` point to: `[1]` is the first.
    pub sources: Vec<Source>,
    /// Ids from `resources.toml`, shown as links.
    pub resources: Vec<ResourceId>,
    /// Ids of entries to offer next.
    pub related: Vec<EntryId>,
}

impl Entry {
    /// The question and every phrasing, the question first.
    pub fn all_phrasings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.question.as_str()).chain(self.phrasings.iter().map(String::as_str))
    }

    /// Whether a claim of the answer rests on this section of this article.
    #[must_use]
    pub fn cites(&self, article: &ArticleId, section: &SectionId) -> bool {
        self.sources.iter().any(|source| {
            matches!(source, Source::Section { article: a, section: s } if a == article && s == section)
        })
    }
}

impl Entry {
    /// An entry for tests and examples, which answers “Yes.”.
    ///
    /// # Panics
    ///
    /// When `id` is no valid id.
    #[must_use]
    pub fn example(id: &str, question: &str, phrasings: &[&str]) -> Self {
        Self {
            id: EntryId::new(id).expect("an id"),
            topic: "Topic".into(),
            question: question.into(),
            phrasings: phrasings.iter().map(|&phrasing| phrasing.into()).collect(),
            answer: "Yes.".into(),
            sources: Vec::new(),
            resources: Vec::new(),
            related: Vec::new(),
        }
    }
}

/// A source as a reader sees it: number, titles and link, looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The `n` of `[n]`, from 1.
    pub n: usize,
    /// The article and section; `None` for a bare link.
    pub article: Option<(&'a Article, &'a Section)>,
    /// The link: the source's own, or the article's.
    pub url: Option<&'a str>,
}

/// Everything a curator wrote: immutable, checked, with look-ups by id.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    articles: Vec<Arc<Article>>,
    resources: Vec<Arc<Resource>>,
    aliases: Vec<Alias>,
    out_of_scope: Arc<[String]>,
    entries: Vec<Arc<Entry>>,
    by_id: HashMap<EntryId, usize>,
}

impl Knowledge {
    /// Reads and checks a knowledge folder: `articles.toml`, `resources.toml`, `aliases.toml`,
    /// `out-of-scope.toml` (each may be missing) and `faq/*.toml` in the order of their names.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its place.
    pub fn load(folder: &Path) -> Result<Self, Diagnostics> {
        load::load(folder)
    }

    /// Reads entries from `text`, which has the format of a file in `faq/`. Their keys and types
    /// are checked; [`UncheckedEntry::entry`] checks the rest against what is [`Known`].
    ///
    /// # Errors
    ///
    /// Everything that is wrong with keys and types, placed in `file`.
    pub fn read_entries(file: &Path, text: &str) -> Result<Vec<UncheckedEntry>, Diagnostics> {
        load::read_entries(file, text)
    }

    /// Puts checked parts together. An entry whose id stands already replaces the earlier one.
    #[must_use]
    pub fn from_parts(
        articles: Vec<Article>,
        resources: Vec<Resource>,
        aliases: Vec<Alias>,
        entries: Vec<Entry>,
    ) -> Self {
        let mut knowledge = Self {
            articles: articles.into_iter().map(Arc::new).collect(),
            resources: resources.into_iter().map(Arc::new).collect(),
            aliases,
            out_of_scope: Arc::default(),
            entries: Vec::new(),
            by_id: HashMap::new(),
        };
        for entry in entries {
            knowledge.put(Arc::new(entry));
        }
        knowledge
    }

    fn put(&mut self, entry: Arc<Entry>) {
        if let Some(&at) = self.by_id.get(&entry.id) {
            self.entries[at] = entry;
        } else {
            self.by_id.insert(entry.id.clone(), self.entries.len());
            self.entries.push(entry);
        }
    }

    /// This knowledge with a server's own entries laid over it: `removed` ids are taken out, then
    /// each of `changed` replaces the entry of its id or stands after the others.
    #[must_use]
    pub fn overlaid(&self, removed: &[EntryId], changed: &[Arc<Entry>]) -> Self {
        let mut over = Self {
            articles: self.articles.clone(),
            resources: self.resources.clone(),
            aliases: self.aliases.clone(),
            out_of_scope: Arc::clone(&self.out_of_scope),
            entries: Vec::with_capacity(self.entries.len() + changed.len()),
            by_id: HashMap::new(),
        };
        for entry in &self.entries {
            if !removed.contains(&entry.id) {
                over.put(Arc::clone(entry));
            }
        }
        for entry in changed {
            over.put(Arc::clone(entry));
        }
        over
    }

    /// The cited articles, in the order of their file.
    #[must_use]
    pub fn articles(&self) -> &[Arc<Article>] {
        &self.articles
    }

    /// The toolkit, in the order of its file.
    #[must_use]
    pub fn resources(&self) -> &[Arc<Resource>] {
        &self.resources
    }

    /// Names that mean the same.
    #[must_use]
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// Questions that sound like this book's and that no entry answers: whoever asks one is told
    /// that the FAQ does not say.
    #[must_use]
    pub fn out_of_scope(&self) -> &[String] {
        &self.out_of_scope
    }

    /// This knowledge with `questions` as what it does not answer.
    #[must_use]
    pub fn with_out_of_scope(mut self, questions: Vec<String>) -> Self {
        self.out_of_scope = questions.into();
        self
    }

    /// Every entry, in the order of the files. The position is what a
    /// [`Match`](crate::matcher::Match) names.
    #[must_use]
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The entry with this id.
    #[must_use]
    pub fn entry(&self, id: &str) -> Option<&Arc<Entry>> {
        self.by_id.get(id).map(|&at| &self.entries[at])
    }

    /// The article with this id.
    #[must_use]
    pub fn article(&self, id: &str) -> Option<&Arc<Article>> {
        self.articles.iter().find(|a| a.id.as_str() == id)
    }

    /// The resource with this id.
    #[must_use]
    pub fn resource(&self, id: &str) -> Option<&Arc<Resource>> {
        self.resources.iter().find(|r| r.id.as_str() == id)
    }

    /// The topics, each once, in the order they first appear.
    #[must_use]
    pub fn topics(&self) -> Vec<&str> {
        let mut topics = Vec::new();
        for entry in &self.entries {
            if !topics.contains(&entry.topic.as_str()) {
                topics.push(entry.topic.as_str());
            }
        }
        topics
    }

    /// The sources of `entry`, looked up and numbered.
    #[must_use]
    pub fn citations<'a>(&'a self, entry: &'a Entry) -> Vec<Citation<'a>> {
        let numbered = entry.sources.iter().zip(1..);
        numbered
            .map(|(source, n)| self.citation(n, source))
            .collect()
    }

    /// `source` as the `n`-th of an entry, looked up.
    #[must_use]
    pub fn citation<'a>(&'a self, n: usize, source: &'a Source) -> Citation<'a> {
        let (article, section) = match source {
            Source::Url(url) => {
                return Citation {
                    n,
                    article: None,
                    url: Some(url),
                };
            }
            Source::Section { article, section } => (article, section),
        };
        let found = self.article(article.as_str()).map(AsRef::as_ref);
        Citation {
            n,
            article: found.and_then(|a: &Article| {
                let section = a.sections.iter().find(|s| s.id == *section)?;
                Some((a, section))
            }),
            url: found.and_then(|a: &Article| a.url.as_deref()),
        }
    }
}
