//! Answers as HTML. They are Markdown that curators and moderators wrote: nothing in them becomes HTML of its own,
//! and no picture is fetched.

use citebot_core::knowledge::{check_link, markers};
use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream};

/// Stand around the number of a marker while the Markdown is parsed, which would take `[1]` for a
/// link of its own. Unicode leaves these characters to private use.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// `answer` as HTML, where each `[n]` is a link to `target(n)` if there is one.
pub fn answer(answer: &str, target: impl Fn(usize) -> Option<String>) -> Markup {
    let marked = marked(answer);
    let parser = Parser::new_ext(&marked, Options::ENABLE_STRIKETHROUGH);
    // How many links are open whose address may not be shown.
    let mut refused = Vec::new();
    let events = TextMergeStream::new(parser).flat_map(|event| match event {
        Event::Text(text) => linked(&text, &target),
        // Discord keeps line breaks.
        Event::SoftBreak => vec![Event::HardBreak],
        Event::Html(text) | Event::InlineHtml(text) => vec![Event::Text(text)],
        Event::Start(Tag::Heading { .. }) => vec![Event::Start(Tag::Heading {
            level: HeadingLevel::H3,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })],
        Event::End(TagEnd::Heading(_)) => vec![Event::End(TagEnd::Heading(HeadingLevel::H3))],
        Event::Start(Tag::Link { dest_url, .. }) => {
            let allowed = check_link(&dest_url).is_ok();
            refused.push(!allowed);
            if allowed {
                vec![open_link(&dest_url)]
            } else {
                Vec::new()
            }
        }
        Event::End(TagEnd::Link) => match refused.pop() {
            Some(true) => Vec::new(),
            _ => vec![raw("</a>")],
        },
        // The text in its place stays.
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock)
        | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => Vec::new(),
        other => vec![other],
    });
    let mut out = String::new();
    pulldown_cmark::html::push_html(&mut out, events);
    PreEscaped(out)
}

/// The beginning of `answer` as plain text without markers, of at most `most` characters.
pub fn excerpt(answer: &str, most: usize) -> String {
    let marked = marked(answer);
    let mut text = String::new();
    for event in Parser::new(&marked) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once(OPEN) {
        kept.push_str(before);
        rest = behind.split_once(CLOSE).map_or("", |(_, behind)| behind);
    }
    kept.push_str(rest);
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= most {
        return words;
    }
    let cut: String = words.chars().take(most.saturating_sub(1)).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

/// `answer` with its markers between [`OPEN`] and [`CLOSE`].
fn marked(answer: &str) -> String {
    let answer = answer.trim().replace([OPEN, CLOSE], "");
    let mut marked = String::with_capacity(answer.len());
    let mut done = 0;
    for marker in markers(&answer) {
        marked.push_str(&answer[done..marker.range.start]);
        marked.push(OPEN);
        marked.push_str(&marker.n.to_string());
        marked.push(CLOSE);
        done = marker.range.end;
    }
    marked.push_str(&answer[done..]);
    marked
}

/// `text` with links in place of its markers.
fn linked<'a>(text: &str, target: &impl Fn(usize) -> Option<String>) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let plain = |text: &str, events: &mut Vec<Event<'a>>| {
        if !text.is_empty() {
            events.push(Event::Text(text.to_owned().into()));
        }
    };
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        plain(before, &mut events);
        let (number, behind) = behind.split_once(CLOSE).unwrap_or((behind, ""));
        match number.parse().ok().and_then(target) {
            Some(to) => {
                let link = html! { a href=(to) { "[" (number) "]" } };
                events.push(raw(link.into_string()));
            }
            None => plain(&format!("[{number}]"), &mut events),
        }
        rest = behind;
    }
    plain(rest, &mut events);
    events
}

fn open_link<'a>(url: &str) -> Event<'a> {
    let escaped = html! { (url) }.into_string();
    raw(format!("<a href=\"{escaped}\">"))
}

fn raw<'a>(text: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::InlineHtml(text.into())
}

#[cfg(test)]
mod tests {
    use super::{answer, excerpt};

    #[test]
    fn answers_become_html() {
        let target = |n| (n < 3).then(|| format!("a.html#s{n}&"));
        for (text, expected) in [
            (
                "Yes. [1] [2]",
                "<p>Yes. <a href=\"a.html#s1&amp;\">[1]</a> <a href=\"a.html#s2&amp;\">[2]</a></p>\n",
            ),
            ("No source. [3]", "<p>No source. [3]</p>\n"),
            (
                "[1]: a.html",
                "<p><a href=\"a.html#s1&amp;\">[1]</a>: a.html</p>\n",
            ),
            ("one\ntwo\n\nthree", "<p>one<br />\ntwo</p>\n<p>three</p>\n"),
            (
                "*so* **much** ~~less~~ `[1] <b>`",
                "<p><em>so</em> <strong>much</strong> <del>less</del> <code>[1] &lt;b&gt;</code></p>\n",
            ),
            (
                "[here](https://a.example/?b&c) <https://a.example>",
                "<p><a href=\"https://a.example/?b&amp;c\">here</a> <a href=\"https://a.example\">https://a.example</a></p>\n",
            ),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
            ("# Big", "<h3>Big</h3>\n"),
            // What does harm.
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            (
                "a <img src=x onerror=alert(1)> b",
                "<p>a &lt;img src=x onerror=alert(1)&gt; b</p>\n",
            ),
            ("[x](javascript:alert(1))", "<p>x</p>\n"),
            ("[x](data:text/html,y) [y](/etc)", "<p>x y</p>\n"),
            ("![seen](https://spy.example/x.png)", "<p>seen</p>\n"),
            (
                "[x](https://a.example/\"onclick=alert)",
                "<p><a href=\"https://a.example/&quot;onclick=alert\">x</a></p>\n",
            ),
            ("\u{e000}9\u{e001} [1", "<p>9 [1</p>\n"),
        ] {
            assert_eq!(answer(text, target).into_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn an_excerpt_is_plain_text_of_whole_words() {
        for (text, most, expected) in [
            (
                "Yes, *it* is. [1] And [x](https://a.example). [2]",
                99,
                "Yes, it is. And x.",
            ),
            ("one\ntwo\n\n- three", 99, "one two three"),
            ("one two three", 13, "one two three"),
            ("one two three", 12, "one two…"),
            ("onetwothree", 5, "onet…"),
            ("日本日本 日本", 6, "日本日本…"),
            ("", 5, ""),
        ] {
            assert_eq!(excerpt(text, most), expected, "{text:?}");
        }
    }
}
