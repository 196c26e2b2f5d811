//! The commands, as a person at a terminal and a script use them.

use crate::harness::KNOWLEDGE;
use crate::program::{Finished, citebot};
use serde_json::Value;

fn ask_json(questions: &str) -> Vec<Value> {
    let ran = citebot(&["ask", "--json"]).input(questions).run();
    assert_eq!(ran.stderr, "");
    ran.stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect()
}

#[test]
fn the_first_questions_of_a_newcomer_are_answered() {
    let lines =
        ask_json("who made tensorflow\nwaht is opne sorce ai\nanyone up for valorant tonight?\n");
    let seen: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| {
            (
                line["outcome"].as_str().unwrap_or("none"),
                line["entry"]["id"].as_str().unwrap_or("none"),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("answer", "tensorflow"),
            ("answer", "definition"),
            ("unknown", "none"),
        ]
    );
}

#[test]
fn check_notes_entries_with_few_phrasings() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("faq")).expect("a folder");
    let faq = r#"topic = "Tea"
[[entry]]
id = "kettle"
question = "Which kettle is best for tea?"
phrasings = ["best tea kettle", "which kettle should I buy"]
answer = "Any."
[[entry]]
id = "milk"
question = "Does milk go in first?"
answer = "After."
"#;
    let path = folder.path().to_str().expect("a path of plain letters");
    let note = |faq: &str| {
        std::fs::write(folder.path().join("faq/tea.toml"), faq).expect("a file");
        let ran = citebot(&["--knowledge", path, "check"]).run();
        assert_eq!(ran.code, 0, "a thin entry is no mistake");
        let note = ran.stdout.split_once("\nNote: ");
        note.map(|(_, note)| note.to_owned())
    };
    let thin = note(faq).expect("a note");
    assert!(thin.starts_with("1 entry has fewer than 3 phrasings"));
    assert!(thin.ends_with(":\n    milk: 2 more\n"), "{thin}");
    let enough = faq.replace(
        "id = \"milk\"",
        "id = \"milk\"\nphrasings = [\"milk before tea\", \"when to add the milk\"]",
    );
    assert_eq!(note(&enough), None);
}

#[test]
fn copies_that_editors_make_do_no_harm() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a path of plain letters");
    std::fs::create_dir(folder.path().join("faq")).expect("a folder");
    let faq =
        "topic = \"T\"\n[[entry]]\nid = \"a\"\nquestion = \"Who is Ann?\"\nanswer = \"Ann.\"\n";
    for (name, text) in [("a.toml", faq), ("a.toml~", "[["), ("#a.toml#", "[[")] {
        std::fs::write(folder.path().join("faq").join(name), text).expect("a file");
    }
    let ran = citebot(&["--knowledge", path, "ask", "Who is Ann?"]).run();
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = citebot(&["--knowledge", path, "check"]).run();
    assert_eq!(ran.code, 0, "{ran:?}");
    let note = "Note: not read, because the name does not end in .toml:";
    let expected = format!("{note}\n    {path}/faq/#a.toml#\n    {path}/faq/a.toml~\n");
    assert!(ran.stdout.contains(&expected), "{}", ran.stdout);
}

#[test]
fn chat_reads_changed_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a path of plain letters");
    std::fs::create_dir(folder.path().join("faq")).expect("a folder");
    let faq = "topic = \"T\"\n[[entry]]\nid = \"ann\"\nquestion = \"Who is Ann?\"\nanswer = \"A baker.\"\n";
    let write = |text: &str| {
        std::fs::write(folder.path().join("faq/t.toml"), text).expect("a file");
    };
    write(faq);
    let mut chat = citebot(&["--knowledge", path, "chat"]).dialogue();
    assert!(!chat.say("/show ann", "A baker.").contains("changed"));
    write(&faq.replace("baker", "carpenter"));
    let heard = chat.say("/show ann", "A carpenter.");
    assert!(heard.contains("it answers 1 question now"), "{heard}");
    write("[[");
    let heard = chat.say("/show ann", "A carpenter.");
    assert!(heard.contains("t.toml:1:"), "{heard}");
    assert!(heard.contains("it answers as before"), "{heard}");
    assert!(!chat.say("/show ann", "A carpenter.").contains("as before"));
}

