//! Knowledge folders: one file holds arbitrary bytes, the others are sound. The first byte chooses the file.

#![no_main]

use citebot::discord::ENTRY_LIMITS;
use citebot_core::knowledge::{Knowledge, coverage};
use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

const FILES: [(&str, &str); 5] = [
    (
        "articles.toml",
        "[[article]]\nid = \"a\"\ntitle = \"A\"\n[[article.section]]\nid = \"s\"\nheading = \"S\"\n",
    ),
    (
        "resources.toml",
        "[[resource]]\nid = \"r\"\nname = \"R\"\nurl = \"https://example.com/\"\n",
    ),
    (
        "aliases.toml",
        "[[alias]]\nname = \"tea\"\nalso = [\"cuppa\"]\n",
    ),
    ("out-of-scope.toml", "questions = [\"tea or coffee\"]\n"),
    (
        "faq/tea.toml",
        "topic = \"Tea\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No. [1]\"\n\
         sources = [\"a#s\"]\nresources = [\"r\"]\n",
    ),
];

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().expect("a temporary folder");
    fs::create_dir(folder.path().join("faq")).expect("a folder");
    for (file, sound) in FILES {
        put(folder.path(), file, sound.as_bytes());
    }
    Knowledge::load(folder.path(), &ENTRY_LIMITS).expect("the sound files are sound");
    folder
});

fuzz_target!(|input: &[u8]| {
    let Some((&choice, bytes)) = input.split_first() else {
        return;
    };
    let (file, sound) = FILES[usize::from(choice) % FILES.len()];
    put(FOLDER.path(), file, bytes);
    match Knowledge::load(FOLDER.path(), &ENTRY_LIMITS) {
        Ok(knowledge) => {
            for entry in knowledge.entries() {
                assert_eq!(knowledge.citations(entry).len(), entry.sources.len());
            }
            let _ = coverage(&knowledge);
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
    put(FOLDER.path(), file, sound.as_bytes());
});

fn put(folder: &Path, file: &str, bytes: &[u8]) {
    fs::write(folder.join(file), bytes).expect("the temporary folder takes a file");
}
