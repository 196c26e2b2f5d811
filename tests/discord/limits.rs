//! The largest FAQ that `check` accepts, shown wherever it can be shown. The test fails at its end if
//! anything exceeded a limit of Discord's.

use super::curate::ANSWER_FIELD;
use super::{asked, moderator};
use crate::harness::World;
use crate::program::citebot;
use std::fmt::Write as _;
use std::path::Path;

/// More entries than any list of Discord's holds.
const ENTRIES: usize = 30;
/// The most options of a menu, and the most choices of an autocompletion.
const CHOICES: usize = 25;

/// An id of the greatest length.
fn id(number: usize) -> String {
    format!("{number:0>60}")
}

/// `start`, extended to so many characters.
fn long(start: &str, number: usize, length: usize) -> String {
    let unit = ["*", "日", "🇩🇪"][number % 3];
    format!("{start} {}", unit.repeat(length))
        .chars()
        .take(length)
        .collect()
}

fn question(number: usize) -> String {
    long(&format!("what is {number}"), number, 250)
}

/// Writes ten articles, ten resources and thirty entries of as many topics, with as many sources,
/// resources and related entries as fit.
fn write_faq(folder: &Path) {
    let write = |file: &str, text: &str| {
        std::fs::write(folder.join(file), text).expect("the FAQ can be written");
    };
    std::fs::remove_dir_all(folder.join("faq")).expect("there was an FAQ");
    std::fs::create_dir(folder.join("faq")).expect("a folder");
    write("aliases.toml", "");
    let (mut articles, mut tools) = (String::new(), String::new());
    for n in 0..10 {
        let (id, name) = (id(n), long(&format!("Tool {n}"), n, 80));
        let title = long(&format!("Article {n}"), n, 200);
        let _ = write!(
            articles,
            "[[article]]\nid = \"{id}\"\ntitle = \"{title}\"\nauthor = \"A. Writer\"\n\
             url = \"https://example.org/{id}\"\n\
             [[article.section]]\nid = \"one\"\nheading = \"{title}\"\n"
        );
        let _ = write!(
            tools,
            "[[resource]]\nid = \"{id}\"\nname = \"{name}\"\nurl = \"https://example.org/{id}\"\n"
        );
    }
    write("articles.toml", &articles);
    write("resources.toml", &tools);
    let list = |items: Vec<String>| format!("{items:?}");
    for n in 0..ENTRIES {
        let topic = long(&format!("{n:0>2}"), n, 100);
        let sources = (0..4).map(|n| format!("{}#one", id(n))).collect();
        let related = (0..ENTRIES)
            .filter(|other| *other != n)
            .take(CHOICES)
            .map(id);
        let text = format!(
            "topic = \"{topic}\"\n[[entry]]\nid = \"{}\"\nquestion = \"{}\"\n\
             answer = \"{} [1] [2] [3] [4]\"\nsources = {}\nresources = {}\nrelated = {}\n",
            id(n),
            question(n),
            long("Yes:", n, 2_484),
            list(sources),
            list((0..10).map(id).collect()),
            list(related.collect()),
        );
        write(&format!("faq/{n:0>2}.toml"), &text);
    }
}

#[tokio::test]
async fn the_largest_faq_fits_wherever_it_is_shown() {
    let mut world = World::setup().own_knowledge().empty().await;
    let folder = world.folder().join("knowledge");
    write_faq(&folder);
    let checked = citebot(&["--knowledge", &folder.display().to_string(), "check"]).run();
    assert_eq!(checked.code, 0, "{checked:?}");
    world.add_bot(&[]).await;
    let ann = world.member("ann");
    let mia = moderator(&world, "mia");

    // As members see it.
    for n in 0..3 {
        let reply = asked(&world, &ann, &question(n)).await;
        let title = reply.title().trim_end_matches('…').to_owned();
        assert!(
            question(n).starts_with(&title) && !title.is_empty(),
            "{title}"
        );
    }
    let shown = ann
        .slash("faq show")
        .with("entry", id(2))
        .run()
        .await
        .message();
    ann.click(&shown, &shown.buttons()[0]).await;
    let mut list = ann.slash("faq browse").run().await.message();
    while list.buttons().contains(&"Next".to_owned()) {
        list = ann.click(&list, "Next").await.message();
    }
    ann.slash("sources").run().await.message();
    ann.slash("toolkit").run().await.message();

    // As moderators see it.
    let form = mia
        .slash("curate edit")
        .with("entry", id(0))
        .run()
        .await
        .modal();
    let edited = long("No:", 0, 2_484) + " [1] [2] [3] [4]";
    let preview = mia
        .submit(&form, &[(ANSWER_FIELD, &edited)])
        .await
        .message();
    let mut history = mia.click(&preview, "Publish").await.message();
    assert!(
        history.content().starts_with("Published"),
        "{}",
        history.text()
    );
    for n in 1..=CHOICES {
        // In turn back to the base entry and to the first revision.
        let to = if n % 2 == 0 { "1" } else { "" };
        let from = char::from_digit(u32::try_from(n).expect("small"), 36).expect("a digit");
        let button = format!("cb1:c:undo:{to}:{from}:{}", id(0));
        history = mia.click_id(&preview, &button).await.message();
        assert!(
            history.content().starts_with("Published"),
            "{}",
            history.text()
        );
    }
    let mut past = mia.click(&history, "History").await.message();
    while past.buttons().contains(&"Older".to_owned()) {
        past = mia.click(&past, "Older").await.message();
    }
    for n in 1..ENTRIES {
        let button = format!("cb1:c:remove::{}", id(n));
        mia.click_id(&preview, &button).await;
    }
    let restored = mia.slash("curate restore").with("entry", id(1));
    let restored = restored.run().await.message();
    assert!(
        restored.content().starts_with("**Preview**"),
        "{}",
        restored.text()
    );

    // Choices while a command is typed.
    for (command, option, typed) in [
        ("curate restore", "entry", ""),
        ("curate restore", "entry", "what"),
        ("curate history", "entry", "WHAT"),
        ("curate undo", "entry", ""),
    ] {
        let choices = mia
            .slash(command)
            .with(option, typed)
            .complete(option)
            .await;
        assert_eq!(choices.len(), CHOICES, "/{command} {typed:?}");
    }
    let undo = mia.slash("curate undo").with("entry", id(0));
    let revisions = undo.with("revision", "").complete("revision").await;
    assert_eq!(revisions.len(), CHOICES);
    // Only the topic of the one entry that was not removed is left.
    let topics = mia
        .slash("curate add")
        .with("topic", "")
        .complete("topic")
        .await;
    assert_eq!(topics.len(), 1);
}

#[tokio::test]
async fn autocompletion_offers_as_many_choices_as_discord_allows() {
    let mut world = World::setup().own_knowledge().empty().await;
    write_faq(&world.folder().join("knowledge"));
    world.add_bot(&[]).await;
    let mia = moderator(&world, "mia");
    for (command, option, typed) in [
        ("ask", "question", ""),
        ("ask", "question", "what"),
        ("faq show", "entry", "what is"),
        ("faq browse", "topic", ""),
        ("curate add", "topic", ""),
        ("curate edit", "entry", ""),
        ("curate remove", "entry", "wha"),
    ] {
        let choices = mia
            .slash(command)
            .with(option, typed)
            .complete(option)
            .await;
        assert_eq!(choices.len(), CHOICES, "/{command} {typed:?}");
    }
    let articles = mia
        .slash("sources")
        .with("article", "")
        .complete("article")
        .await;
    assert_eq!(articles.len(), 10);
}
