//! Merging an exported overlay into the files of a base. The input is three files with a NUL between them: one of the
//! base, one of the overlay, and the overlay's list of removed entries.
//!
//! Sound files stay sound, and merging the same overlay again changes nothing.

#![no_main]

use citebot_core::knowledge::read_entries;
use citebot_core::source_file::SourceFile;
use citebot_engine::{File, REMOVED, merge};
use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;

fuzz_target!(|input: &str| {
    let mut parts = input.splitn(3, '\0');
    let mut next = |name: &str| parts.next().map(|text| file(name, text));
    let (Some(base), Some(overlay)) = (next("base.toml"), next("overlay.toml")) else {
        return;
    };
    let overlay: Vec<File> = [Some(overlay), next(REMOVED)]
        .into_iter()
        .flatten()
        .collect();
    let mut folder = vec![base];
    let Ok(merged) = merge(&folder, &overlay) else {
        return;
    };
    if !ids_are_unique(&folder[0]) {
        return;
    }
    apply(&mut folder, merged);
    for file in folder.iter().filter(|file| !file.text.is_empty()) {
        if let Err(problems) = read_entries(&SourceFile::new(&file.name, &file.text)) {
            panic!("{problems}\n{}", file.text);
        }
    }
    folder.retain(|file| !file.text.is_empty());
    let mut again = folder.clone();
    apply(
        &mut again,
        merge(&folder, &overlay).expect("it merged before"),
    );
    assert_eq!(again, folder);
});

fn file(name: &str, text: &str) -> File {
    File {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

fn apply(folder: &mut Vec<File>, merged: Vec<File>) {
    for file in merged {
        match folder.iter_mut().find(|old| old.name == file.name) {
            Some(old) => *old = file,
            None => folder.push(file),
        }
    }
}

/// Whether the file is sound in itself and holds no id twice.
fn ids_are_unique(file: &File) -> bool {
    let mut seen = HashSet::new();
    read_entries(&SourceFile::new(&file.name, &file.text)).is_ok_and(|entries| {
        entries
            .into_iter()
            .all(|located| seen.insert(located.entry.id))
    })
}
