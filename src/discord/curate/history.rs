//! The history of an entry, in pages, with a menu to go back.

use super::report::in_code;
use super::revision::{self, verb};
use crate::discord::custom_id::CurateAction;
use crate::discord::limits;
use crate::discord::rendered::Rendered;
use crate::discord::widgets::{MenuOption, button, menu};
use citebot_core::knowledge::EntryId;
use citebot_engine::{HistoryPart, PastRevision};
use citebot_store::RevisionId;
use serenity::builder::{CreateActionRow, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;

/// How many revisions are read and shown in pages at once: as many as the menu offers beside the time before
/// any.
pub const REVISIONS: usize = limits::CHOICES - 1;
/// The longest text of a page.
const MAX_PAGE: usize = 3_000;
/// The longest piece of a line.
const MAX_PIECE: usize = 1_000;
const FENCE: &str = "\n```";

/// The page `page` of this part of the history of `entry`, from 0, or the last one if there are fewer. The part
/// is what is older than the revision `before`, or with `None` the latest.
#[must_use]
pub fn history(
    entry: &EntryId,
    part: &HistoryPart,
    before: Option<RevisionId>,
    page: u16,
) -> Rendered {
    let past = &part.revisions;
    let (Some(first), Some(oldest)) = (past.first(), past.last()) else {
        return Rendered::text(format!("`{entry}` was never changed on this server."));
    };
    let pages = pages(entry, past);
    let last = pages.len().saturating_sub(1);
    let at = usize::from(page).min(last);
    let title = format!("History of {entry}");
    let embed = CreateEmbed::new()
        .title(limits::truncate(&title, limits::EMBED_TITLE))
        .description(pages.get(at).map_or("", String::as_str))
        .footer(CreateEmbedFooter::new(
            if part.goes_on || before.is_some() {
                format!(
                    "Page {} of {} · revisions {} to {}",
                    at + 1,
                    pages.len(),
                    first.id,
                    oldest.id
                )
            } else {
                format!("Page {} of {}", at + 1, pages.len())
            },
        ));
    let turn_to = |before: Option<RevisionId>, page: usize, label: &str| {
        let page = u16::try_from(page).unwrap_or(u16::MAX);
        let entry = entry.clone();
        let action = match before {
            None => CurateAction::History { page, entry },
            Some(before) => CurateAction::OlderHistory {
                before,
                page,
                entry,
            },
        };
        button(action, label, ButtonStyle::Secondary)
    };
    let mut buttons = Vec::new();
    if at > 0 {
        buttons.push(turn_to(before, at - 1, "Newer"));
    } else if before.is_some() {
        buttons.push(turn_to(None, 0, "Newest"));
    }
    if at < last {
        buttons.push(turn_to(before, at + 1, "Older"));
    } else if part.goes_on {
        buttons.push(turn_to(Some(oldest.id), 0, "Older"));
    }
    let turn = (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons));
    let action = CurateAction::PickRevision {
        entry: entry.clone(),
    };
    // The entry is what the latest revision made it.
    let options = revision::choices(entry, past)
        .skip(usize::from(before.is_none()))
        .take(REVISIONS)
        .chain([revision::before_any()])
        .map(|(label, value)| MenuOption::new(label, value));
    Rendered::embed(embed)
        .with_rows(turn)
        .with_rows(menu(action, "Undo back to …", options))
}

fn pages(entry: &EntryId, past: &[PastRevision]) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let mut page = String::new();
    for one in past {
        let at = one.at.div_euclid(1_000);
        let head = format!(
            "**Revision {}**: <@{}> {} {} <t:{at}:f>",
            one.id,
            one.author,
            verb(one.kind),
            if one.entry == entry.as_str() {
                "it".to_owned()
            } else {
                format!("`{}`, now part of it,", one.entry)
            }
        );
        let lines: Vec<String> = one
            .changes
            .iter()
            .flat_map(|line| pieces(&line.to_string()))
            .collect();
        if lines.is_empty() {
            append(
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
            if filled && length > MAX_PAGE {
                block.push_str(FENCE);
                append(&mut pages, &mut page, &block);
                block = format!("**Revision {}**, continued{FENCE}diff", one.id);
            }
            block.push('\n');
            block.push_str(&line);
            filled = true;
        }
        block.push_str(FENCE);
        append(&mut pages, &mut page, &block);
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

fn append(pages: &mut Vec<String>, page: &mut String, block: &str) {
    if !page.is_empty() {
        if limits::length(page) + limits::length(block) + 1 > MAX_PAGE {
            pages.push(std::mem::take(page));
        } else {
            page.push('\n');
        }
    }
    page.push_str(block);
}

/// A line cut into pieces that fit on a page, each with the sign of the line.
fn pieces(line: &str) -> Vec<String> {
    let line = in_code(line);
    let sign: String = line.chars().take(1).collect();
    let mut pieces = vec![String::new()];
    let mut used = 0;
    // Cut between words, and within a word that is longer than a piece.
    let parts = line.split_inclusive(' ').flat_map(|word| {
        let chars: Vec<char> = word.chars().collect();
        let parts: Vec<String> = chars
            .chunks(MAX_PIECE / 4)
            .map(|part| part.iter().collect())
            .collect();
        parts
    });
    for part in parts {
        let length = limits::length(&part);
        if used + length > MAX_PIECE {
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
    use crate::discord::assert_limits;
    use citebot_core::knowledge::EntryId;
    use citebot_engine::{DiffLine, HistoryPart, PastRevision, Sign};
    use citebot_store::{RevisionId, RevisionKind};
    use proptest::prelude::*;

    fn kettle() -> EntryId {
        EntryId::new("kettle").unwrap()
    }

    fn past(id: i64, lines: &[&str]) -> PastRevision {
        PastRevision {
            id: RevisionId(id),
            entry: "kettle".to_owned(),
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
        let merged = PastRevision {
            entry: "pot".to_owned(),
            ..past(3, &[])
        };
        let pages = pages(
            &kettle(),
            &[past(2, &["phrasing: b"]), past(1, &[]), merged],
        );
        assert_eq!(
            pages,
            [
                "**Revision 2**: <@7> edited it <t:1700000000:f>\n```diff\n+ phrasing: b\n```\n\
              **Revision 1**: <@7> edited it <t:1700000000:f>\nNothing changed in its words.\n\
              **Revision 3**: <@7> edited `pot`, now part of it, <t:1700000000:f>\nNothing changed in its words."
            ]
        );
    }

    #[test]
    fn a_long_revision_goes_on_and_loses_nothing() {
        let words: Vec<String> = (0..900).map(|n| format!("word{n}")).collect();
        let pages = pages(&kettle(), &[past(1, &[&words.join(" ")])]);
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
            before in prop::option::of(any::<i64>()),
            goes_on: bool,
        ) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let revisions = (0..revisions).rev().map(|n| past(n + 1, &lines)).collect();
            let part = HistoryPart { revisions, goes_on };
            let entry = EntryId::new(&"a".repeat(60)).unwrap();
            assert_limits::message(history(&entry, &part, before.map(RevisionId), page))?;
        }
    }
}
