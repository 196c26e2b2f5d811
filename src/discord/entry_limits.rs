//! How much of an entry Discord can show.
//!
//! The question is the embed's title, the answer its description; the sources stand below it in as
//! many fields as they need, and the resources are link buttons. Lengths are in characters, as
//! `maxLength` counts them in Discord's published `OpenAPI` document.

use super::limits;
use citebot_core::knowledge::{Citation, EntryPart, Field, Limits, Overflow, ReplyParts};

/// The knowledge that Discord can show.
pub const ENTRY_LIMITS: Limits = Limits {
    // A choice of `/faq browse`.
    topic: limits::CHOICE_TEXT,
    question: 250,
    // Leaves room for the sources.
    answer: 2_500,
    // Two rows of link buttons. Of the other three rows one holds the votes, one the related
    // entries, and one is kept free.
    resources: 2 * limits::ROW_BUTTONS,
    related: limits::CHOICES,
    link: limits::BUTTON_URL,
    resource_name: limits::BUTTON_LABEL,
    title: 256,
    name: 100,
    note: limits::EMBED_FIELD_VALUE,
    measure,
};

/// What is kept free in an embed for a footer, the names of the fields and escaped characters.
const RESERVE: usize = 300;

fn measure(reply: &ReplyParts<'_>) -> Vec<Overflow> {
    let mut overflows = Vec::new();
    let (mut fields, mut used, mut sources) = (0, limits::EMBED_FIELD_VALUE, 0);
    for citation in reply.citations {
        let length = line_length(citation);
        if length > limits::EMBED_FIELD_VALUE {
            overflows.push(Overflow {
                part: EntryPart::Item(Field::Sources, citation.n - 1),
                message: format!(
                    "the line of this source takes {length} characters, Discord shows {} in a field",
                    limits::EMBED_FIELD_VALUE
                ),
                help: Some("give the article a `short` name, or shorten its title or heading".into()),
            });
        }
        sources += length + 1;
        if used + 1 + length <= limits::EMBED_FIELD_VALUE {
            used += 1 + length;
        } else {
            fields += 1;
            used = length;
        }
    }
    if fields > limits::EMBED_FIELDS {
        overflows.push(Overflow {
            part: EntryPart::Field(Field::Sources),
            message: format!(
                "the sources fill {fields} fields of a Discord message, it has {}",
                limits::EMBED_FIELDS
            ),
            help: None,
        });
    }
    let (question, answer) = (chars(reply.question), chars(reply.answer));
    let total = question + answer + sources + RESERVE;
    // What is too long by itself is reported as that.
    let parts_fit = question <= ENTRY_LIMITS.question && answer <= ENTRY_LIMITS.answer;
    if total > limits::EMBED_TOTAL && parts_fit {
        overflows.push(Overflow {
            part: EntryPart::Field(Field::Answer),
            message: format!(
                "question, answer and sources take {total} characters together, a Discord message holds {}",
                limits::EMBED_TOTAL
            ),
            help: Some("shorten the answer, cite less, or make two entries of it".into()),
        });
    }
    overflows
}

/// The most characters that the line of a source may take: `[1] Name: Heading`, and where
/// the article has a link, room for `[…](link)` around it.
fn line_length(citation: &Citation<'_>) -> usize {
    let link = match (citation.article, citation.url) {
        (Some(_), Some(url)) => chars(url) + "[]()".len(),
        _ => 0,
    };
    chars(&citation.to_string()) + link
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{ENTRY_LIMITS, limits};
    use citebot_core::knowledge::{
        Article, ArticleId, Entry, Knowledge, Section, SectionId, Source, check_entry,
    };

    #[test]
    fn link_buttons_leave_room_for_three_rows() {
        assert!(ENTRY_LIMITS.resources.div_ceil(limits::ROW_BUTTONS) + 3 <= 5);
    }

    #[test]
    fn a_reply_fits_in_a_message() {
        let (article, section) = (ArticleId::new("a").unwrap(), SectionId::new("s").unwrap());
        let knowledge = Knowledge::from_parts(
            vec![Article {
                id: article.clone(),
                title: "T".repeat(256),
                short: None,
                opening: None,
                author: Some("A. Writer".into()),
                publisher: None,
                url: Some(format!("https://example.org/{}", "x".repeat(492))),
                published: None,
                note: None,
                sections: vec![Section {
                    id: section.clone(),
                    heading: "H".repeat(256),
                    place: None,
                }],
            }],
            Vec::new(),
            Vec::new(),
            Vec::new(),
        )
        .with_limits(&ENTRY_LIMITS);
        let cited = Source::Section {
            article,
            section,
            quote: None,
        };
        let links = |count: usize| -> Vec<Source> {
            let link = |n| Source::Url(format!("https://example.org/{n}{}", "x".repeat(490)));
            (0..count).map(link).collect()
        };
        for (answer, sources, expected) in [
            (100, links(3), None),
            (2_000, links(5), None),
            (
                2_000,
                links(9),
                Some(
                    "answer: question, answer and sources take 6983 characters together, a Discord \
                     message holds 6000 (shorten the answer, cite less, or make two entries of it)",
                ),
            ),
            (
                100,
                vec![cited],
                Some(
                    "source 1: the line of this source takes 1034 characters, Discord shows 1024 in a \
                     field (give the article a `short` name, or shorten its title or heading)",
                ),
            ),
            (
                2_600,
                links(9),
                Some("answer: this has 2627 characters, at most 2500 fit"),
            ),
        ] {
            let marks: Vec<String> = (1..=sources.len()).map(|n| format!("[{n}]")).collect();
            let entry = Entry {
                answer: format!("{}{}", marks.concat(), "é".repeat(answer)),
                sources,
                ..Entry::example("two", "What is two?", &[])
            };
            let errors = check_entry(&entry, &knowledge);
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            assert_eq!(errors, Vec::from_iter(expected), "{answer}");
        }
    }
}
