//! An article: what is known of it, its sections, and the entries that rest on each.

use crate::layout::{PREVIEW, Page};
use crate::markup;
use crate::paths::Paths;
use crate::site::Options;
use citebot_core::knowledge::{Article, Entry, Knowledge, Section, Source};
use maud::{Markup, html};
use std::sync::Arc;

/// The way from an article's page to the root.
const ROOT: &str = "../";

/// The page of `article` at `path`.
pub fn article(
    knowledge: &Knowledge,
    paths: &Paths,
    options: &Options,
    article: &Article,
    path: &str,
) -> String {
    let description = match &article.note {
        Some(note) => markup::excerpt(note, PREVIEW),
        None => "What the FAQ takes from this article.".to_owned(),
    };
    let content = html! {
        h1 { (article.title) }
        (about(article))
        @for section in &article.sections {
            (shown(knowledge, paths, article, section))
        }
    };
    Page {
        path,
        title: &article.title,
        description: &description,
        root: ROOT,
        searches: false,
    }
    .framed(options, &content)
}

/// What is said of the article, its author and publisher.
fn about(article: &Article) -> Markup {
    let known = [
        ("Author", &article.author),
        ("Publisher", &article.publisher),
        ("Published", &article.published),
        ("Called here", &article.short),
    ];
    html! {
        dl {
            @for (name, value) in known {
                @if let Some(value) = value { dt { (name) } dd { (value) } }
            }
            dt { "To be read at" }
            dd {
                @match (&article.url, &article.opening) {
                    (Some(url), _) => a href=(url) { (url) },
                    (None, Some(opening)) => {
                        "No link is known. To search for it, its first words are: “" (opening) "”"
                    },
                    (None, None) => "No link is known.",
                }
            }
        }
        @if let Some(note) = &article.note { p { (note) } }
    }
}

/// A section with its anchor.
fn shown(knowledge: &Knowledge, paths: &Paths, article: &Article, section: &Section) -> Markup {
    let citing: Vec<(&Arc<Entry>, String, Vec<&str>)> = knowledge
        .entries()
        .iter()
        .filter(|entry| entry.cites(&article.id, &section.id))
        .filter_map(|entry| {
            let path = paths.entry(entry)?;
            Some((entry, path, quotes(entry, article, section)))
        })
        .collect();
    html! {
        section #(section.id) {
            h2 { a href={ "#" (section.id) } { (section.heading) } }
            @if let Some(place) = &section.place { p.note { (place) } }
            @if citing.is_empty() {
                p { "No answer rests on this part." }
            } @else {
                ul {
                    @for (entry, path, quotes) in &citing {
                        li {
                            a href={ (ROOT) (path) } { (entry.question) }
                            @for quote in quotes { " " q { (quote) } }
                        }
                    }
                }
            }
        }
    }
}

/// The words of the section that the claims of `entry` rest on.
fn quotes<'a>(entry: &'a Entry, article: &Article, section: &Section) -> Vec<&'a str> {
    let quotes = entry.sources.iter().filter_map(|source| match source {
        Source::Section {
            article: a,
            section: s,
            quote,
        } if *a == article.id && *s == section.id => quote.as_deref(),
        _ => None,
    });
    quotes.collect()
}
