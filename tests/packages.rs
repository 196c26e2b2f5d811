//! What the files around the program promise: workflows have the rights that they need, and the database of the
//! compose file is reached by the bot alone.

use std::fs;
use std::path::Path;

/// A file of the repository.
fn text(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&file).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A line of YAML: how far it is indented, and its text without comments.
fn lines(yaml: &str) -> Vec<(usize, &str)> {
    let lines = yaml.lines().filter_map(|line| {
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        let text = line.trim_start();
        let is_comment = text.is_empty() || text.starts_with('#');
        (!is_comment).then_some((line.len() - text.len(), text))
    });
    lines.collect()
}

/// The lines below each line `key`, with the path of keys that leads to it, in the order of the file. What stands
/// behind the key in its own line is the only one then.
fn values<'y>(yaml: &'y str, key: &str) -> Vec<(String, Vec<&'y str>)> {
    let mut path: Vec<(usize, &str)> = Vec::new();
    let mut found: Vec<(usize, String, Vec<&str>)> = Vec::new();
    let mut open = false;
    for (indent, text) in lines(yaml) {
        path.retain(|(outer, _)| *outer < indent);
        open = open && found.last().is_some_and(|(outer, ..)| *outer < indent);
        if open {
            if let Some((.., below)) = found.last_mut() {
                below.push(text);
            }
            continue;
        }
        let Some((name, value)) = text.split_once(':') else {
            continue;
        };
        if name == key {
            let keys: Vec<&str> = path.iter().map(|(_, key)| *key).collect();
            let value = Some(value.trim()).filter(|value| !value.is_empty());
            found.push((indent, keys.join("."), value.into_iter().collect()));
            open = value.is_none();
        }
        path.push((indent, name));
    }
    let found = found.into_iter().map(|(_, path, below)| (path, below));
    found.collect()
}

/// Without `permissions`, a job has whatever the repository gives by default.
#[test]
fn workflows_have_the_least_permissions() {
    const READ: &str = "contents: read";
    type Granted = &'static [(&'static str, &'static [&'static str])];
    let expected: [(&str, Granted); 3] = [
        ("ci.yml", &[("", &[READ])]),
        ("fuzz.yml", &[("", &[READ])]),
        (
            "release.yml",
            &[
                ("", &["{}"]),
                ("jobs.plan", &[READ]),
                ("jobs.checks", &[READ]),
                ("jobs.build", &[READ]),
                ("jobs.image", &[READ, "packages: write"]),
                (
                    "jobs.publish-image",
                    &["packages: write", "id-token: write", "attestations: write"],
                ),
                (
                    "jobs.publish",
                    &["contents: write", "id-token: write", "attestations: write"],
                ),
            ],
        ),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let mut files: Vec<String> = fs::read_dir(folder)
        .expect("the workflows")
        .map(|file| file.expect("a file").file_name().display().to_string())
        .collect();
    files.sort();
    assert_eq!(files, expected.map(|(file, _)| file));
    for (file, granted) in expected {
        let workflow = text(&format!(".github/workflows/{file}"));
        let granted: Vec<_> = granted
            .iter()
            .map(|(path, permissions)| ((*path).to_owned(), permissions.to_vec()))
            .collect();
        assert_eq!(values(&workflow, "permissions"), granted, "{file}");
        // The code of a pull request can do nothing with what a checkout would leave behind.
        let lines = lines(&workflow);
        let count = |start: &str| {
            lines
                .iter()
                .filter(|(_, text)| text.starts_with(start))
                .count()
        };
        let checkouts = count("- uses: actions/checkout@");
        assert_eq!(count("persist-credentials: false"), checkouts, "{file}");
    }
}

/// `pull_request_target` and `workflow_run` would run the code of a pull request with the rights of the repository.
#[test]
fn pull_requests_get_no_secret() {
    for file in ["ci.yml", "fuzz.yml", "release.yml"] {
        let workflow = text(&format!(".github/workflows/{file}"));
        let has = |word: &str| lines(&workflow).iter().any(|(_, text)| text.contains(word));
        assert!(
            !has("pull_request_target") && !has("workflow_run"),
            "{file}"
        );
        let is_for_pull_requests = has("pull_request:");
        assert_eq!(is_for_pull_requests, file == "ci.yml", "{file}");
        assert!(!is_for_pull_requests || !(has("secrets") || has("github.token")));
    }
}

#[test]
fn the_database_of_the_compose_file_is_reached_by_the_bot_alone() {
    let compose = text("packages/compose.yaml");
    let owned = |all: &[(&str, &[&'static str])]| -> Vec<(String, Vec<&str>)> {
        all.iter()
            .map(|(path, values)| ((*path).to_owned(), values.to_vec()))
            .collect()
    };
    assert_eq!(
        values(&compose, "networks"),
        owned(&[
            ("services.citebot", &["[outside, database]"]),
            ("services.database", &["[database]"]),
            ("", &["outside:", "database:", "internal: true"]),
        ])
    );
    let without_a_way_out = owned(&[("networks.database", &["true"])]);
    assert_eq!(values(&compose, "internal"), without_a_way_out);
    for key in [
        "ports",
        "network_mode",
        "expose",
        "extra_hosts",
        "privileged",
    ] {
        assert_eq!(values(&compose, key), owned(&[]), "{key}");
    }
}

#[test]
fn values_are_found_with_their_paths() {
    let yaml = "permissions: {} # none\n# permissions: no\njobs:\n  a:\n    permissions:\n      # Why.\n      x: read\n      y: write\n    steps:\n      - run: |\n          permissions\n  b:\n    permissions:\n      z: read\n";
    let expected = [
        (String::new(), vec!["{}"]),
        ("jobs.a".to_owned(), vec!["x: read", "y: write"]),
        ("jobs.b".to_owned(), vec!["z: read"]),
    ];
    assert_eq!(values(yaml, "permissions"), expected);
}
