//! The review queue: questions that went unanswered, whose asker rejected the reply, or that a suggestion
//! answered.

use crate::discord::custom_id::ReviewAction;
use crate::discord::rendered::Rendered;
use crate::discord::widgets::{MenuOption, button, menu};
use crate::discord::{escape, limits};
use citebot_core::knowledge::{Due, Entry};
use citebot_engine::Group;
use citebot_store::Outcome;
use serenity::builder::{CreateActionRow, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use std::fmt::Write as _;
use std::sync::Arc;

/// The longest question that is quoted, in UTF-16 units before escaping.
const MAX_QUESTION: usize = 900;
/// The longest other phrasing of it that is quoted, likewise.
const MAX_PHRASING: usize = 150;
/// How many other phrasings are shown.
const MAX_PHRASINGS: usize = 6;
/// How many groups a digest names.
const MAX_IN_DIGEST: usize = 5;

const NOTHING: &str = "Nothing waits for review: every question was answered or dealt with.";

/// The group at `page` (from 0; the last one if there are fewer), with a menu of the entries nearest
/// to it.
#[must_use]
pub fn queue(groups: &[Group], page: u16, nearest: &[Arc<Entry>]) -> Rendered {
    let Some(last) = groups.len().checked_sub(1) else {
        return Rendered::text(NOTHING);
    };
    let page = usize::from(page).min(last);
    let group = &groups[page];
    let question = group.id();
    let number = |page: usize| u16::try_from(page).unwrap_or(u16::MAX);
    let ignore = ReviewAction::Ignore {
        question,
        page: number(page),
    };
    let style = ButtonStyle::Secondary;
    let mut buttons = vec![
        button(
            ReviewAction::NewEntry { question },
            "New entry",
            ButtonStyle::Primary,
        ),
        button(
            ReviewAction::AnswerById { question },
            "Answers to another…",
            style,
        ),
        button(ignore, "Ignore", style),
    ];
    if last > 0 {
        let (previous, next) = (page.saturating_sub(1), (page + 1).min(last));
        let turn_to = |page| ReviewAction::Page { page: number(page) };
        buttons.push(button(turn_to(previous), "Previous", style).disabled(page == 0));
        buttons.push(button(turn_to(next), "Next", style).disabled(page == last));
    }
    let embed = CreateEmbed::new()
        .title(format!("To review: {} of {}", page + 1, groups.len()))
        .description(about(group))
        .footer(CreateEmbedFooter::new(
            "Answers to: the question becomes a phrasing of that entry. You see what that changes before it is published.",
        ));
    let options = nearest
        .iter()
        .map(|entry| MenuOption::new(&entry.question, entry.id.to_string()));
    Rendered::embed(embed)
        .with_rows(menu(
            ReviewAction::AnswerWith { question },
            "Answers to…",
            options,
        ))
        .with_row(CreateActionRow::Buttons(buttons))
}

fn about(group: &Group) -> String {
    let newest = &group.newest;
    let mut text = format!(
        "> {}\n\n{}",
        escape::quote(&newest.text, MAX_QUESTION),
        asked(group)
    );
    if group.flagged > 0 {
        let _ = write!(text, "; {} × marked as not what was asked", group.flagged);
    }
    let entry = newest.entry.as_deref().map(escape::markdown);
    let said = match (newest.outcome, entry) {
        (_, Some(entry)) if group.chosen.is_some() => {
            format!(
                "the asker chose `{entry}` from the suggestions: is it a phrasing of that entry?"
            )
        }
        (Outcome::Answer, Some(entry)) => format!("it was answered with `{entry}`"),
        (Outcome::Answer, None) => "it was answered".to_owned(),
        (Outcome::Suggest, _) => "suggestions were made".to_owned(),
        (Outcome::Unknown, _) => "nothing was found".to_owned(),
    };
    let end = if said.ends_with('?') { "" } else { "." };
    let _ = write!(text, ".\nThe last time {said}{end}");
    let others: Vec<&String> = group
        .texts
        .iter()
        .filter(|text| **text != newest.text)
        .collect();
    if !others.is_empty() {
        text.push_str("\n\nAlso worded:");
        for wording in others.iter().take(MAX_PHRASINGS) {
            let _ = write!(text, "\n• {}", escape::quote(wording, MAX_PHRASING));
        }
        if others.len() > MAX_PHRASINGS {
            let _ = write!(text, "\n… and {} more", others.len() - MAX_PHRASINGS);
        }
    }
    limits::truncate(&text, limits::EMBED_DESCRIPTION)
}

fn asked(group: &Group) -> String {
    let when = group.newest.asked_at / 1_000;
    match group.times {
        1 => format!("Asked once, <t:{when}:R>"),
        times => format!("Asked {times} times, last <t:{when}:R>"),
    }
}

/// The daily message to the review channel; `None` when nothing waits for review.
#[must_use]
pub fn digest(groups: &[Group], due: &[Due<'_>]) -> Option<Rendered> {
    let title = match groups.len() {
        0 if due.is_empty() => return None,
        0 => "Facts to look up again".to_owned(),
        1 => "1 question waits for review".to_owned(),
        many => format!("{many} questions wait for review"),
    };
    let mut text = String::new();
    for group in groups.iter().take(MAX_IN_DIGEST) {
        let quoted = escape::quote(&group.newest.text, MAX_PHRASING);
        let _ = writeln!(text, "• {} × {quoted}", group.times);
    }
    if groups.len() > MAX_IN_DIGEST {
        let _ = writeln!(text, "… and {} more", groups.len() - MAX_IN_DIGEST);
    }
    if !groups.is_empty() {
        text.push_str("\n`/curate review`, or the button, goes through them.\n");
    }
    if !due.is_empty() {
        text.push_str("\n**To be looked up again**\n");
    }
    for one in due.iter().take(MAX_IN_DIGEST) {
        let _ = writeln!(text, "• {one}");
    }
    if due.len() > MAX_IN_DIGEST {
        let _ = writeln!(text, "… and {} more", due.len() - MAX_IN_DIGEST);
    }
    let embed = CreateEmbed::new().title(title).description(text);
    let review = (!groups.is_empty()).then(|| {
        let open = ReviewAction::Page { page: 0 };
        let button = button(open, "Review", ButtonStyle::Primary);
        CreateActionRow::Buttons(vec![button])
    });
    Some(Rendered::embed(embed).with_rows(review))
}

#[cfg(test)]
mod tests {
    use super::{digest, queue};
    use crate::discord::assert_limits;
    use crate::discord::rendered::Rendered;
    use citebot_core::knowledge::{Date, Due, DueKind, Entry};
    use citebot_engine::Group;
    use citebot_store::{LoggedQuestion, Outcome, QuestionId};
    use proptest::prelude::*;
    use serde_json::Value;
    use std::sync::Arc;

    fn group(text: &str, others: usize) -> Group {
        let newest = LoggedQuestion {
            id: QuestionId(i64::MAX),
            text: text.to_owned(),
            outcome: Outcome::Answer,
            entry: Some("a".repeat(60)),
            confidence: 0.5,
            surface: "ask".into(),
            asked_at: 1_700_000_000_000,
            flagged_at: None,
            followed_at: None,
        };
        let mut wordings = vec![text.to_owned()];
        wordings.extend((0..others).map(|n| format!("{text}{n}")));
        Group {
            newest,
            times: u64::MAX,
            flagged: u64::MAX,
            texts: wordings,
            chosen: Some("a".repeat(60)),
        }
    }

    fn entry(question: &str, n: usize) -> Arc<Entry> {
        Arc::new(Entry::example(&format!("{n:0>60}"), question, &[]))
    }

    fn due(id: &str) -> Due<'_> {
        Due {
            kind: DueKind::Entry,
            id,
            since: Date::parse("2026-11-24").unwrap(),
        }
    }

    fn sent(rendered: Rendered) -> Value {
        serde_json::to_value(rendered.into_message()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_question_fits(
            text in "\\PC{1,1000}", others in 0_usize..20, groups in 1_usize..120,
            nearest in 0_usize..40, page in 0_u16..130,
        ) {
            let groups = vec![group(&text, others); groups];
            let nearest: Vec<_> = (0..nearest).map(|n| entry(&"日".repeat(250), n)).collect();
            assert_limits::message(queue(&groups, page, &nearest))?;
            let id = "a".repeat(60);
            let due = vec![due(&id); groups.len()];
            assert_limits::message(digest(&groups, &due).unwrap())?;
        }
    }

    #[test]
    fn nothing_to_review_is_said_and_not_announced() {
        assert!(digest(&[], &[]).is_none());
        let told = sent(digest(&[], &[due("kettle")]).unwrap()).to_string();
        assert!(told.contains("Facts to look up again"), "{told}");
        assert!(told.contains("entry `kettle`, since 2026-11-24"), "{told}");
        let message = sent(queue(&[], 3, &[]));
        assert!(
            message["content"]
                .as_str()
                .unwrap()
                .starts_with("Nothing waits")
        );
    }
}
