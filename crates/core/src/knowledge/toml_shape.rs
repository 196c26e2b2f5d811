//! The shape of the TOML files: which keys there are, and what type each value has. Whether the
//! values make sense is the business of [`check`](mod@super::check).

use super::check::{Spot, UncheckedEntry};
use super::decode::{Decoder, Fields};
use std::collections::HashSet;
use toml::Spanned;
use toml::de::DeTable;

/// A text that may be missing, with its place.
#[derive(Debug, Default)]
pub(super) struct Field(Option<Spanned<String>>);

impl Field {
    /// What was written and where.
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

    /// Where it stands; 0 when it is missing.
    pub(super) fn at(&self) -> usize {
        self.written().map_or(0, |value| value.span().start)
    }
}

/// `[[article]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawArticle {
    pub(super) at: usize,
    pub(super) id: Field,
    pub(super) title: Field,
    pub(super) author: Field,
    pub(super) publisher: Field,
    pub(super) url: Field,
    pub(super) published: Field,
    pub(super) note: Field,
    pub(super) sections: Vec<RawSection>,
    /// The sections were reported, or a line breaks TOML's rules.
    pub(super) torn: bool,
}

/// `[[article.section]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawSection {
    pub(super) id: Field,
    pub(super) heading: Field,
}

/// `[[resource]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawResource {
    pub(super) id: Field,
    pub(super) name: Field,
    pub(super) url: Field,
    pub(super) description: Field,
}

/// `[[alias]]`, unchecked.
#[derive(Debug)]
pub(super) struct RawAlias {
    pub(super) at: usize,
    pub(super) name: Field,
    pub(super) also: Vec<Spanned<Option<String>>>,
    /// `also` is a list: there, or missing, but nothing else.
    pub(super) listed: bool,
    pub(super) definition: Field,
}

/// `[[entry]]` with the place of each of its parts.
#[derive(Debug)]
pub(super) struct PlacedEntry {
    pub(super) draft: UncheckedEntry,
    /// Spots that were reported already: missing, or of the wrong type.
    reported: HashSet<Spot>,
    /// A line of it breaks TOML's rules, so that something may only seem to be missing.
    torn: bool,
    header: usize,
    id: usize,
    topic: usize,
    question: usize,
    answer: usize,
    phrasings: Vec<usize>,
    sources: Vec<usize>,
    resources: Vec<usize>,
    related: Vec<usize>,
}

impl PlacedEntry {
    /// The byte where `spot` stands in `text`, the text of its file.
    pub(super) fn place(&self, spot: Spot, text: &str) -> usize {
        let item = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(self.header);
        match spot {
            Spot::Id => self.id,
            Spot::Topic => self.topic,
            Spot::Question => self.question,
            Spot::Answer => self.answer,
            Spot::Marker(n) => {
                let marker = format!("[{n}]");
                let found = text.get(self.answer..).and_then(|t| t.find(&marker));
                self.answer + found.unwrap_or(0)
            }
            Spot::Phrasings => item(&self.phrasings, 0),
            Spot::Phrasing(at) => item(&self.phrasings, at),
            Spot::Sources => item(&self.sources, 0),
            Spot::Source(at) => item(&self.sources, at),
            Spot::Resources => item(&self.resources, 0),
            Spot::Resource(at) => item(&self.resources, at),
            Spot::Related => item(&self.related, 0),
            Spot::RelatedEntry(at) => item(&self.related, at),
        }
    }

    /// Whether what is found at `spot` only follows from something reported before.
    pub(super) fn follows(&self, spot: Spot) -> bool {
        let marker = matches!(spot, Spot::Marker(_));
        self.reported.contains(&spot)
            || (marker && (self.torn || self.reported.contains(&Spot::Sources)))
    }
}

/// `articles.toml`
pub(super) fn articles(decoder: &mut Decoder<'_>, table: &DeTable<'_>) -> Vec<RawArticle> {
    const KEYS: [&str; 8] = [
        "id",
        "title",
        "author",
        "publisher",
        "url",
        "published",
        "note",
        "section",
    ];
    let top = decoder.fields(table, "this file", None, &["article"]);
    let tables = decoder.tables(top, "article", "article", "this article", &KEYS);
    let mut articles = Vec::with_capacity(tables.len());
    for fields in tables {
        articles.push(RawArticle {
            at: fields.at(),
            id: Field(decoder.required(fields, "id")),
            title: Field(decoder.required(fields, "title")),
            author: Field(decoder.text(fields, "author")),
            publisher: Field(decoder.text(fields, "publisher")),
            url: Field(decoder.text(fields, "url")),
            published: Field(decoder.text(fields, "published")),
            note: Field(decoder.text(fields, "note")),
            torn: decoder.torn(Some(fields.at())) || Decoder::value(fields, "section").is_some(),
            sections: sections(decoder, fields),
        });
    }
    articles
}

fn sections(decoder: &mut Decoder<'_>, article: Fields<'_, '_>) -> Vec<RawSection> {
    let keys = ["id", "heading"];
    let tables = decoder.tables(article, "section", "article.section", "this section", &keys);
    let mut sections = Vec::with_capacity(tables.len());
    for fields in tables {
        sections.push(RawSection {
            id: Field(decoder.required(fields, "id")),
            heading: Field(decoder.required(fields, "heading")),
        });
    }
    sections
}

