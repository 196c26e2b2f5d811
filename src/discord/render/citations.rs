//! The sources under an answer.

use crate::discord::{escape, limits};
use citebot_core::knowledge::{Citation, Entry, Knowledge};

const FIRST_FIELD: &str = "Sources";
const NEXT_FIELD: &str = "Sources, continued";

/// The embed fields that list the sources of `entry`, within `room` for names and values together.
#[must_use]
pub fn fields(knowledge: &Knowledge, entry: &Entry, room: usize) -> Vec<(&'static str, String)> {
    let lines: Vec<String> = knowledge.citations(entry).iter().map(line).collect();
    in_fields(&lines, room)
}

/// The lines in as few fields as hold them. Those that don't fit are counted in a last line.
fn in_fields(lines: &[String], room: usize) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    let mut left = room;
    for (at, line) in lines.iter().enumerate() {
        let rest = format!("… and {} more", lines.len() - at);
        // Room for counting the others, as long as there are others.
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

/// The longest line: two, and the line that counts the rest, fit in a field.
const MAX_LINE: usize = 490;

fn line(citation: &Citation<'_>) -> String {
    let n = citation.n;
    let Some((article, section)) = citation.article else {
        let url = citation.url.unwrap_or("a source that is no longer listed");
        let line = format!("**[{n}]** {url}");
        if limits::length(&line) <= MAX_LINE {
            return line;
        }
        // A link cut short leads nowhere: the site alone says more.
        let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
        return limits::truncate(&format!("**[{n}]** {site}"), MAX_LINE);
    };
    let author = article
        .author
        .as_ref()
        .map(|author| format!(", {}", escape::markdown(author)))
        .unwrap_or_default();
    let title = escape::markdown(&limits::truncate(&article.title, 160));
    let heading = escape::markdown(&limits::truncate(&section.heading, 120));
    let plain = format!("**[{n}]** {title}{author}: *{heading}*");
    let linked = citation.url.map(|url| {
        let target = escape::link_target(url);
        format!("**[{n}]** [{title}]({target}){author}: *{heading}*")
    });
    linked
        .filter(|line| limits::length(line) <= MAX_LINE)
        .unwrap_or_else(|| limits::truncate(&plain, MAX_LINE))
}

#[cfg(test)]
mod tests {
    use super::in_fields;

    #[test]
    fn sources_that_do_not_fit_are_counted() {
        let lines: Vec<String> = (1..=4).map(|n| format!("{n}{}", "x".repeat(399))).collect();
        let all = in_fields(&lines, 6_000);
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|(_, value)| !value.contains("more")));
        let some = in_fields(&lines, 1_000);
        assert_eq!(some.len(), 1);
        assert!(some[0].1.ends_with("\n… and 2 more"), "{}", some[0].1);
        assert!(in_fields(&lines, 100).is_empty());
        assert!(in_fields(&[], 6_000).is_empty());
    }
}
