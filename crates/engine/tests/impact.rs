//! The prediction of a preview equals what happens.

use super::{AUTHOR, admin, asked, attach, options, server, shipped};
use citebot_core::answer::Prompting;
use citebot_engine::{Draft, Edit, Engine, EntryInput, Options, Origin, ReplyGist};
use citebot_store::{Location, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The reply to each of `questions`.
fn all(engine: &Engine, questions: &BTreeSet<String>) -> BTreeMap<String, ReplyGist> {
    let said = |question: &String| {
        let answered = engine.ask(Some(server(1)), question, Prompting::Prompted);
        (question.clone(), ReplyGist::from(&answered.reply))
    };
    questions.iter().map(said).collect()
}

/// Asks and logs `question`.
fn log(engine: &Engine, question: &str) {
    let answered = engine.ask(Some(server(1)), question, Prompting::Prompted);
    engine.log(&answered, "ask", 1).expect("is logged");
}

fn all_phrasings(engine: &Engine) -> BTreeSet<String> {
    let snapshot = engine.snapshot(Some(server(1)));
    let entries = snapshot.knowledge.entries().iter();
    entries
        .flat_map(|entry| entry.all_phrasings().map(str::to_owned))
        .collect()
}

/// Something a moderator might do, at random.
fn any_edit(engine: &Engine, random: &mut fastrand::Rng, number: usize) -> Edit {
    let here = admin(engine, 1);
    let knowledge = here.snapshot();
    let entries = knowledge.knowledge.entries();
    let entry = |random: &mut fastrand::Rng| entries[random.usize(..entries.len())].clone();
    let words = |random: &mut fastrand::Rng| -> String {
        let text: Vec<String> = (0..3)
            .map(|_| {
                let from = entry(random);
                let words: Vec<&str> = from.question.split_whitespace().collect();
                words[random.usize(..words.len())].to_owned()
            })
            .collect();
        format!("{} {number}x", text.join(" "))
    };
    let some = entry(random);
    let id = some.id.as_str();
    match random.u8(..6) {
        0 => Edit::Remove {
            entry: id.to_owned(),
            based_on: here.latest(id),
        },
        1 => {
            let form = EntryInput {
                topic: some.topic.clone(),
                question: words(random),
                phrasings: format!("{}\n{}", words(random), words(random)),
                answer: "Nobody knows.".into(),
                ..EntryInput::default()
            };
            Edit::Write(Box::new(Draft {
                input: form,
                ..Draft::default()
            }))
        }
        kind => {
            let mut draft = here.draft_of(id).expect("is there");
            match kind {
                2 => draft.input.question = words(random),
                3 => draft.input.phrasings = words(random),
                4 => {
                    let line = words(random);
                    draft.input.phrasings = format!("{}\n{line}", draft.input.phrasings);
                }
                _ => draft.input.phrasings.clear(),
            }
            Edit::Write(draft.into())
        }
    }
}

/// Some files of the shipped base, without what they offer of the others: enough that entries are
/// near each other, few enough to be asked all through a hundred times.
fn copy_part_of_the_base(folder: &Path) {
    fs::create_dir_all(folder.join("faq")).expect("a folder");
    for name in ["articles.toml", "resources.toml", "aliases.toml"] {
        fs::copy(shipped().join(name), folder.join(name)).expect("a file");
    }
    for name in ["risks.toml", "money.toml"] {
        let text = fs::read_to_string(shipped().join("faq").join(name)).expect("a file");
        let lines = text.lines().filter(|line| !line.starts_with("related = "));
        let text = lines.collect::<Vec<_>>().join("\n");
        fs::write(folder.join("faq").join(name), text).expect("a file");
    }
}

#[tokio::test]
async fn for_fifty_edits_what_is_predicted_is_what_happens() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let store = Store::open(&Location::Sqlite(folder.path().join("x.db")))
        .await
        .expect("opens");
    let labelled = [
        "is it ok to share weights",
        "what about hugging face",
        "pizza recipe",
    ];
    let options = Options {
        questions: labelled.map(str::to_owned).to_vec(),
        ..options()
    };
    let base = folder.path().join("base");
    copy_part_of_the_base(&base);
    let engine = attach(&base, store, options).await;
    let logged = [
        "why would meta give llama away",
        "can i run this at home",
        "best laptop",
    ];
    for text in logged {
        log(&engine, text);
    }
    let mut random = fastrand::Rng::with_seed(7);
    let (mut changed, mut published) = (0, 0);
    for number in 0.. {
        if published == 50 {
            break;
        }
        let here = admin(&engine, 1);
        let edit = any_edit(&engine, &mut random, number);
        let preview = here.preview(&edit).await.expect("a preview");
        if !preview.problems.is_empty() {
            continue;
        }
        let mut questions = all_phrasings(&engine);
        questions.extend(logged.into_iter().chain(labelled).map(str::to_owned));
        questions.extend(
            preview
                .after
                .iter()
                .flat_map(|e| e.all_phrasings().map(str::to_owned)),
        );
        let before = all(&engine, &questions);
        here.publish(AUTHOR, 2, &edit)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        published += 1;
        let after = all(&engine, &questions);
        let happened: BTreeMap<&String, (&ReplyGist, &ReplyGist)> = before
            .iter()
            .filter(|(question, said)| after[*question] != **said)
            .map(|(question, said)| (question, (said, &after[question])))
            .collect();
        let predicted: BTreeMap<&String, (&ReplyGist, &ReplyGist)> = preview
            .impact
            .changed
            .iter()
            .map(|one| (&one.question.text, (&one.from, &one.to)))
            .collect();
        assert_eq!(predicted, happened, "edit {number}: {edit:?}");
        assert_eq!(preview.impact.asked, questions.len(), "edit {number}");
        assert_eq!(preview.after, here.entry(&preview.entry), "edit {number}");
        changed += happened.len();
    }
    // Edits that change nothing would prove nothing.
    assert!(changed > 50, "{changed}");
}

#[tokio::test]
async fn an_edit_that_takes_an_answer_away_says_so_first() {
    let place = super::Place::new();
    let engine = place.engine().await;
    let here = admin(&engine, 1);
    for _ in 0..3 {
        log(&engine, "stripes of zebras");
    }
    assert_eq!(asked(&engine, 1, "stripes of zebras"), "zebra");
    let preview = here
        .preview(&super::remove(&here, "zebra"))
        .await
        .expect("a preview");
    assert_eq!(preview.after, None);
    let first = &preview.impact.changed[0];
    assert_eq!(first.question.text, "stripes of zebras");
    assert_eq!(first.question.origin, Origin::Logged(3));
    assert_eq!(first.from.to_string(), "zebra");
    assert_ne!(first.to, first.from);
    assert!(
        preview.impact.answers().count() >= 3,
        "{:?}",
        preview.impact
    );
    assert_eq!(preview.notes, ["It is no longer offered beside `giraffe`."]);
}
