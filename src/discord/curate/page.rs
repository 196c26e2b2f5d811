//! A message for one moderator: what is said, as much as fits; all of it in a file where it does
//! not.

use crate::discord::render::Rendered;
use crate::discord::{escape, limits};
use citebot_engine::DiffLine;
use serenity::builder::{CreateActionRow, CreateAttachment};
use std::fmt::Write as _;

/// A message and the file that has the whole of it.
#[derive(Debug, Clone)]
pub struct Page {
    /// The message.
    pub shown: Rendered,
    /// The whole, where the message is too short for it; or what else is to be kept.
    pub file: Option<CreateAttachment>,
}

impl From<Rendered> for Page {
    fn from(shown: Rendered) -> Self {
        Self { shown, file: None }
    }
}

impl Page {
    /// A sentence and nothing else.
    #[must_use]
    pub fn text(sentence: impl Into<String>) -> Self {
        Rendered::text(sentence).into()
    }

    /// This with `row` below it.
    #[must_use]
    pub fn with(mut self, row: CreateActionRow) -> Self {
        self.shown = self.shown.with_row(row);
        self
    }
}

/// Room that is kept for saying what was left out.
const RESERVE: usize = 80;
/// The longest line that is shown; the file has it whole.
const LINE: usize = 400;

/// Text in sections, cut to what a message holds.
#[derive(Debug, Clone)]
pub struct Text {
    shown: String,
    whole: String,
    cut: bool,
}

impl Text {
    /// Begins with `line`, which is shown as it stands.
    #[must_use]
    pub fn new(line: &str) -> Self {
        Self {
            shown: limits::truncate(line, limits::CONTENT / 2),
            whole: format!("{line}\n"),
            cut: false,
        }
    }

    /// A heading with lines below it, each `(shown, plain)`: as Discord shows it, and as it stands
    /// in the file. Nothing without lines.
    pub fn section(&mut self, heading: &str, lines: &[(String, String)]) {
        if lines.is_empty() {
            return;
        }
        let _ = write!(self.whole, "\n{heading}\n");
        for (_, plain) in lines {
            let _ = writeln!(self.whole, "- {plain}");
        }
        let heading = format!("\n**{heading}**");
        if !self.fits(&heading) {
            self.cut = true;
            return;
        }
        self.shown.push_str(&heading);
        for (at, (shown, _)) in lines.iter().enumerate() {
            let line = format!("\n• {}", limits::truncate(shown, LINE));
            self.cut |= limits::length(shown) > LINE;
            if !self.fits(&line) {
                let _ = write!(self.shown, "\n… and {} more", lines.len() - at);
                self.cut = true;
                return;
            }
            self.shown.push_str(&line);
        }
    }

    /// What came and went, as a block.
    pub fn diff(&mut self, heading: &str, lines: &[DiffLine]) {
        const FENCE: &str = "\n```";
        if lines.is_empty() {
            return;
        }
        let _ = write!(self.whole, "\n{heading}\n");
        for line in lines {
            let _ = writeln!(self.whole, "{line}");
        }
        let start = format!("\n**{heading}**{FENCE}diff");
        if !self.fits(&format!("{start}{FENCE}")) {
            self.cut = true;
            return;
        }
        self.shown.push_str(&start);
        for line in lines {
            let line = in_code(&line.to_string());
            let short = format!("\n{}", limits::truncate(&line, LINE));
            self.cut |= limits::length(&line) > LINE;
            if !self.fits(&format!("{short}{FENCE}")) {
                self.cut = true;
                break;
            }
            self.shown.push_str(&short);
        }
        self.shown.push_str(FENCE);
    }

    fn fits(&self, more: &str) -> bool {
        limits::length(&self.shown) + limits::length(more) + RESERVE <= limits::CONTENT
    }

    /// The text, and a file called `name` with the whole of it where it was cut.
    #[must_use]
    pub fn finish(mut self, name: &str) -> (String, Option<CreateAttachment>) {
        let file = self.cut.then(|| {
            let _ = write!(self.shown, "\n*All of it is in the file.*");
            CreateAttachment::bytes(self.whole.as_bytes(), name)
        });
        (self.shown, file)
    }
}

/// `text` for a list, as it stands in ours and as it stands in a file.
#[must_use]
pub fn line(text: &str) -> (String, String) {
    (escape::escape(text), text.to_owned())
}

/// `text` in a block of code, which it cannot end, on one line.
#[must_use]
pub fn in_code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = line
        .chars()
        // Direction overrides would turn the text around it as well.
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect();
    plain.replace('`', "`\u{200b}")
}

#[cfg(test)]
mod tests {
    use super::{Text, in_code, line};
    use crate::discord::limits;
    use citebot_engine::{DiffLine, Sign};
    use proptest::prelude::*;

    #[test]
    fn what_fits_needs_no_file() {
        let mut text = Text::new("Head");
        text.section("Diagnostics", &[line("one"), line("*two*")]);
        text.section("Nothing", &[]);
        let (shown, file) = text.finish("all.txt");
        assert_eq!(shown, "Head\n**Diagnostics**\n• one\n• \\*two\\*");
        assert!(file.is_none());
    }

    #[test]
    fn what_is_cut_is_in_the_file() {
        let mut text = Text::new("Head");
        let lines: Vec<_> = (0..200)
            .map(|n| line(&format!("line number {n}")))
            .collect();
        text.section("Diagnostics", &lines);
        let (shown, file) = text.finish("all.txt");
        assert!(
            shown.contains("more\n*All of it is in the file.*"),
            "{shown}"
        );
        let file = file.unwrap();
        assert_eq!(file.filename, "all.txt");
        assert!(
            String::from_utf8(file.data)
                .unwrap()
                .contains("- line number 199\n")
        );
    }

    #[test]
    fn nothing_ends_the_block() {
        let code = in_code("a ```\n@everyone\u{202e}");
        assert!(!code.contains("```") && !code.contains('\n') && !code.contains('\u{202e}'));
    }

    proptest! {
        #[test]
        fn a_message_holds_it(
            head in "\\PC{0,3000}",
            lines in prop::collection::vec("\\PC{0,900}", 0..20),
        ) {
            let listed: Vec<_> = lines.iter().map(|text| line(text)).collect();
            let changes: Vec<DiffLine> = lines
                .iter()
                .map(|text| DiffLine { sign: Sign::Added, text: text.clone() })
                .collect();
            let mut text = Text::new(&head);
            text.section("One", &listed);
            text.diff("Two", &changes);
            text.section("Three", &listed);
            let (shown, _) = text.finish("all.txt");
            prop_assert!(limits::length(&shown) <= limits::CONTENT);
        }
    }
}
