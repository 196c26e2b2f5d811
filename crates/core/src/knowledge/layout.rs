//! How a reply is laid out in a Discord message, and whether it fits.
//!
//! The question is the embed's title, the answer its description, the sources stand below in as
//! many fields as they need ([`pack_lines`]), the resources are link buttons. Nothing here names
//! Discord's types: these are sizes.
//!
//! Sizes are in characters, that is Unicode code points, as `maxLength` counts them in Discord's
//! published `OpenAPI` document. The limits themselves stand in Discord's documentation:
//! <https://discord.com/developers/docs/resources/message#embed-object-embed-limits>,
//! <https://discord.com/developers/docs/components/reference#button>.

use super::Citation;
use std::fmt;

/// The longest title of an embed.
pub const EMBED_TITLE: usize = 256;
/// The longest description of an embed.
pub const EMBED_DESCRIPTION: usize = 4_096;
/// The most fields of an embed.
pub const EMBED_FIELDS: usize = 25;
/// The longest value of a field.
pub const FIELD_VALUE: usize = 1_024;
/// The most characters of an embed's title, description, fields (names and values), footer and
/// author together.
pub const EMBED_TOTAL: usize = 6_000;
/// The longest label of a button.
pub const BUTTON_LABEL: usize = 80;
/// The most rows of buttons and menus under a message.
pub const ROWS: usize = 5;
/// The most buttons in a row.
pub const ROW_BUTTONS: usize = 5;
/// The most choices of a menu, and of an autocompletion.
pub const MENU_CHOICES: usize = 25;
/// The longest label of a choice in a menu, and of a topic, which becomes one.
pub const CHOICE_LABEL: usize = 100;

/// The most resources of an entry: two rows of link buttons. Of the other three rows one holds
/// the votes, one the related questions, and one is kept free.
pub const MAX_RESOURCES: usize = 2 * ROW_BUTTONS;
/// The most related questions of an entry: they are the choices of one menu.
pub const MAX_RELATED: usize = MENU_CHOICES;
/// What is kept free in an embed for a footer, the names of the fields and escaped characters.
pub const EMBED_RESERVE: usize = 300;

impl Citation<'_> {
    /// Title, author and heading, as far as they are known, or the bare link.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.article, self.url) {
            (Some((article, section)), _) => {
                let author = article.author.as_deref();
                let by = author.map_or(String::new(), |author| format!(", {author}"));
                format!("{}{by}: {}", article.title, section.heading)
            }
            (None, Some(url)) => url.to_owned(),
            (None, None) => "a source that is not in the knowledge files".to_owned(),
        }
    }

    /// The most characters its line may take: `[1] Title, Author: Heading`, and where the article
    /// has a link, room for `[…](link)` around it.
    fn room(&self) -> usize {
        let link = match (self.article, self.url) {
            (Some(_), Some(url)) => chars(url) + "[]()".len(),
            _ => 0,
        };
        chars(&self.to_string()) + link
    }
}

impl fmt::Display for Citation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.n, self.label())
    }
}

/// Lays `lines` into as few field values as they fill in their order, each at most
/// [`FIELD_VALUE`] long. A line is never split; one that is longer than a field stands alone and
/// is cut off, which the checks keep from happening to checked entries.
pub fn pack_lines(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    let mut used = FIELD_VALUE;
    for line in lines {
        let length = chars(&line);
        if used + 1 + length <= FIELD_VALUE
            && let Some(field) = fields.last_mut()
        {
            field.push('\n');
            field.push_str(&line);
            used += 1 + length;
        } else {
            fields.push(line.chars().take(FIELD_VALUE).collect());
            used = length.min(FIELD_VALUE);
        }
    }
    fields
}

/// What of a reply does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// The line of the source at this position, with its length.
    SourceLine(usize, usize),
    /// The sources fill this many fields.
    Fields(usize),
    /// The whole embed, with its length.
    Total(usize),
}

/// What does not fit of a reply with this `question`, `answer` and these sources. The length of
/// question and answer themselves is held by their own limits.
pub(super) fn misfits(question: &str, answer: &str, citations: &[Citation<'_>]) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let (mut fields, mut used, mut sources) = (0, FIELD_VALUE, 0);
    for (at, citation) in citations.iter().enumerate() {
        let room = citation.room();
        if room > FIELD_VALUE {
            misfits.push(Misfit::SourceLine(at, room));
        }
        sources += room + 1;
        if used + 1 + room <= FIELD_VALUE {
            used += 1 + room;
        } else {
            fields += 1;
            used = room;
        }
    }
    if fields > EMBED_FIELDS {
        misfits.push(Misfit::Fields(fields));
    }
    let total = chars(question) + chars(answer) + sources + EMBED_RESERVE;
    if total > EMBED_TOTAL {
        misfits.push(Misfit::Total(total));
    }
    misfits
}

/// The length of `text` as Discord counts it.
pub(super) fn chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::{FIELD_VALUE, pack_lines};

    #[test]
    fn lines_fill_fields_and_are_not_split() {
        for (lines, expected) in [
            (vec![], vec![]),
            (vec![10, 10], vec![21]),
            (vec![1_024, 1], vec![1_024, 1]),
            (vec![1_000, 23, 1], vec![1_024, 1]),
            (vec![600, 600, 600], vec![600, 600, 600]),
            (vec![2_000, 5], vec![1_024, 5]),
        ] {
            let fields = pack_lines(lines.iter().map(|length| "é".repeat(*length)));
            let lengths: Vec<usize> = fields.iter().map(|f| f.chars().count()).collect();
            assert_eq!(lengths, expected, "{lines:?}");
            assert!(lengths.iter().all(|length| *length <= FIELD_VALUE));
        }
    }
}
