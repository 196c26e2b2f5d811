//! Diagnostics on the terminal, each with the line of the file that it is about.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use citebot_core::diagnostic::{Diagnostic, Span};
use std::ops::Range;

/// `diagnostic` in colour, over several lines.
pub(super) fn render(diagnostic: &Diagnostic) -> String {
    render_with(&Renderer::styled(), diagnostic)
}

fn render_with(renderer: &Renderer, diagnostic: &Diagnostic) -> String {
    let path = printable(&diagnostic.file.display().to_string());
    let message = printable(&diagnostic.message);
    let line = diagnostic.source_line.as_deref().map(printable);
    let title = Level::ERROR.primary_title(&message);
    let mut report = match (diagnostic.span, &diagnostic.source_line, &line) {
        (Some(span), Some(original), Some(line)) => title.element(
            Snippet::source(line)
                .path(&path)
                .line_start(span.line)
                .annotation(AnnotationKind::Primary.span(in_line(span, original, line))),
        ),
        (Some(span), ..) => {
            title.element(Origin::path(&path).line(span.line).char_column(span.column))
        }
        (None, ..) => title.element(Origin::path(&path)),
    };
    let help = diagnostic.help.as_deref().map(printable);
    if let Some(help) = &help {
        report = report.element(Level::HELP.message(help));
    }
    renderer.render(&[report])
}

/// `text` with each control character but tabs and line breaks replaced: a file must not steer the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' => c,
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// The bytes of `span` in `line`, which has a character for each one of `original`, the line that the
/// span starts in.
fn in_line(span: Span, original: &str, line: &str) -> Range<usize> {
    let byte = |text: &str, chars: usize| {
        text.char_indices()
            .nth(chars)
            .map_or(text.len(), |(at, _)| at)
    };
    let first = span.column - 1;
    let start = byte(original, first);
    let end = original.floor_char_boundary(start + (span.end - span.start));
    let covered = original[start..end].chars().count();
    byte(line, first)..byte(line, first + covered)
}

#[cfg(test)]
mod tests {
    use super::render_with;
    use annotate_snippets::Renderer;
    use citebot_core::diagnostic::{Diagnostic, SourceFile};
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn shows_the_line_and_the_place_in_it() {
        let long = format!("{}!{}", "日".repeat(500), "x".repeat(500));
        let text = format!(
            "topic = \"Risks\"\n\nsources = [\"é\u{1b}[31m\u{9b}32m\u{202e}\", \"frist#intro\"]\nanswer = \"\"\"\nYes.\n\"\"\"\n{long}\n"
        );
        let file = SourceFile::new("faq/risks.toml", &text);
        let at = |needle: &str| {
            let start = text.find(needle).expect("it is there");
            start..start + needle.len()
        };
        let help = || Some("did you mean `first#intro`?".to_owned());
        let line_end = at("Yes.").end;
        let diagnostics = [
            file.diagnostic(at("\"frist#intro\""), "there is no article `frist`", help()),
            file.diagnostic(at("\"\"\"\nYes.\n\"\"\""), "answer is too long", None),
            file.diagnostic(line_end..line_end, "this goes on", None),
            file.diagnostic(at("!"), "this is in the middle", None),
            Diagnostic {
                source_line: None,
                ..file.diagnostic(at("Risks"), "this is a secret", None)
            },
            Diagnostic::whole_file(
                Path::new("faq/c.tml"),
                "this file is not read",
                Some("let its name end in .toml".into()),
            ),
        ];
        let renderer = Renderer::plain();
        let shown: Vec<String> = diagnostics
            .iter()
            .map(|diagnostic| render_with(&renderer, diagnostic))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    proptest! {
        #[test]
        fn whatever_a_file_holds_is_shown_without_control_characters(
            text in "(?s)(.|[\\x00-\\x9f]|\n|é|日|\u{301}){0,40}", start in 0_usize..60, length in 0_usize..60,
        ) {
            let file = SourceFile::new("f", &text);
            let diagnostic = file.diagnostic(start..start + length, "a message", None);
            let shown = render_with(&Renderer::plain(), &diagnostic);
            let location = format!("{}\n", diagnostic.location());
            prop_assert!(format!("{shown}\n").contains(&location), "{shown}");
            prop_assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
        }
    }
}
