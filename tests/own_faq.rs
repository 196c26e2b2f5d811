//! Starting an own FAQ: `citebot init`, and converting another program's FAQ.

use crate::program::citebot;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of plain letters")
}

#[test]
fn a_new_faq_is_valid_and_answers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let faq = folder.path().join("my-faq");
    let ran = citebot(&["init", text(&faq)]).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let command = format!("cd {}\n    citebot check && citebot\n", faq.display());
    assert!(ran.stdout.contains(&command), "{}", ran.stdout);
    let check = citebot(&["check"]).within(&faq).own_store().run();
    assert_eq!((check.code, check.stderr.as_str()), (0, ""), "{check:?}");
    let all = "No problem: 3 entries, 34 phrasings, 1 article, 1 resource in knowledge.\n";
    assert_eq!(check.stdout, all);
    for (question, found) in [
        ("where do I find the server rules", Ok("[1] The rules: ")),
        ("how do i contact the mods", Ok("Write to a moderator")),
        ("who won the match yesterday", Err(())),
    ] {
        let ran = citebot(&["ask", question]).within(&faq).own_store().run();
        assert_eq!(ran.code, i32::from(found.is_err()), "{question}: {ran:?}");
        assert!(ran.stdout.contains(found.unwrap_or("")), "{}", ran.stdout);
    }
    let database = faq.join("data/citebot.db");
    assert!(!database.exists(), "a question needs no database");
}

#[test]
fn a_new_faq_overwrites_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("config.toml");
    fs::write(&config, "# mine\n").expect("a file");
    let ran = citebot(&["init", text(folder.path())]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("config.toml exists already"), "{ran:?}");
    assert_eq!(fs::read_to_string(&config).expect("a file"), "# mine\n");
    assert!(!folder.path().join("knowledge").exists());
}

const MARKDOWN: &str = "\
# Our group

## Setup

### How do I install it?

Run `pip install it`.

## Is it free?

Yes.
";

#[test]
fn another_faq_becomes_files_that_can_be_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("FAQ.md"), MARKDOWN).expect("a file");
    fs::write(
        path("tags.json"),
        r#"[{"name": "gpu-reqs", "content": "8 GB.", "aliases": ["vram"]}]"#,
    )
    .expect("a file");
    fs::create_dir(path("knowledge")).expect("a folder");
    let out = path("knowledge/faq");
    for (from, written) in [
        ("FAQ.md", &["our-group.toml", "setup.toml"] as &[_]),
        ("tags.json", &["tags.toml"]),
    ] {
        let from = path(from);
        let shown = citebot(&["import", "--from", text(&from)]).run();
        assert_eq!((shown.code, shown.stderr.as_str()), (0, ""));
        let arguments = ["import", "--from", text(&from), "--out", text(&out)];
        let ran = citebot(&arguments).run();
        let mut listed = String::new();
        for name in written {
            let file = out.join(name);
            writeln!(listed, "{}", file.display()).expect("a string takes everything");
            let content = fs::read_to_string(&file).expect("a file");
            let section = format!("# {name}\n{content}\n");
            assert!(shown.stdout.contains(&section), "{}", shown.stdout);
        }
        assert_eq!((ran.code, ran.stdout.as_str()), (0, listed.as_str()));
        let again = citebot(&arguments).run();
        assert_eq!((again.code, again.stdout.as_str()), (2, ""));
        assert!(again.stderr.contains("exists already"), "{again:?}");
    }
    let knowledge = path("knowledge");
    let ask = |question| citebot(&["--knowledge", text(&knowledge), "ask", question]).run();
    for (question, answer) in [
        ("how do i install it", "pip install it"),
        ("is it free", "Yes."),
        ("vram", "8 GB."),
    ] {
        let ran = ask(question);
        assert!(ran.stdout.contains(answer), "{question}: {ran:?}");
    }
}

#[test]
fn of_a_faq_with_a_problem_nothing_is_converted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (faq, out) = (folder.path().join("FAQ.md"), folder.path().join("faq"));
    fs::write(&faq, format!("{MARKDOWN}\n## And what is this?\n")).expect("a file");
    let ran = citebot(&["import", "--from", text(&faq), "--out", text(&out)]).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    for told in ["FAQ.md:13:1", "no answer under", "Nothing was converted."] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    assert!(!out.exists());
    let ran = citebot(&["import", "--from", text(&folder.path().join("none.md"))]).run();
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("none.md"), "{ran:?}");
}
