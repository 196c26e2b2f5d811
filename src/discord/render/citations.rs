//! The sources under an answer.

use super::paging::ListPage;
use crate::discord::custom_id::MemberAction;
use crate::discord::rendered::{Rendered, linked};
use crate::discord::site_links::View;
use crate::discord::{escape, limits};
use citebot_core::knowledge::{Article, ArticleId, Citation, Entry};
use std::fmt::Write as _;

const FIRST_FIELD: &str = "Sources";
const NEXT_FIELD: &str = "Sources, continued";

/// The embed fields that list the sources of `entry`, within `room` for names and values together.
/// What comes from one article stands in one line. Where the lines would be longer than the answer,
/// they leave the headings out: *Sources* shows them.
#[must_use]
pub fn fields<'a>(
    view: impl Into<View<'a>>,
    entry: &Entry,
    room: usize,
) -> Vec<(&'static str, String)> {
    let view = view.into();
    let citations = view.knowledge.citations(entry);
    let full = lines(view, &citations, Headings::Shown);
    let length: usize = full.iter().map(|line| line.visible).sum();
    if length <= limits::length(entry.answer.trim()) {
        in_fields(&full, room)
    } else {
        in_fields(&lines(view, &citations, Headings::LeftOut), room)
    }
}

/// Whether a line names the sections.
#[derive(Debug, Clone, Copy)]
enum Headings {
    Shown,
    LeftOut,
}

/// A line of the list.
#[derive(Debug)]
struct Line {
    text: String,
    /// How many sources it holds.
    sources: usize,
    /// How long it is on the screen, where neither the stars nor a link's address are seen.
    visible: usize,
}

/// The lines in as few fields as hold them. Sources that don't fit are counted in a last line.
fn in_fields(lines: &[Line], room: usize) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    let mut left = room;
    for (at, line) in lines.iter().enumerate() {
        let more: usize = lines[at..].iter().map(|line| line.sources).sum();
        let rest = format!("… and {more} more");
        // Room for counting the others, as long as there are others.
        let reserve = if at + 1 < lines.len() {
            limits::length(&rest) + 1
        } else {
            0
        };
        let length = limits::length(&line.text);
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
                value.push_str(&line.text);
            }
            _ => fields.push((name, line.text.clone())),
        }
    }
    fields
}

/// The longest line: two, and the line that counts the rest, fit in a field.
const MAX_LINE: usize = 490;

/// A line for each article, in the order in which they are first cited, and one for each link.
fn lines(view: View<'_>, citations: &[Citation<'_>], headings: Headings) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // The article of each line that may go on.
    let mut open: Vec<(&ArticleId, usize)> = Vec::new();
    for citation in citations {
        let n = citation.n;
        let Some((article, section)) = citation.article else {
            let text = link(citation);
            lines.push(Line {
                visible: limits::length(&text),
                sources: 1,
                text,
            });
            continue;
        };
        let heading = escape::markdown(&limits::truncate(&section.heading, 120));
        let plain = match headings {
            Headings::Shown => format!("**[{n}]** *{heading}*"),
            Headings::LeftOut => format!("**[{n}]**"),
        };
        let visible = limits::length(&plain);
        let page = view.section(article, section);
        let linked = page
            .map(|page| escape::link_target(&page))
            .map(|page| match headings {
                Headings::Shown => format!("**[{n}]** [*{heading}*]({page})"),
                Headings::LeftOut => format!("**[[{n}]]({page})**"),
            });
        // A link cut short leads nowhere.
        let fits =
            |part: &String| limits::length(&name(article)) + 1 + limits::length(part) <= MAX_LINE;
        let part = linked.filter(fits).unwrap_or(plain);
        let at = open.iter().position(|(id, _)| **id == article.id);
        if let Some(line) = at.map(|at| open[at].1).and_then(|at| lines.get_mut(at)) {
            let longer = format!("{} · {part}", line.text);
            if limits::length(&longer) <= MAX_LINE {
                line.text = longer;
                line.sources += 1;
                line.visible += visible;
                continue;
            }
        }
        open.retain(|(id, _)| **id != article.id);
        open.push((&article.id, lines.len()));
        lines.push(Line {
            text: limits::truncate(&format!("{} {part}", name(article)), MAX_LINE),
            sources: 1,
            visible: limits::length(article.name()) + visible,
        });
    }
    lines
}

