//! Takes out of a question what may tell who asked it, or about whom.

use regex_lite::Regex;
use std::sync::LazyLock;

/// What is masked, in this order, and what stands in its place.
static PATTERNS: LazyLock<[(Regex, &str); 4]> = LazyLock::new(|| {
    let pattern = |text: &str| Regex::new(text).expect("a constant pattern");
    [
        // Members, roles and channels, as Discord writes them.
        (pattern(r"<(?:@[!&]?|#)[0-9]+>"), "(mention)"),
        (
            pattern(r"(?i)\b[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}"),
            "(e-mail address)",
        ),
        (
            pattern(r"(?i)(?:\b(?:https?|ftp)://|\bwww\.|\bdiscord\.gg/)[^\s<>]+"),
            "(link)",
        ),
        // Phone-like: nine digits or more, perhaps in groups, or seven after a plus sign.
        (
            pattern(r"\+[0-9](?:[ ().-]{0,2}[0-9]){6,}|\b[0-9](?:[ ().-]{0,2}[0-9]){8,}"),
            "(number)",
        ),
    ]
});

/// `text` without mentions, links, e-mail addresses and phone-like numbers.
///
/// ```
/// use citebot_engine::mask;
/// assert_eq!(mask("ask <@123> at +49 30 1234567"), "ask (mention) at (number)");
/// ```
#[must_use]
pub fn mask(text: &str) -> String {
    let mut masked = text.to_owned();
    for (pattern, placeholder) in PATTERNS.iter() {
        if pattern.is_match(&masked) {
            masked = pattern.replace_all(&masked, *placeholder).into_owned();
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn what_tells_of_people_is_masked() {
        for (text, expected) in [
            (
                "hey <@12> <@!34> <@&56> in <#78>",
                "hey (mention) (mention) (mention) in (mention)",
            ),
            ("see https://example.org/?user=ann#x ok", "see (link) ok"),
            ("www.example.org and discord.gg/abc", "(link) and (link)"),
            (
                "mail ann.o-hara+x@mail.example.org!",
                "mail (e-mail address)!",
            ),
            ("call 030 1234567 89", "call (number)"),
            ("call +1 (555) 010-9999 now", "call (number) now"),
            ("my id is 123456789012345678", "my id is (number)"),
        ] {
            assert_eq!(mask(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ordinary_words_stay() {
        for text in [
            "is llama 2 7b better than gpt-3.5",
            "in 2023 or 2024?",
            "what does 60% of 4096 mean",
            "python@3.12 or c++",
            "a:b <b> :smile:",
            "",
        ] {
            assert_eq!(mask(text), text);
        }
    }
}
