//! The curated knowledge: what is cited, what is linked, and the entries that answer.
//!
//! [`Knowledge`] is immutable once built. It is read from a folder of TOML files by
//! [`Knowledge::load`], which reports every mistake it finds rather than the first.
//!
//! One set of rules serves files and moderators: [`check()`] finds the [`EntryError`]s of an
//! [`UncheckedEntry`]; the loader turns those into
//! [`Diagnostic`](crate::diagnostic::Diagnostic)s with file, line and column.

mod check;
mod coverage;
mod entry;
mod entry_error;
mod file_format;
mod folded;
mod id;
mod limits;
mod link;
mod load;
mod marker;
mod source;

pub use check::{Known, check, check_entry};
pub use coverage::coverage;
pub use entry::{Entry, EntryPart, Field, FieldKind, FieldValue, FieldValueMut, UncheckedEntry};
pub use entry_error::{EntryError, EntryErrorKind};
pub use file_format::LocatedEntry;
pub use folded::folded;
pub use id::{ArticleId, EntryId, IdError, MAX_ID_CHARS, ResourceId, SectionId};
pub use limits::{Limits, Overflow, ReplyParts};
pub use link::{LinkError, check_link};
pub use load::read_entries;
pub use marker::{Marker, markers};
pub use source::{Source, SourceError};

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

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
    /// Its name: the label of its link.
    pub name: String,
    /// Its link, `http` or `https`.
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

/// A source as a reader sees it: number, titles and link, looked up. Displays as `[1] Title,
/// Author: Heading`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// The `n` of `[n]`, from 1.
    pub n: usize,
    /// The article and section; `None` for a bare link.
    pub article: Option<(&'a Article, &'a Section)>,
    /// The link: the source's own, or the article's.
    pub url: Option<&'a str>,
}

impl fmt::Display for Citation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] ", self.n)?;
        match (self.article, self.url) {
            (Some((article, section)), _) => {
                f.write_str(&article.title)?;
                if let Some(author) = &article.author {
                    write!(f, ", {author}")?;
                }
                write!(f, ": {}", section.heading)
            }
            (None, Some(url)) => f.write_str(url),
            (None, None) => f.write_str("a source that is not in the knowledge files"),
        }
    }
}

/// Everything a curator wrote: immutable, checked, with look-ups by id.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    limits: Limits,
    articles: Vec<Arc<Article>>,
    resources: Vec<Arc<Resource>>,
    aliases: Vec<Alias>,
    out_of_scope: Arc<[String]>,
    entries: Vec<Arc<Entry>>,
    by_id: HashMap<EntryId, usize>,
}

impl Knowledge {
    /// Puts checked parts together, without limits. An entry whose id is taken replaces the earlier
    /// one.
    #[must_use]
    pub fn from_parts(
        articles: Vec<Article>,
        resources: Vec<Resource>,
        aliases: Vec<Alias>,
        entries: Vec<Entry>,
    ) -> Self {
        let mut knowledge = Self {
            limits: Limits::UNLIMITED,
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

    /// Lays an overlay over this base: takes the `removed` ids out, then lets each of `changed`
    /// replace the entry of its id or stand after the others.
    #[must_use]
    pub fn overlaid(&self, removed: &[EntryId], changed: &[Arc<Entry>]) -> Self {
        let mut over = Self {
            limits: self.limits,
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

    /// Questions that sound like those of the FAQ but that no entry answers.
    #[must_use]
    pub fn out_of_scope(&self) -> &[String] {
        &self.out_of_scope
    }

    /// This knowledge for a surface with these `limits`: what is [checked](check()) against it has
    /// to keep them.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> Self {
        self.limits = *limits;
        self
    }

    /// The limits of the surface that it is shown on.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
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