#[test]
fn check_confusable_lists_entries_that_compete() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("faq")).expect("a folder");
    let faq = r#"topic = "Tea"
[[entry]]
id = "kettle"
question = "Which kettle is best for tea?"
phrasings = ["best tea kettle", "which pot should I buy for tea"]
answer = "Any."
[[entry]]
id = "pot"
question = "Which pot should I buy for making tea?"
phrasings = ["best tea pot", "good kettle for tea"]
answer = "Any."
[[entry]]
id = "milk"
question = "Does milk go in first?"
phrasings = ["milk before or after"]
answer = "After."
"#;
    let path = folder.path().to_str().expect("a path of plain letters");
    std::fs::write(folder.path().join("faq/tea.toml"), faq).expect("a file");
    let check = || citebot(&["--knowledge", path, "check", "--confusable"]).run();
    let ran = check();
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    assert!(
        ran.stdout.contains("of kettle and pot are mixed up:"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .ends_with("1 pair of entries competes: above 10 %.\n"),
        "{}",
        ran.stdout
    );
    let apart = faq
        .replace(
            "which pot should I buy for tea",
            "what boils water quickest",
        )
        .replace("good kettle for tea", "china or glass to brew in");
    std::fs::write(
        folder.path().join("faq/tea.toml"),
        apart.replace("best tea pot", "teapot of which size"),
    )
    .expect("a file");
    let ran = check();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("No two entries compete"),
        "{}",
        ran.stdout
    );
}

#[test]
fn encode_writes_the_same_vectors_each_time_and_drops_old_ones() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("faq")).expect("a folder");
    let faq = "topic = \"Tea\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No.\"\n";
    std::fs::write(folder.path().join("faq/tea.toml"), faq).expect("a file");
    let path = folder.path().to_str().expect("a path of plain letters");
    let encode = || {
        let ran = citebot(&["--knowledge", path, "encode"]).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(
            ran.stdout.ends_with(" sentence vectors written.\n"),
            "{}",
            ran.stdout
        );
        std::fs::read(folder.path().join("vectors.bin")).expect("the file it wrote")
    };
    let first = encode();
    assert!(!first.is_empty());
    assert!(first == encode(), "the second time it wrote something else");
    let longer = faq.replace("answer", "phrasings = [\"milk or tea first\"]\nanswer");
    std::fs::write(folder.path().join("faq/tea.toml"), longer).expect("a file");
    assert!(first.len() < encode().len());
    std::fs::write(folder.path().join("faq/tea.toml"), faq).expect("a file");
    assert!(first == encode(), "old vectors were kept");
}

#[test]
fn a_line_of_json_has_the_promised_keys() {
    let lines = ask_json("who made tensorflow\nanyone up for valorant tonight?\n");
    let keys = |line: &Value| {
        let mut keys: Vec<String> = line
            .as_object()
            .map(|object| object.keys().cloned().collect())
            .unwrap_or_default();
        keys.sort();
        keys.join(" ")
    };
    assert_eq!(
        keys(&lines[0]),
        "answer confidence entry micros outcome question resources sources suggestions"
    );
    assert_eq!(
        keys(&lines[1]),
        "confidence micros outcome question suggestions"
    );
    assert_eq!(keys(&lines[0]["entry"]), "id question topic");
    assert_eq!(
        keys(&lines[0]["sources"][0]),
        "article heading n place quote section short title url"
    );
    assert_eq!(keys(&lines[0]["resources"][0]), "id name url");
    assert_eq!(lines[0]["sources"][0]["n"], 1);
}

