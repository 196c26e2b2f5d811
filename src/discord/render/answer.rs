//! A reply to a question.

use super::{COLOUR, Rendered, button, button_rows, dismiss, dismiss_button, link};
use crate::discord::custom_id::CustomId;
use crate::discord::{escape, limits};
use citebot_core::answer::Candidate;
use citebot_core::knowledge::{Citation, Entry, Knowledge};
use citebot_store::{QuestionId, Vote};
use serenity::builder::{CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter};
use serenity::model::application::ButtonStyle;
use serenity::model::id::UserId;

/// Rows of link buttons. With one of related entries and one of feedback, one of the five that
/// Discord allows is free.
const LINK_ROWS: usize = 2;

/// What can be said to an answer: the last row of buttons under it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Feedback {
    /// 👍 and 👎: where votes are kept.
    pub votes: bool,
    /// Who asked what, where it is logged. They can say that it was not this; votes are on the
    /// answer to it.
    pub question: Option<(UserId, QuestionId)>,
    /// Who can take the answer away, beside moderators.
    pub dismiss: Option<UserId>,
}

impl Feedback {
    fn row(&self, entry: &Entry) -> Option<CreateActionRow> {
        let mut buttons = Vec::new();
        if self.votes {
            let question = self.question.map(|(_, question)| question);
            for (vote, emoji) in [(Vote::Up, '👍'), (Vote::Down, '👎')] {
                let custom_id = CustomId::Vote {
                    vote,
                    entry: entry.id.clone(),
                    question,
                };
                buttons.push(
                    CreateButton::new(custom_id.to_string())
                        .emoji(emoji)
                        .style(ButtonStyle::Secondary),
                );
            }
        }
        if let Some((asker, question)) = self.question {
            let custom_id = CustomId::NotAsked {
                asker,
                question,
                entry: entry.id.clone(),
            };
            buttons.push(button(
                &custom_id,
                "Not what I asked",
                ButtonStyle::Secondary,
            ));
        }
        if let Some(asker) = self.dismiss {
            buttons.push(dismiss_button(asker));
        }
        (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
    }
}

/// The entry with its sources, links and related entries; with `asker`, *Dismiss* for them.
#[must_use]
pub fn answer(knowledge: &Knowledge, entry: &Entry, asker: Option<UserId>) -> Rendered {
    let feedback = Feedback {
        dismiss: asker,
        ..Feedback::default()
    };
    answer_with(knowledge, entry, &feedback)
}

/// The entry with its sources, links and related entries, and what can be said to it.
#[must_use]
pub fn answer_with(knowledge: &Knowledge, entry: &Entry, feedback: &Feedback) -> Rendered {
    let links: Vec<_> = entry
        .resources
        .iter()
        .filter_map(|id| knowledge.resource(id.as_str()))
        .filter_map(|resource| link(&resource.name, &resource.url))
        .collect();
    let mut rows = button_rows(&links, LINK_ROWS);
    rows.extend(related(knowledge, entry));
    rows.extend(feedback.row(entry));
    Rendered {
        content: None,
        embed: Some(embed(knowledge, entry)),
        rows,
    }
}

fn embed(knowledge: &Knowledge, entry: &Entry) -> CreateEmbed {
    let title = limits::truncate(&entry.question, limits::EMBED_TITLE);
    let text = limits::truncate(entry.answer.trim(), limits::EMBED_DESCRIPTION);
    let topic = limits::truncate(&entry.topic, limits::EMBED_TITLE);
    let footer = format!("{topic} · {}", entry.id);
    let room = limits::EMBED_TOTAL
        .saturating_sub(limits::length(&title) + limits::length(&text) + limits::length(&footer));
    let lines: Vec<String> = knowledge.citations(entry).iter().map(source).collect();
    CreateEmbed::new()
        .colour(COLOUR)
        .title(title)
        .description(text)
        .fields(
            source_fields(&lines, room)
                .into_iter()
                .map(|(name, value)| (name, value, false)),
        )
        .footer(CreateEmbedFooter::new(footer))
}

const FIRST_FIELD: &str = "Sources";
const NEXT_FIELD: &str = "Sources, continued";

/// The source lines in as few fields as hold them, within `room` for names and values together.
/// What does not fit is counted in a last line.
fn source_fields(lines: &[String], room: usize) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    let mut left = room;
    for (at, line) in lines.iter().enumerate() {
        let rest = format!("… and {} more", lines.len() - at);
        // Room for saying what is missing is kept while there is anything that may be.
        let reserve = if at + 1 < lines.len() {
            limits::length(&rest) + 1
        } else {
            0
        };
        let length = limits::length(line);
        let fits_in_last = fields.last().is_some_and(|(_, value)| {
            limits::length(value) + 1 + length + reserve <= limits::EMBED_FIELD_VALUE
        });
        let name = if fields.is_empty() {
            FIRST_FIELD
        } else {
            NEXT_FIELD
        };
        let cost = if fits_in_last {
            1 + length
        } else {
            limits::length(name) + length
        };
        let too_many = !fits_in_last && fields.len() == limits::EMBED_FIELDS;
        if cost + reserve > left || too_many {
            match fields.last_mut() {
                Some((_, value))
                    if limits::length(value) + 1 + limits::length(&rest)
                        <= limits::EMBED_FIELD_VALUE =>
                {
                    value.push('\n');
                    value.push_str(&rest);
                }
                _ => {}
            }
            break;
        }
        left -= cost;
        match fields.last_mut() {
            Some((_, value)) if fits_in_last => {
                value.push('\n');
                value.push_str(line);
            }
            _ => fields.push((name, line.clone())),
        }
    }
    fields
}

