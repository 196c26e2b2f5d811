//! The shape of the knowledge files: which keys there are, and what type each value has.

use super::entry::{EntryPart, Field, FieldValueMut, UncheckedEntry};
use super::entry_error::EntryError;
use crate::diagnostic::Diagnostic;
use crate::source_file::SourceFile;
use crate::toml_reader::{Reader, Table};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use toml::Spanned;

/// The keys of `articles.toml` outside any table; those of the other files follow.
pub(super) const ARTICLES: &[&str] = &["article"];
pub(super) const RESOURCES: &[&str] = &["resource"];
pub(super) const ALIASES: &[&str] = &["alias"];
pub(super) const NAMES: &[&str] = &["names"];
pub(super) const OUT_OF_SCOPE: &[&str] = &["questions"];
/// The keys of a file in `faq/`.
pub(super) const FAQ: &[&str] = &["topic", "entry"];

/// A text that may be missing, with its place.
#[derive(Debug, Default)]
pub(super) struct RawText(Option<Spanned<String>>);

impl RawText {
    pub(super) fn written(&self) -> Option<&Spanned<String>> {
        self.0.as_ref()
    }

    /// The text without white space around it; empty when it is missing.
    pub(super) fn text(&self) -> &str {
        self.written().map_or("", |value| value.get_ref().trim())
    }

    /// The text without white space around it, unless it is missing.
    pub(super) fn optional(&self) -> Option<String> {
        self.written().map(|_| self.text().to_owned())
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.written().map_or(0..0, Spanned::span)
    }
}

/// `[[article]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawArticle {
    pub(super) header: Range<usize>,
    pub(super) id: RawText,
    pub(super) title: RawText,
    pub(super) short: RawText,
    pub(super) author: RawText,
    pub(super) publisher: RawText,
    pub(super) url: RawText,
    pub(super) published: RawText,
    pub(super) note: RawText,
    pub(super) opening: RawText,
    pub(super) sections: Vec<RawSection>,
    /// Whether the sections may be incomplete: they were reported, or a line breaks TOML's rules.
    pub(super) is_broken: bool,
}

/// `[[article.section]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawSection {
    pub(super) id: RawText,
    pub(super) heading: RawText,
    pub(super) place: RawText,
}

/// `[[resource]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawResource {
    pub(super) id: RawText,
    pub(super) name: RawText,
    pub(super) url: RawText,
    pub(super) description: RawText,
    pub(super) kind: RawText,
    pub(super) checked: RawText,
    pub(super) review_by: RawText,
}

/// `[[alias]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawAlias {
    pub(super) header: Range<usize>,
    pub(super) name: RawText,
    pub(super) also: Vec<Spanned<Option<String>>>,
    /// Whether `also` may be incomplete: it was reported, or a line breaks TOML's rules.
    pub(super) is_broken: bool,
}

/// An `[[entry]]` of a file, with the place of each of its parts.
#[derive(Debug)]
pub struct LocatedEntry {
    /// The entry as it is written.
    pub entry: UncheckedEntry,
    header: Range<usize>,
    spans: HashMap<EntryPart, Range<usize>>,
    /// Parts that are missing or of the wrong type, which was reported.
    reported: HashSet<EntryPart>,
    /// Whether a line of it breaks TOML's rules, so that something may only seem to be missing.
    is_broken: bool,
}

impl LocatedEntry {
    /// `error` as a mistake in `file`, which holds this entry.
    #[must_use]
    pub fn diagnostic(&self, file: &SourceFile, error: &EntryError) -> Diagnostic {
        let span = self.span(file, error.part);
        file.diagnostic(span, error.kind.of(error.part), error.help.clone())
    }

    /// The bytes of `part` in `file`, which holds this entry: of a list those of its first item, of
    /// what is missing those of the table's header.
    #[must_use]
    pub fn span(&self, file: &SourceFile, part: EntryPart) -> Range<usize> {
        let found = match part {
            EntryPart::Marker(n) => {
                let answer = self.span(file, EntryPart::Field(Field::Answer));
                let marker = format!("[{n}]");
                let text = file.text().get(answer.clone()).unwrap_or_default();
                let at = text.find(&marker).map(|at| answer.start + at);
                return at.map_or(answer, |at| at..at + marker.len());
            }
            EntryPart::Field(field) => self
                .spans
                .get(&part)
                .or_else(|| self.spans.get(&EntryPart::Item(field, 0))),
            EntryPart::Item(..) => self.spans.get(&part),
        };
        found.unwrap_or(&self.header).clone()
    }

    /// Whether a mistake in `part` only follows from one that was reported before.
    pub(super) fn is_consequence(&self, part: EntryPart) -> bool {
        self.reported.contains(&part)
            || matches!(part, EntryPart::Marker(_))
                && (self.is_broken || self.reported.contains(&EntryPart::Field(Field::Sources)))
    }
}

/// Reads `articles.toml`.
pub(super) fn articles(reader: &mut Reader<'_>, top: Table<'_, '_>) -> Vec<RawArticle> {
    const KEYS: [&str; 10] = [
        "id",
        "title",
        "short",
        "author",
        "publisher",
        "url",
        "published",
        "note",
        "opening",
        "section",
    ];
    let tables = reader.tables(top, "article", "article", "this article", &KEYS);
    let mut articles = Vec::with_capacity(tables.len());
    for table in tables {
        articles.push(RawArticle {
            header: table.header(),
            id: RawText(reader.required_text(table, "id")),
            title: RawText(reader.required_text(table, "title")),
            short: RawText(reader.text(table, "short")),
            author: RawText(reader.text(table, "author")),
            publisher: RawText(reader.text(table, "publisher")),
            url: RawText(reader.text(table, "url")),
            published: RawText(reader.text(table, "published")),
            note: RawText(reader.text(table, "note")),
            opening: RawText(reader.text(table, "opening")),
            is_broken: reader.has_syntax_error(table) || table.get("section").is_some(),
            sections: sections(reader, table),
        });
    }
    articles
}

