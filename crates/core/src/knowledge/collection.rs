//! All of the knowledge, with look-ups by id.

use super::alias::Alias;
use super::article::{Article, Citation};
use super::entry::Entry;
use super::id::EntryId;
use super::judge::Judge;
use super::limits::Limits;
use super::resource::Resource;
use super::source::Source;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Everything a curator wrote: immutable, checked, with look-ups by id.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    limits: Limits,
    articles: Vec<Arc<Article>>,
    resources: Vec<Arc<Resource>>,
    aliases: Vec<Alias>,
    out_of_scope: Arc<[String]>,
    names: Arc<[String]>,
    judge: Option<Arc<Judge>>,
    entries: Vec<Arc<Entry>>,
    by_id: HashMap<EntryId, usize>,
    /// Former ids and the present one of each.
    former_ids: HashMap<EntryId, EntryId>,
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
            names: Arc::default(),
            judge: None,
            entries: Vec::new(),
            by_id: HashMap::new(),
            former_ids: HashMap::new(),
        };
        for entry in entries {
            knowledge.put(Arc::new(entry));
        }
        knowledge
    }

    fn put(&mut self, entry: Arc<Entry>) {
        for former in &entry.was {
            self.former_ids.insert(former.clone(), entry.id.clone());
        }
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
            names: Arc::clone(&self.names),
            judge: self.judge.clone(),
            entries: Vec::with_capacity(self.entries.len() + changed.len()),
            by_id: HashMap::new(),
            former_ids: HashMap::new(),
        };
        let removed: HashSet<&EntryId> = removed.iter().collect();
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

    /// This knowledge for a surface with these `limits`. Entries that are [checked](super::check()) against
    /// it have to keep them.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> Self {
        self.limits = *limits;
        self
    }

    /// The limits of the surface that shows it.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// This knowledge with these out-of-scope questions.
    #[must_use]
    pub fn with_out_of_scope(mut self, questions: Vec<String>) -> Self {
        self.out_of_scope = questions.into();
        self
    }

    /// Names of the field, also of what the FAQ says nothing about.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// This knowledge with these names of the field.
    #[must_use]
    pub fn with_names(mut self, names: Vec<String>) -> Self {
        self.names = names.into();
        self
    }

    /// What tells the FAQ's questions from their near misses, if it has been trained.
    #[must_use]
    pub fn judge(&self) -> Option<&Arc<Judge>> {
        self.judge.as_ref()
    }

    /// This knowledge with this judge.
    #[must_use]
    pub fn with_judge(mut self, judge: Option<Arc<Judge>>) -> Self {
        self.judge = judge;
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

    /// The entry with this id, or else the one that had it before: for links that were given out.
    #[must_use]
    pub fn entry_now_or_formerly(&self, id: &str) -> Option<&Arc<Entry>> {
        self.entry(id)
            .or_else(|| self.entry(self.former_ids.get(id)?.as_str()))
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
        let (article, section, quote) = match source {
            Source::Url(url) => {
                return Citation {
                    n,
                    article: None,
                    quote: None,
                    url: Some(url),
                };
            }
            Source::Section {
                article,
                section,
                quote,
            } => (article, section, quote),
        };
        let found = self.article(article.as_str()).map(AsRef::as_ref);
        Citation {
            n,
            article: found.and_then(|a: &Article| {
                let section = a.sections.iter().find(|s| s.id == *section)?;
                Some((a, section))
            }),
            quote: quote.as_deref(),
            url: found.and_then(|a: &Article| a.url.as_deref()),
        }
    }
}
