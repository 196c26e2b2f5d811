//! The first page: search, topics with their questions, articles.

use crate::layout::Page;
use crate::paths::{self, ARTICLES_ANCHOR, HOME, Paths};
use crate::site::Options;
use citebot_core::knowledge::Knowledge;
use maud::html;

/// The home page.
pub fn home(knowledge: &Knowledge, paths: &Paths, options: &Options) -> String {
    let entries = knowledge.entries();
    let count = match entries.len() {
        1 => "1 question".to_owned(),
        n => format!("{n} questions"),
    };
    let description = format!("{count} with their answers, and the source of each claim.");
    let content = html! {
        h1 { (options.title) }
        p {
            (description)
            " A number in brackets leads to the part of an article that the claim before it rests on."
        }
        noscript { p { "The search needs JavaScript. All questions are listed below." } }
        p #_status role="status" {}
        div #_results {}
        @for (topic, path) in paths.topics() {
            section {
                h2 { a href=(path) { (topic) } }
                ul {
                    @for entry in entries.iter().filter(|entry| entry.topic == topic) {
                        li { a href={ (path) "#" (entry.id) } { (entry.question) } }
                    }
                }
            }
        }
        section #(ARTICLES_ANCHOR) {
            h2 { "The articles" }
            ul {
                @for article in knowledge.articles() {
                    li {
                        a href=(paths::article(&article.id)) { (article.title) }
                        @if let Some(author) = &article.author { ", by " (author) }
                    }
                }
            }
        }
    };
    Page {
        path: HOME,
        title: &options.title,
        description: &description,
        root: "",
        searches: true,
    }
    .framed(options, &content)
}
