//! Lists to look through: entries, articles, tools.

use super::paging::{ListPage, MAX_TEXT};
use crate::discord::custom_id::{Codec, Fingerprint, Hex, MemberAction};
use crate::discord::rendered::{Rendered, linked};
use crate::discord::site_links::View;
use crate::discord::widgets::{MenuOption, button_rows, link_button, menu};
use crate::discord::{escape, limits};
use citebot_core::knowledge::{Article, Entry, Knowledge, Resource, ResourceKind, Section};
use serenity::builder::{CreateActionRow, CreateButton};
use std::fmt::Write as _;
use std::sync::Arc;

/// How many entries, articles or tools are on a page.
const PER_PAGE: usize = 10;

/// A page of all entries, or of those of one topic.
#[must_use]
pub fn browse<'a>(view: impl Into<View<'a>>, topic: Option<&str>, page: u16) -> Rendered {
    let view = view.into();
    let knowledge = view.knowledge;
    let entries: Vec<&Arc<Entry>> = knowledge
        .entries()
        .iter()
        .filter(|entry| topic.is_none_or(|topic| entry.topic == topic))
        .collect();
    let mut lines = Vec::new();
    let mut heading = None;
    for (at, entry) in entries.iter().enumerate() {
        let mut line = format!("• {}", escape::markdown(&entry.question));
        // Each page begins with a heading. A line is cut so that ten always fit.
        let begins_page = at % PER_PAGE == 0;
        if topic.is_none() && (begins_page || heading != Some(&entry.topic)) {
            let name = limits::truncate(&entry.topic, limits::EMBED_TITLE);
            let goes_on = if heading == Some(&entry.topic) {
                " (continued)"
            } else {
                ""
            };
            line = format!("**{}**{goes_on}\n{line}", escape::markdown(&name));
            heading = Some(&entry.topic);
        }
        lines.push(limits::truncate(&line, MAX_TEXT / PER_PAGE - 1));
    }
    let fingerprint = topic.map(Fingerprint::of);
    let list = ListPage::new(&lines, PER_PAGE, page);
    let shown = entries.get(list.range.clone()).unwrap_or_default();
    let options = shown
        .iter()
        .map(|entry| MenuOption::new(&entry.question, entry.id.to_string()));
    let pick = menu(MemberAction::PickEntry {}, "Show an answer…", options);
    let turn = list.buttons(|page| MemberAction::Browse {
        page,
        topic: fingerprint,
    });
    let count = match entries.len() {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    let embed = list.embed(topic.unwrap_or("What I can answer"), &count);
    Rendered::embed(linked(embed, view.topic(topic)))
        .with_rows(topic_menu(knowledge, topic))
        .with_rows(pick)
        .with_rows(turn)
}

fn topic_menu(knowledge: &Knowledge, chosen: Option<&str>) -> Option<CreateActionRow> {
    let topics = knowledge.topics();
    if topics.len() < 2 {
        return None;
    }
    let all = MenuOption {
        selected: chosen.is_none(),
        ..MenuOption::new("All topics", ALL_TOPICS)
    };
    let topics = topics.into_iter().map(|topic| MenuOption {
        selected: chosen == Some(topic),
        ..MenuOption::new(topic, Hex::encode(&Fingerprint::of(topic)))
    });
    let options = std::iter::once(all).chain(topics);
    menu(MemberAction::PickTopic {}, "Another topic…", options)
}

/// The value of "All topics" in the menu: no fingerprint, which has eight digits.
const ALL_TOPICS: &str = "all";

/// That no entry is called `name`, with those that may be meant.
#[must_use]
pub fn no_such_entry(name: &str, near: &[Arc<Entry>]) -> Rendered {
    const MAX_NEAR: usize = 10;
    const MAX_QUOTED: usize = 200;
    let name = escape::quote(name, MAX_QUOTED);
    let options = near
        .iter()
        .take(MAX_NEAR)
        .map(|entry| MenuOption::new(&entry.question, entry.id.to_string()));
    let menu = menu(MemberAction::PickEntry {}, "Did you mean…", options);
    let advice = match menu {
        Some(_) => "Did you mean one of these?",
        None => "`/faq browse` lists them.",
    };
    Rendered::text(format!("There is no entry “{name}”. {advice}")).with_rows(menu)
}

/// A page of the articles that the FAQ cites.
#[must_use]
pub fn articles<'a>(view: impl Into<View<'a>>, page: u16) -> Rendered {
    let view = view.into();
    let knowledge = view.knowledge;
    let blocks: Vec<String> = knowledge
        .articles()
        .iter()
        .map(|a| about(view, a))
        .collect();
    let list = ListPage::new(&blocks, PER_PAGE, page);
    let shown = knowledge
        .articles()
        .get(list.range.clone())
        .unwrap_or_default();
    let options = shown
        .iter()
        .map(|article| MenuOption::new(&article.title, article.id.to_string()));
    let pick = menu(
        MemberAction::PickArticle {},
        "What the FAQ takes from…",
        options,
    );
    let turn = list.buttons(|page| MemberAction::Articles { page });
    let count = match knowledge.articles().len() {
        1 => "1 article".to_owned(),
        many => format!("{many} articles"),
    };
    let embed = list.embed("Where the answers come from", &count);
    Rendered::embed(linked(embed, view.articles()))
        .with_rows(pick)
        .with_rows(turn)
}

