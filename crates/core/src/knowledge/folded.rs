//! When two wordings are the same question.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` with everything taken away that does not make it another question: Unicode
/// compatibility forms (NFKC), case, punctuation, symbols and emoji, and how words are spaced. Words
/// stand with one space between them; a text without a word becomes empty.
///
/// `+` and `#` right after a letter or digit stay, as in C++ and C#.
///
/// ```
/// use citebot_core::knowledge::folded;
/// assert_eq!(folded("  What’s  ＰyTorch?! 🤔"), folded("what s pytorch"));
/// assert_ne!(folded("what is C++"), folded("what is C"));
/// ```
#[must_use]
pub fn folded(text: &str) -> String {
    // ASCII is its own compatibility form; most wordings are nothing else.
    if text.is_ascii() {
        return words(text.bytes().map(|b| char::from(b.to_ascii_lowercase())));
    }
    let lower = text.nfkc().collect::<String>().to_lowercase();
    words(lower.nfkc())
}

fn words(chars: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    let mut gap = false;
    for c in chars {
        let in_word = !gap && !folded.is_empty();
        if c.is_alphanumeric() || (in_word && (is_combining_mark(c) || matches!(c, '+' | '#'))) {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        } else {
            gap = true;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn folds_what_does_not_matter() {
        for (text, expected) in [
            ("", ""),
            (" \t\n", ""),
            ("?!…", ""),
            ("🤔👍", ""),
            ("What is open-source AI?", "what is open source ai"),
            ("what is   OPEN SOURCE ai", "what is open source ai"),
            ("ｗｈａｔ ﬁle", "what file"),
            ("C++ or C#?", "c++ or c#"),
            ("# heading", "heading"),
            ("café", "café"),
            ("cafe\u{301}", "café"),
            ("हिन्दी", "हिन्दी"),
            ("İstanbul", "i\u{307}stanbul"),
            ("don't", "don t"),
        ] {
            assert_eq!(folded(text), expected, "{text:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in [
            "C++ or C#?",
            "ǅ İ ﬃ ½",
            "a\u{301}b c\u{327}\u{301}",
            "x + # y",
        ] {
            assert_eq!(folded(&folded(text)), folded(text), "{text:?}");
        }
    }
}
