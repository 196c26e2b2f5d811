//! The reply to a question.

use super::answer::{Asker, Feedback, answer};
use crate::config::BotConfig;
use crate::discord::custom_id::{CustomId, MemberAction};
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::site_links::SiteLinks;
use crate::discord::widgets::{MenuOption, button, button_rows, dismiss_button, menu};
use crate::discord::{escape, limits};
use citebot_core::answer::{Candidate, Reply};
use citebot_core::knowledge::{Entry, Knowledge};
use citebot_engine::Answered;
use citebot_store::QuestionId;
use serenity::builder::CreateActionRow;
use serenity::model::application::ButtonStyle;
use serenity::model::id::MessageId;
use std::sync::Arc;

/// The longest question that is quoted.
const MAX_QUOTED: usize = 200;

const ENGLISH_ONLY: &str =
    "I understand English only. `/faq browse` shows what the FAQ covers, in English.";

/// The reply to `asker`, rendered from the snapshot it was taken from. With `votes` an answer has
/// 👍 and 👎.
#[must_use]
pub fn reply(answered: &Answered, links: &SiteLinks, asker: Asker, votes: bool) -> Rendered {
    let view = links.view(&answered.snapshot.knowledge);
    match &answered.reply {
        Reply::Answer { best, .. } => {
            let feedback = Feedback {
                votes,
                asker: Some(asker),
            };
            answer(view, &best.entry, feedback)
        }
        Reply::Suggest {
            suggestions: entries,
        } => suggestions(entries, asker).with_rows(reject_suggestions(asker)),
        Reply::Unknown { .. } if !answered.snapshot.matcher.may_be_english(&answered.question) => {
            Rendered::text(ENGLISH_ONLY).with_rows(dismiss(asker))
        }
        Reply::Unknown { .. } => unknown(&answered.question, asker),
    }
}

/// "Did you mean", with a button for each entry.
#[must_use]
pub fn suggestions(candidates: &[Candidate], asker: Asker) -> Rendered {
    let buttons: Vec<_> = candidates
        .iter()
        .take(limits::ROW_BUTTONS)
        .map(|candidate| {
            let entry = candidate.entry.id.clone();
            let action: CustomId = match asker.question {
                Some(question) => MemberAction::LoggedSuggestion {
                    asker: asker.user,
                    question,
                    entry,
                },
                None => MemberAction::Suggestion {
                    asker: asker.user,
                    entry,
                },
            }
            .into();
            button(action, &candidate.entry.question, ButtonStyle::Primary)
        })
        .collect();
    Rendered::text("I am not sure what you are asking. Did you mean:")
        .with_rows(button_rows(&buttons, 1))
}

/// The menu of *Reply with an entry…* for the logged `question` in `message`.
#[must_use]
pub fn pick_reply(
    message: MessageId,
    question: Option<QuestionId>,
    entries: &[Arc<Entry>],
) -> Rendered {
    let options = entries
        .iter()
        .map(|entry| MenuOption::new(&entry.question, entry.id.to_string()));
    let action = MemberAction::PostPicked { message, question };
    Rendered::text("Which entry answers that message? It is posted for all to see.")
        .with_rows(menu(action, "Choose an entry…", options))
}

/// *None of these*, if the question was logged, and *Dismiss*.
fn reject_suggestions(asker: Asker) -> Option<CreateActionRow> {
    let mut buttons = Vec::new();
    if let Some(question) = asker.question {
        let action = MemberAction::NoneOfThese {
            asker: asker.user,
            question,
        };
        buttons.push(button(action, "None of these", ButtonStyle::Secondary));
    }
    if asker.visibility == Visibility::Public {
        buttons.push(dismiss_button(asker.user));
    }
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}

/// "The FAQ has no answer". A private reply quotes the question; a public one stands below it.
fn unknown(question: &str, asker: Asker) -> Rendered {
    let quoted = match asker.visibility {
        Visibility::Private => escape::quote(question, MAX_QUOTED),
        Visibility::Public => String::new(),
    };
    let about = if quoted.is_empty() {
        "that".to_owned()
    } else {
        format!("“{quoted}”")
    };
    Rendered::text(format!(
        "The FAQ has no answer to {about}. `/faq browse` shows what it covers."
    ))
    .with_rows(dismiss(asker))
}

fn dismiss(asker: Asker) -> Option<CreateActionRow> {
    (asker.visibility == Visibility::Public)
        .then(|| CreateActionRow::Buttons(vec![dismiss_button(asker.user)]))
}

/// What the bot can do, for someone who mentioned it without a question.
#[must_use]
pub fn help(knowledge: &Knowledge, bot: &BotConfig) -> Rendered {
    let first = knowledge.entries().first();
    let example = first.map(|entry| escape::quote(&entry.question, MAX_QUOTED));
    let greeting = bot.greeting(example.as_deref());
    Rendered::text(format!(
        "{greeting} `/faq browse` shows everything I can answer."
    ))
}

#[cfg(test)]
mod tests {
    use super::unknown;
    use crate::discord::assert_limits;
    use crate::discord::render::answer::Asker;
    use crate::discord::rendered::Visibility;
    use proptest::prelude::*;
    use serenity::model::id::UserId;

    proptest! {
        #[test]
        fn an_unknown_question_fits(question in "\\PC{0,3000}") {
            for visibility in [Visibility::Public, Visibility::Private] {
                let asker = Asker { user: UserId::new(1), question: None, visibility };
                assert_limits::message(unknown(&question, asker))?;
            }
        }
    }
}
