//! The review queue: what went unanswered, or was marked "not what I asked".

use super::lists::menu;
use super::{COLOUR, Rendered, button};
use crate::discord::custom_id::CustomId;
use crate::discord::{escape, limits};
use citebot_core::knowledge::Entry;
use citebot_engine::Group;
use citebot_store::Outcome;
use serenity::builder::{CreateActionRow, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use std::fmt::Write as _;
use std::sync::Arc;

/// A question as it is quoted, in UTF-16 units before escaping.
const QUOTED: usize = 900;
/// Another wording of it, likewise.
const WORDING: usize = 150;
/// How many other wordings are shown.
const WORDINGS: usize = 6;
/// How many groups a digest names.
const IN_DIGEST: usize = 5;

const NOTHING: &str = "Nothing waits for review: every question was answered or dealt with.";

/// The group at `page` (from 0; the last one where there are fewer) of `groups`, with the entries
/// nearest to it: what can be done with it, and the way to the others.
#[must_use]
pub fn queue(groups: &[Group], page: u16, nearest: &[Arc<Entry>]) -> Rendered {
    let Some(last) = groups.len().checked_sub(1) else {
        return Rendered::text(NOTHING);
    };
    let page = usize::from(page).min(last);
    let group = &groups[page];
    let question = group.id();
    let options = nearest
        .iter()
        .map(|entry| (entry.question.clone(), entry.id.to_string(), false))
        .collect();
    let mut rows = Vec::new();
    rows.extend(menu(
        &CustomId::ReviewAnswer { question },
        "Answers to…",
        options,
    ));
    let number = |page: usize| u16::try_from(page).unwrap_or(u16::MAX);
    let style = ButtonStyle::Secondary;
    let ignore = CustomId::ReviewIgnore {
        question,
        page: number(page),
    };
    let mut buttons = vec![
        button(
            &CustomId::ReviewNew { question },
            "New entry",
            ButtonStyle::Primary,
        ),
        button(
            &CustomId::ReviewById { question },
            "Answers to another…",
            style,
        ),
        button(&ignore, "Ignore", style),
    ];
    if last > 0 {
        let (previous, next) = (page.saturating_sub(1), (page + 1).min(last));
        let to = |page| CustomId::Review { page: number(page) };
        buttons.push(button(&to(previous), "Previous", style).disabled(page == 0));
        buttons.push(button(&to(next), "Next", style).disabled(page == last));
    }
    rows.push(CreateActionRow::Buttons(buttons));
    let embed = CreateEmbed::new()
        .colour(COLOUR)
        .title(format!("To review: {} of {}", page + 1, groups.len()))
        .description(about(group))
        .footer(CreateEmbedFooter::new(
            "Answers to: the question becomes a phrasing of that entry. You see what that changes before it is published.",
        ));
    Rendered {
        content: None,
        embed: Some(embed),
        rows,
    }
}

fn about(group: &Group) -> String {
    let newest = &group.newest;
    let mut text = format!(
        "> {}\n\n{}",
        escape::quote(&newest.text, QUOTED),
        asked(group)
    );
    if group.flagged > 0 {
        let _ = write!(text, "; {} × marked *not what I asked*", group.flagged);
    }
    let entry = newest.entry.as_deref().map(escape::formatting);
    let said = match (newest.outcome, entry) {
        (Outcome::Answer, Some(entry)) => format!("it was answered with `{entry}`"),
        (Outcome::Answer, None) => "it was answered".to_owned(),
        (Outcome::Suggest, _) => "suggestions were made".to_owned(),
        (Outcome::Unknown, _) => "nothing was found".to_owned(),
    };
    let _ = write!(text, ".\nThe last time {said}.");
    let others: Vec<&String> = group
        .texts
        .iter()
        .filter(|text| **text != newest.text)
        .collect();
    if !others.is_empty() {
        text.push_str("\n\nAlso worded:");
        for wording in others.iter().take(WORDINGS) {
            let _ = write!(text, "\n• {}", escape::quote(wording, WORDING));
        }
        if others.len() > WORDINGS {
            let _ = write!(text, "\n… and {} more", others.len() - WORDINGS);
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

/// What is written to the review channel while `groups` wait; `None` where nothing does.
#[must_use]
pub fn digest(groups: &[Group]) -> Option<Rendered> {
    let title = match groups.len() {
        0 => return None,
        1 => "1 question waits for review".to_owned(),
        many => format!("{many} questions wait for review"),
    };
    let mut text = String::new();
    for group in groups.iter().take(IN_DIGEST) {
        let quoted = escape::quote(&group.newest.text, WORDING);
        let _ = writeln!(text, "• {} × {quoted}", group.times);
    }
    if groups.len() > IN_DIGEST {
        let _ = writeln!(text, "… and {} more", groups.len() - IN_DIGEST);
    }
    text.push_str("\n`/curate review` goes through them.");
    Some(Rendered {
        content: None,
        embed: Some(
            CreateEmbed::new()
                .colour(COLOUR)
                .title(title)
                .description(text),
        ),
        rows: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::{digest, queue};
    use crate::discord::fits;
    use citebot_core::knowledge::Entry;
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
        };
        let mut wordings = vec![text.to_owned()];
        wordings.extend((0..others).map(|n| format!("{text}{n}")));
        Group {
            newest,
            times: u64::MAX,
            flagged: u64::MAX,
            texts: wordings,
        }
    }

    fn entry(question: &str, n: usize) -> Arc<Entry> {
        Arc::new(Entry::example(&format!("{n:0>60}"), question, &[]))
    }

    fn sent(rendered: super::Rendered) -> Value {
        serde_json::to_value(rendered.into_notice()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn whatever_was_asked_fits(
            text in "\\PC{1,1000}", others in 0_usize..20, groups in 1_usize..120,
            nearest in 0_usize..40, page in 0_u16..130,
        ) {
            let groups = vec![group(&text, others); groups];
            let nearest: Vec<_> = (0..nearest).map(|n| entry(&"日".repeat(250), n)).collect();
            fits::message(&sent(queue(&groups, page, &nearest)))?;
            fits::message(&sent(digest(&groups).unwrap()))?;
        }
    }

    #[test]
    fn nothing_to_review_is_said_and_not_announced() {
        assert!(digest(&[]).is_none());
        let message = sent(queue(&[], 3, &[]));
        assert!(
            message["content"]
                .as_str()
                .unwrap()
                .starts_with("Nothing waits")
        );
    }
}
