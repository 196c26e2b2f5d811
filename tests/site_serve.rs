//! `citebot site --serve`: the site while the FAQ is being written.

use crate::program::citebot;
use reqwest::StatusCode;
use std::fs;

const FAQ: &str =
    "topic = \"Tea\"\n[[entry]]\nid = \"ann\"\nquestion = \"Who is Ann?\"\nanswer = \"A baker.\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_site_follows_the_faq() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().to_str().expect("a path of plain letters");
    fs::create_dir(folder.path().join("faq")).expect("a folder");
    let write = |text: &str| fs::write(folder.path().join("faq/tea.toml"), text).expect("a file");
    write(FAQ);
    let arguments = ["--knowledge", path, "site", "--serve", "0"];
    let mut program = citebot(&arguments).dialogue();
    let said = program.hear("Ctrl-C ends it.");
    let (_, rest) = said.split_once("The site is at ").expect("an address");
    let (root, rest) = rest.split_once("/. It follows").expect("an address");
    assert!(rest.contains(path), "{said}");
    let get = async |page: &str| {
        let answered = reqwest::get(format!("{root}{page}")).await;
        let answered = answered.expect("the page is served");
        let kind = answered.headers()["content-type"].to_str().expect("text");
        let (status, kind) = (answered.status(), kind.to_owned());
        (status, kind, answered.text().await.expect("a text"))
    };
    for (page, status, kind, part) in [
        ("/", 200, "text/html; charset=utf-8", "/.reload.js"),
        ("/tea.html", 200, "text/html; charset=utf-8", "A baker."),
        ("/style.css", 200, "text/css; charset=utf-8", "color"),
        ("/search.json", 200, "application/json", "ann"),
        ("/nothing", 404, "text/html; charset=utf-8", "<main"),
        ("/../Cargo.toml", 404, "text/html; charset=utf-8", "<main"),
        (
            "/.reload.js",
            200,
            "text/javascript; charset=utf-8",
            "EventSource",
        ),
    ] {
        let (had, shown, text) = get(page).await;
        assert_eq!((had.as_u16(), shown.as_str()), (status, kind), "{page}");
        assert!(text.contains(part), "{page}: {text}");
    }
    // An open page hears of each change.
    let changes = reqwest::get(format!("{root}/.changes")).await;
    let mut changes = changes.expect("a stream");
    write(&FAQ.replace("baker", "carpenter"));
    program.hear("Built again: 1 entry.");
    let event = changes.chunk().await.expect("the stream goes on");
    assert_eq!(event.expect("an event"), "data: changed\n\n");
    assert!(get("/tea.html").await.2.contains("A carpenter."));
    write("[[");
    program.hear("tea.toml:1:");
    let (status, kind, text) = get("/tea.html").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(kind, "text/plain; charset=utf-8");
    assert!(text.contains("tea.toml:1:"), "{text}");
    write(FAQ);
    program.hear("Built again: 1 entry.");
    assert!(get("/tea.html").await.2.contains("A baker."));
}

#[test]
fn a_site_is_written_or_shown() {
    for (arguments, expected) in [
        (&["site"] as &[&str], "<--out <DIR>|--serve [<PORT>]>"),
        (
            &["site", "--serve", "1", "--out", "x"],
            "cannot be used with",
        ),
        (&["site", "--serve", "port"], "invalid digit"),
    ] {
        let ran = citebot(arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(expected), "{ran:?}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ran = citebot(&["site", "--serve", &port]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    let expected = format!("cannot show the site at port {port}: name another");
    assert!(ran.stderr.contains(&expected), "{ran:?}");
}
