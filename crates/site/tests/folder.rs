//! A site in a folder.

use crate::{entry, site};
use citebot_core::knowledge::Entry;
use citebot_site::folder::{LIST, WriteError, write};
use std::fs;

#[test]
fn what_changed_is_written_and_what_is_gone_is_removed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let inside = folder.path().join("new/site");
    let first = site(vec![entry("hot"), entry("cold")]);
    let written = write(&first, &inside).expect("a new folder can be written");
    assert_eq!((written.changed, written.removed), (written.files, 0));
    for (path, text) in first.files() {
        let file = fs::read_to_string(inside.join(path)).expect(path);
        assert_eq!(file, text, "{path}");
    }
    // A host's own files.
    fs::write(inside.join("CNAME"), "faq.example").expect("a file");
    let again = write(&first, &inside).expect("the same site");
    assert_eq!((again.changed, again.removed), (0, 0));

    let second = site(vec![Entry {
        topic: "Heat".into(),
        ..entry("hot")
    }]);
    let written = write(&second, &inside).expect("another site");
    // `topic.html` and the permalink of `cold`.
    assert_eq!(written.removed, 2);
    assert!(!inside.join("topic.html").exists());
    assert!(!inside.join("entries/cold.html").exists());
    assert!(inside.join("CNAME").exists());
    let left = |folder: &std::path::Path| fs::read_dir(folder).expect("a folder").count();
    let own = second
        .files()
        .filter(|(path, _)| !path.contains('/'))
        .count();
    // Beside the site's own: two folders, the list and the host's file.
    assert_eq!(left(&inside), own + 4);
}

#[test]
fn files_of_other_origin_are_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("index.html"), "mine").expect("a file");
    let refused = write(&site(vec![entry("hot")]), folder.path());
    assert!(
        matches!(&refused, Err(WriteError::Foreign(file)) if file.ends_with("index.html")),
        "{refused:?}"
    );
    let names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1, "something was written");
}

#[test]
fn a_list_cannot_name_files_outside_the_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let outside = folder.path().join("outside");
    fs::write(&outside, "mine").expect("a file");
    let inside = folder.path().join("site");
    fs::create_dir(&inside).expect("a folder");
    let list = format!("../outside\n{}\n\nCNAME\n", outside.display());
    fs::write(inside.join(LIST), list).expect("a file");
    let written = write(&site(vec![entry("hot")]), &inside).expect("the rest is fine");
    assert_eq!(written.removed, 0);
    assert!(outside.exists());
}
