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
        Reply::Unknown { .. }
            if !answered
                .snapshot
                .matcher()
                .may_be_english(&answered.question) =>
        {
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
    let greeting = bot.greeting(example(knowledge).as_deref());
    Rendered::text(format!(
        "{greeting} `/faq browse` shows everything I can answer."
    ))
}

/// A question that `knowledge` answers, quoted.
fn example(knowledge: &Knowledge) -> Option<String> {
    let first = knowledge.entries().first()?;
    Some(escape::quote(&first.question, MAX_QUOTED))
}

/// What a server is told that the bot has just joined. `reads_along`: whether it can be asked to;
/// `retention_days`: how long questions are kept, 0 for ever.
#[must_use]
pub fn welcome(
    knowledge: &Knowledge,
    bot: &BotConfig,
    reads_along: bool,
    retention_days: u32,
) -> String {
    // The operator's own greeting is for people, and may be long.
    let bot = BotConfig {
        greeting: None,
        ..bot.clone()
    };
    let greeting = bot.greeting(example(knowledge).as_deref());
    let reading = if reads_along {
        " Those who manage the server choose channels for me to read along in with `/curate settings`; I begin there in \
         shadow mode, in which I say nothing and show moderators what I would have said."
    } else {
        ""
    };
    let kept = match retention_days {
        0 => String::new(),
        days => format!(" for {days} days"),
    };
    format!(
        "{greeting} I say only what somebody has written for the FAQ, with its sources, or that I do not know.\n\
         - **Ask**: mention me, use `/ask`, or Apps → *Answer from the FAQ* in a message's menu. `/faq browse` shows \
         everything I can answer.\n\
         - **Moderators** (*Manage Messages*): `/curate add`, or Apps → *Add to the FAQ*, changes the FAQ for this server; \
         `/curate undo` takes a change back.{reading}\n\
         - **Kept**: questions{kept}, never who asked; `/privacy show` says more.",
    )
}

#[cfg(test)]
mod tests {
    use super::{MAX_QUOTED, unknown, welcome};
    use crate::config::{BotConfig, MAX_GREETING, MAX_NAME, MAX_SUBJECT};
    use crate::discord::render::answer::Asker;
    use crate::discord::rendered::Visibility;
    use crate::discord::{assert_limits, limits};
    use citebot_core::knowledge::Knowledge;
    use proptest::prelude::*;
    use serenity::model::id::UserId;

    #[test]
    fn the_longest_welcome_fits_a_message() {
        let bot = BotConfig {
            name: "x".repeat(MAX_NAME),
            subject: Some("x".repeat(MAX_SUBJECT)),
            greeting: Some("x".repeat(MAX_GREETING)),
        };
        // Its quotation of an example is at most MAX_QUOTED characters longer.
        let none = Knowledge::from_parts(vec![], vec![], vec![], vec![]);
        let text = welcome(&none, &bot, true, 36_500);
        let length = text.chars().count();
        assert!(length + MAX_QUOTED <= limits::CONTENT, "{length}");
    }

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
