//! Commands, the message menu, and the buttons under what they show.

use super::{OTHER, QUESTION, moderator};
use crate::harness::World;
use futures::future::join_all;
use scripted_discord::{Fault, InteractionKind, Member, Message, Response, ResponseKind, Route};
use serde_json::json;

/// The response, which is one plain sentence that only one person sees: no embed, no buttons.
fn sentence(response: Response) -> String {
    let shown = response.message();
    assert!(shown.is_ephemeral(), "{}", shown.json());
    assert!(
        shown.title().is_empty() && shown.buttons().is_empty(),
        "{}",
        shown.json()
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
    assert!(!public.is_ephemeral());
    assert!(public.pings().is_empty());
    let private = ann
        .slash("ask")
        .with("question", QUESTION)
        .with("private", true);
    let private = private.run().await.message();
    assert_eq!(private.title(), QUESTION);
    assert!(private.is_ephemeral());
    let direct = ann
        .slash("ask")
        .with("question", QUESTION)
        .direct()
        .run()
        .await;
    assert_eq!(direct.message().title(), QUESTION);
}

#[tokio::test]
async fn ask_offers_choices_while_a_question_is_typed() {
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
    // Choices are offered before anything is typed.
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
    // A question that was typed rather than chosen works as well.
    let typed = ann.slash("faq show").with("entry", OTHER).run().await;
    assert_eq!(typed.message().title(), OTHER);
    // What names no entry is told apart from a question, in private.
    let typed = ann.slash("faq show").with("entry", "bergam").run().await;
    let told = typed.message();
    assert!(told.is_ephemeral());
    assert_eq!(
        told.content(),
        "There is no entry “bergam”. `/faq browse` lists them."
    );
    let typed = ann.slash("faq show").with("entry", "erl grey").run().await;
    let told = typed.message();
    assert!(
        told.content().ends_with("Did you mean one of these?"),
        "{}",
        told.content()
    );
    let shown = ann
        .select(&told, &["What is Earl Grey flavoured with?"])
        .await;
    assert_eq!(shown.message().title(), "What is Earl Grey flavoured with?");
}

#[tokio::test]
async fn faq_browse_turns_pages() {
    let world = World::start().await;
    let ann = world.member("ann");
    let list = ann.slash("faq browse").run().await.message();
    let final_entry = "What is Earl Grey flavoured with?";
    let on_first =
        |page: &Message| page.text().contains(QUESTION) && !page.text().contains(final_entry);
    assert!(on_first(&list), "{}", list.text());
    assert!(list.description().starts_with("**Brewing**\n"));
    assert_eq!(list.buttons(), ["Next"]);
    let next = ann.click(&list, "Next").await;
    assert_eq!(next.kind(), ResponseKind::Update);
    let second = next.message();
    assert_eq!(second.id(), list.id());
    assert!(second.text().contains(final_entry) && !second.text().contains(QUESTION));
    assert!(
        second.description().starts_with("**Kinds** (continued)\n"),
        "{}",
        second.text()
    );
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
    assert!(entry.is_ephemeral());
}

#[tokio::test]
async fn help_says_privately_what_the_bot_can_do() {
    let world = World::start().await;
    let help = world.member("ann").slash("help").run().await.message();
    assert!(help.is_ephemeral());
    assert!(help.text().contains("/faq browse"), "{}", help.text());
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
async fn a_message_is_answered_from_its_menu() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let said = ann.say("general", QUESTION);
    let reply = bob.menu("Answer from the FAQ", &said).await.message();
    assert_eq!(reply.title(), QUESTION);
    assert!(reply.is_ephemeral());
    bob.click(&reply, "Post it for all to see").await;
    let posted = posted(&world, QUESTION).await;
    let link = format!("/{}/{}", said.channel_id(), said.id());
    assert!(posted.content().ends_with(&link), "{}", posted.content());
    assert!(posted.pings().is_empty());
    // What has no answer cannot be posted.
    let said = ann.say("general", "best pizza in town");
    let reply = bob.menu("Answer from the FAQ", &said).await.message();
    assert!(reply.is_ephemeral() && reply.buttons().is_empty());
}

/// The message with this title that everybody sees.
async fn posted(world: &World, title: &str) -> Message {
    world
        .wait_for_message("the posted answer", |message| {
            message.title() == title && !message.is_ephemeral()
        })
        .await
}

#[tokio::test]
async fn a_message_is_answered_with_an_entry_of_choice() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    for text in ["something about leaves and how to keep them", ""] {
        let said = ann.say("general", text);
        let menu = bob.menu("Reply with an entry…", &said).await.message();
        assert!(menu.is_ephemeral());
        let title = if text.is_empty() {
            OTHER
        } else {
            "Where do I store loose leaves?"
        };
        let said = bob.select(&menu, &[title]).await.message();
        assert_eq!(said.id(), menu.id());
        assert_eq!(said.content(), "Posted.");
        let posted = posted(&world, title).await;
        assert!(
            posted
                .content()
                .starts_with("In answer to https://discord.com/channels/")
        );
    }
}

