//! Escaping, so that text is shown as it was typed: without formatting, mentions and links.

use super::limits;

/// Escapes what a user typed, and puts it on one line.
///
/// A backslash before any ASCII punctuation tells Discord to show the character and nothing more.
/// After an `@` stands a zero-width space as well, because `@everyone` is no formatting and a
/// backslash does not stop it.
#[must_use]
pub fn escape(typed: &str) -> String {
    let mut plain = String::with_capacity(typed.len() + 8);
    for (at, word) in typed.split_whitespace().enumerate() {
        if at > 0 {
            plain.push(' ');
        }
        for c in word.chars() {
            match c {
                '@' => plain.push_str("@\u{200b}"),
                // Direction overrides would also turn the text around it.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                c if c.is_control() => {}
                '.' | ',' | '?' | '!' | '\'' | '"' | ';' | '%' | '&' | '$' | '=' | '/' => {
                    plain.push(c);
                }
                c if c.is_ascii_punctuation() => {
                    plain.push('\\');
                    plain.push(c);
                }
                c => plain.push(c),
            }
        }
    }
    plain
}

/// Escapes the first `max` UTF-16 units of what a user typed.
#[must_use]
pub fn quote(typed: &str, max: usize) -> String {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    escape(&limits::truncate(&line, max))
}

/// Escapes the formatting in a moderator's text, for a title or a name within other text. Unlike
/// [`escape`] it trusts the text not to mention or mislead.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<') {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// The target of a Markdown link: percent-encodes the characters that would end it early.
#[must_use]
pub fn link_target(url: &str) -> String {
    let mut target = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' => target.push_str("%28"),
            ')' => target.push_str("%29"),
            '<' => target.push_str("%3C"),
            '>' => target.push_str("%3E"),
            ' ' => target.push_str("%20"),
            c => target.push(c),
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::{escape, link_target, quote};

    #[test]
    fn shows_what_was_typed_and_nothing_else() {
        for (typed, expected) in [
            ("what is this?", "what is this?"),
            ("**bold** _it_", "\\*\\*bold\\*\\* \\_it\\_"),
            ("`code`", "\\`code\\`"),
            ("||spoiler||", "\\|\\|spoiler\\|\\|"),
            ("> quote", "\\> quote"),
            ("# heading", "\\# heading"),
            ("-# small", "\\-\\# small"),
            ("[a](http://b.c)", "\\[a\\]\\(http\\://b.c\\)"),
            ("https://b.c", "https\\://b.c"),
            ("<@123> hi", "\\<@\u{200b}123\\> hi"),
            ("@everyone", "@\u{200b}everyone"),
            (":smile:", "\\:smile\\:"),
            ("a\\*b", "a\\\\\\*b"),
            ("two\n\nlines\tand tab", "two lines and tab"),
            ("turn\u{202e}ed", "turned"),
            ("日本語 और 🇩🇪", "日本語 और 🇩🇪"),
            ("", ""),
        ] {
            assert_eq!(escape(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_quotation_is_cut_before_it_is_escaped() {
        assert_eq!(quote("a*b*c", 4), "a\\*b…");
    }

    #[test]
    fn a_link_target_cannot_end_the_link() {
        assert_eq!(
            link_target("https://a.b/c_(d) e"),
            "https://a.b/c_%28d%29%20e"
        );
    }
}
