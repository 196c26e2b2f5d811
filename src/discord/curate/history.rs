//! How an entry came to be what it is, in pages, with a menu to go back.

use super::action::{Action, number};
use super::page::{Page, in_code};
use super::preview::{button, did};
use crate::discord::custom_id::CustomId;
use crate::discord::limits;
use crate::discord::render::Rendered;
use citebot_core::knowledge::EntryId;
use citebot_engine::PastRevision;
use serenity::builder::{
    CreateActionRow, CreateEmbed, CreateEmbedFooter, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};
use serenity::model::Timestamp;
use serenity::model::application::ButtonStyle;

/// The value that stands for the time before any revision.
pub const BEFORE: &str = "-";
/// The most text on a page.
const PAGE: usize = 3_000;
/// The longest piece of a line.
const LINE: usize = 1_000;
const FENCE: &str = "\n```";

/// The page `page` (from 0, the last one if there are fewer) of the history of `entry`.
#[must_use]
pub fn history(entry: &EntryId, past: &[PastRevision], page: u16) -> Page {
    if past.is_empty() {
        return Page::text(format!("`{entry}` was never changed on this server."));
    }
    let pages = pages(past);
    let last = pages.len().saturating_sub(1);
    let at = usize::from(page).min(last);
    let embed = CreateEmbed::new()
        .title(limits::truncate(
            &format!("History of {entry}"),
            limits::EMBED_TITLE,
        ))
        .description(pages.get(at).map_or("", String::as_str))
        .footer(CreateEmbedFooter::new(format!(
            "Page {} of {}",
            at + 1,
            pages.len()
        )));
    let mut shown = Page::from(Rendered::embed(embed));
    let turn = |to: usize, label: &str| {
        let page = u16::try_from(to).unwrap_or(u16::MAX);
        let action = Action::History {
            entry: entry.clone(),
            page,
        };
        button(action, label, ButtonStyle::Secondary)
    };
    let mut buttons = Vec::new();
    if at > 0 {
        buttons.push(turn(at - 1, "Newer"));
    }
    if at < last {
        buttons.push(turn(at + 1, "Older"));
    }
    if !buttons.is_empty() {
        shown = shown.with(CreateActionRow::Buttons(buttons));
    }
    shown.with(CreateActionRow::SelectMenu(menu(entry, past)))
}

/// The revisions to go back to: all but the latest, as many as fit, and the time before any.
fn menu(entry: &EntryId, past: &[PastRevision]) -> CreateSelectMenu {
    let mut options: Vec<CreateSelectMenuOption> = past
        .iter()
        .skip(1)
        .take(limits::CHOICES - 1)
        .map(|one| CreateSelectMenuOption::new(label(one), number(Some(one.id))))
        .collect();
    options.push(CreateSelectMenuOption::new(
        "Before any change here",
        BEFORE,
    ));
    let custom_id = CustomId::Curate(Action::PickRevision {
        entry: entry.clone(),
    });
    let kind = CreateSelectMenuKind::String { options };
    CreateSelectMenu::new(custom_id.to_string(), kind).placeholder("Undo back to …")
}

/// A revision in a list of choices.
#[must_use]
pub fn label(past: &PastRevision) -> String {
    let at = Timestamp::from_millis(past.at).map_or(String::new(), |at| {
        let text = at.to_string();
        format!(
            ", {} UTC",
            text.get(..16).unwrap_or(&text).replace('T', " ")
        )
    });
    format!("After revision {} ({}{at})", past.id, did(past.kind))
}

