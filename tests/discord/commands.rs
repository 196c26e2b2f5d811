//! Commands, the message menu, and the buttons under what they show.

use super::{OTHER, QUESTION};
use crate::harness::{Fault, Outcome, Shown, World};
use hyper::Method;
use serde_json::json;

/// Manage Messages.
const MODERATOR: u64 = 1 << 13;

/// A private, plain sentence: no embed, no buttons.
fn sentence(outcome: Outcome) -> String {
    let shown = outcome.message();
    assert!(shown.is_private(), "{}", shown.json);
    assert!(
        shown.title().is_empty() && shown.buttons().is_empty(),
        "{}",
        shown.json
    );
    let text = shown.content().to_string();
    assert!(text.len() > 10 && !text.contains("Error"), "{text}");
    text
}

#[tokio::test]
async fn ask_answers_in_public_or_in_private() {
    let world = World::start().await;
    let ann = world.member("ann");
    let public = ann
        .slash("ask")
        .with("question", QUESTION)
        .run()
        .await
        .message();
    assert_eq!(public.title(), QUESTION);
    assert!(!public.is_private());
    assert!(public.pings().is_empty());
    let private = ann
        .slash("ask")
        .with("question", QUESTION)
        .with("private", true);
    let private = private.run().await.message();
    assert_eq!(private.title(), QUESTION);
    assert!(private.is_private());
    let direct = ann
        .slash("ask")
        .with("question", QUESTION)
        .direct()
        .run()
        .await;
    assert_eq!(direct.message().title(), QUESTION);
}

#[tokio::test]
async fn ask_completes_what_is_typed() {
    let world = World::start().await;
    let ann = world.member("ann");
    let choices = ann
        .slash("ask")
        .with("question", "rooib")
        .complete("question")
        .await;
    let chosen = choices.iter().find(|c| c.name == OTHER);
    let chosen = chosen.unwrap_or_else(|| panic!("{choices:?}"));
    let reply = ann
        .slash("ask")
        .with("question", chosen.value.clone())
        .run()
        .await;
    assert_eq!(reply.message().title(), OTHER);
    // Before anything is typed, there is something to choose from.
    let all = ann
        .slash("ask")
        .with("question", "")
        .complete("question")
        .await;
    assert!(!all.is_empty());
}

#[tokio::test]
async fn faq_show_shows_an_entry() {
    let world = World::start().await;
    let ann = world.member("ann");
    let choices = ann
        .slash("faq show")
        .with("entry", "bergam")
        .complete("entry")
        .await;
    assert!(choices.len() <= 25, "{choices:?}");
    let choices = ann
        .slash("faq show")
        .with("entry", "Earl")
        .complete("entry")
        .await;
    let value = choices[0].value.clone();
    assert_eq!(value, "earl-grey");
    let shown = ann
        .slash("faq show")
        .with("entry", value)
        .run()
        .await
        .message();
    assert_eq!(shown.title(), "What is Earl Grey flavoured with?");
    // Typed rather than chosen, it is a question like any other.
    let typed = ann.slash("faq show").with("entry", OTHER).run().await;
    assert_eq!(typed.message().title(), OTHER);
}

#[tokio::test]
async fn faq_browse_turns_pages() {
    let world = World::start().await;
    let ann = world.member("ann");
    let list = ann.slash("faq browse").run().await.message();
    let final_entry = "What is Earl Grey flavoured with?";
    let on_first =
        |page: &Shown| page.text().contains(QUESTION) && !page.text().contains(final_entry);
    assert!(on_first(&list), "{}", list.text());
    assert_eq!(list.buttons(), ["Next"]);
    let next = ann.click(&list, "Next").await;
    assert_eq!(next.kind, 7);
    let second = next.message();
    assert_eq!(second.id, list.id);
    assert!(second.text().contains(final_entry) && !second.text().contains(QUESTION));
    assert_eq!(second.buttons(), ["Previous"]);
    let back = ann.click(&second, "Previous").await.message();
    assert!(on_first(&back), "{}", back.text());
    let topic = ann.select(&back, &["History"]).await.message();
    assert!(topic.text().contains("samovar") && !topic.text().contains(QUESTION));
    let entry = ann
        .select(&topic, &["Who invented the samovar?"])
        .await
        .message();
    assert_eq!(entry.title(), "Who invented the samovar?");
    assert!(entry.is_private());
}

