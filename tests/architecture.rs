//! Dependencies point one way, as the code map in `src/lib.rs` draws them.
//!
//! The sources are scanned as text: comments and literals are blanked, then every path from the
//! crate's root is looked at.

use std::fs;
use std::path::{Path, PathBuf};

/// Each top module, and the others it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("knowledge", &[]),
    ("matcher", &["knowledge"]),
    ("answer", &["knowledge", "matcher"]),
    ("store", &["knowledge"]),
    ("engine", &["knowledge", "matcher", "answer", "store"]),
    ("eval", &["knowledge", "matcher", "answer"]),
    ("config", &["knowledge", "answer", "store"]),
    (
        "discord",
        &[
            "knowledge",
            "matcher",
            "answer",
            "store",
            "engine",
            "config",
        ],
    ),
    (
        "cli",
        &[
            "knowledge",
            "matcher",
            "answer",
            "store",
            "engine",
            "eval",
            "config",
            "discord",
        ],
    ),
];

/// The modules that do nothing but compute on what they are handed.
const PURE: &[&str] = &["knowledge", "matcher", "answer", "eval"];
/// What has no place in them.
const IMPURE: &[&str] = &["tokio", "async", "await", "SystemTime", "Instant", "net"];
/// What has a place in `discord` alone.
const DISCORD: &[&str] = &["serenity", "poise"];