#[test]
fn a_line_of_json_links_to_the_site() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "[site]\nurl = \"https://faq.example\"").expect("a file");
    let config = config.display().to_string();
    let ran = citebot(&["--config", &config, "ask", "--json", "who made tensorflow"]).run();
    let line: Value = serde_json::from_str(&ran.stdout).expect("a line of JSON");
    let permalink = "https://faq.example/entries/tensorflow.html";
    assert_eq!(line["entry"]["page"], permalink);
    let source = &line["sources"][0];
    let section = format!(
        "https://faq.example/articles/{}.html#{}",
        source["article"].as_str().expect("an article"),
        source["section"].as_str().expect("a section")
    );
    assert_eq!(source["page"], section);
}

#[test]
fn site_writes_the_faq_and_says_what_changed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("site");
    let write = || {
        let path = out.display().to_string();
        citebot(&["--knowledge", KNOWLEDGE, "site", "--out", &path]).run()
    };
    let first = write();
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert!(out.join("entries/temperature.html").is_file());
    let again = write();
    assert!(
        again.stdout.ends_with(": 0 changed, 0 removed.\n"),
        "{again:?}"
    );
    std::fs::remove_file(out.join(".citebot-site")).expect("the list of its files");
    let refused = write();
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("404.html exists"), "{refused:?}");
}

#[test]
fn site_shows_the_changes_of_a_server() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let entry = "topic = \"Milk\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No.\"\n";
    std::fs::write(path("milk.toml"), entry).expect("a file");
    let run = |arguments: &[&str]| {
        let command = ["--knowledge", KNOWLEDGE];
        let ran = citebot(&[&command, arguments].concat())
            .env("CITEBOT_STORE", &format!("sqlite://{}", path("x.db")))
            .run();
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    run(&["import", "--server", "1", &path("milk.toml")]);
    for (server, is_there) in [("1", true), ("2", false)] {
        run(&["site", "--out", &path(server), "--server", server]);
        let page = folder.path().join(server).join("milk.html");
        assert_eq!(page.exists(), is_there, "server {server}");
    }
}

#[test]
fn an_answer_tells_when_its_outside_facts_were_checked() {
    let ask = |arguments: &[&str]| {
        let command = ["--knowledge", KNOWLEDGE, "ask"];
        citebot(&[command.as_slice(), arguments].concat()).run()
    };
    let ran = ask(&["How hot should the water for green tea be?"]);
    let expected = "[2] https://example.org/dials\nFacts from outside the articles were last checked on 2026-11-24.\n";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    let checked = |question| {
        let line: Value =
            serde_json::from_str(&ask(&["--json", question]).stdout).expect("a line of JSON");
        line.get("checked").cloned()
    };
    assert_eq!(
        checked("How hot should the water for green tea be?"),
        Some("2026-11-24".into())
    );
    assert_eq!(checked("How long should the leaves steep?"), None);
}

#[test]
fn why_explains_how_a_question_was_read_and_decided() {
    let ran = citebot(&["why", "who", "maed", "tensorflow"]).run();
    assert_eq!(ran.code, 0, "{ran:?}");
    for expected in [
        "maed → made",
        "tensorflow: ",
        "nearest     “",
        "shares      ",
        "score       ",
        "When asked",
        "the answer: ",
    ] {
        let text = ran.stdout.replace("when asked", "When asked");
        assert!(text.contains(expected), "no {expected:?} in {text}");
    }
    let cases = [
        ("who made tensorflow", 0, "answer", "compared"),
        ("gm everyone", 1, "unknown", "ordinary talk"),
        ("🎉", 1, "unknown", "nothing to go by"),
    ];
    for (question, code, outcome, meaning) in cases {
        let ran = citebot(&["why", "--json", question]).run();
        assert_eq!(ran.code, code, "{question:?}: {ran:?}");
        let line: Value = serde_json::from_str(&ran.stdout).expect("a line of JSON");
        assert_eq!(line["prompted"], outcome, "{line}");
        let told = line["meaning"].as_str().unwrap_or_default();
        assert!(told.contains(meaning), "{line}");
        for key in [
            "question",
            "words",
            "repairs",
            "readings",
            "candidates",
            "thresholds",
            "unprompted",
        ] {
            assert!(line.get(key).is_some(), "{key} in {line}");
        }
    }
}

