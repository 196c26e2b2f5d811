//! The site as files, and in a folder.

mod folder;
mod html;
mod pages;

use citebot_core::knowledge::{
    Article, ArticleId, Entry, EntryId, Knowledge, Limits, Section, SectionId, Source,
};
use citebot_site::{Options, Site};
use std::path::Path;

fn options() -> Options {
    Options {
        title: "Tea".into(),
        url: None,
    }
}

/// The FAQ of this repository.
fn shipped() -> Knowledge {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    Knowledge::load(&folder, &Limits::UNLIMITED).expect("the shipped FAQ has no mistake")
}

/// A site with one article of one section, and these entries.
fn site(entries: Vec<Entry>) -> Site {
    let article = Article {
        id: ArticleId::new("leaves").expect("an id"),
        title: "On leaves".into(),
        short: None,
        author: Some("A. Steeper".into()),
        publisher: None,
        url: None,
        published: None,
        note: None,
        opening: Some("Tea is".into()),
        sections: vec![Section {
            id: SectionId::new("heat").expect("an id"),
            heading: "Heat".into(),
            place: Some("paragraph 1 of 2".into()),
        }],
    };
    let knowledge = Knowledge::from_parts(vec![article], vec![], vec![], entries);
    Site::build(&knowledge, &options())
}

/// An entry that cites the article's section.
fn entry(id: &str) -> Entry {
    Entry {
        answer: "Yes. [1]".into(),
        sources: vec![Source::parse("leaves#heat “steam rises”").expect("a source")],
        ..Entry::example(id, "Is it hot?", &["hot tea"])
    }
}

fn id(id: &str) -> EntryId {
    EntryId::new(id).expect("an id")
}
