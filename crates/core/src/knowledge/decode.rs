//! TOML tables → values, collecting every mistake with its place instead of stopping at the first.

use super::nearest::{did_you_mean, nearest};
use super::problem::Diagnostic;
use super::text::{Text, shown};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A file that is no TOML at all would give a problem for each of its characters.
const MOST_SYNTAX_ERRORS: usize = 100;

/// Reads values out of one file's tables and keeps what is wrong with them.
#[derive(Debug)]
pub struct Decoder<'t> {
    text: &'t Text,
    problems: Vec<Diagnostic>,
    /// Where the text breaks TOML's rules.
    broken: Vec<usize>,
}

/// A table whose keys were checked.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    /// What it is, for messages: `entry`.
    what: &'static str,
    /// Where it begins; `None` for the file itself.
    at: Option<usize>,
}

/// Parses `text`, hands its top table to `shape`, and gives what that made of it along with every
/// problem found and whether the text was TOML throughout.
///
/// Mistakes beside a syntax error are found as well: lines that break TOML's rules are blanked and the rest
/// is read. What follows from such a line alone is not reported on top of it.
pub fn decode<T>(
    text: &Text,
    shape: impl FnOnce(&mut Decoder<'_>, &DeTable<'_>) -> T,
) -> Decoded<T> {
    let (table, errors) = DeTable::parse_recoverable(text.as_str());
    let mut decoder = Decoder {
        text,
        problems: Vec::new(),
        broken: Vec::new(),
    };
    decoder.syntax(&errors);
    let value = if decoder.broken.is_empty() {
        shape(&mut decoder, table.get_ref())
    } else {
        let blanked = decoder.blanked();
        let (table, further) = DeTable::parse_recoverable(&blanked);
        // The parser gives up on what follows some mistakes. Whatever else it finds now was torn
        // open by blanking a line; only a repeated key is a mistake in its own right.
        let repeated: Vec<_> = further
            .into_iter()
            .filter(|e| e.message().starts_with("duplicate key"))
            .filter(|e| errors.iter().all(|known| known.span() != e.span()))
            .collect();
        decoder.syntax(&repeated);
        shape(&mut decoder, table.get_ref())
    };
    Decoded {
        value,
        sound: decoder.broken.is_empty(),
        problems: decoder.problems,
    }
}

/// What [`decode`] made of a text.
#[derive(Debug)]
pub struct Decoded<T> {
    /// The value, as far as it could be read.
    pub value: T,
    /// Whether the text was TOML throughout.
    pub sound: bool,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
}