#[test]
fn dependencies_point_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = rust_files(&src);
    assert!(files.len() > 10, "the scan found {} files", files.len());
    let mut found = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap_or(&file);
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for breach in breaches(inside, &text) {
            found.push(format!("src/{}:{breach}", inside.display()));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_top_module_has_a_rule() {
    let lib = include_str!("../src/lib.rs");
    let mut declared: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let mut ruled: Vec<&str> = MAY_NAME.iter().map(|(name, _)| *name).collect();
    declared.sort_unstable();
    ruled.sort_unstable();
    assert_eq!(declared, ruled);
}

#[test]
fn the_rules_allow_no_circle() {
    // Each module may name only modules that stand before it.
    for (at, (module, others)) in MAY_NAME.iter().enumerate() {
        for other in *others {
            let before = MAY_NAME[..at].iter().any(|(name, _)| name == other);
            assert!(before, "{module} → {other}");
        }
    }
}

#[test]
fn breaches_are_caught() {
    let cases = [
        ("matcher.rs", "use crate::knowledge::Entry;", None),
        (
            "matcher.rs",
            "use crate::engine::Engine;",
            Some("1: matcher names engine"),
        ),
        (
            "matcher/words.rs",
            "\nuse crate::{answer::Reply, knowledge};",
            Some("2: matcher names answer"),
        ),
        (
            "matcher/words.rs",
            "use crate::{\n    knowledge::{Entry, Id},\n    store::ServerId,\n};",
            Some("3: matcher names store"),
        ),
        (
            "answer.rs",
            "fn f() { crate::config::Config::load(); }",
            Some("1: answer names config"),
        ),
        (
            "engine.rs",
            "use super::discord;",
            Some("1: engine names discord"),
        ),
        (
            "engine/deep.rs",
            "use super::super::cli::main;",
            Some("1: engine names cli"),
        ),
        ("engine/deep.rs", "use super::discord;", None),
        (
            "knowledge.rs",
            "// use crate::engine::Engine;\n/* crate::cli /* crate::cli */ */",
            None,
        ),
        (
            "knowledge.rs",
            "const S: &str = \"crate::engine \\\" crate::cli\"; const R: &str = r#\"tokio\"\"#;",
            None,
        ),
        (
            "knowledge.rs",
            "const Q: char = '\"'; use crate::engine; const P: char = '\"';",
            Some("1: knowledge names engine"),
        ),
        (
            "knowledge.rs",
            "fn f<'a>(x: &'a str) {} use tokio::fs;",
            Some("1: knowledge names tokio"),
        ),
        (
            "matcher.rs",
            "use std::time::Instant;",
            Some("1: matcher names Instant"),
        ),
        (
            "matcher.rs",
            "use std::time::{Duration, SystemTime};",
            Some("1: matcher names SystemTime"),
        ),
        (
            "answer.rs",
            "use std::net::TcpStream;",
            Some("1: answer names net"),
        ),
        ("eval.rs", "async fn f() {}", Some("1: eval names async")),
        ("eval.rs", "fn asynchronous() { let internet = 1; }", None),
        ("engine.rs", "use std::time::Instant;", None),
        (
            "cli/run.rs",
            "use serenity::all::Http;",
            Some("1: cli names serenity"),
        ),
        ("cli/run.rs", "use crate::discord::run;", None),
        ("discord/reply.rs", "use poise::serenity_prelude;", None),
        ("main.rs", "use citebot::cli;", None),
        (
            "main.rs",
            "use citebot::engine;",
            Some("1: main names engine"),
        ),
    ];
    for (file, text, expected) in cases {
        let found = breaches(Path::new(file), text);
        let expected: Vec<String> = expected.into_iter().map(str::to_string).collect();
        assert_eq!(found, expected, "{file}: {text}");
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries {
        let path = entry.expect("a folder that can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every breach in a file, as `line: module names other`.
fn breaches(inside: &Path, text: &str) -> Vec<String> {
    let parts: Vec<&str> = inside
        .iter()
        .filter_map(|part| part.to_str())
        .map(|part| part.trim_end_matches(".rs"))
        .collect();
    let Some(&module) = parts.first() else {
        return Vec::new();
    };
    if module == "lib" {
        return Vec::new();
    }
    let allowed: &[&str] = MAY_NAME
        .iter()
        .find(|(name, _)| *name == module)
        .map_or(&["cli"], |(_, others)| others);
    let text = blanked(text);
    let tokens = tokens(&text);
    let mut found = Vec::new();
    let mut breach = |line: usize, name: &str| found.push(format!("{line}: {module} names {name}"));
    for (line, name) in rooted(&tokens, parts.len()) {
        let known = MAY_NAME.iter().any(|(top, _)| *top == name);
        if known && name != module && !allowed.contains(&name) {
            breach(line, name);
        }
    }
    for (line, token) in &tokens {
        let misplaced = DISCORD.contains(token) && module != "discord";
        let impure = IMPURE.contains(token) && PURE.contains(&module);
        if misplaced || impure {
            breach(*line, token);
        }
    }
    found
}

/// Every first name after the crate's root: `crate::name`, `crate::{name, …}`, `citebot::name`,
/// and `super::…::name` with so many `super` that it leaves the top module. `depth` is 1 in
/// `src/a.rs`, 2 in `src/a/b.rs`.
fn rooted<'a>(tokens: &[(usize, &'a str)], depth: usize) -> Vec<(usize, &'a str)> {
    let mut names = Vec::new();
    let at = |i: usize| tokens.get(i).map_or("", |(_, token)| *token);
    let mut i = 0;
    while i < tokens.len() {
        let mut next = i + 1;
        let mut supers = 0;
        while at(i + 2 * supers) == "super" && at(i + 2 * supers + 1) == "::" {
            supers += 1;
            next = i + 2 * supers;
        }
        let root = matches!(at(i), "crate" | "citebot") && at(i + 1) == "::";
        if root {
            next = i + 2;
        }
        if root || supers >= depth {
            if at(next) == "{" {
                let mut level = 0;
                let mut first = true;
                while next < tokens.len() {
                    match at(next) {
                        "{" => level += 1,
                        "}" => level -= 1,
                        "," => {}
                        _ if first && level == 1 => names.push(tokens[next]),
                        _ => {}
                    }
                    first = level == 1 && matches!(at(next), "{" | ",");
                    if level == 0 {
                        break;
                    }
                    next += 1;
                }
            } else if let Some(token) = tokens.get(next) {
                names.push(*token);
            }
        }
        i = next;
    }
    names
}

/// Words, `::`, and the braces and commas of groups, with their lines.
fn tokens(text: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    for (line, text) in text.lines().enumerate() {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let word = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            let length = if word > 0 {
                word
            } else if rest.starts_with("::") {
                2
            } else {
                c.len_utf8()
            };
            let (token, after) = rest.split_at(length);
            if word > 0 || matches!(token, "::" | "{" | "}" | ",") {
                tokens.push((line + 1, token));
            }
            rest = after;
        }
    }
    tokens
}

/// `text` with comments, strings and characters replaced by blanks; lines stay.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < chars.len() {
        let end = match (at(i), at(i + 1)) {
            ('/', '/') => (i..chars.len())
                .find(|&j| chars[j] == '\n')
                .unwrap_or(chars.len()),
            ('/', '*') => comment_end(&chars, i),
            ('"', _) => string_end(&chars, i),
            ('r', '"' | '#') if i == 0 || !(at(i - 1).is_alphanumeric() || at(i - 1) == '_') => {
                raw_end(&chars, i)
            }
            // A character, not a lifetime: it closes after one character or an escape.
            ('\'', '\\') => {
                let close = (i + 3..chars.len()).find(|&j| chars[j] == '\'');
                close.map_or(chars.len(), |j| j + 1)
            }
            ('\'', _) if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(chars[i]);
            i += 1;
        } else {
            out.extend(
                chars[i..end]
                    .iter()
                    .map(|&c| if c == '\n' { c } else { ' ' }),
            );
            i = end;
        }
    }
    out
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let mut level = 0;
    let mut i = start;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => {
                level += 1;
                i += 1;
            }
            ('*', Some('/')) => {
                level -= 1;
                i += 1;
            }
            _ => {}
        }
        i += 1;
        if level == 0 {
            break;
        }
    }
    i
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

/// The end of `r#"…"#` with any number of `#`; `start` itself when it is no raw string.
fn raw_end(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return start;
    }
    let mut i = open + 1;
    while i < chars.len() {
        let closes = chars[i] == '"'
            && chars[i + 1..]
                .iter()
                .take(hashes)
                .filter(|c| **c == '#')
                .count()
                == hashes;
        if closes {
            return i + 1 + hashes;
        }
        i += 1;
    }
    chars.len()
}
