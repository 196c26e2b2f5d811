//! A topic: its questions with their answers.

use crate::layout::{PREVIEW, Page};
use crate::markup;
use crate::paths::{self, Paths};
use crate::site::Options;
use citebot_core::knowledge::{Citation, Entry, Knowledge};
use maud::{Markup, html};

/// The page of `topic` at `path`.
pub fn topic(
    knowledge: &Knowledge,
    paths: &Paths,
    options: &Options,
    topic: &str,
    path: &str,
) -> String {
    let entries = || {
        let all = knowledge.entries().iter();
        all.filter(|entry| entry.topic == topic)
    };
    let questions: Vec<&str> = entries().map(|entry| entry.question.as_str()).collect();
    let description = markup::excerpt(&questions.join(" "), PREVIEW);
    let content = html! {
        h1 { (topic) }
        @for entry in entries() { (shown(knowledge, paths, entry)) }
    };
    Page {
        path,
        title: topic,
        description: &description,
        root: "",
        searches: false,
    }
    .framed(options, &content)
}

/// An entry with its anchor.
fn shown(knowledge: &Knowledge, paths: &Paths, entry: &Entry) -> Markup {
    let citations = knowledge.citations(entry);
    let target = |n: usize| n.checked_sub(1).and_then(|at| link(citations.get(at)?));
    let resources: Vec<_> = entry
        .resources
        .iter()
        .filter_map(|id| knowledge.resource(id.as_str()))
        .collect();
    let related: Vec<_> = entry
        .related
        .iter()
        .filter_map(|id| knowledge.entry(id.as_str()))
        .filter_map(|other| Some((other, beside(paths, entry, other)?)))
        .collect();
    html! {
        article #(entry.id) {
            h2 { a href={ "#" (entry.id) } { (entry.question) } }
            (markup::answer(&entry.answer, target))
            @if !citations.is_empty() {
                // Each is named once, and linked from every claim that rests on it.
                ol.sources {
                    @for citation in &citations { li { (source(citation)) } }
                }
            }
            @if let Some(date) = entry.checked {
                p.note { "Facts from outside the articles were last checked on " (date) "." }
            }
            @if !resources.is_empty() {
                p.note {
                    "Tools and links: "
                    @for (at, resource) in resources.iter().enumerate() {
                        @if at > 0 { " · " }
                        a href=(resource.url) { (resource.name) }
                    }
                }
            }
            @if !related.is_empty() {
                p.note {
                    "Related: "
                    @for (at, (entry, path)) in related.iter().enumerate() {
                        @if at > 0 { " · " }
                        a href=(path) { (entry.question) }
                    }
                }
            }
        }
    }
}

/// Where a source leads: to its section here, or to a page on the web.
fn link(citation: &Citation<'_>) -> Option<String> {
    match (citation.article, citation.url) {
        (Some((article, section)), _) => Some(paths::section(&article.id, &section.id)),
        (None, url) => url.map(str::to_owned),
    }
}

/// The way to `other` from the page that `entry` is on.
fn beside(paths: &Paths, entry: &Entry, other: &Entry) -> Option<String> {
    if other.topic == entry.topic {
        return Some(format!("#{}", other.id));
    }
    paths.entry(other)
}

fn source(citation: &Citation<'_>) -> String {
    match (citation.article, citation.url) {
        (Some((article, section)), _) => format!("{}: {}", article.name(), section.heading),
        (None, Some(url)) => url.to_owned(),
        (None, None) => "a source that is no longer listed".to_owned(),
    }
}
