//! Overlays to files and back, and merged into the base.

use super::{
    ANIMALS, AUTHOR, EARTH, Place, add, admin, asked, attach, change, lamp, options, publish,
    remove, shipped,
};
use citebot_core::knowledge::{Knowledge, read_entries};
use citebot_core::source_file::SourceFile;
use citebot_engine::{Engine, File, ImportError, Options, REMOVED, merge};
use citebot_store::{Location, Store};
use std::fs;

/// A server that has added, changed and removed something, with topics whose files would be named
/// alike.
async fn busy(engine: &Engine, number: u64) {
    let here = admin(engine, number);
    publish(&here, &add(lamp())).await;
    for (topic, question) in [
        ("C++", "What is C++?"),
        ("C#", "What is C#?"),
        ("日本", "日本とは何ですか"),
    ] {
        let mut form = lamp();
        form.topic = topic.into();
        form.question = question.into();
        form.phrasings = String::new();
        form.answer = "Say \"\"\"what\"\"\" \\ you like. [1]\n\nOr not.".into();
        publish(&here, &add(form)).await;
    }
    let edit = change(&here, "giraffe", |form| form.phrasings = "long neck".into());
    publish(&here, &edit).await;
    publish(&here, &remove(&here, "zebra")).await;
}

fn files(engine: &Engine, number: u64) -> Vec<File> {
    admin(engine, number).export().expect("exports").files
}

#[tokio::test]
async fn what_is_exported_is_imported_and_exported_the_same() {
    let place = Place::new();
    let engine = place.engine().await;
    busy(&engine, 1).await;
    let first = files(&engine, 1);
    let names: Vec<&str> = first.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "animals.toml",
            "c.toml",
            "c-2.toml",
            "earth.toml",
            "topic.toml",
            REMOVED
        ]
    );
    assert_eq!(files(&engine, 2), []);

    let imported = admin(&engine, 2)
        .import(AUTHOR, 5, &first)
        .await
        .expect("imports");
    assert_eq!((imported.revisions.len(), imported.unchanged), (6, 0));
    assert_eq!(files(&engine, 2), first);
    for question in [
        "lava lamp physics",
        "zebra stripes",
        "long neck",
        "What is C#?",
    ] {
        assert_eq!(
            asked(&engine, 2, question),
            asked(&engine, 1, question),
            "{question}"
        );
    }
    // Once more changes nothing, and the order of the files does not matter.
    let mut turned = first.clone();
    turned.reverse();
    let again = admin(&engine, 2)
        .import(AUTHOR, 6, &turned)
        .await
        .expect("imports");
    assert_eq!((again.revisions.len(), again.unchanged), (0, 6));
    // Entries like those of the base are left out.
    let base = [File {
        name: "earth.toml".into(),
        text: EARTH.into(),
    }];
    let same = admin(&engine, 3)
        .import(AUTHOR, 7, &base)
        .await
        .expect("imports");
    assert_eq!((same.revisions.len(), same.unchanged), (0, 1));
}

#[tokio::test]
async fn an_import_is_all_or_nothing_and_every_problem_is_listed() {
    let place = Place::new();
    let engine = place
        .engine_with(Options {
            override_base: false,
            ..options()
        })
        .await;
    let file = |name: &str, text: &str| File {
        name: name.into(),
        text: text.into(),
    };
    let good = "topic = \"T\"\n\n[[entry]]\nid = \"good\"\nquestion = \"Is it good?\"\nanswer = \"Yes.\"\n";
    let bad = "topic = \"T\"\n\n[[entry]]\nid = \"bad\"\nquestion = \"Is it good?!\"\nanswer = \"No. [1]\"\n\
               related = [\"god\"]\n\n[[entry]]\nid = \"bad\"\nquestion = \"Which?\"\nanswer = \"It.\"\n";
    let given = [
        file("good.toml", good),
        file("bad.toml", bad),
        file(
            "torn.toml",
            "topic = \"T\"\n[[entry]]\nid = \"x\"\nqestion = 1\n",
        ),
        file("empty.toml", "topic = \"T\"\n"),
        file("zebra.toml", ANIMALS),
        file(REMOVED, "removed = [\"zebar\", \"volcano\"]\n"),
    ];
    let error = admin(&engine, 1)
        .import(AUTHOR, 1, &given)
        .await
        .expect_err("refused");
    let ImportError::Diagnostics(problems) = error else {
        panic!("{error:?}");
    };
    let told = problems.to_string();
    for expected in [
        "bad.toml:5:12: `bad`, question: entry `good` is worded like this already",
        "bad.toml:6:15: `bad`, answer: [1] points to no source",
        "did you mean `good`?",
        "bad.toml:10:6: the entry id `bad` is taken already",
        "torn.toml:4:1",
        "empty.toml: there is no entry in this file",
        "zebra.toml:6:6: `zebra` belongs to the bot's own FAQ",
        "removed.toml: there is no entry `zebar` that could be removed",
        "removed.toml: `volcano` belongs to the bot's own FAQ",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    assert!(admin(&engine, 1).edited_entries().is_empty());
    let imported = admin(&engine, 1)
        .import(AUTHOR, 2, &given[..1])
        .await
        .expect("imports");
    assert_eq!(imported.revisions.len(), 1);
    assert_eq!(asked(&engine, 1, "is it good"), "good");
}

/// The lines that came and went between two texts.
fn difference(before: &str, after: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes();
    changes
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim_end_matches('\n')))
        .collect()
}