fn about(view: View<'_>, article: &Article) -> String {
    let title = escape::markdown(&limits::truncate(&article.title, 200));
    let mut block = match view.article(article).or_else(|| article.url.clone()) {
        Some(url) if limits::length(&url) <= limits::BUTTON_URL => {
            format!("**[{title}]({})**", escape::link_target(&url))
        }
        _ => format!("**{title}**"),
    };
    let known: Vec<String> = [&article.author, &article.publisher, &article.published]
        .into_iter()
        .flatten()
        .map(|part| escape::markdown(&limits::truncate(part, 100)))
        .collect();
    if !known.is_empty() {
        block.push('\n');
        block.push_str(&known.join(", "));
    }
    if let (None, Some(opening)) = (&article.url, &article.opening) {
        let opening = escape::markdown(&limits::truncate(opening, 100));
        // Writing to a string cannot fail.
        let _ = write!(block, "\nNo link. It begins: “{opening}”");
    }
    if let Some(note) = &article.note {
        block.push('\n');
        block.push_str(&escape::markdown(&limits::truncate(note, 400)));
    }
    block
}

/// A page of the sections of `article`, with the entries that cite each.
#[must_use]
pub fn article<'a>(view: impl Into<View<'a>>, article: &Article, page: u16) -> Rendered {
    const SECTIONS_PER_PAGE: usize = 6;
    let view = view.into();
    let knowledge = view.knowledge;
    let blocks: Vec<String> = article
        .sections
        .iter()
        .map(|section| cited_section(knowledge, article, section))
        .collect();
    let list = ListPage::new(&blocks, SECTIONS_PER_PAGE, page);
    let url = article.url.as_ref();
    let read = url.and_then(|url| link_button("Read the article", url));
    let turn = list.buttons(|page| MemberAction::Article {
        page,
        article: article.id.clone(),
    });
    let by = article
        .author
        .as_ref()
        .map_or_else(String::new, |author| format!("{author} · "));
    let parts = match article.sections.len() {
        1 => "1 part".to_owned(),
        many => format!("{many} parts"),
    };
    let embed = list.embed(&article.title, &format!("{by}{parts}"));
    Rendered::embed(linked(embed, view.article(article)))
        .with_rows(button_rows(read.as_slice(), 1))
        .with_rows(turn)
}

/// A section's heading and the questions that cite it, within a sixth of a page.
fn cited_section(knowledge: &Knowledge, article: &Article, section: &Section) -> String {
    const SHOWN: usize = 5;
    let heading = limits::truncate(&section.heading, 120);
    let mut block = format!("**{}**", escape::markdown(&heading));
    let citing: Vec<&Arc<Entry>> = knowledge
        .entries()
        .iter()
        .filter(|entry| entry.cites(&article.id, &section.id))
        .collect();
    if citing.is_empty() {
        block.push_str("\nNo entry cites this part.");
    }
    for entry in citing.iter().take(SHOWN) {
        block.push_str("\n• ");
        block.push_str(&escape::markdown(&limits::truncate(&entry.question, 80)));
    }
    if citing.len() > SHOWN {
        // Writing to a string cannot fail.
        let _ = write!(block, "\n… and {} more", citing.len() - SHOWN);
    }
    block
}

/// A page of what the answers link to: the tools that an article lists, other tools, and the rest.
#[must_use]
pub fn toolkit<'a>(view: impl Into<View<'a>>, page: u16) -> Rendered {
    const LINK_ROWS: usize = 3;
    let view = view.into();
    let knowledge = view.knowledge;
    let mut resources: Vec<&Arc<Resource>> = knowledge.resources().iter().collect();
    resources.sort_by_key(|resource| resource.kind);
    let is_mixed = resources
        .first()
        .zip(resources.last())
        .is_some_and(|(first, last)| first.kind != last.kind);
    let mut lines = Vec::new();
    let mut heading = None;
    for resource in &resources {
        let name = escape::markdown(&limits::truncate(&resource.name, limits::BUTTON_LABEL));
        let what = resource
            .description
            .as_ref()
            .map(|text| format!(": {}", escape::markdown(&limits::truncate(text, 150))))
            .unwrap_or_default();
        let mut line = format!("• {name}{what}");
        if is_mixed && heading != Some(resource.kind) {
            line = format!("**{}**\n{line}", kind_heading(resource.kind));
            heading = Some(resource.kind);
        }
        lines.push(line);
    }
    let list = ListPage::new(&lines, LINK_ROWS * limits::ROW_BUTTONS, page);
    let buttons: Vec<CreateButton> = resources
        .get(list.range.clone())
        .unwrap_or_default()
        .iter()
        .filter_map(|resource| link_button(&resource.name, &resource.url))
        .collect();
    let turn = list.buttons(|page| MemberAction::Toolkit { page });
    let count = match knowledge.resources().len() {
        1 => "1 link".to_owned(),
        many => format!("{many} links"),
    };
    Rendered::embed(linked(list.embed("The toolkit", &count), view.toolkit()))
        .with_rows(button_rows(&buttons, LINK_ROWS))
        .with_rows(turn)
}

fn kind_heading(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Listed => "Listed by an article itself",
        ResourceKind::Tool => "Other tools that answers link to",
        ResourceKind::Organisation => "No tools, but linked from answers",
    }
}