/// `resources.toml`
pub(super) fn resources(decoder: &mut Decoder<'_>, table: &DeTable<'_>) -> Vec<RawResource> {
    let top = decoder.fields(table, "this file", None, &["resource"]);
    let keys = ["id", "name", "url", "description"];
    let tables = decoder.tables(top, "resource", "resource", "this resource", &keys);
    let mut resources = Vec::with_capacity(tables.len());
    for fields in tables {
        resources.push(RawResource {
            id: Field(decoder.required(fields, "id")),
            name: Field(decoder.required(fields, "name")),
            url: Field(decoder.required(fields, "url")),
            description: Field(decoder.text(fields, "description")),
        });
    }
    resources
}

/// `aliases.toml`
pub(super) fn aliases(decoder: &mut Decoder<'_>, table: &DeTable<'_>) -> Vec<RawAlias> {
    let top = decoder.fields(table, "this file", None, &["alias"]);
    let keys = ["name", "also", "definition"];
    let tables = decoder.tables(top, "alias", "alias", "this alias", &keys);
    let mut aliases = Vec::with_capacity(tables.len());
    for fields in tables {
        let also = decoder.texts(fields, "also");
        aliases.push(RawAlias {
            at: fields.at(),
            name: Field(decoder.required(fields, "name")),
            listed: also.is_some() && !decoder.torn(Some(fields.at())),
            also: also.unwrap_or_default(),
            definition: Field(decoder.text(fields, "definition")),
        });
    }
    aliases
}

/// `out-of-scope.toml`
pub(super) fn out_of_scope(
    decoder: &mut Decoder<'_>,
    table: &DeTable<'_>,
) -> Vec<Spanned<Option<String>>> {
    let top = decoder.fields(table, "this file", None, &["questions"]);
    decoder.texts(top, "questions").unwrap_or_default()
}

/// A file of `faq/`: its topic and its entries.
pub(super) fn entries(decoder: &mut Decoder<'_>, table: &DeTable<'_>) -> Vec<PlacedEntry> {
    const KEYS: [&str; 7] = [
        "id",
        "question",
        "phrasings",
        "answer",
        "sources",
        "resources",
        "related",
    ];
    let top = decoder.fields(table, "this file", None, &["topic", "entry"]);
    let topic = decoder.required(top, "topic");
    let tables = decoder.tables(top, "entry", "entry", "this entry", &KEYS);
    let mut entries = Vec::with_capacity(tables.len());
    for (position, fields) in tables.into_iter().enumerate() {
        let mut entry = self::entry(decoder, fields);
        match &topic {
            // Every entry has the file's topic: what is wrong with it is said once.
            Some(topic) => {
                entry.draft.topic.clone_from(topic.get_ref());
                entry.topic = topic.span().start;
                if position > 0 {
                    entry.reported.insert(Spot::Topic);
                }
            }
            None => {
                entry.reported.insert(Spot::Topic);
            }
        }
        entries.push(entry);
    }
    entries
}

fn entry(decoder: &mut Decoder<'_>, fields: Fields<'_, '_>) -> PlacedEntry {
    let header = fields.at();
    let mut entry = PlacedEntry {
        draft: UncheckedEntry::default(),
        reported: HashSet::new(),
        torn: decoder.torn(Some(header)),
        header,
        id: header,
        topic: header,
        question: header,
        answer: header,
        phrasings: Vec::new(),
        sources: Vec::new(),
        resources: Vec::new(),
        related: Vec::new(),
    };
    let (draft, reported) = (&mut entry.draft, &mut entry.reported);
    for (key, spot, text, place) in [
        ("id", Spot::Id, &mut draft.id, &mut entry.id),
        (
            "question",
            Spot::Question,
            &mut draft.question,
            &mut entry.question,
        ),
        ("answer", Spot::Answer, &mut draft.answer, &mut entry.answer),
    ] {
        match decoder.required(fields, key) {
            Some(found) => {
                *place = found.span().start;
                *text = found.into_inner();
            }
            None => {
                reported.insert(spot);
            }
        }
    }
    let phrasings: fn(usize) -> Spot = Spot::Phrasing;
    for (key, spot, item, texts, places) in [
        (
            "phrasings",
            Spot::Phrasings,
            phrasings,
            &mut draft.phrasings,
            &mut entry.phrasings,
        ),
        (
            "sources",
            Spot::Sources,
            Spot::Source,
            &mut draft.sources,
            &mut entry.sources,
        ),
        (
            "resources",
            Spot::Resources,
            Spot::Resource,
            &mut draft.resources,
            &mut entry.resources,
        ),
        (
            "related",
            Spot::Related,
            Spot::RelatedEntry,
            &mut draft.related,
            &mut entry.related,
        ),
    ] {
        let Some(found) = decoder.texts(fields, key) else {
            reported.insert(spot);
            continue;
        };
        for (at, found) in found.into_iter().enumerate() {
            places.push(found.span().start);
            texts.push(found.into_inner().unwrap_or_else(|| {
                reported.insert(item(at));
                String::new()
            }));
        }
    }
    entry
}