#[tokio::test]
async fn who_is_too_quick_is_told_when_to_try_again() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let mut page = ann.slash("faq browse").run().await.message();
    let list = page.id();
    while page.id() == list {
        let turn = if page.buttons() == ["Next"] {
            "Next"
        } else {
            "Previous"
        };
        page = ann.click(&page, turn).await.message();
    }
    let told = page;
    assert!(told.is_ephemeral());
    assert!(
        told.content()
            .starts_with("That was quick. Please try again in "),
        "{}",
        told.content()
    );
    let refused = ann.slash("help").run().await.message();
    assert!(
        refused.content().starts_with("That was quick."),
        "{}",
        refused.content()
    );
    assert!(
        bob.slash("help")
            .run()
            .await
            .message()
            .content()
            .starts_with("Hello!")
    );
}

#[tokio::test]
async fn who_types_without_end_is_offered_nothing() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let complete = |member: &Member| {
        let member = member.clone();
        async move {
            let typed = member.slash("faq show").with("entry", "");
            !typed.complete("entry").await.is_empty()
        }
    };
    assert!(complete(&ann).await);
    let mut offered = complete(&ann).await;
    while offered {
        let at_once = join_all((0..50).map(|_| complete(&ann))).await;
        offered = at_once.into_iter().all(|offered| offered);
    }
    assert!(complete(&bob).await);
}

#[tokio::test]
async fn all_commands_are_registered_globally() {
    let world = World::start().await;
    let commands = world.wait_for_commands(None).await;
    let names: Vec<&str> = commands.iter().filter_map(|c| c["name"].as_str()).collect();
    for name in ["ask", "faq", "toolkit", "sources", "Answer from the FAQ"] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

#[tokio::test]
async fn commands_registered_by_an_earlier_configuration_are_removed() {
    let mut world = World::setup().guild("other", &["general"]).empty().await;
    let servers = ["lab", "other"].map(|server| world.member_of(server, "ann").guild_id());
    let config = world.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    // `command_server` of one start after the other.
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
        world
            .add_bot(&[])
            .await
            .wait_for_output("commands registered")
            .await;
        assert_eq!(world.command_scopes(), [place]);
        world.kill().await;
    }
}

#[tokio::test]
async fn the_bot_starts_although_it_has_left_a_server_with_commands() {
    let mut world = World::setup().empty().await;
    let guild = world.member("ann").guild_id();
    let config = world.folder().join("config.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let line = format!("[discord]\ncommand_server = {guild}");
    std::fs::write(&config, text.replace("[discord]", &line)).expect("the configuration");
    world
        .add_bot(&[])
        .await
        .wait_for_output("commands registered")
        .await;
    world.kill().await;
    std::fs::write(&config, text).expect("the configuration");
    let register = Route::put("/applications/*/guilds/*/commands");
    world.fail(&register, 1, Fault::Status(403));
    world
        .add_bot(&[])
        .await
        .wait_for_output("commands registered")
        .await;
    assert!(!world.wait_for_commands(None).await.is_empty());
}

#[tokio::test]
async fn unknown_buttons_commands_and_modals_get_a_plain_sentence() {
    let world = World::start().await;
    let ann = world.member("ann");
    let asked = ann.mention_bot("general", QUESTION);
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
    let channel = asked.channel_id();
    let (command_kind, modal_kind) = (InteractionKind::Command, InteractionKind::Modal);
    sentence(ann.interact(command_kind, channel, command, None).await);
    let form = json!({"custom_id": "nonsense", "components": []});
    sentence(ann.interact(modal_kind, channel, form, None).await);
    // A command as another version registered it.
    let old = json!({"id": "1", "name": "ask", "type": 1, "options": []});
    sentence(ann.interact(command_kind, channel, old, None).await);
}

#[tokio::test]
async fn a_reply_is_dismissed_by_the_asker_and_by_moderators() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let mo = moderator(&world, "mo");
    for remover in [&ann, &mo] {
        let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
        sentence(bob.click(&reply, "Dismiss").await);
        assert_eq!(reply.reload().title(), QUESTION);
        remover.click(&reply, "Dismiss").await;
        reply.wait_until_deleted().await;
    }
}

