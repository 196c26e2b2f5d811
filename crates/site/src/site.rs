//! A site as a set of files.

use crate::pages;
use crate::paths::{self, HOME, NOT_FOUND, Paths, TOOLKIT};
use crate::search_index::search_index;
use crate::site_url::SiteUrl;
use citebot_core::knowledge::Knowledge;
use std::collections::BTreeMap;

/// The licence of the search library that is part of every site.
pub const MINISEARCH_LICENCE: &str = include_str!("../assets/minisearch.LICENSE.txt");

/// The files that are the same in every site.
const ASSETS: [(&str, &str); 5] = [
    ("style.css", include_str!("../assets/style.css")),
    ("icon.svg", include_str!("../assets/icon.svg")),
    ("search.js", include_str!("../assets/search.js")),
    ("matcher.js", include_str!("../assets/matcher.js")),
    ("minisearch.js", include_str!("../assets/minisearch.js")),
];

/// What a site is called and where it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The name of the site.
    pub title: String,
    /// The address that it is published at, if it is known.
    pub url: Option<SiteUrl>,
}

impl Options {
    /// The root of the site on its host.
    pub(crate) fn root(&self) -> &str {
        self.url.as_ref().map_or("/", SiteUrl::root)
    }
}

/// The files of a site, by their paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    files: BTreeMap<String, String>,
}

impl Site {
    /// Renders the site of `knowledge`.
    #[must_use]
    pub fn build(knowledge: &Knowledge, options: &Options) -> Self {
        let paths = Paths::new(knowledge);
        let mut files: BTreeMap<String, String> = ASSETS
            .into_iter()
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .collect();
        let mut add = |path: String, text: String| files.entry(path).or_insert(text).len();
        add(HOME.into(), pages::home(knowledge, &paths, options));
        add(TOOLKIT.into(), pages::toolkit(knowledge, options));
        add(NOT_FOUND.into(), pages::not_found(options));
        add("search.json".into(), search_index(knowledge, &paths));
        for (topic, path) in paths.topics() {
            let page = pages::topic(knowledge, &paths, options, topic, path);
            add(path.to_owned(), page);
        }
        for article in knowledge.articles() {
            let path = paths::article(&article.id);
            let page = pages::article(knowledge, &paths, options, article, &path);
            add(path, page);
        }
        // Present ids first: a former one that is in use again leads to the entry that has it.
        let present = knowledge.entries().iter().map(|entry| (entry, &entry.id));
        let former = knowledge
            .entries()
            .iter()
            .flat_map(|entry| entry.was.iter().map(move |id| (entry, id)));
        for (entry, id) in present.chain(former) {
            if let Some(target) = paths.entry(entry) {
                add(paths::permalink(id), pages::permalink(entry, &target));
            }
        }
        Self { files }
    }

    /// The files with their paths, which are relative and sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The file at `path`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }
}