impl Decoder<'_> {
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        let mut lines: Vec<Range<usize>> = Vec::new();
        for error in errors {
            if self.broken.len() == MOST_SYNTAX_ERRORS {
                let message = "there are more mistakes in this file's TOML";
                let help = "mend the ones above first";
                self.problems
                    .push(self.text.whole(message.into(), Some(help.into())));
                return;
            }
            let at = error.span().map_or(0, |span| span.start);
            let line = self.text.line(at);
            let header = |line: &Range<usize>, begin: &str| {
                self.text.as_str()[line.clone()]
                    .trim_start()
                    .starts_with(begin)
            };
            // After a [table] among [[table]]s the parser takes each further [[table]] for one too
            // many.
            if error.message().starts_with("duplicate key")
                && header(&line, "[[")
                && lines.iter().any(|l| header(l, "[") && !header(l, "[["))
            {
                continue;
            }
            self.broken.push(at);
            // One slip often gives several errors in its line: the first says most.
            if !lines.contains(&line) {
                lines.push(line);
                let (message, help) = plain(error.message());
                self.problem(at, format!("not valid TOML: {message}"), help);
            }
        }
    }

    /// The text with spaces for every line that breaks TOML's rules, byte for byte as long. With a
    /// broken header goes all of its table, which would pass for a part of the one before.
    fn blanked(&self) -> String {
        let text = self.text.as_str();
        let mut blanked = String::with_capacity(text.len());
        let mut lines: Vec<Range<usize>> =
            self.broken.iter().map(|at| self.text.line(*at)).collect();
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

    /// Whether the table that begins at `at` holds a line that breaks TOML's rules, so that
    /// something may seem to be missing from it.
    pub fn torn(&self, at: Option<usize>) -> bool {
        let start = at.unwrap_or(0);
        let text = self.text.as_str();
        self.broken.iter().any(|broken| {
            let broken = text.floor_char_boundary(*broken);
            // A header after `at` and before the broken line begins another table.
            text.get(start..broken).is_some_and(|between| {
                !between.contains("\n[") && (at.is_some() || !between.starts_with('['))
            })
        })
    }

    /// Notes a problem at byte `at`.
    pub fn problem(&mut self, at: usize, message: String, help: Option<String>) {
        self.problems.push(self.text.problem(at, message, help));
    }

    /// The same, for a line that may hold a password: it is not shown.
    pub fn hidden_problem(&mut self, at: usize, message: String) {
        self.problem(at, message, None);
        if let Some(problem) = self.problems.last_mut() {
            problem.excerpt = None;
        }
    }

    /// Checks the keys of `table`: `what` it is, `at` which byte it begins, which `keys` it may
    /// have.
    pub fn fields<'a, 'i>(
        &mut self,
        table: &'a DeTable<'i>,
        what: &'static str,
        at: Option<usize>,
        keys: &[&str],
    ) -> Fields<'a, 'i> {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !keys.contains(&name) {
                let help = nearest(name, keys.iter().copied()).map_or_else(
                    || format!("the keys here are {}", listed(keys)),
                    did_you_mean,
                );
                let message = format!("{what} has no key `{}`", shown(name, 60));
                self.problem(key.span().start, message, Some(help));
            }
        }
        Fields { table, what, at }
    }

    /// A text that may be missing.
    pub fn text(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<Spanned<String>> {
        let value = fields.table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some(Spanned::new(value.span(), text.clone().into_owned()));
        }
        let help = format!("write {key} = \"…\"");
        self.wrong_type(key, value, "a text in quotes", Some(help));
        None
    }

    /// A text that must stand there.
    pub fn required(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<Spanned<String>> {
        if fields.table.get(key).is_none() {
            self.missing(fields, key);
            return None;
        }
        self.text(fields, key)
    }

    fn missing(&mut self, fields: Fields<'_, '_>, key: &str) {
        if self.torn(fields.at) {
            return;
        }
        // A misspelt key is reported as such already.
        let known = |name: &str| nearest(name, [key]).is_some();
        if fields.table.keys().any(|name| known(name.get_ref())) {
            return;
        }
        let message = format!("{} lacks `{key}`", fields.what);
        let help = Some(format!("add {key} = \"…\""));
        let problem = match fields.at {
            Some(at) => self.text.problem(at, message, help),
            None => self.text.whole(message, help),
        };
        self.problems.push(problem);
    }

    /// A list of texts that may be missing. `None` stands for one that is not a text and was
    /// reported; the whole is `None` when it is no list.
    pub fn texts(
        &mut self,
        fields: Fields<'_, '_>,
        key: &str,
    ) -> Option<Vec<Spanned<Option<String>>>> {
        let values = self.list(fields, key)?;
        let texts = values.iter().map(|value| {
            let text = value.get_ref().as_str().map(str::to_owned);
            if text.is_none() {
                self.wrong_type(key, value, "a list of texts in quotes", None);
            }
            Spanned::new(value.span(), text)
        });
        Some(texts.collect())
    }

    /// The items of a list that may be missing; `None` when it is no list.
    pub fn list<'a, 'i>(
        &mut self,
        fields: Fields<'a, 'i>,
        key: &str,
    ) -> Option<&'a [Spanned<DeValue<'i>>]> {
        match fields.table.get(key) {
            None => Some(&[]),
            Some(value) => {
                if let DeValue::Array(values) = value.get_ref() {
                    return Some(values);
                }
                let help = format!("write {key} = [\"…\"]");
                self.wrong_type(key, value, "a list in square brackets", Some(help));
                None
            }
        }
    }

    /// The tables of an array of tables that may be missing, each with its keys checked.
    pub fn tables<'a, 'i>(
        &mut self,
        fields: Fields<'a, 'i>,
        key: &str,
        header: &str,
        what: &'static str,
        keys: &[&str],
    ) -> Vec<Fields<'a, 'i>> {
        let Some(value) = fields.table.get(key) else {
            return Vec::new();
        };
        let help = || Some(format!("begin each with [[{header}]]"));
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong_type(key, value, "a list of tables", help());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values {
            match value.get_ref() {
                DeValue::Table(table) => {
                    tables.push(self.fields(table, what, Some(value.span().start), keys));
                }
                _ => self.wrong_type(key, value, "a list of tables", help()),
            }
        }
        tables
    }

    /// A table that may be missing, with its keys checked.
    pub fn table<'a, 'i>(
        &mut self,
        fields: Fields<'a, 'i>,
        key: &str,
        what: &'static str,
        keys: &[&str],
    ) -> Option<Fields<'a, 'i>> {
        let value = fields.table.get(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(self.fields(table, what, Some(value.span().start), keys));
        }
        let help = format!("begin it with [{key}]");
        self.wrong_type(key, value, "a table", Some(help));
        None
    }

    /// `true` or `false`, or missing.
    pub fn boolean(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<bool> {
        let value = fields.table.get(key)?;
        if let DeValue::Boolean(boolean) = value.get_ref() {
            return Some(*boolean);
        }
        self.wrong_type(key, value, "true or false, without quotes", None);
        None
    }

    /// A number, whole or decimal, or missing.
    pub fn number(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<Spanned<f64>> {
        let value = fields.table.get(key)?;
        let number = match value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(whole) if whole.radix() == 10 => whole.as_str().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong_type(key, value, "a number such as 0.6", None);
        }
        Some(Spanned::new(value.span(), number?))
    }

    /// A whole number from 0, or missing.
    pub fn whole_number(&mut self, fields: Fields<'_, '_>, key: &str) -> Option<u64> {
        let value = fields.table.get(key)?;
        let number = whole_number(value.get_ref());
        if number.is_none() {
            self.wrong_type(key, value, "a whole number from 0", None);
        }
        number
    }

    /// The value of `key`, whatever it is.
    pub fn value<'a, 'i>(fields: Fields<'a, 'i>, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        fields.table.get(key)
    }

    /// Notes that the value of `key` is not `wanted`.
    pub fn wrong_type(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
        help: Option<String>,
    ) {
        // A value that could not be parsed is a number without a place, and what stands in a line
        // that was reported may follow from that alone.
        let line = self.text.line(value.span().start);
        let reported = |at: &usize| self.text.line(*at) == line;
        if self.broken.iter().any(reported) || (value.span().is_empty() && !self.broken.is_empty())
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
        self.problem(value.span().start, message, help);
    }
}

impl Fields<'_, '_> {
    /// Where the table begins.
    pub fn at(&self) -> usize {
        self.at.unwrap_or(0)
    }
}

/// The value of a TOML integer that is not negative, in any notation.
pub fn whole_number(value: &DeValue<'_>) -> Option<u64> {
    let whole = value.as_integer()?;
    u64::from_str_radix(whole.as_str(), whole.radix()).ok()
}

/// The parser's `message` for people who do not know its terms, and what to do.
fn plain(message: &str) -> (String, Option<String>) {
    let message = shown(message, 200);
    let help = if message.starts_with("duplicate key") {
        Some("a key may stand once in a table, and each table of a list begins with [[…]]")
    } else if message.contains("string") {
        Some(
            "close the text with the same quotes that open it; a text over several lines stands in \"\"\"",
        )
    } else {
        None
    };
    (message, help.map(str::to_owned))
}

/// `a`, `b` and `c`.
pub fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}