/// What the article is called, a link to it where there is one.
fn name(article: &Article) -> String {
    let name = escape::markdown(&limits::truncate(article.name(), 100));
    match &article.url {
        // Escaping may double a link's length.
        Some(url) if limits::length(url) <= MAX_LINE / 4 => {
            format!("[{name}]({})", escape::link_target(url))
        }
        _ => name,
    }
}

/// The line of a source that is no article's section.
fn link(citation: &Citation<'_>) -> String {
    let n = citation.n;
    let url = citation.url.unwrap_or("a source that is no longer listed");
    let line = format!("**[{n}]** {url}");
    if limits::length(&line) <= MAX_LINE {
        return line;
    }
    // A link cut short leads nowhere: the site alone says more.
    let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
    limits::truncate(&format!("**[{n}]** {site}"), MAX_LINE)
}

/// Where each source of `entry` is to be found: article, author, publisher, section, the words that
/// the claim rests on, and for an article without a link its first words.
#[must_use]
pub fn details<'a>(view: impl Into<View<'a>>, entry: &Entry, page: u16) -> Rendered {
    const PER_PAGE: usize = 8;
    let view = view.into();
    let citations = view.knowledge.citations(entry);
    let blocks: Vec<String> = citations.iter().map(|c| detail(view, c)).collect();
    let list = ListPage::new(&blocks, PER_PAGE, page);
    // Page 0 is the answer's own button.
    let turn = list.buttons(|page| MemberAction::Citations {
        page: page.saturating_add(1),
        entry: entry.id.clone(),
    });
    let count = match blocks.len() {
        1 => "1 source".to_owned(),
        many => format!("{many} sources"),
    };
    let title = limits::truncate(&format!("Sources: {}", entry.question), limits::EMBED_TITLE);
    Rendered::embed(linked(list.embed(&title, &count), view.entry(entry))).with_rows(turn)
}

fn detail(view: View<'_>, citation: &Citation<'_>) -> String {
    let Some((article, section)) = citation.article else {
        return link(citation);
    };
    let title = escape::markdown(&limits::truncate(&article.title, 200));
    let mut block = format!("**[{}]** {title}", citation.n);
    let by: Vec<String> = [&article.author, &article.publisher, &article.published]
        .into_iter()
        .flatten()
        .map(|part| escape::markdown(&limits::truncate(part, 100)))
        .collect();
    if !by.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(block, "\nBy {}", by.join(", "));
    }
    let heading = escape::markdown(&limits::truncate(&section.heading, 120));
    let _ = match view.section(article, section) {
        Some(page) => write!(block, "\nPart: [{heading}]({})", escape::link_target(&page)),
        None => write!(block, "\nPart: {heading}"),
    };
    if let Some(place) = &section.place {
        let _ = write!(
            block,
            " ({})",
            escape::markdown(&limits::truncate(place, 100))
        );
    }
    if let Some(quote) = citation.quote {
        let quote = escape::markdown(&limits::truncate(quote, 200));
        let _ = write!(block, "\n> “{quote}”");
    }
    match (&article.url, &article.opening) {
        (Some(url), _) => {
            let _ = write!(block, "\n{url}");
        }
        (None, Some(opening)) => {
            let opening = escape::markdown(&limits::truncate(opening, 100));
            let _ = write!(block, "\nI have no link to it. It begins: “{opening}”");
        }
        (None, None) => block.push_str("\nI have no link to it."),
    }
    block
}

#[cfg(test)]
mod tests {
    use super::{Line, fields, in_fields};
    use crate::discord::{ENTRY_LIMITS, limits};
    use citebot_core::knowledge::Knowledge;
    use std::path::Path;

    #[test]
    fn sources_never_outweigh_an_answer_of_the_shipped_faq() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let knowledge = Knowledge::load(&folder, &ENTRY_LIMITS).unwrap();
        for entry in knowledge.entries() {
            let shown = fields(&knowledge, entry, limits::EMBED_TOTAL);
            let length: usize = shown.iter().map(|(_, text)| limits::length(text)).sum();
            let answer = limits::length(&entry.answer);
            assert!(length <= answer, "{}: {length} to {answer}", entry.id);
        }
    }

    #[test]
    fn sources_that_do_not_fit_are_counted() {
        let line = |n| Line {
            text: format!("{n}{}", "x".repeat(399)),
            sources: 1,
            visible: 400,
        };
        let lines: Vec<Line> = (1..=4).map(line).collect();
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
