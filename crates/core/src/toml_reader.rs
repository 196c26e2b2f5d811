//! Typed reading of a TOML file that reports every mistake with its place instead of the first.
//!
//! [`read`] parses a [`SourceFile`] and hands its top [`Table`] to a function that takes values
//! out of it with the methods of [`Reader`]. Each of them reports what is wrong with a value and
//! goes on.

use crate::diagnostic::{Diagnostic, SourceFile, enumerated, printable};
use crate::did_you_mean::{did_you_mean, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// More syntax errors in one file are not listed: a file that is no TOML at all would give one for
/// each of its characters.
const MAX_SYNTAX_ERRORS: usize = 100;

/// What [`read`] made of a file.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The value, as far as it could be read.
    pub value: T,
    /// Whether the whole file is valid TOML.
    pub is_toml: bool,
    /// Every mistake found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses `file`, whose top table may have these `keys`, and reads a value out of it with `shape`.
///
/// Mistakes beside a syntax error are found as well: lines that break TOML's rules are blanked and
/// the rest is read. What may only follow from such a line is not reported.
pub fn read<T>(
    file: &SourceFile,
    keys: &[&str],
    shape: impl FnOnce(&mut Reader<'_>, Table<'_, '_>) -> T,
) -> Parsed<T> {
    let mut reader = Reader {
        file,
        diagnostics: Vec::new(),
        syntax_errors: Vec::new(),
    };
    let (mut document, errors) = DeTable::parse_recoverable(file.text());
    reader.report_syntax(&errors);
    let blanked;
    if !reader.syntax_errors.is_empty() {
        blanked = reader.blanked();
        let (rest, further) = DeTable::parse_recoverable(&blanked);
        // The parser gives up on what follows some mistakes, so the rest may hold more of them. But
        // a blanked line can tear open what goes on in the next one; only a sound line with a key
        // that stands there before is a mistake in its own right.
        let repeated: Vec<_> = further
            .into_iter()
            .filter(|error| error.span().is_some_and(|span| reader.is_key(&span)))
            .filter(|error| errors.iter().all(|known| known.span() != error.span()))
            .collect();
        reader.report_syntax(&repeated);
        document = rest;
    }
    let top = reader.table_of(document.get_ref(), "this file", None, keys);
    let value = shape(&mut reader, top);
    Parsed {
        value,
        is_toml: reader.syntax_errors.is_empty(),
        diagnostics: reader.diagnostics,
    }
}

/// Takes values out of one file's tables and collects what is wrong with them.
#[derive(Debug)]
pub struct Reader<'f> {
    file: &'f SourceFile,
    diagnostics: Vec<Diagnostic>,
    /// The bytes where the file breaks TOML's rules.
    syntax_errors: Vec<usize>,
}

/// A table whose keys were checked.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a, 'i> {
    values: &'a DeTable<'i>,
    /// Its name in messages: `this entry`.
    name: &'static str,
    /// `None` for the file itself.
    header: Option<(usize, usize)>,
}

impl<'a, 'i> Table<'a, 'i> {
    /// The bytes of the table's header; none for the file itself.
    #[must_use]
    pub fn header(&self) -> Range<usize> {
        self.header.map_or(0..0, |(start, end)| start..end)
    }

    /// The value of `key`, of any type.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.values.get(key)
    }
}