fn pages(past: &[PastRevision]) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let mut page = String::new();
    for one in past {
        let at = one.at.div_euclid(1_000);
        let head = format!(
            "**Revision {}**: <@{}> {} it <t:{at}:f>",
            one.id,
            one.author,
            did(one.kind)
        );
        let lines: Vec<String> = one
            .changes
            .iter()
            .flat_map(|line| pieces(&line.to_string()))
            .collect();
        if lines.is_empty() {
            add(
                &mut pages,
                &mut page,
                &format!("{head}\nNothing changed in its words."),
            );
            continue;
        }
        let mut block = format!("{head}{FENCE}diff");
        let mut filled = false;
        for line in lines {
            let length = limits::length(&block) + limits::length(&line) + 1 + FENCE.len();
            if filled && length > PAGE {
                block.push_str(FENCE);
                add(&mut pages, &mut page, &block);
                block = format!("**Revision {}**, continued{FENCE}diff", one.id);
            }
            block.push('\n');
            block.push_str(&line);
            filled = true;
        }
        block.push_str(FENCE);
        add(&mut pages, &mut page, &block);
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

fn add(pages: &mut Vec<String>, page: &mut String, block: &str) {
    if !page.is_empty() {
        if limits::length(page) + limits::length(block) + 1 > PAGE {
            pages.push(std::mem::take(page));
        } else {
            page.push('\n');
        }
    }
    page.push_str(block);
}

/// A line in pieces that fit on a page, each with the sign of the line.
fn pieces(line: &str) -> Vec<String> {
    let line = in_code(line);
    let sign: String = line.chars().take(1).collect();
    let mut pieces = vec![String::new()];
    let mut used = 0;
    // Between words; within one where it is longer than a piece.
    let parts = line.split_inclusive(' ').flat_map(|word| {
        let chars: Vec<char> = word.chars().collect();
        let parts: Vec<String> = chars
            .chunks(LINE / 4)
            .map(|part| part.iter().collect())
            .collect();
        parts
    });
    for part in parts {
        let length = limits::length(&part);
        if used + length > LINE {
            let next = format!("{sign} … ");
            used = limits::length(&next);
            pieces.push(next);
        }
        used += length;
        if let Some(last) = pieces.last_mut() {
            last.push_str(&part);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::{history, pages};
    use crate::discord::fits;
    use citebot_core::knowledge::EntryId;
    use citebot_engine::{DiffLine, PastRevision, Sign};
    use citebot_store::{RevisionId, RevisionKind};
    use proptest::prelude::*;

    fn past(id: i64, lines: &[&str]) -> PastRevision {
        PastRevision {
            id: RevisionId(id),
            kind: RevisionKind::Edit,
            author: 7,
            at: 1_700_000_000_000,
            changes: lines
                .iter()
                .map(|&text| DiffLine {
                    sign: Sign::Added,
                    text: text.to_owned(),
                })
                .collect(),
        }
    }

    #[test]
    fn who_when_and_what() {
        let pages = pages(&[past(2, &["phrasing: b"]), past(1, &[])]);
        assert_eq!(
            pages,
            [
                "**Revision 2**: <@7> edited it <t:1700000000:f>\n```diff\n+ phrasing: b\n```\n\
              **Revision 1**: <@7> edited it <t:1700000000:f>\nNothing changed in its words."
            ]
        );
    }

    #[test]
    fn a_long_revision_goes_on_and_loses_nothing() {
        let words: Vec<String> = (0..900).map(|n| format!("word{n}")).collect();
        let pages = pages(&[past(1, &[&words.join(" ")])]);
        assert!(pages.len() > 1);
        let all = pages.concat();
        assert!(words.iter().all(|word| all.contains(word.as_str())));
    }

    proptest! {
        #[test]
        fn a_message_holds_it(
            lines in prop::collection::vec("\\PC{0,2600}", 0..6),
            revisions in 0_i64..40,
            page in 0_u16..50,
        ) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let all: Vec<PastRevision> = (0..revisions).rev().map(|n| past(n + 1, &lines)).collect();
            let entry = EntryId::new(&"a".repeat(60)).unwrap();
            let page = history(&entry, &all, page);
            let sent = serde_json::to_value(page.shown.into_private_response()).unwrap();
            fits::message(&sent["data"])?;
        }
    }
}