/// The longest source line: two, and the line that counts the rest, fit in a field.
const SOURCE_LINE: usize = 490;

fn source(citation: &Citation<'_>) -> String {
    let n = citation.n;
    let Some((article, section)) = citation.article else {
        let url = citation.url.unwrap_or("a source that is no longer listed");
        let line = format!("**[{n}]** {url}");
        if limits::length(&line) <= SOURCE_LINE {
            return line;
        }
        // A link cut short leads nowhere: the site alone says more.
        let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
        return limits::truncate(&format!("**[{n}]** {site}"), SOURCE_LINE);
    };
    let author = article
        .author
        .as_ref()
        .map(|author| format!(", {}", escape::formatting(author)))
        .unwrap_or_default();
    let title = escape::formatting(&limits::truncate(&article.title, 160));
    let heading = escape::formatting(&limits::truncate(&section.heading, 120));
    let plain = format!("**[{n}]** {title}{author}: *{heading}*");
    let linked = citation.url.map(|url| {
        let target = escape::link_target(url);
        format!("**[{n}]** [{title}]({target}){author}: *{heading}*")
    });
    linked
        .filter(|line| limits::length(line) <= SOURCE_LINE)
        .unwrap_or_else(|| limits::truncate(&plain, SOURCE_LINE))
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
            let custom_id = CustomId::Related { entry: id.clone() };
            buttons.push(button(&custom_id, &other.question, ButtonStyle::Secondary));
        }
    }
    buttons.truncate(limits::ROW_BUTTONS);
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}

/// "Did you mean", with a button an entry; with `dismissible`, *Dismiss* too. `question`: what was
/// asked, where it is logged.
#[must_use]
pub fn suggestions(
    candidates: &[Candidate],
    asker: UserId,
    question: Option<QuestionId>,
    dismissible: bool,
) -> Rendered {
    let mut buttons = Vec::new();
    for candidate in candidates.iter().take(limits::ROW_BUTTONS) {
        let custom_id = CustomId::Suggestion {
            entry: candidate.entry.id.clone(),
            asker,
            question,
        };
        let label = &candidate.entry.question;
        buttons.push(button(&custom_id, label, ButtonStyle::Primary));
    }
    let mut rows = button_rows(&buttons, 1);
    if dismissible {
        rows.push(dismiss(asker));
    }
    Rendered {
        content: Some("I am not sure what you are asking. Did you mean:".into()),
        embed: None,
        rows,
    }
}

/// "I don't know", honestly, and where to look.
#[must_use]
pub fn unknown(question: &str, asker: Option<UserId>) -> Rendered {
    const SHOWN: usize = 200;
    let question = escape::quote(question, SHOWN);
    let about = if question.is_empty() {
        "that".to_owned()
    } else {
        format!("“{question}”")
    };
    Rendered {
        content: Some(format!(
            "The FAQ has no answer to {about}. `/faq browse` shows what it covers."
        )),
        embed: None,
        rows: asker.map(dismiss).into_iter().collect(),
    }
}

/// What to do, for someone who called without a question.
#[must_use]
pub fn help(knowledge: &Knowledge) -> Rendered {
    let example = knowledge
        .entries()
        .first()
        .map(|entry| format!(", for example “{}”", escape::quote(&entry.question, 200)))
        .unwrap_or_default();
    Rendered::text(format!(
        "Hello! Ask me a question about open-source AI{example}. \
         `/faq browse` shows everything I can answer."
    ))
}

#[cfg(test)]
mod tests {
    use super::{Feedback, answer, answer_with, help, source_fields, suggestions, unknown};
    use crate::discord::fits;
    use crate::discord::render::Rendered;
    use crate::discord::render::lists;
    use citebot_core::answer::Candidate;
    use citebot_core::knowledge::{
        Article, ArticleId, Entry, EntryId, Knowledge, Resource, ResourceId, Section, SectionId,
        Source,
    };
    use citebot_store::QuestionId;
    use proptest::prelude::*;
    use serenity::model::id::UserId;
    use std::sync::Arc;

