//! A report for a moderator: as much as a message holds, and the whole in a file if it was cut.

use crate::discord::rendered::Rendered;
use crate::discord::{escape, limits};
use citebot_engine::DiffLine;
use serenity::builder::CreateAttachment;
use std::fmt::Write as _;

/// Room for saying that something was left out.
const RESERVE: usize = 80;
/// The longest line that is shown; the file has it whole.
const MAX_LINE: usize = 400;

/// Text in sections, cut to what a message holds.
#[derive(Debug, Clone)]
pub struct Report {
    shown: String,
    whole: String,
    cut: bool,
}

impl Report {
    /// Begins with `line`, which is shown unescaped.
    #[must_use]
    pub fn new(line: &str) -> Self {
        Self {
            shown: limits::truncate(line, limits::CONTENT / 2),
            whole: format!("{line}\n"),
            cut: false,
        }
    }

    /// Adds a heading with lines below it. Adds nothing without lines.
    pub fn section(&mut self, heading: &str, lines: &[ReportLine]) {
        if lines.is_empty() {
            return;
        }
        let _ = write!(self.whole, "\n{heading}\n");
        for line in lines {
            let _ = writeln!(self.whole, "- {}", line.in_file);
        }
        let heading = format!("\n**{heading}**");
        if !self.fits(&heading) {
            self.cut = true;
            return;
        }
        self.shown.push_str(&heading);
        for (at, line) in lines.iter().enumerate() {
            self.cut |= limits::length(&line.shown) > MAX_LINE;
            let line = format!("\n• {}", limits::truncate(&line.shown, MAX_LINE));
            if !self.fits(&line) {
                let _ = write!(self.shown, "\n… and {} more", lines.len() - at);
                self.cut = true;
                return;
            }
            self.shown.push_str(&line);
        }
    }

    /// Adds a heading with the lines that came and went below it. Adds nothing without lines.
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
            let short = format!("\n{}", limits::truncate(&line, MAX_LINE));
            self.cut |= limits::length(&line) > MAX_LINE;
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

    /// Puts the report above what `message` shows, with a file `name` of the whole if it was cut.
    #[must_use]
    pub fn above(mut self, message: Rendered, name: &str) -> Rendered {
        let file = self.cut.then(|| {
            let _ = write!(self.shown, "\n*All of it is in the file.*");
            CreateAttachment::bytes(self.whole.as_bytes(), name)
        });
        message.with_content(self.shown).with_files(file)
    }
}

/// One line of a section.
#[derive(Debug, Clone)]
pub struct ReportLine {
    /// In the message, with Discord's formatting.
    pub shown: String,
    /// In the file.
    pub in_file: String,
}

impl ReportLine {
    /// The same text in both, escaped in the message.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self {
            shown: escape::escape(text),
            in_file: text.to_owned(),
        }
    }
}

/// `text` on one line, for a code block that it cannot end.
#[must_use]
pub fn in_code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = line
        .chars()
        // Direction overrides would also turn the text around it.
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect();
    plain.replace('`', "`\u{200b}")
}

#[cfg(test)]
mod tests {
    use super::{Report, ReportLine, in_code};
    use crate::discord::assert_limits;
    use crate::discord::rendered::Rendered;
    use citebot_engine::{DiffLine, Sign};
    use proptest::prelude::*;

    #[test]
    fn what_fits_needs_no_file() {
        let mut report = Report::new("Head");
        report.section(
            "Diagnostics",
            &[ReportLine::plain("one"), ReportLine::plain("*two*")],
        );
        report.section("Nothing", &[]);
        assert!(!report.cut);
        assert_eq!(report.shown, "Head\n**Diagnostics**\n• one\n• \\*two\\*");
    }

    #[test]
    fn what_is_cut_is_in_the_file() {
        let mut report = Report::new("Head");
        let lines: Vec<_> = (0..200)
            .map(|n| ReportLine::plain(&format!("line number {n}")))
            .collect();
        report.section("Diagnostics", &lines);
        assert!(report.whole.contains("- line number 199\n"));
        let message = report.above(Rendered::default(), "all.txt");
        let sent = serde_json::to_value(message.clone().into_message()).unwrap();
        let shown = sent["content"].as_str().unwrap();
        let end = "more\n*All of it is in the file.*";
        assert!(shown.ends_with(end), "{shown}");
        assert_eq!(message.file_names(), ["all.txt"]);
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
            let listed: Vec<_> = lines.iter().map(|text| ReportLine::plain(text)).collect();
            let changes: Vec<DiffLine> = lines
                .iter()
                .map(|text| DiffLine { sign: Sign::Added, text: text.clone() })
                .collect();
            let mut report = Report::new(&head);
            report.section("One", &listed);
            report.diff("Two", &changes);
            report.section("Three", &listed);
            assert_limits::message(report.above(Rendered::default(), "all.txt"))?;
        }
    }
}