impl Reader<'_> {
    /// Reports a mistake at these `bytes`.
    pub fn report(&mut self, bytes: Range<usize>, message: impl Into<String>, help: Option<&str>) {
        let help = help.map(str::to_owned);
        self.diagnostics
            .push(self.file.diagnostic(bytes, message, help));
    }

    /// Reports a mistake in a line that may hold a password and must not be shown.
    pub fn report_secret(&mut self, bytes: Range<usize>, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic {
            source_line: None,
            ..self.file.diagnostic(bytes, message, None)
        });
    }

    /// A text that may be missing.
    pub fn text(&mut self, table: Table<'_, '_>, key: &str) -> Option<Spanned<String>> {
        let value = table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some(Spanned::new(value.span(), text.clone().into_owned()));
        }
        let help = format!("write {key} = \"…\"");
        self.report_type(key, value, "a text in quotes", Some(&help));
        None
    }

    /// A text that must not be missing.
    pub fn required_text(&mut self, table: Table<'_, '_>, key: &str) -> Option<Spanned<String>> {
        if table.get(key).is_none() {
            self.report_missing(table, key);
            return None;
        }
        self.text(table, key)
    }

    /// The texts of a list that may be missing. `None` when it is no list; an item is `None` when
    /// it is no text.
    pub fn texts(
        &mut self,
        table: Table<'_, '_>,
        key: &str,
    ) -> Option<Vec<Spanned<Option<String>>>> {
        let values = self.list(table, key)?;
        let texts = values.iter().map(|value| {
            let text = value.get_ref().as_str().map(str::to_owned);
            if text.is_none() {
                self.report_type(key, value, "a list of texts in quotes", None);
            }
            Spanned::new(value.span(), text)
        });
        Some(texts.collect())
    }

    /// The items of a list that may be missing; `None` when it is no list.
    pub fn list<'a, 'i>(
        &mut self,
        table: Table<'a, 'i>,
        key: &str,
    ) -> Option<&'a [Spanned<DeValue<'i>>]> {
        let Some(value) = table.get(key) else {
            return Some(&[]);
        };
        if let DeValue::Array(values) = value.get_ref() {
            return Some(values);
        }
        let help = format!("write {key} = [\"…\"]");
        self.report_type(key, value, "a list in square brackets", Some(&help));
        None
    }

    /// The `[[header]]` tables at `key`, which may be missing. `name` is what messages call one of
    /// them, `keys` what it may have.
    pub fn tables<'a, 'i>(
        &mut self,
        parent: Table<'a, 'i>,
        key: &str,
        header: &str,
        name: &'static str,
        keys: &[&str],
    ) -> Vec<Table<'a, 'i>> {
        let Some(value) = parent.get(key) else {
            return Vec::new();
        };
        let help = format!("begin each with [[{header}]]");
        let DeValue::Array(values) = value.get_ref() else {
            self.report_type(key, value, "a list of tables", Some(&help));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values {
            match value.get_ref() {
                DeValue::Table(table) => {
                    tables.push(self.table_of(table, name, Some(value.span()), keys));
                }
                _ => self.report_type(key, value, "a list of tables", Some(&help)),
            }
        }
        tables
    }

    /// The table at `key`, which may be missing. `name` is what messages call it, `keys` what it
    /// may have.
    pub fn table<'a, 'i>(
        &mut self,
        parent: Table<'a, 'i>,
        key: &str,
        name: &'static str,
        keys: &[&str],
    ) -> Option<Table<'a, 'i>> {
        let value = parent.get(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(self.table_of(table, name, Some(value.span()), keys));
        }
        let help = format!("begin it with [{key}]");
        self.report_type(key, value, "a table", Some(&help));
        None
    }

    /// `true` or `false`, or missing.
    pub fn boolean(&mut self, table: Table<'_, '_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.report_type(key, value, "true or false, without quotes", None);
        None
    }

    /// A number, whole or decimal, or missing.
    pub fn number(&mut self, table: Table<'_, '_>, key: &str) -> Option<Spanned<f64>> {
        let value = table.get(key)?;
        let number = match value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.report_type(key, value, "a number such as 0.6", None);
        }
        Some(Spanned::new(value.span(), number?))
    }

    /// A whole number from 0, or missing.
    pub fn whole_number(&mut self, table: Table<'_, '_>, key: &str) -> Option<Spanned<u64>> {
        let value = table.get(key)?;
        let number = whole_number(value.get_ref());
        if number.is_none() {
            self.report_type(key, value, "a whole number from 0", None);
        }
        Some(Spanned::new(value.span(), number?))
    }

    /// Whether this table holds a line that breaks TOML's rules, so that something may only seem
    /// to be missing from it.
    #[must_use]
    pub fn has_syntax_error(&self, table: Table<'_, '_>) -> bool {
        let (start, is_file) = (table.header().start, table.header.is_none());
        let text = self.file.text();
        self.syntax_errors.iter().any(|error| {
            let error = text.floor_char_boundary(*error);
            // A header after `start` and before the broken line begins another table.
            text.get(start..error).is_some_and(|between| {
                !between.contains("\n[") && !(is_file && between.starts_with('['))
            })
        })
    }

    /// Checks the keys of a table.
    fn table_of<'a, 'i>(
        &mut self,
        values: &'a DeTable<'i>,
        name: &'static str,
        header: Option<Range<usize>>,
        keys: &[&str],
    ) -> Table<'a, 'i> {
        for (key, _) in values {
            let written: &str = key.get_ref();
            if !keys.contains(&written) {
                let help = nearest(written, keys.iter().copied()).map_or_else(
                    || format!("the keys here are {}", enumerated(keys)),
                    did_you_mean,
                );
                let message = format!("{name} has no key `{}`", printable(written, 60));
                self.report(key.span(), message, Some(&help));
            }
        }
        Table {
            values,
            name,
            header: header.map(|header| (header.start, header.end)),
        }
    }

    fn report_missing(&mut self, table: Table<'_, '_>, key: &str) {
        if self.has_syntax_error(table) {
            return;
        }
        // A misspelt key is reported as such already.
        let is_misspelt = |name: &str| nearest(name, [key]).is_some();
        if table.values.keys().any(|name| is_misspelt(name.get_ref())) {
            return;
        }
        let message = format!("{} lacks `{key}`", table.name);
        let help = format!("add {key} = \"…\"");
        match table.header {
            Some(_) => self.report(table.header(), message, Some(&help)),
            None => self.diagnostics.push(self.file.whole(message, Some(help))),
        }
    }

    /// Reports that the value of `key` is not `wanted`.
    fn report_type(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
        help: Option<&str>,
    ) {
        // A value that could not be parsed is a number without a place, and what stands in a line
        // that was reported may follow from that alone.
        let line = self.file.line(value.span().start);
        let is_reported = |error: &usize| self.file.line(*error) == line;
        if self.syntax_errors.iter().any(is_reported)
            || (value.span().is_empty() && !self.syntax_errors.is_empty())
        {
            return;
        }
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = if wanted.starts_with(found) {
            format!("`{key}` must be {wanted}")
        } else {
            format!("`{key}` must be {wanted}, not {found}")
        };
        self.report(value.span(), message, help);
    }

    fn report_syntax(&mut self, errors: &[toml::de::Error]) {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for error in errors {
            if self.syntax_errors.len() == MAX_SYNTAX_ERRORS {
                let message = "there are more mistakes in this file's TOML";
                let help = "mend the ones above first";
                self.diagnostics
                    .push(self.file.whole(message, Some(help.into())));
                return;
            }
            let span = error.span().unwrap_or_default();
            let line = self.file.line(span.start);
            // After a [table] among [[table]]s the parser takes each further [[table]] for one too
            // many.
            let table = self.header(&line, "[[");
            if table.is_some() && lines.iter().any(|line| self.header(line, "[") == table) {
                continue;
            }
            self.syntax_errors.push(span.start);
            // One slip often gives several errors in its line: the first says most.
            if !lines.contains(&line) {
                lines.push(line);
                let help = if self.is_key(&span) {
                    Some(
                        "a key may stand once in a table, and each table of a list begins with [[…]]",
                    )
                } else if self.ends_open_string(span.start) {
                    Some(
                        "close the text with the same quotes that open it; a text over several lines stands in \"\"\"",
                    )
                } else {
                    None
                };
                let message = format!("not valid TOML: {}", printable(error.message(), 200));
                self.report(span, message, help);
            }
        }
    }

    /// The name in a line that is the header of a table and begins with `open`.
    fn header(&self, line: &Range<usize>, open: &str) -> Option<&str> {
        let inside = self.file.text()[line.clone()].trim().strip_prefix(open)?;
        (!inside.starts_with('[')).then(|| inside.trim_end_matches(']').trim())
    }

    /// Whether `span` is the first key of a line that is sound: of a value or a header.
    fn is_key(&self, span: &Range<usize>) -> bool {
        let text = self.file.text();
        let line = self.file.line(span.start);
        let (Some(before), Some(after)) = (
            text.get(line.start..span.start),
            text.get(span.end..line.end),
        ) else {
            return false;
        };
        let (before, after) = (before.trim(), after.trim_start());
        !span.is_empty()
            && match before {
                "" => after.starts_with('='),
                "[" | "[[" => after.starts_with(']'),
                _ => false,
            }
    }

    /// Whether a string that is never closed ends at byte `at`.
    fn ends_open_string(&self, at: usize) -> bool {
        let text = self.file.text();
        Source::new(text).lex().any(|token| {
            let quotes = match token.kind() {
                TokenKind::BasicString => "\"",
                TokenKind::LiteralString => "'",
                TokenKind::MlBasicString => "\"\"\"",
                TokenKind::MlLiteralString => "'''",
                _ => return false,
            };
            let span = token.span();
            let string = &text[span.start()..span.end()];
            let is_closed = string.len() >= 2 * quotes.len() && string.ends_with(quotes);
            span.end() == at && !is_closed
        })
    }

    /// The text with spaces for every line that breaks TOML's rules, byte for byte as long. With a
    /// broken header goes all of its table, which would pass for a part of the one before.
    fn blanked(&self) -> String {
        let text = self.file.text();
        let mut blanked = String::with_capacity(text.len());
        let errors = self.syntax_errors.iter();
        let mut lines: Vec<Range<usize>> = errors.map(|at| self.file.line(*at)).collect();
        lines.sort_by_key(|line| line.start);
        let mut done = 0;
        for line in lines {
            if line.start < done {
                continue;
            }
            let end = if text[line.clone()].trim_start().starts_with('[') {
                let next = text[line.end..].find("\n[");
                next.map_or(text.len(), |next| line.end + next)
            } else {
                line.end
            };
            blanked.push_str(&text[done..line.start]);
            blanked.extend(text[line.start..end].bytes().map(|byte| match byte {
                b'\n' => '\n',
                _ => ' ',
            }));
            done = end;
        }
        blanked.push_str(&text[done..]);
        blanked
    }
}

/// The value of a TOML integer that is not negative, in any notation.
#[must_use]
pub fn whole_number(value: &DeValue<'_>) -> Option<u64> {
    let whole = value.as_integer()?;
    u64::from_str_radix(whole.as_str(), whole.radix()).ok()
}
