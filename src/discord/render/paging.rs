//! Pages of a list. The buttons hold the page that they turn to.

use crate::discord::custom_id::CustomId;
use crate::discord::limits;
use crate::discord::widgets::button;
use serenity::builder::{CreateActionRow, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use std::ops::Range;

/// The longest text of a page, in UTF-16 units: below an embed's limit, title and footer included.
pub const MAX_TEXT: usize = 3_800;

/// One page of a list.
#[derive(Debug)]
pub struct ListPage {
    text: String,
    /// The positions in the list that are on the page.
    pub range: Range<usize>,
    /// From 0.
    number: usize,
    /// At least 1.
    pages: usize,
}

impl ListPage {
    /// Page `number` of `blocks` (from 0), or the last one if there are fewer. A page holds at most
    /// `max_blocks` and [`MAX_TEXT`], and at least one block.
    #[must_use]
    pub fn new(blocks: &[String], max_blocks: usize, number: u16) -> Self {
        let mut pages: Vec<Range<usize>> = Vec::new();
        let mut used = 0;
        for (at, block) in blocks.iter().enumerate() {
            let length = limits::length(block) + 1;
            match pages.last_mut() {
                Some(page) if page.len() < max_blocks && used + length <= MAX_TEXT => {
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
            text: limits::truncate(&blocks.join("\n"), MAX_TEXT),
            range,
            number,
            pages: pages.len().max(1),
        }
    }

    /// The page as an embed. `count` is the size of the whole list, in words.
    pub fn embed(&self, title: &str, count: &str) -> CreateEmbed {
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
            .title(limits::truncate(title, limits::EMBED_TITLE))
            .description(text)
            .footer(CreateEmbedFooter::new(footer))
    }

    /// *Previous* and *Next*, `None` for a single page. The button that leads nowhere is disabled.
    pub fn buttons<A: Into<CustomId>>(
        &self,
        turn_to: impl Fn(u16) -> A,
    ) -> Option<CreateActionRow> {
        if self.pages < 2 {
            return None;
        }
        let turn_to = |page: usize| turn_to(u16::try_from(page).unwrap_or(u16::MAX));
        let last = self.pages - 1;
        // Discord demands that the custom ids of one message differ. These do: with two pages or
        // more, only one of the buttons can lead to this page itself.
        let previous = self.number.saturating_sub(1);
        let next = (self.number + 1).min(last);
        let style = ButtonStyle::Secondary;
        Some(CreateActionRow::Buttons(vec![
            button(turn_to(previous), "Previous", style).disabled(self.number == 0),
            button(turn_to(next), "Next", style).disabled(self.number == last),
        ]))
    }
}