    /// Discord's rules, checked on the message as it is sent.
    fn check(rendered: Rendered) -> Result<(), TestCaseError> {
        let asked = serenity::model::channel::Message::default();
        fits::message(&serde_json::to_value(rendered.into_message(&asked)).unwrap())
    }

    fn id(number: usize) -> String {
        format!("{number:0>60}")
    }

    /// Texts of all sizes, wide characters included.
    fn text(most: usize) -> impl Strategy<Value = String> {
        (
            prop::sample::select(vec!["a", "*", "🇩🇪", "日", "w "]),
            1..most,
        )
            .prop_map(|(unit, times)| unit.repeat(times).trim().to_owned())
    }

    prop_compose! {
           /// Knowledge at and beyond the sizes that `check` lets through.
           fn knowledge()(
               question in text(250),
               answer in text(2_500),
               topic in text(120),
               title in text(300),
               heading in text(300),
               author in prop::option::of(text(200)),
               url in prop::option::of((1_usize..600).prop_map(|n| format!("https://{}", "a".repeat(n)))),
               sources in 0_usize..60,
               entries in 1_usize..40,
               resources in 0_usize..30,
               related in prop::collection::vec(0_usize..40, 0..12),
           ) -> Knowledge {
               let article = Article {
                   id: ArticleId::new(&id(0)).unwrap(),
                   title: title.clone(),
                   author: author.clone(),
                   publisher: author,
                   url: url.clone(),
                   published: None,
                   note: Some(title),
                   sections: (0..sources.max(1))
                       .map(|n| Section { id: SectionId::new(&id(n)).unwrap(), heading: heading.clone() })
                       .collect(),
               };
               let resources: Vec<Resource> = (0..resources)
                   .map(|n| Resource {
                       id: ResourceId::new(&id(n)).unwrap(),
                       name: heading.clone(),
                       url: url.clone().unwrap_or_else(|| "https://example.org".into()),
                       description: Some(answer.clone()),
                   })
                   .collect();
               let entry = |n: usize| Entry {
                   id: EntryId::new(&id(n)).unwrap(),
                   topic: format!("{topic}{}", n % 30),
                   question: question.clone(),
                   phrasings: Vec::new(),
                   answer: answer.clone(),
                   sources: (0..sources)
                       .map(|n| match &url {
                           Some(url) if n % 2 == 0 => Source::Url(url.clone()),
                           _ => Source::Section {
    article: ArticleId::new(&id(0)).unwrap(),
    section: SectionId::new(&id(n)).unwrap(),
    },
                       })
                       .collect(),
                   resources: resources.iter().map(|r| r.id.clone()).collect(),
                   related: related.iter().map(|&n| EntryId::new(&id(n)).unwrap()).collect(),
               };
               let entries = (0..entries).map(entry).collect();
               let mut articles = vec![article.clone()];
               articles.extend((1..30).map(|n| Article { id: ArticleId::new(&id(n)).unwrap(), ..article.clone() }));
               Knowledge::from_parts(articles, resources, Vec::new(), entries)
           }
       }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn nothing_exceeds_what_discord_accepts(knowledge in knowledge(), page in 0_u16..9) {
            let asker = UserId::new(u64::MAX);
            for entry in knowledge.entries().iter().take(2) {
                check(answer(&knowledge, entry, Some(asker)))?;
                let feedback = Feedback {
                    votes: true,
                    question: Some((asker, QuestionId(i64::MAX))),
                    dismiss: Some(asker),
                };
                check(answer_with(&knowledge, entry, &feedback))?;
                check(lists::browse(&knowledge, Some(&entry.topic), page))?;
            }
            check(lists::browse(&knowledge, None, page))?;
            check(lists::articles(&knowledge, page))?;
            check(lists::article(&knowledge, &knowledge.articles()[0], page))?;
            check(lists::toolkit(&knowledge, page))?;
            check(help(&knowledge))?;
            let candidates: Vec<Candidate> = knowledge
                .entries()
                .iter()
                .map(|entry| Candidate { entry: Arc::clone(entry), confidence: 0.5 })
                .collect();
            check(suggestions(&candidates, asker, Some(QuestionId(i64::MAX)), true))?;
        }

        #[test]
        fn an_unknown_question_fits(question in "\\PC{0,3000}") {
            check(unknown(&question, Some(UserId::new(1))))?;
        }
    }

    #[test]
    fn sources_that_do_not_fit_are_counted() {
        let lines: Vec<String> = (1..=4).map(|n| format!("{n}{}", "x".repeat(399))).collect();
        let all = source_fields(&lines, 6_000);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|(_, value)| !value.contains("more")));
        let some = source_fields(&lines, 1_000);
        assert_eq!(some.len(), 1);
        assert!(some[0].1.ends_with("\n… and 2 more"), "{}", some[0].1);
        assert!(source_fields(&lines, 100).is_empty());
        assert!(source_fields(&[], 6_000).is_empty());
    }
}