#[test]
fn a_batch_is_answered_in_order() {
    let questions: Vec<String> = (0..40)
        .map(|n| match n % 3 {
            0 => "who made tensorflow".to_owned(),
            1 => "lol".to_owned(),
            _ => format!("question number {n} about nothing at all"),
        })
        .collect();
    let lines = ask_json(&(questions.join("\n") + "\n"));
    let answered: Vec<&str> = lines
        .iter()
        .filter_map(|line| line["question"].as_str())
        .collect();
    assert_eq!(answered, questions);
}

#[test]
fn rubbish_is_unknown() {
    let long = "why ".repeat(1_000);
    for question in [
        "",
        "   ",
        long.as_str(),
        "مرحبا كيف حالك",
        "h̷̡̛e̸͜͝l̵̨͠ļ̶͝ǫ̸͝",
        "😀😀😀",
        "https://example.com/what-is-open-source-ai",
        "```rust\nfn main() {}\n```",
        "42",
        "?",
        "\u{202e}\u{200b}",
        "\0\u{1}",
    ] {
        let one_line = question.replace('\n', " ");
        for line in ask_json(&format!("{one_line}\n")) {
            assert_eq!(line["outcome"], "unknown", "{one_line:?}: {line}");
        }
    }
}

#[test]
fn a_line_that_is_not_utf8_does_not_end_the_batch() {
    let ran = citebot(&["ask", "--json"])
        .input(b"\xff\xfe\nwho made tensorflow\n")
        .run();
    assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
    assert_eq!(ran.code, 0);
}

#[test]
fn exit_codes_are_0_found_1_not_found_2_could_not_run() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let empty = folder.path().to_str().expect("its path is UTF-8");
    for (arguments, expected) in [
        (vec!["ask", "who made tensorflow"], 0),
        (vec!["ask", "who", "made", "tensorflow"], 0),
        (vec!["ask", "anyone up for valorant tonight?"], 1),
        (vec!["check"], 0),
        (vec!["--knowledge", empty, "check"], 1),
        (vec!["--knowledge", empty, "ask", "hello"], 2),
        (vec!["--knowledge", "no/such/folder", "ask", "hello"], 2),
        (vec!["--config", "no-such.toml", "ask", "hello"], 2),
        (vec!["eval", "no-such.jsonl"], 2),
        (vec!["eval", "README.md"], 2),
        (vec!["run"], 2),
        (vec!["sources", "unlocking-secret"], 2),
        (vec!["no-such-command"], 2),
    ] {
        let ran = citebot(&arguments).run();
        assert_eq!(ran.code, expected, "{arguments:?}: {ran:?}");
        if expected == 2 {
            assert!(!ran.stderr.is_empty(), "{arguments:?} says nothing");
            assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        }
    }
}

#[test]
fn run_without_a_token_says_where_to_get_one() {
    let ran = citebot(&["run"]).run();
    assert!(
        ran.stderr.contains("DISCORD_TOKEN is not set") && ran.stderr.contains("developer portal"),
        "{ran:?}"
    );
}

#[test]
fn malformed_shards_are_refused_with_an_example() {
    for (shards, expected) in [
        ("4/16", "0..4/16 for the first four of 16"),
        ("4..4/16", "4..5 is shard 4 alone"),
        ("0..17/16", "END is at most 16"),
    ] {
        let ran = citebot(&["run", "--shards", shards]).run();
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(expected), "{ran:?}");
    }
}