#[tokio::test]
async fn merging_touches_only_what_changed() {
    let place = Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    let base = [
        File {
            name: "animals.toml".into(),
            text: ANIMALS.into(),
        },
        File {
            name: "earth.toml".into(),
            text: EARTH.into(),
        },
    ];
    let merged = |number| merge(&base, &files(&engine, number)).expect("merges");
    let edit = change(&here, "zebra", |form| {
        form.phrasings = "zebra stripes\nstriped horse".into();
        form.resources = "hub".into();
    });
    publish(&here, &edit).await;
    let edit = change(&here, "giraffe", |form| {
        form.answer = "For leaves. [1]\n\nReally.".into();
    });
    publish(&here, &edit).await;
    let out = merged(1);
    assert_eq!(out.len(), 1);
    assert_eq!(
        difference(ANIMALS, &out[0].text),
        [
            "-    \"what are the stripes of a zebra good for\",",
            "+    \"striped horse\",",
            "+resources = [\"hub\"]",
            "-answer = \"To reach leaves. [1]\"",
            "+answer = \"\"\"",
            "+For leaves. [1]",
            "+",
            "+Really.",
            "+\"\"\"",
        ]
    );
    assert!(
        out[0]
            .text
            .contains("\"zebra stripes\", # short\n    \"striped horse\",\n    # more to come\n]"),
        "{}",
        out[0].text
    );
    assert!(out[0].text.contains(
        "sources = [\"guide#start\"] # where it says so\nresources = [\"hub\"]\nrelated"
    ));

    // A new entry, a removed one, and one that moves to another topic.
    let there = admin(&engine, 2);
    publish(&there, &add(lamp())).await;
    publish(&there, &remove(&there, "volcano")).await;
    publish(
        &there,
        &change(&there, "zebra", |form| form.topic = "Stripes".into()),
    )
    .await;
    let out = merged(2);
    let names: Vec<&str> = out.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["animals.toml", "earth.toml", "stripes.toml"]);
    assert!(
        !out[0].text.contains("id = \"zebra\"") && out[0].text.contains("related = [\"zebra\"]"),
        "{}",
        out[0].text
    );
    assert!(
        out[1]
            .text
            .starts_with("topic = \"Earth\"\n\n[[entry]]\nid = \"how-does-a-lava"),
        "{}",
        out[1].text
    );
    assert!(
        out[2].text.contains("\"zebra stripes\", # short"),
        "{}",
        out[2].text
    );
    for file in &out {
        place.write(&format!("faq/{}", file.name), &file.text);
    }
    let knowledge = Knowledge::load(
        &place.knowledge(),
        &citebot_core::knowledge::Limits::UNLIMITED,
    )
    .unwrap_or_else(|p| panic!("{p}"));
    assert_eq!(
        knowledge.entry("zebra").map(|e| e.topic.clone()).as_deref(),
        Some("Stripes")
    );
    // Merged, the overlay says nothing that the base does not.
    engine
        .reload()
        .unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(files(&engine, 2), []);
    assert_eq!(merge(&out, &[]).expect("merges"), []);
}

#[tokio::test]
async fn the_shipped_base_takes_one_phrasing_and_nothing_else() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let store = Store::open(&Location::Sqlite(folder.path().join("x.db")))
        .await
        .expect("opens");
    let engine = attach(&shipped(), store, options()).await;
    let here = admin(&engine, 1);
    let mut base = Vec::new();
    for item in fs::read_dir(shipped().join("faq")).expect("a folder") {
        let path = item.expect("an item").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        base.push(File {
            name,
            text: fs::read_to_string(&path).expect("a file"),
        });
    }
    for entry in here.snapshot().knowledge.entries() {
        let edit = change(&here, entry.id.as_str(), |form| {
            form.phrasings = format!("{}\nzzz {}", form.phrasings, entry.id);
        });
        let edits = [edit];
        for edit in &edits {
            publish(&here, edit).await;
        }
        if here.edited_entries().len() == 5 {
            break;
        }
    }
    let out = merge(&base, &files(&engine, 1)).expect("merges");
    let mut lines: Vec<String> = Vec::new();
    for file in &out {
        let before = base
            .iter()
            .find(|one| one.name == file.name)
            .expect("no new file");
        lines.extend(difference(&before.text, &file.text));
    }
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert!(
        lines.iter().all(|line| line.starts_with("+    \"zzz ")),
        "{lines:#?}"
    );
}

#[test]
fn merging_an_empty_answer_leaves_a_file_that_can_be_read() {
    let overlay = File {
        name: "tea.toml".into(),
        text: "topic = \"Tea\"\n\n[[entry]]\nid = \"milk\"\nquestion = \"Milk?\"\nanswer = \"\"\n"
            .into(),
    };
    let merged = merge(&[], &[overlay]).expect("merges");
    let file = SourceFile::new(&merged[0].name, &merged[0].text);
    let entries = read_entries(&file).expect("can be read");
    assert_eq!(entries[0].entry.trimmed().answer, "");
}
