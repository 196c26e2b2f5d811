//! Lists to look through: entries, articles, tools. Which page is shown stands in the buttons.

use super::{COLOUR, Rendered, button, button_rows, link};
use crate::discord::custom_id::{CustomId, TopicKey};
use crate::discord::{escape, limits};
use citebot_core::knowledge::{Article, Entry, Knowledge, Section};
use serenity::builder::{
    CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// Entries, or tools, on a page: what one look takes in.
const PER_PAGE: usize = 10;
/// The text of a page, in UTF-16 units: below an embed's limit, title and footer included.
const PAGE_TEXT: usize = 3_800;

/// Every entry, or those of one topic, by page.
#[must_use]
pub fn browse(knowledge: &Knowledge, topic: Option<&str>, page: u16) -> Rendered {
    let entries: Vec<&Arc<Entry>> = knowledge
        .entries()
        .iter()
        .filter(|entry| topic.is_none_or(|topic| entry.topic == topic))
        .collect();
    let mut lines = Vec::new();
    let mut heading = None;
    for entry in &entries {
        let mut line = format!("• {}", escape::formatting(&entry.question));
        if topic.is_none() && heading != Some(&entry.topic) {
            let name = limits::truncate(&entry.topic, limits::EMBED_TITLE);
            line = format!("**{}**\n{line}", escape::formatting(&name));
            heading = Some(&entry.topic);
        }
        lines.push(limits::truncate(&line, PAGE_TEXT / PER_PAGE));
    }
    let key = topic.map(TopicKey::of);
    let list = Page::of(&lines, PER_PAGE, page);
    let mut rows = Vec::new();
    rows.extend(topic_menu(knowledge, topic));
    rows.extend(menu(
        &CustomId::PickEntry,
        "Show an answer…",
        entries
            .get(list.range.clone())
            .unwrap_or_default()
            .iter()
            .map(|entry| (entry.question.clone(), entry.id.to_string(), false))
            .collect(),
    ));
    rows.extend(list.buttons(|page| CustomId::Browse { topic: key, page }));
    let count = match entries.len() {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    Rendered {
        content: None,
        embed: Some(list.embed(topic.unwrap_or("What I can answer"), &count)),
        rows,
    }
}

fn topic_menu(knowledge: &Knowledge, chosen: Option<&str>) -> Option<CreateActionRow> {
    let topics = knowledge.topics();
    if topics.len() < 2 {
        return None;
    }
    let mut options = vec![("All topics".to_owned(), ALL.to_owned(), chosen.is_none())];
    for topic in topics {
        let key = TopicKey::of(topic).to_string();
        options.push((topic.to_owned(), key, chosen == Some(topic)));
    }
    menu(&CustomId::PickTopic, "Another topic…", options)
}

/// What the topic menu sends for "all topics": no [`TopicKey`], which has eight digits.
const ALL: &str = "all";

/// Every article that the FAQ cites.
#[must_use]
pub fn articles(knowledge: &Knowledge, page: u16) -> Rendered {
    let blocks: Vec<String> = knowledge.articles().iter().map(|a| about(a)).collect();
    let list = Page::of(&blocks, PER_PAGE, page);
    let shown = knowledge
        .articles()
        .get(list.range.clone())
        .unwrap_or_default();
    let mut rows = Vec::new();
    rows.extend(menu(
        &CustomId::PickArticle,
        "What the FAQ takes from…",
        shown
            .iter()
            .map(|article| (article.title.clone(), article.id.to_string(), false))
            .collect(),
    ));
    rows.extend(list.buttons(|page| CustomId::Articles { page }));
    let count = match knowledge.articles().len() {
        1 => "1 article".to_owned(),
        many => format!("{many} articles"),
    };
    Rendered {
        content: None,
        embed: Some(list.embed("Where the answers come from", &count)),
        rows,
    }
}

fn about(article: &Article) -> String {
    let title = escape::formatting(&limits::truncate(&article.title, 200));
    let mut block = match &article.url {
        Some(url) if limits::length(url) <= limits::BUTTON_URL => {
            format!("**[{title}]({})**", escape::link_target(url))
        }
        _ => format!("**{title}**"),
    };
    let known: Vec<String> = [&article.author, &article.publisher, &article.published]
        .into_iter()
        .flatten()
        .map(|part| escape::formatting(&limits::truncate(part, 100)))
        .collect();
    if !known.is_empty() {
        block.push('\n');
        block.push_str(&known.join(", "));
    }
    if let Some(note) = &article.note {
        block.push('\n');
        block.push_str(&escape::formatting(&limits::truncate(note, 400)));
    }
    block
}

/// What the FAQ takes from `article`: its parts, and the entries that cite each.
#[must_use]
pub fn article(knowledge: &Knowledge, article: &Article, page: u16) -> Rendered {
    const PARTS: usize = 6;
    let blocks: Vec<String> = article
        .sections
        .iter()
        .map(|section| part(knowledge, article, section))
        .collect();
    let list = Page::of(&blocks, PARTS, page);
    let mut rows = Vec::new();
    if let Some(url) = &article.url {
        rows.extend(button_rows(link("Read the article", url).as_slice(), 1));
    }
    rows.extend(list.buttons(|page| CustomId::Article {
        article: article.id.clone(),
        page,
    }));
    let by = article
        .author
        .as_ref()
        .map_or_else(String::new, |author| format!("{author} · "));
    let parts = match article.sections.len() {
        1 => "1 part".to_owned(),
        many => format!("{many} parts"),
    };
    Rendered {
        content: None,
        embed: Some(list.embed(&article.title, &format!("{by}{parts}"))),
        rows,
    }
}

/// A section's heading and the questions that cite it, within a sixth of a page.
fn part(knowledge: &Knowledge, article: &Article, section: &Section) -> String {
    const SHOWN: usize = 5;
    let heading = limits::truncate(&section.heading, 120);
    let mut block = format!("**{}**", escape::formatting(&heading));
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
        block.push_str(&escape::formatting(&limits::truncate(&entry.question, 80)));
    }
    if citing.len() > SHOWN {
        // Writing to a string cannot fail.
        let _ = write!(block, "\n… and {} more", citing.len() - SHOWN);
    }
    block
}

/// The tools that the answers name, with their links.
#[must_use]
pub fn toolkit(knowledge: &Knowledge, page: u16) -> Rendered {
    let lines: Vec<String> = knowledge
        .resources()
        .iter()
        .map(|resource| {
            let name = escape::formatting(&limits::truncate(&resource.name, limits::BUTTON_LABEL));
            let what = resource
                .description
                .as_ref()
                .map(|text| format!(": {}", escape::formatting(&limits::truncate(text, 250))))
                .unwrap_or_default();
            format!("**{name}**{what}")
        })
        .collect();
    let list = Page::of(&lines, PER_PAGE, page);
    let buttons: Vec<CreateButton> = knowledge
        .resources()
        .get(list.range.clone())
        .unwrap_or_default()
        .iter()
        .filter_map(|resource| link(&resource.name, &resource.url))
        .collect();
    let mut rows = button_rows(&buttons, 2);
    rows.extend(list.buttons(|page| CustomId::Toolkit { page }));
    let count = match knowledge.resources().len() {
        1 => "1 tool".to_owned(),
        many => format!("{many} tools"),
    };
    Rendered {
        content: None,
        embed: Some(list.embed("The toolkit", &count)),
        rows,
    }
}

/// One page of a list.
struct Page {
    text: String,
    /// What is on it, by position in the list.
    range: Range<usize>,
    /// From 0.
    number: usize,
    /// At least 1.
    pages: usize,
}

impl Page {
    /// Page `number` of `blocks`, or the last one where there are fewer. A page holds at most
    /// `most` blocks and [`PAGE_TEXT`] of text, and at least one block.
    fn of(blocks: &[String], most: usize, number: u16) -> Self {
        let mut pages: Vec<Range<usize>> = Vec::new();
        let mut used = 0;
        for (at, block) in blocks.iter().enumerate() {
            let length = limits::length(block) + 1;
            match pages.last_mut() {
                Some(page) if page.len() < most && used + length <= PAGE_TEXT => {
                    page.end = at + 1;
                    used += length;
                }
                _ => {
                    pages.push(at..at + 1);
                    used = length;
                }
            }
        }
        let number = usize::from(number).min(pages.len().saturating_sub(1));
        let range = pages.get(number).cloned().unwrap_or(0..0);
        let blocks = blocks.get(range.clone()).unwrap_or_default();
        Self {
            text: limits::truncate(&blocks.join("\n"), PAGE_TEXT),
            range,
            number,
            pages: pages.len().max(1),
        }
    }

    fn embed(&self, title: &str, count: &str) -> CreateEmbed {
        let text = if self.text.is_empty() {
            "There is nothing here yet."
        } else {
            &self.text
        };
        let count = limits::truncate(count, limits::EMBED_TITLE);
        let footer = if self.pages > 1 {
            format!("{count} · page {} of {}", self.number + 1, self.pages)
        } else {
            count
        };
        let footer = limits::truncate(&footer, limits::EMBED_FOOTER);
        CreateEmbed::new()
            .colour(COLOUR)
            .title(limits::truncate(title, limits::EMBED_TITLE))
            .description(text)
            .footer(CreateEmbedFooter::new(footer))
    }

    /// *Previous* and *Next*; nothing where all is on one page. At an end the button that leads
    /// nowhere is greyed.
    fn buttons(&self, custom_id: impl Fn(u16) -> CustomId) -> Option<CreateActionRow> {
        if self.pages < 2 {
            return None;
        }
        let id = |page: usize| custom_id(u16::try_from(page).unwrap_or(u16::MAX));
        let last = self.pages - 1;
        // With two pages or more, the page before (or this one) is never the page after (or this
        // one): the two ids differ, as Discord demands of one message.
        let previous = self.number.saturating_sub(1);
        let next = (self.number + 1).min(last);
        let style = ButtonStyle::Secondary;
        Some(CreateActionRow::Buttons(vec![
            button(&id(previous), "Previous", style).disabled(self.number == 0),
            button(&id(next), "Next", style).disabled(self.number == last),
        ]))
    }
}

/// A menu of (label, value, chosen); `None` without any. Those beyond the limit are left out.
pub(super) fn menu(
    custom_id: &CustomId,
    placeholder: &str,
    options: Vec<(String, String, bool)>,
) -> Option<CreateActionRow> {
    if options.is_empty() {
        return None;
    }
    let options = options
        .into_iter()
        .take(limits::CHOICES)
        .map(|(label, value, chosen)| {
            let label = limits::truncate(&label, limits::CHOICE_TEXT);
            CreateSelectMenuOption::new(label, value).default_selection(chosen)
        })
        .collect();
    Some(CreateActionRow::SelectMenu(
        CreateSelectMenu::new(
            custom_id.to_string(),
            CreateSelectMenuKind::String { options },
        )
        .placeholder(placeholder),
    ))
}
