//! Nonsensical and hostile messages: a mention gets a reply, other messages get silence, and nothing crashes.

use super::{OTHER, QUESTION, SEND_MESSAGE};
use crate::harness::World;
use scripted_discord::Ping;

fn rubbish() -> Vec<String> {
    let zalgo: String = "help"
        .chars()
        .flat_map(|c| [c, '\u{0341}', '\u{0316}', '\u{0489}'])
        .collect();
    vec![
        String::new(),
        " \n\t\u{200b}\u{feff} ".into(),
        "a".repeat(4_000),
        "lorem ipsum ".repeat(333),
        "ما هو الذكاء الاصطناعي؟ \u{202e}reversed\u{202c}".into(),
        zalgo.repeat(20),
        "🎉🎉👩‍👩‍👧‍👦🇩🇪".into(),
        "https://example.org/?q=%00#x".into(),
        "```rust\nfn main() { panic!(\"at the disco\") }\n```".into(),
        "<@> <@abc> <@!> <#1> <:x:2> <t:3:R> </faq browse:0>".into(),
        "\\ ` * _ ~ | > - # [x](http://y) @everyone @here <@&1>".into(),
        "\u{0}\u{7}\u{1b}[31m".into(),
        "42".into(),
        "?".into(),
        "'; DROP TABLE entries; --".into(),
        "𝕳𝖔𝖜 ℌ𝔬𝔱".into(),
    ]
}

#[tokio::test]
async fn rubbish_gets_a_reply_only_when_the_bot_is_asked() {
    let world = World::start().await;
    let mut answered = 0;
    for (at, text) in rubbish().iter().enumerate() {
        let member = world.member(&format!("member {at}"));
        member.say("ask", text);
        let asked = member.mention_bot("general", text);
        let reply = world.reply_to(&asked).await;
        let shown = reply.text();
        assert!(!shown.trim().is_empty(), "{text:?}");
        let own = [Ping::User(member.id())];
        assert_eq!(reply.pings(), own, "{text:?}");
        answered += 1;
        let private = member
            .slash("ask")
            .with("question", text.as_str())
            .with("private", true);
        let private = private.run().await.message();
        assert!(private.is_ephemeral(), "{text:?}");
        let choices = member.slash("ask").with("question", text.as_str());
        assert!(choices.complete("question").await.len() <= 25, "{text:?}");
    }
    let last = world.member("last").mention_bot("general", OTHER);
    assert_eq!(world.reply_to(&last).await.title(), OTHER);
    let posts = world.writes();
    let posts = posts.iter().filter(|r| r.path().ends_with("/messages"));
    assert_eq!(posts.count(), answered + 1, "rubbish was answered unasked");
}

#[tokio::test]
async fn a_question_among_rubbish_is_found() {
    let world = World::start().await;
    let ann = world.member("ann");
    for text in [
        format!("hello! {QUESTION} thanks 🙏"),
        format!("> someone said\n{QUESTION}"),
        QUESTION.to_uppercase(),
        format!("**{QUESTION}**"),
    ] {
        let reply = world.reply_to(&ann.mention_bot("general", &text)).await;
        // Words around a question may leave the bot less sure: then it asks back.
        let found = reply.title() == QUESTION || reply.buttons().iter().any(|b| b == QUESTION);
        assert!(found, "{text:?}: {}", reply.json());
    }
}

#[tokio::test]
async fn an_entry_pings_nobody() {
    let mut world = World::setup().own_knowledge().empty().await;
    let entry = "topic = \"T\"\n[[entry]]\nid = \"pings\"\nquestion = \"Whom do you call?\"\n\
                 answer = \"@everyone, @here, <@123456789012345678> and <@&123456789012345678>.\"\n";
    let file = world.folder().join("knowledge/faq/pings.toml");
    std::fs::write(file, entry).expect("a file");
    world.add_bot(&[]).await;
    let ann = world.member("ann");
    let reply = world
        .reply_to(&ann.mention_bot("general", "whom do you call"))
        .await;
    assert!(reply.description().contains("@everyone"));
    let sent = world.wait_for_requests(&SEND_MESSAGE, 1).await;
    let allowed = &sent[0].body()["allowed_mentions"];
    // The asker alone.
    assert_eq!(allowed["parse"], serde_json::json!([]), "{allowed}");
    for named in ["users", "roles"] {
        let named = allowed[named].as_array();
        assert!(named.is_none_or(Vec::is_empty), "{allowed}");
    }
}
