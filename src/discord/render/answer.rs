//! One entry as an answer.

use super::citations;
use crate::discord::custom_id::MemberAction;
use crate::discord::limits;
use crate::discord::rendered::{Rendered, Visibility, linked};
use crate::discord::site_links::View;
use crate::discord::widgets::{button, button_rows, dismiss_button, emoji_button, link_button};
use citebot_core::knowledge::{Entry, EntryId, Knowledge};
use citebot_store::QuestionId;
use serenity::builder::{CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use serenity::model::channel::Message;
use serenity::model::id::UserId;

/// Rows of link buttons. With one of related entries and one of feedback, one of the five that
/// Discord allows is free.
const LINK_ROWS: usize = 2;

/// The name of the embed field below the sources.
const CHECKED: &str = "Facts from outside the articles";

/// The person who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// Their user.
    pub user: UserId,
    /// Their question, if it was logged.
    pub question: Option<QuestionId>,
    /// Who sees the reply. The asker can dismiss a public one.
    pub visibility: Visibility,
}

/// Beside *Sources*, the last row of buttons under an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Feedback {
    /// Whether there are 👍 and 👎.
    pub votes: bool,
    /// Who asked, if the answer is one to a question: they have *Not what I asked* and *Dismiss*.
    pub asker: Option<Asker>,
}

impl Feedback {
    fn row(self, entry: &Entry) -> Option<CreateActionRow> {
        let mut buttons = Vec::new();
        if !entry.sources.is_empty() {
            let action = MemberAction::Citations {
                page: 0,
                entry: entry.id.clone(),
            };
            buttons.push(button(action, "Sources", ButtonStyle::Secondary));
        }
        let entry = &entry.id;
        let question = self.asker.and_then(|asker| asker.question);
        if self.votes {
            let up = MemberAction::VoteUp {
                question,
                entry: entry.clone(),
            };
            let down = MemberAction::VoteDown {
                question,
                entry: entry.clone(),
            };
            buttons.extend([emoji_button(up, '👍'), emoji_button(down, '👎')]);
        }
        if let Some(asker) = self.asker {
            if let Some(question) = asker.question {
                let action = MemberAction::NotWhatIAsked {
                    asker: asker.user,
                    question,
                    entry: entry.clone(),
                };
                buttons.push(button(action, "Not what I asked", ButtonStyle::Secondary));
            }
            if asker.visibility == Visibility::Public {
                buttons.push(dismiss_button(asker.user));
            }
        }
        (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
    }
}

/// The entry with its sources, links, related entries and feedback buttons.
#[must_use]
pub fn answer<'a>(view: impl Into<View<'a>>, entry: &Entry, feedback: Feedback) -> Rendered {
    let view = view.into();
    let knowledge = view.knowledge;
    let links: Vec<CreateButton> = entry
        .resources
        .iter()
        .filter_map(|id| knowledge.resource(id.as_str()))
        .filter_map(|resource| link_button(&resource.name, &resource.url))
        .collect();
    Rendered::embed(embed(view, entry))
        .with_rows(button_rows(&links, LINK_ROWS))
        .with_rows(related(knowledge, entry))
        .with_rows(feedback.row(entry))
}

fn embed(view: View<'_>, entry: &Entry) -> CreateEmbed {
    let title = limits::truncate(&entry.question, limits::EMBED_TITLE);
    let text = limits::truncate(entry.answer.trim(), limits::EMBED_DESCRIPTION);
    let topic = limits::truncate(&entry.topic, limits::EMBED_TITLE);
    let footer = format!("{topic}{FOOTER_SEPARATOR}{}", entry.id);
    let checked = entry
        .checked
        .map(|date| (CHECKED, format!("Last checked on {date}")));
    let in_checked = checked.as_ref().map_or(0, |(name, value)| {
        limits::length(name) + limits::length(value)
    });
    let room = limits::EMBED_TOTAL.saturating_sub(
        limits::length(&title) + limits::length(&text) + limits::length(&footer) + in_checked,
    );
    let sources = citations::fields(view, entry, room);
    linked(CreateEmbed::new().title(title), view.entry(entry))
        .description(text)
        .fields(
            sources
                .into_iter()
                .chain(checked)
                .map(|(name, value)| (name, value, false)),
        )
        .footer(CreateEmbedFooter::new(footer))
}

/// Stands in the footer between the topic and the entry's id.
const FOOTER_SEPARATOR: &str = " · ";

/// The entry that `message`, which must be one of the bot's own, answers with: its id stands in the footer.
#[must_use]
pub fn answered_entry(message: &Message) -> Option<EntryId> {
    let footer = message.embeds.first()?.footer.as_ref()?;
    let (_, id) = footer.text.rsplit_once(FOOTER_SEPARATOR)?;
    EntryId::new(id).ok()
}

fn related(knowledge: &Knowledge, entry: &Entry) -> Option<CreateActionRow> {
    let mut seen = vec![&entry.id];
    let mut buttons = Vec::new();
    for id in &entry.related {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if let Some(other) = knowledge.entry(id.as_str()) {
            let action = MemberAction::Related { entry: id.clone() };
            buttons.push(button(action, &other.question, ButtonStyle::Secondary));
        }
    }
    buttons.truncate(limits::ROW_BUTTONS);
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}