#[test]
fn a_malformed_token_is_refused_and_not_repeated() {
    let ran = citebot(&["run"])
        .env("DISCORD_TOKEN", "hunter2 hunter2")
        .run();
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("DISCORD_TOKEN"), "{ran:?}");
    assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
}

#[test]
fn citebot_alone_without_a_token_is_chat() {
    let ran = citebot(&[])
        .input("who made tensorflow\n1\n/brows\n99\n/browse tools\nanyone up for valorant tonight?\n/quit\n")
        .run();
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr.starts_with("DISCORD_TOKEN is not set"),
        "{ran:?}"
    );
    for expected in [
        "[1]",
        "https://www.tensorflow.org/",
        "There is no /brows. Did you mean /browse?",
        "The choices are 1 to",
        "The FAQ does not say.",
    ] {
        assert!(
            ran.stdout.contains(expected),
            "no {expected:?} in {}",
            ran.stdout
        );
    }
    assert!(!ran.stdout.contains('\u{1b}'), "colour without a terminal");
}

#[test]
fn sources_shows_an_article_and_suggests_a_near_name() {
    let ran = citebot(&["sources", "zuckerberg-vision"]).run();
    assert!(ran.stdout.contains("A Safer Future for All"), "{ran:?}");
    let ran = citebot(&["sources", "zuckerberg-vison"]).run();
    assert!(
        ran.stderr.contains("did you mean `zuckerberg-vision`?"),
        "{ran:?}"
    );
}

#[test]
fn eval_prints_one_object_with_every_figure() {
    let ran = citebot(&["eval", "--json", "tests/questions/tune.jsonl"]).run();
    let report: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    for key in [
        "questions",
        "labelled",
        "accuracy",
        "accuracy_at_3",
        "answered",
        "answered_right",
        "false_answers",
        "auroc",
        "coverage_at_95",
        "calibration_error",
        "micros_p50",
        "micros_p99",
    ] {
        assert!(report[key].is_number(), "{key} in {report}");
    }
}

#[test]
fn eval_points_out_a_label_that_is_no_entry() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("questions.jsonl");
    std::fs::write(&file, "{\"question\":\"q\",\"entry\":\"tensorflw\"}\n")
        .expect("the file can be written");
    let Finished { code, stderr, .. } =
        citebot(&["eval", file.to_str().expect("its path is UTF-8")]).run();
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean \"tensorflow\"?"), "{stderr}");
}

#[test]
fn eval_has_no_figure_over_nothing_and_groups_by_kind() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("questions.jsonl");
    std::fs::write(
        &file,
        "\u{feff}{\"question\":\"lol\",\"entry\":null,\"kind\":\"talk\",\"near\":\"meta\"}\n",
    )
    .expect("the file can be written");
    let path = file.to_str().expect("its path is UTF-8");
    let ran = citebot(&["eval", path]).run();
    let lines: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for expected in [
        "1 question, 0 labelled with an entry",
        "AUROC of confidence –",
        "answered correctly –",
        "false answers to the others 0.00 %",
        "talk 1 0.00 % –",
    ] {
        let words: Vec<&str> = expected.split_whitespace().collect();
        assert!(lines.contains(&words), "no {expected:?} in {}", ran.stdout);
    }
    let ran = citebot(&["eval", "--json", path]).run();
    let report: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    assert!(report["auroc"].is_null() && report["false_answers"].is_number());
    assert_eq!(report["kinds"][0]["kind"], "talk");
}

#[test]
fn eval_reports_contradictory_labels_with_both_lines() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut files = Vec::new();
    for (name, entry) in [("a.jsonl", "tensorflow"), ("b.jsonl", "meta")] {
        let file = folder.path().join(name);
        let line = format!("\n{{\"question\":\"Who?\",\"entry\":\"{entry}\"}}\n");
        std::fs::write(&file, line).expect("the file can be written");
        files.push(file);
    }
    let path = |at: usize| files[at].to_str().expect("its path is UTF-8");
    let ran = citebot(&["eval", path(0), path(1)]).run();
    assert_eq!(ran.code, 2, "{ran:?}");
    for at in [0, 1] {
        let place = format!("{}: line 2", path(at));
        assert!(ran.stderr.contains(&place), "{ran:?}");
    }
}