#[tokio::test]
async fn a_related_entry_is_shown_to_the_person_who_clicks() {
    let world = World::start().await;
    let (ann, bob) = (world.member("ann"), world.member("bob"));
    let reply = world.reply_to(&ann.mention_bot("general", QUESTION)).await;
    let related = "How long should the leaves steep?";
    let shown = bob.click(&reply, related).await.message();
    assert_eq!(shown.title(), related);
    assert!(shown.is_ephemeral());
    assert_eq!(reply.reload().title(), QUESTION);
}

#[tokio::test]
async fn the_sources_button_shows_privately_where_the_claims_stand() {
    let world = World::start().await;
    let ann = world.member("ann");
    let reply = ann
        .slash("ask")
        .with("question", QUESTION)
        .run()
        .await
        .message();
    // Under the answer, one line an article, by its short name.
    assert!(reply.text().contains("The leaf book"), "{}", reply.text());
    let sources = world.member("bob").click(&reply, "Sources").await.message();
    assert!(sources.is_ephemeral());
    for part in [
        "Leaf and Cup",
        "R. Example",
        "Water and Time",
        "“not on the boil”",
        "https://example.org/dials",
    ] {
        assert!(sources.text().contains(part), "{part}: {}", sources.text());
    }
}

#[tokio::test]
async fn an_entry_is_found_by_its_former_id() {
    let world = World::start().await;
    let ann = world.member("ann");
    let shown = ann.slash("faq show").with("entry", "heat");
    assert_eq!(shown.run().await.message().title(), QUESTION);
}

#[tokio::test]
async fn a_greeting_gets_what_the_bot_can_do() {
    let world = World::start().await;
    let ann = world.member("ann");
    let greeted = world.reply_to(&ann.mention_bot("general", "hi!")).await;
    assert!(
        greeted.content().contains("/faq browse"),
        "{}",
        greeted.content()
    );
    let asked = ann.slash("ask").with("question", "Hello there").run().await;
    let told = sentence(asked);
    assert!(told.contains("/faq browse"), "{told}");
}

#[tokio::test]
async fn the_bot_of_another_faq_names_its_own_subject() {
    for (lines, about) in [
        ("", None),
        ("[bot]\nname = \"Teabot\"\nsubject = \"tea\"\n", Some("tea")),
    ] {
        let world = World::setup().config(lines).start().await;
        let commands = world.wait_for_commands(None).await;
        let registered = serde_json::to_string(&commands).expect("JSON");
        let greeting = world.member("ann").mention_bot("general", "hello");
        let greeting = world.reply_to(&greeting).await.text();
        match about {
            None => {
                assert!(registered.contains("\"Ask a question. The answer"));
                assert!(greeting.contains("I am Citebot. Ask me a question, for"));
            }
            Some(subject) => {
                assert!(registered.contains(&format!("Ask a question about {subject}.")));
                assert!(registered.contains(&format!("Stelle eine Frage zu {subject}.")));
                assert!(greeting.contains("I am Teabot. Ask me a question about tea, for"));
            }
        }
        let shown = registered + &greeting;
        assert!(!shown.contains("open-source AI"), "{shown}");
    }
}