fn sections(reader: &mut Reader<'_>, article: Table<'_, '_>) -> Vec<RawSection> {
    let keys = ["id", "heading", "place"];
    let tables = reader.tables(article, "section", "article.section", "this section", &keys);
    let mut sections = Vec::with_capacity(tables.len());
    for table in tables {
        sections.push(RawSection {
            id: RawText(reader.required_text(table, "id")),
            heading: RawText(reader.required_text(table, "heading")),
            place: RawText(reader.text(table, "place")),
        });
    }
    sections
}

/// Reads `resources.toml`.
pub(super) fn resources(reader: &mut Reader<'_>, top: Table<'_, '_>) -> Vec<RawResource> {
    let keys = [
        "id",
        "name",
        "url",
        "description",
        "kind",
        "checked",
        "review_by",
    ];
    let tables = reader.tables(top, "resource", "resource", "this resource", &keys);
    let mut resources = Vec::with_capacity(tables.len());
    for table in tables {
        resources.push(RawResource {
            id: RawText(reader.required_text(table, "id")),
            name: RawText(reader.required_text(table, "name")),
            url: RawText(reader.required_text(table, "url")),
            description: RawText(reader.text(table, "description")),
            kind: RawText(reader.text(table, "kind")),
            checked: RawText(reader.text(table, "checked")),
            review_by: RawText(reader.text(table, "review_by")),
        });
    }
    resources
}

/// Reads `aliases.toml`.
pub(super) fn aliases(reader: &mut Reader<'_>, top: Table<'_, '_>) -> Vec<RawAlias> {
    let keys = ["name", "also"];
    let tables = reader.tables(top, "alias", "alias", "this alias", &keys);
    let mut aliases = Vec::with_capacity(tables.len());
    for table in tables {
        let also = reader.texts(table, "also");
        aliases.push(RawAlias {
            header: table.header(),
            name: RawText(reader.required_text(table, "name")),
            is_broken: also.is_none() || reader.has_syntax_error(table),
            also: also.unwrap_or_default(),
        });
    }
    aliases
}

/// Reads `out-of-scope.toml`.
pub(super) fn out_of_scope(
    reader: &mut Reader<'_>,
    top: Table<'_, '_>,
) -> Vec<Spanned<Option<String>>> {
    reader.texts(top, "questions").unwrap_or_default()
}

/// Reads `names.toml`.
pub(super) fn names(reader: &mut Reader<'_>, top: Table<'_, '_>) -> Vec<Spanned<Option<String>>> {
    reader.texts(top, "names").unwrap_or_default()
}

/// Reads a file of `faq/`.
pub(super) fn entries(reader: &mut Reader<'_>, top: Table<'_, '_>) -> Vec<LocatedEntry> {
    const TOPIC: EntryPart = EntryPart::Field(Field::Topic);
    let keys: Vec<&str> = Field::in_table().map(Field::key).collect();
    let topic = reader.required_text(top, Field::Topic.key());
    let tables = reader.tables(top, "entry", "entry", "this entry", &keys);
    let mut entries = Vec::with_capacity(tables.len());
    for (position, table) in tables.into_iter().enumerate() {
        let mut entry = self::entry(reader, table);
        if let Some(topic) = &topic {
            entry.entry.topic.clone_from(topic.get_ref());
            entry.spans.insert(TOPIC, topic.span());
        }
        // Every entry has the file's topic: what is wrong with it is said once.
        if topic.is_none() || position > 0 {
            entry.reported.insert(TOPIC);
        }
        entries.push(entry);
    }
    entries
}

fn entry(reader: &mut Reader<'_>, table: Table<'_, '_>) -> LocatedEntry {
    let mut entry = UncheckedEntry::default();
    let (mut spans, mut reported) = (HashMap::new(), HashSet::new());
    for field in Field::in_table() {
        let (key, part) = (field.key(), EntryPart::Field(field));
        match entry.value_mut(field) {
            FieldValueMut::Text(text) => {
                let found = if field.is_required() {
                    reader.required_text(table, key)
                } else {
                    reader.text(table, key)
                };
                let Some(found) = found else {
                    reported.insert(part);
                    continue;
                };
                // A missing text is an empty one, so that a written one must not be.
                if !field.is_required() && found.get_ref().is_empty() {
                    reader.report(found.span(), format!("{key} is empty"), None);
                }
                spans.insert(part, found.span());
                *text = found.into_inner();
            }
            FieldValueMut::List(items) => {
                let Some(found) = reader.texts(table, key) else {
                    reported.insert(part);
                    continue;
                };
                for (at, found) in found.into_iter().enumerate() {
                    let part = EntryPart::Item(field, at);
                    spans.insert(part, found.span());
                    items.push(found.into_inner().unwrap_or_else(|| {
                        reported.insert(part);
                        String::new()
                    }));
                }
            }
        }
    }
    LocatedEntry {
        entry,
        header: table.header(),
        spans,
        reported,
        is_broken: reader.has_syntax_error(table),
    }
}