#[tokio::test]
async fn toolkit_and_sources_are_listed() {
    let world = World::start().await;
    let ann = world.member("ann");
    let toolkit = ann.slash("toolkit").run().await.message();
    assert!(
        toolkit.text().contains("how hot, how long"),
        "{}",
        toolkit.text()
    );
    assert_eq!(toolkit.links()[1].1, "https://example.org/shop");
    let sources = ann.slash("sources").run().await.message();
    for part in [
        "Leaf and Cup",
        "R. Example",
        "Written for tests.",
        "Ships of Tea",
    ] {
        assert!(sources.text().contains(part), "{part}: {}", sources.text());
    }
    let article = ann.select(&sources, &["Ships of Tea"]).await.message();
    assert!(
        article.text().contains("The Great Races"),
        "{}",
        article.text()
    );
}

#[tokio::test]
async fn the_menu_of_a_message_answers_it() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let said = ann.says("general", QUESTION);
    let reply = bob.menu("Answer from the FAQ", &said).await.message();
    assert_eq!(reply.title(), QUESTION);
    assert!(reply.pings().is_empty());
}

#[tokio::test]
async fn commands_are_registered_where_the_configuration_says() {
    let world = World::start().await;
    let commands = world.commands(None).await;
    let names: Vec<&str> = commands.iter().filter_map(|c| c["name"].as_str()).collect();
    for name in ["ask", "faq", "toolkit", "sources", "Answer from the FAQ"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

#[tokio::test]
async fn commands_registered_elsewhere_before_are_taken_away() {
    let mut world = World::setup().guild("other", &["general"]).empty().await;
    let servers = ["lab", "other"].map(|server| world.member_of(server, "ann").guild);
    let config = world.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    // Where the configuration says they go, one start after the other.
    let places = [
        None,
        Some(servers[0]),
        Some(servers[1]),
        Some(servers[1]),
        None,
        None,
    ];
    for place in places {
        let line = place.map_or(String::new(), |id| format!("command_server = {id}"));
        let text = text.replace("[discord]", &format!("[discord]\n{line}"));
        std::fs::write(&config, text).expect("the configuration");
        world.add_bot(&[]).await.logs("commands registered").await;
        let with_some: Vec<Option<u64>> = {
            let state = world.discord.look();
            let with_some = state.commands.iter().filter(|(_, all)| !all.is_empty());
            with_some.map(|(place, _)| *place).collect()
        };
        assert_eq!(with_some, [place]);
        world.kill().await;
    }
}

#[tokio::test]
async fn a_server_that_the_bot_has_left_does_not_keep_it_from_starting() {
    let mut world = World::setup().empty().await;
    let guild = world.member("ann").guild;
    let config = world.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let line = format!("[discord]\ncommand_server = {guild}");
    std::fs::write(&config, text.replace("[discord]", &line)).expect("the configuration");
    world.add_bot(&[]).await.logs("commands registered").await;
    world.kill().await;
    std::fs::write(&config, text).expect("the configuration");
    let path = "/applications/*/guilds/*/commands";
    world.fail(Method::PUT, path, 1, Fault::Status(403));
    world.add_bot(&[]).await.logs("commands registered").await;
    assert!(!world.commands(None).await.is_empty());
}

#[tokio::test]
async fn what_is_not_known_gets_a_plain_sentence() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mentions("general", QUESTION);
    let reply = world.reply_to(&asked).await;
    for custom_id in [
        "",
        "nonsense",
        "cb0:entry",
        "cb1:related:no-such-entry",
        "cb1:🎉",
    ] {
        sentence(ann.click_id(&reply, custom_id).await);
    }
    let command = json!({"id": "1", "name": "nonsense", "type": 1, "options": []});
    sentence(ann.interact(2, asked.channel, command, None).await);
    let form = json!({"custom_id": "nonsense", "components": []});
    sentence(ann.interact(5, asked.channel, form, None).await);
    // A command in the form of another version.
    let old = json!({"id": "1", "name": "ask", "type": 1, "options": []});
    sentence(ann.interact(2, asked.channel, old, None).await);
}

#[tokio::test]
async fn a_reply_is_dismissed_by_the_asker_and_by_moderators() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let moderator = world.member("mo").with_permissions(MODERATOR);
    for remover in [&ann, &moderator] {
        let reply = world.reply_to(&ann.mentions("general", QUESTION)).await;
        sentence(bob.click(&reply, "Dismiss").await);
        assert_eq!(reply.again().title(), QUESTION);
        remover.click(&reply, "Dismiss").await;
        reply.vanishes().await;
    }
}

#[tokio::test]
async fn related_entries_are_shown_to_whoever_asks() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let reply = world.reply_to(&ann.mentions("general", QUESTION)).await;
    let related = "How long should the leaves steep?";
    let shown = bob.click(&reply, related).await.message();
    assert_eq!(shown.title(), related);
    assert!(shown.is_private());
    assert_eq!(reply.again().title(), QUESTION);
}
