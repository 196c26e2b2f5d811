//! Backups as the guide's page "Backup" makes them: what a moderator published is there after a restore.

use crate::harness::KNOWLEDGE;
use crate::program::citebot;
use crate::store::places::{Place, on_postgres, postgres_url, skipped};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const SERVER: &str = "1300000000000000001";
const ENTRY: &str = "topic = \"Milk\"\n[[entry]]\nid = \"milk\"\nquestion = \"Does milk go in first?\"\nanswer = \"No.\"\n";

fn run(store: &str, arguments: &[&str]) -> String {
    let all = [&["--knowledge", KNOWLEDGE], arguments].concat();
    let ran = citebot(&all).env("CITEBOT_STORE", store).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    ran.stdout
}

/// Publishes an entry in the store at `url`.
fn publish(url: &str) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("milk.toml");
    std::fs::write(&file, ENTRY).expect("a file");
    let file = file.to_str().expect("a path of plain letters");
    run(url, &["import", "--server", SERVER, file]);
}

/// What the store at `url` holds of the server.
fn exported(url: &str) -> String {
    run(url, &["export", "--server", SERVER])
}

#[tokio::test]
async fn a_copy_of_an_sqlite_file_in_use_is_whole() {
    let place = Place::sqlite();
    publish(place.url());
    // Somebody has it open and writes, as a running bot does.
    let in_use = place.store().await;
    let folder = TempDir::new().expect("a folder");
    let copy = folder.path().join("backup.db");
    place
        .run(&format!("VACUUM INTO '{}'", copy.display()))
        .await;
    in_use.close().await;
    let copy = format!("sqlite://{}", copy.display());
    assert_eq!(exported(&copy), exported(place.url()));
    assert!(exported(&copy).contains("Does milk go in first?"));
    // The copy is a store like the other.
    publish(&copy);
}

/// A program of PostgreSQL; `None`, with a note, where there is none.
fn program(name: &str) -> Option<PathBuf> {
    let bin = std::env::var_os("CITEBOT_TEST_PG_BIN").filter(|bin| !bin.is_empty())?;
    let program = Path::new(&bin).join(name);
    if !program.exists() {
        skipped(&format!("a backup of PostgreSQL: there is no {name}"));
        return None;
    }
    Some(program)
}

fn succeed(command: &mut Command) {
    let ran = command.output().expect("the program can be run");
    assert!(ran.status.success(), "{command:?}: {ran:?}");
}

#[tokio::test]
async fn a_dump_of_postgresql_is_restored_into_an_empty_database() {
    let (Some(url), Some(dump), Some(restore)) =
        (postgres_url(), program("pg_dump"), program("pg_restore"))
    else {
        return;
    };
    on_postgres(async |place| {
        publish(place.url());
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("backup.dump");
        let [schema] = &place.texts("SELECT current_schema()::text").await[..] else {
            panic!("one schema");
        };
        succeed(
            Command::new(&dump)
                .args(["--format=custom", "--schema", schema, "--file"])
                .arg(&file)
                .arg(&url),
        );
        let database = format!("{schema}_restored");
        place.run(&format!("CREATE DATABASE {database}")).await;
        let (server, options) = url.split_once('?').unwrap_or((&url, ""));
        let (server, _) = server.rsplit_once('/').expect("a database");
        let restored = format!("{server}/{database}?{options}");
        succeed(
            Command::new(&restore)
                .args(["--no-owner", "--dbname"])
                .arg(&restored)
                .arg(&file),
        );
        let own = format!("{restored}&options[search_path]={schema}");
        let after = exported(&own);
        let dropped = format!("DROP DATABASE {database} WITH (FORCE)");
        place.run(&dropped).await;
        assert_eq!(after, exported(place.url()));
        assert!(after.contains("Does milk go in first?"));
    })
    .await;
}
