//! Markdown: a heading with text under it is a question, one with headings under it a topic.

use super::{Found, Reading};
use citebot_core::source_file::SourceFile;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The topic of questions without a heading above them.
const TOPIC: &str = "FAQ";

struct Heading {
    level: HeadingLevel,
    text: String,
    /// In the file, in bytes.
    place: Range<usize>,
}

pub(super) fn read(file: &SourceFile) -> Reading {
    let headings = headings(file.text());
    let mut reading = Reading::default();
    for (at, heading) in headings.iter().enumerate() {
        let next = headings.get(at + 1);
        if next.is_some_and(|next| next.level > heading.level) {
            // A topic. Text under it introduces its questions.
            continue;
        }
        let end = next.map_or(file.text().len(), |next| next.place.start);
        let answer = file.text()[heading.place.end..end].trim();
        let question = without_number(&heading.text);
        if answer.is_empty() {
            let message = format!("there is no answer under “{question}”");
            let place = heading.place.clone();
            reading.problems.push(file.diagnostic(place, message, None));
            continue;
        }
        let mut above = headings[..at].iter().rev();
        let topic = above.find(|other| other.level < heading.level);
        reading.found.push(Found {
            topic: topic
                .map_or(TOPIC, |topic| without_number(&topic.text))
                .to_owned(),
            question: question.to_owned(),
            phrasings: Vec::new(),
            answer: answer.to_owned(),
            place: heading.place.clone(),
        });
    }
    reading
}

fn headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut inside = false;
    for (event, place) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                inside = true;
                headings.push(Heading {
                    level,
                    text: String::new(),
                    place,
                });
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(part) | Event::Code(part) if inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.text.push_str(&part);
                }
            }
            _ => {}
        }
    }
    headings
}

/// `heading` without the number or the "Q:" that it may begin with.
fn without_number(heading: &str) -> &str {
    let heading = heading.trim();
    let digits = heading.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = match digits.strip_prefix(['.', ')']) {
        Some(rest) if digits.len() < heading.len() => rest.trim_start(),
        _ => heading,
    };
    let question = rest.strip_prefix("Q:").or_else(|| rest.strip_prefix("Q."));
    question.unwrap_or(rest).trim_start()
}