#[test]
fn licences_are_printed_for_everything_in_the_program() {
    let ran = citebot(&["--config", "no-such.toml", "licences"]).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for expected in [
        "MIT License",
        "sentence-transformers/all-MiniLM-L6-v2",
        "Apache License",
        "Copyright 2000-2011 by Kevin Atkinson",
        "SIL OPEN FONT LICENSE",
        "\nserenity v",
    ] {
        assert!(ran.stdout.contains(expected), "no {expected:?}");
    }
    assert_eq!(citebot(&["licenses"]).run().stdout, ran.stdout);
}

#[test]
fn the_list_of_crates_has_the_locked_versions() {
    let lock = include_str!("../Cargo.lock");
    for line in include_str!("../src/cli/licences/crates.txt").lines() {
        let mut words = line.split(' ');
        let (name, version) = (words.next().unwrap(), words.next().unwrap());
        let version = version.trim_start_matches('v');
        let locked = format!("name = \"{name}\"\nversion = \"{version}\"\n");
        assert!(
            lock.contains(&locked),
            "{line:?} is outdated: bash .ci/crates > src/cli/licences/crates.txt"
        );
    }
}

#[test]
fn chat_explains_itself_and_takes_judgements() {
    let state = tempfile::tempdir().expect("a temporary folder");
    let path = state.path().to_str().expect("a path of plain letters");
    let ran = citebot(&["chat"])
        .env("XDG_STATE_HOME", path)
        .input(
            "/right\nwho made tensorflow\n/right\nis it better than pytorch\n/wrong tensorflow-or-pytroch\n\
             /wrong tensorflow-or-pytorch\n/why\n/sources zuckerberg\n/sources zuckerberg-vision\n\
             best pizza in town\n/wrong none\n",
        )
        .run();
    assert_eq!(ran.code, 0, "{ran:?}");
    for expected in [
        "There is no reply yet.",
        "There is no entry \"tensorflow-or-pytroch\". Did you mean tensorflow-or-pytorch?",
        "It followed the answer tensorflow",
        "nearest     “",
        "there is no article \"zuckerberg\"; the articles are unlocking-secrets,",
        "zuckerberg-vision",
        "for `citebot eval`",
    ] {
        assert!(
            ran.stdout.contains(expected),
            "{expected:?} is not in {}",
            ran.stdout
        );
    }
    let judgements = state.path().join("citebot/judgements.jsonl");
    let written = std::fs::read_to_string(&judgements).expect("the judgements");
    assert_eq!(
        written,
        "{\"question\":\"who made tensorflow\",\"entry\":\"tensorflow\"}\n\
         {\"question\":\"is it better than pytorch\",\"after\":\"tensorflow\",\"entry\":\"tensorflow-or-pytorch\"}\n\
         {\"question\":\"best pizza in town\",\"entry\":null}\n"
    );
    let file = judgements.to_str().expect("a path of plain letters");
    let ran = citebot(&["eval", file]).run();
    assert!(ran.stdout.starts_with("3 questions, 2 labelled"), "{ran:?}");
}

#[test]
fn the_readme_shows_a_real_reply() {
    let readme = include_str!("../README.md");
    let (_, sample) = readme.split_once("\n› ").expect("README.md shows a reply");
    let (question, rest) = sample.split_once("\n\n").expect("a question");
    let (shown, _) = rest.split_once("```").expect("an end");
    let ran = citebot(&["chat"])
        .own_store()
        .input(format!("{question}\n"))
        .run();
    assert_eq!(ran.stdout.trim(), shown.trim());
}
