//! `export` and `import`: a server's overlay to and from knowledge files.

use crate::program::citebot;
use std::fs;
use tempfile::TempDir;

const SERVER: &str = "1300000000000000001";

const ARTICLES: &str = r#"
[[article]]
id = "guide"
title = "A guide"
[[article.section]]
id = "end"
heading = "The end"
"#;

const EARTH: &str = r#"topic = "Earth"

[[entry]]
id = "volcano"
question = "What makes volcanoes erupt?"
phrasings = [
    "volcanic eruption",
]
answer = """
Gas that comes out of molten rock. [1]
"""
sources = ["guide#end"]
"#;

#[test]
fn labels_of_the_known_questions_may_contradict_each_other() {
    // Only the questions are used.
    let place = TempDir::new().expect("a folder");
    let folder = place.path();
    fs::create_dir_all(folder.join("knowledge/faq")).expect("a folder");
    fs::write(folder.join("knowledge/articles.toml"), ARTICLES).expect("a file");
    fs::write(folder.join("knowledge/faq/earth.toml"), EARTH).expect("a file");
    fs::write(
        folder.join("q.jsonl"),
        "{\"question\":\"Why?\",\"entry\":\"volcano\"}\n{\"question\":\"Why?\",\"entry\":null}\n",
    )
    .expect("a file");
    fs::write(
        folder.join("config.toml"),
        "[store]\nurl = \"sqlite://kept/x.db\"\n[curation]\nquestions = \"q.jsonl\"\n",
    )
    .expect("a file");
    let lava = "topic = \"Earth\"\n[[entry]]\nid = \"lava\"\nquestion = \"What is lava?\"\nanswer = \"Rock.\"\n";
    fs::write(folder.join("new.toml"), lava).expect("a file");
    let ran = citebot(&["import", "--server", SERVER, "new.toml"])
        .within(folder)
        .own_store()
        .run();
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn the_commands_export_merge_and_import() {
    let place = TempDir::new().expect("a folder");
    let folder = place.path();
    fs::create_dir_all(folder.join("knowledge/faq")).expect("a folder");
    fs::write(folder.join("knowledge/articles.toml"), ARTICLES).expect("a file");
    fs::write(folder.join("knowledge/faq/earth.toml"), EARTH).expect("a file");
    fs::write(
        folder.join("config.toml"),
        "[store]\nurl = \"sqlite://kept/x.db\"\n",
    )
    .expect("a file");
    let lava = "topic = \"Earth\"\n\n[[entry]]\nid = \"lava\"\nquestion = \"What is lava?\"\nanswer = \"\"\"\nRock.\n\"\"\"\n";
    fs::write(folder.join("new.toml"), lava).expect("a file");
    fs::write(folder.join("bad.toml"), lava.replace("Rock.", "Rock. [1]")).expect("a file");
    let run = |arguments: &[&str]| {
        let ran = citebot(arguments).within(folder).own_store().run();
        (ran.code, ran.stdout, ran.stderr)
    };
    let (code, out, _) = run(&["import", "--server", SERVER, "new.toml", "bad.toml"]);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.contains("bad.toml:4:6") && out.ends_with("Nothing was imported.\n"),
        "{out}"
    );
    let (code, out, error) = run(&["export", "--server", SERVER]);
    assert_eq!((code, out.as_str()), (1, ""), "{error}");

    let (code, out, error) = run(&["import", "--server", SERVER, "new.toml"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "add     lava\n1 changed, 0 unchanged.\n"),
        "{error}"
    );
    assert!(folder.join("kept/x.db").exists());
    let (code, out, _) = run(&["export", "--server", SERVER]);
    assert_eq!((code, out), (0, format!("# earth.toml\n{lava}\n")));
    let (code, ..) = run(&["export", "--server", SERVER, "--output", "out"]);
    assert_eq!(code, 0);
    assert_eq!(
        fs::read_to_string(folder.join("out/earth.toml")).expect("a file"),
        lava
    );
    let (code, out, error) = run(&["export", "--server", SERVER, "--into", "knowledge"]);
    assert_eq!(
        (code, out.trim()),
        (0, "knowledge/faq/earth.toml"),
        "{error}"
    );
    let entry = lava.split_once("\n\n").expect("two parts").1;
    let merged = fs::read_to_string(folder.join("knowledge/faq/earth.toml")).expect("a file");
    assert_eq!(merged, format!("{EARTH}\n{entry}"));
    assert_eq!(run(&["check"]).0, 0);
    let (code, _, error) = run(&["export", "--server", SERVER]);
    assert_eq!(code, 1, "the FAQ says it now");
    assert!(error.contains("nothing of its own to export"), "{error}");
    assert_eq!(run(&["export", "--server", "0"]).0, 2);
}
