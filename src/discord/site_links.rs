//! Links from replies to the pages of the site.
//!
//! The site shows the base. What a server has changed or added is not on it and has no link.

use citebot_core::knowledge::{Article, Entry, Knowledge, Section};
use citebot_engine::Snapshot;
use citebot_site::{Paths, SiteUrl, paths};
use std::sync::Arc;

/// The published site, if there is one.
#[derive(Debug, Clone)]
pub struct SiteLinks(Option<Published>);

#[derive(Debug, Clone)]
struct Published {
    url: SiteUrl,
    base: Arc<Snapshot>,
}

impl SiteLinks {
    /// Links to the site at `url`, which shows `base`.
    #[must_use]
    pub fn new(url: Option<&SiteUrl>, base: Arc<Snapshot>) -> Self {
        Self(url.map(|url| Published {
            url: url.clone(),
            base,
        }))
    }

    /// `knowledge` with these links.
    #[must_use]
    pub fn view<'a>(&'a self, knowledge: &'a Knowledge) -> View<'a> {
        View {
            knowledge,
            site: self.0.as_ref(),
        }
    }
}

/// The knowledge of a server as replies show it: with links to the site, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The knowledge itself.
    pub knowledge: &'a Knowledge,
    site: Option<&'a Published>,
}

/// Without links.
impl<'a> From<&'a Knowledge> for View<'a> {
    fn from(knowledge: &'a Knowledge) -> Self {
        Self {
            knowledge,
            site: None,
        }
    }
}

impl View<'_> {
    /// The permalink of `entry`.
    #[must_use]
    pub fn entry(&self, entry: &Entry) -> Option<String> {
        let site = self.site?;
        let published = site.base.knowledge.entry(entry.id.as_str())?;
        (**published == *entry).then(|| site.url.page(&paths::permalink(&entry.id)))
    }

    /// The page of `article`.
    #[must_use]
    pub fn article(&self, article: &Article) -> Option<String> {
        let site = self.site?;
        site.base.knowledge.article(article.id.as_str())?;
        Some(site.url.page(&paths::article(&article.id)))
    }

    /// A section on the page of its article.
    #[must_use]
    pub fn section(&self, article: &Article, section: &Section) -> Option<String> {
        let site = self.site?;
        let published = site.base.knowledge.article(article.id.as_str())?;
        let sections = &published.sections;
        sections
            .iter()
            .any(|known| known.id == section.id)
            .then(|| site.url.page(&paths::section(&article.id, &section.id)))
    }

    /// The page of `topic`; without one, the list of all topics.
    #[must_use]
    pub fn topic(&self, topic: Option<&str>) -> Option<String> {
        let site = self.site?;
        match topic {
            None => Some(site.url.page(paths::HOME)),
            Some(topic) => {
                let topics = Paths::new(&site.base.knowledge);
                Some(site.url.page(topics.topic(topic)?))
            }
        }
    }

    /// The list of articles.
    #[must_use]
    pub fn articles(&self) -> Option<String> {
        let list = format!("{}#{}", paths::HOME, paths::ARTICLES_ANCHOR);
        Some(self.site?.url.page(&list))
    }

    /// The page of the toolkit.
    #[must_use]
    pub fn toolkit(&self) -> Option<String> {
        Some(self.site?.url.page(paths::TOOLKIT))
    }
}
