//! What Discord accepts at most, and how text is cut to fit.
//!
//! Lengths are counted in UTF-16 units, as Discord's clients count them. That is never less than
//! the number of characters, so what fits by this count fits by either.
//!
//! Source: the Discord developer documentation, "Embed limits", "Button" and "Select menu" of the
//! component reference, "Application command object".

use unicode_segmentation::UnicodeSegmentation;

/// An embed's title.
pub const EMBED_TITLE: usize = 256;
/// An embed's description.
pub const EMBED_DESCRIPTION: usize = 4_096;
/// Fields in one embed.
pub const EMBED_FIELDS: usize = 25;
/// A field's value.
pub const EMBED_FIELD_VALUE: usize = 1_024;
/// An embed's footer.
pub const EMBED_FOOTER: usize = 2_048;
/// Title, description, field names and values, footer and author of a message's embeds, together.
pub const EMBED_TOTAL: usize = 6_000;
/// Buttons in a row.
pub const ROW_BUTTONS: usize = 5;
/// A button's label.
pub const BUTTON_LABEL: usize = 80;
/// A link button's address.
pub const BUTTON_URL: usize = 512;
/// Choices of a select menu, and of an autocompletion.
pub const CHOICES: usize = 25;
/// The text of a choice, shown or sent.
pub const CHOICE_TEXT: usize = 100;
/// A custom id.
pub const CUSTOM_ID: usize = 100;
/// A message's text beside its embeds.
pub const CONTENT: usize = 2_000;
/// The name of a command or option.
pub const COMMAND_NAME: usize = 32;
/// The description of a command or option.
pub const COMMAND_DESCRIPTION: usize = 100;
/// A form's title.
pub const MODAL_TITLE: usize = 45;
/// The label of a form's field.
pub const INPUT_LABEL: usize = 45;
/// What a form's field holds.
pub const INPUT_VALUE: usize = 4_000;

/// The length of `text` in UTF-16 units.
#[must_use]
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `text`, or as many whole graphemes of it as fit in `most` UTF-16 units with an ellipsis after
/// them. Nothing but white space is lost at the cut.
#[must_use]
pub fn truncate(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let Some(room) = most.checked_sub(length(ELLIPSIS)) else {
        return String::new();
    };
    let mut kept = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        used += length(grapheme);
        if used > room {
            break;
        }
        kept.push_str(grapheme);
    }
    kept.truncate(kept.trim_end().len());
    kept.push_str(ELLIPSIS);
    kept
}

const ELLIPSIS: &str = "…";

#[cfg(test)]
mod tests {
    use super::{length, truncate};
    use proptest::prelude::*;

    #[test]
    fn cuts_between_graphemes() {
        for (text, most, expected) in [
            ("", 0, ""),
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("ab cd", 4, "ab…"),
            ("abcd", 1, "…"),
            ("abcd", 0, ""),
            // A flag is one grapheme of four units: it stays whole or goes.
            ("🇩🇪🇫🇷", 8, "🇩🇪🇫🇷"),
            ("🇩🇪🇫🇷", 7, "🇩🇪…"),
            ("🇩🇪🇫🇷", 4, "…"),
            // A letter with its accents is one grapheme too.
            ("e\u{301}e\u{301}e\u{301}", 5, "e\u{301}e\u{301}…"),
        ] {
            assert_eq!(truncate(text, most), expected, "{text:?} in {most}");
        }
    }

    proptest! {
        #[test]
        fn never_longer_than_asked(text in "\\PC{0,80}", most in 0_usize..60) {
            let cut = truncate(&text, most);
            prop_assert!(length(&cut) <= most);
            let kept = cut.strip_suffix('…').unwrap_or(&cut);
            prop_assert!(cut == text || text.starts_with(kept));
        }
    }
}
