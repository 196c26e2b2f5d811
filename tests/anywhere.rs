//! The program in a folder that has nothing to do with the repository: the FAQ is part of it, and what
//! it writes goes where the environment says.

use crate::program::citebot;
use std::collections::BTreeSet;
use std::path::Path;

const REPOSITORY: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_built_in_faq_is_the_shipped_one_and_is_named() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let ask = citebot(&["ask", "what is open source ai"])
        .within(empty.path())
        .run();
    assert_eq!(ask.code, 0, "{ask:?}");
    assert!(
        ask.stdout.starts_with("What is open-source AI?\n"),
        "{ask:?}"
    );
    let named = "From the FAQ built into this program; --knowledge names another.\n";
    assert_eq!(ask.stderr, named);
    let json = citebot(&["ask", "--json", "what is open source ai"])
        .within(empty.path())
        .run();
    assert_eq!(json.stderr, "", "a script reads only what it asked for");

    // What `check` says of the folder, it says of the program too.
    let check = |program: crate::program::Run| program.run().stdout;
    let folder = Path::new(REPOSITORY).join("knowledge");
    let shipped = check(citebot(&["check"]));
    let shipped = shipped.replace(
        &folder
            .strip_prefix(REPOSITORY)
            .expect("below")
            .display()
            .to_string(),
        "the FAQ built into this program",
    );
    let built_in = check(citebot(&["check"]).within(empty.path()));
    assert_eq!(
        built_in, shipped,
        "a file was added since the program was compiled: touch src/main.rs"
    );
    let chosen = check(
        citebot(&["--knowledge", &folder.display().to_string(), "check"]).within(empty.path()),
    );
    assert!(!chosen.contains("built into"), "{chosen}");
    let encode = citebot(&["encode"]).within(empty.path()).run();
    assert_eq!(encode.code, 2);
    assert!(encode.stderr.contains("--knowledge"), "{encode:?}");
    assert_eq!(names(empty.path()), BTreeSet::new(), "it left something");
}

#[test]
fn a_configuration_may_name_another_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let faq = folder.path().join("tea/faq");
    std::fs::create_dir_all(&faq).expect("a folder");
    let text = "topic = \"Tea\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No.\"\n";
    std::fs::write(faq.join("tea.toml"), text).expect("a file");
    std::fs::write(folder.path().join("config.toml"), "knowledge = \"tea\"").expect("a file");
    let ran = citebot(&["ask", "does milk go in first"])
        .within(folder.path())
        .run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stdout.ends_with("No.\n"), "{ran:?}");
}

#[test]
fn data_goes_where_the_environment_says() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let tea = path("tea.toml");
    let entry = "topic = \"Tea\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No.\"\n";
    std::fs::write(&tea, entry).expect("a file");
    let import = |variable: &str, value: &str| {
        let ran = citebot(&["import", "--server", "1", &tea])
            .within(folder.path())
            .own_store()
            .env(variable, value)
            .run();
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    import("CITEBOT_DATA", &path("data"));
    assert!(names(Path::new(&path("data"))).contains("citebot.db"));
    if cfg!(all(unix, not(target_os = "macos"))) {
        import("XDG_DATA_HOME", &path("share"));
        assert!(names(Path::new(&path("share/citebot"))).contains("citebot.db"));
        import("HOME", &path("home"));
        assert!(names(Path::new(&path("home/.local/share/citebot"))).contains("citebot.db"));
    }
}

/// The names in `folder`.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            let name = entry.expect("a name").file_name();
            name.to_string_lossy().into_owned()
        })
        .collect()
}
