//! The one direction of dependencies that Cargo cannot hold, because it is inside a package.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn only_the_discord_module_names_serenity_or_poise() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let (discord, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.starts_with(src.join("discord")) || file.ends_with("discord.rs"));
    let names = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file can be read");
        text.contains("serenity::") || text.contains("poise::")
    };
    assert!(discord.iter().any(names), "the scan finds nothing");
    let wrong: Vec<_> = others.into_iter().filter(names).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder can be read") {
        let path = entry.expect("a source folder can be read").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
