//! Curating the FAQ from inside Discord.

use super::{MODERATOR, OTHER, asked, moderator};
use crate::harness::World;
use citebot_store::{Location, NewRevision, RevisionId, RevisionKind, ServerId, Store};
use scripted_discord::{Attachment, Builder, Member, Message, Modal, Response};

/// The permission Manage Server.
const MANAGER: u64 = 1 << 5;

pub(super) const QUESTION_FIELD: &str = "Question";
const PHRASINGS_FIELD: &str = "Other ways to ask it, one a line";
pub(super) const ANSWER_FIELD: &str = "Answer, with [1] after each claim";
pub(super) const SOURCES_FIELD: &str = "Sources: article#section or link, [1] first";
pub(super) const DETAILS_FIELD: &str = "Topic and other fields, one a line";

/// A question that no entry answers before a moderator adds it.
pub(super) const NEW: &str = "Which biscuits go with Darjeeling?";
const NEW_FIELDS: [(&str, &str); 5] = [
    (QUESTION_FIELD, NEW),
    (PHRASINGS_FIELD, "best cookies beside a cup of Darjeeling"),
    (ANSWER_FIELD, "Shortbread, says the book. [1]"),
    (SOURCES_FIELD, "leaf-and-cup#leaves"),
    (
        DETAILS_FIELD,
        "topic: Kinds\nresources: leaf-shop\nrelated: oolong",
    ),
];

/// The preview of a new entry with [`NEW_FIELDS`].
pub(super) async fn previewed(who: &Member) -> Message {
    let modal = who.slash("curate add").run().await.modal();
    who.submit(&modal, &NEW_FIELDS).await.message()
}

pub(super) async fn publish(who: &Member, preview: &Message) -> Message {
    let published = who.click(preview, "Publish").await.message();
    assert!(
        published.content().starts_with("Published"),
        "{}",
        published.text()
    );
    published
}

/// The preview of an entry with another answer.
pub(super) async fn reworded(who: &Member, modal: &Modal, answer: &str) -> Message {
    who.submit(modal, &[(ANSWER_FIELD, answer)]).await.message()
}

pub(super) async fn edit_modal(who: &Member, entry: &str) -> Modal {
    who.slash("curate edit")
        .with("entry", entry)
        .run()
        .await
        .modal()
}

#[tokio::test]
async fn a_new_entry_answers_the_next_message_in_its_server_only() {
    let world = World::setup().guild("other", &["general"]).start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let preview = previewed(&mia).await;
    assert!(preview.is_ephemeral());
    assert_eq!(preview.title(), NEW);
    assert!(
        preview.content().contains("Nothing is published yet"),
        "{}",
        preview.content()
    );
    let impact = format!("“{}”", NEW.trim_end_matches('?'));
    assert!(
        preview.content().contains(impact.trim_end_matches('”')),
        "{}",
        preview.content()
    );
    assert!(
        preview
            .content()
            .contains("→ `which-biscuits-go-with-darjeeling`")
    );
    for label in ["Publish", "Back to editing", "Discard"] {
        assert!(
            preview.buttons().contains(&label.to_owned()),
            "{:?}",
            preview.buttons()
        );
    }
    assert_ne!(asked(&world, &ann, NEW).await.title(), NEW);
    publish(&mia, &preview).await;
    let reply = asked(&world, &ann, NEW).await;
    assert_eq!(reply.title(), NEW);
    assert_eq!(
        reply.links(),
        [("Leaf Shop".into(), "https://example.org/shop".into())]
    );
    // Other servers don't have it.
    let eve = world.member_of("other", "eve");
    assert_ne!(asked(&world, &eve, NEW).await.title(), NEW);
    let max = world.member_of("other", "max").with_permissions(MODERATOR);
    let theirs = max.slash("curate export").run().await.message();
    assert!(
        theirs.content().starts_with("There is nothing to export"),
        "{}",
        theirs.text()
    );
}

#[tokio::test]
async fn edit_remove_restore_and_undo_take_effect_at_once() {
    let world = World::start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let modal = edit_modal(&mia, "rooibos").await;
    assert_eq!(modal.prefilled(QUESTION_FIELD), OTHER);
    assert_eq!(modal.prefilled(SOURCES_FIELD), "leaf-and-cup#leaves");
    assert!(modal.prefilled(DETAILS_FIELD).starts_with("topic: Kinds"));
    let preview = reworded(&mia, &modal, "None at all. [1]").await;
    assert_eq!(preview.description(), "None at all. [1]");
    publish(&mia, &preview).await;
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "None at all. [1]"
    );

    let remove = mia
        .slash("curate remove")
        .with("entry", "rooibos")
        .run()
        .await
        .message();
    assert!(
        remove.content().contains("taken out"),
        "{}",
        remove.content()
    );
    publish(&mia, &remove).await;
    assert_ne!(asked(&world, &ann, OTHER).await.title(), OTHER);

    let choices = mia
        .slash("curate restore")
        .with("entry", "caff")
        .complete("entry")
        .await;
    assert_eq!(choices[0].value, "rooibos", "{choices:?}");
    let restore = mia
        .slash("curate restore")
        .with("entry", "rooibos")
        .run()
        .await
        .message();
    publish(&mia, &restore).await;
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "None at all. [1]"
    );

    let revisions = mia
        .slash("curate undo")
        .with("entry", "rooibos")
        .with("revision", "");
    let revisions = revisions.complete("revision").await;
    assert_eq!(revisions[0].value, "-", "{revisions:?}");
    assert_eq!(revisions.len(), 3, "{revisions:?}");
    let undo = mia
        .slash("curate undo")
        .with("entry", "rooibos")
        .with("revision", "-");
    let undo = undo.run().await.message();
    publish(&mia, &undo).await;
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "No: it is another plant. [1]"
    );

    let history = mia
        .slash("curate history")
        .with("entry", "rooibos")
        .run()
        .await
        .message();
    assert!(history.is_ephemeral());
    let text = history.text();
    for part in [
        "**Revision 4**",
        &format!("<@{}> removed it", mia.id()),
        "+ answer: None at all. [1]",
        "- answer: No: it is another plant. [1]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // From the history back to a revision.
    let back = mia
        .select(&history, &["Before any change here"])
        .await
        .message();
    assert!(
        back.content().contains("like this already"),
        "{}",
        back.text()
    );
}

#[tokio::test]
async fn curating_without_permission_is_refused_by_the_bot_itself() {
    let world = World::start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let hidden = world.wait_for_commands(None).await;
    for name in ["curate", "Add to the FAQ", "Edit this entry"] {
        let command = hidden
            .iter()
            .find(|c| c["name"] == name)
            .expect("registered");
        assert_eq!(
            command["default_member_permissions"],
            MODERATOR.to_string(),
            "{name}"
        );
    }
    let refused = |response: Response| {
        let shown = response.message();
        assert!(
            shown.is_ephemeral() && shown.content().starts_with("Only moderators"),
            "{}",
            shown.text()
        );
    };
    refused(ann.slash("curate add").run().await);
    refused(
        ann.slash("curate remove")
            .with("entry", "rooibos")
            .run()
            .await,
    );
    refused(ann.slash("curate export").run().await);
    let message = ann.say("general", NEW);
    refused(ann.menu("Add to the FAQ", &message).await);
    let modal = mia.slash("curate add").run().await.modal();
    refused(ann.submit(&modal, &NEW_FIELDS).await);
    let preview = mia.submit(&modal, &NEW_FIELDS).await.message();
    refused(ann.click(&preview, "Publish").await);
    let removal = "cb1:c:remove::rooibos";
    refused(ann.click_id(&preview, removal).await);
    assert_eq!(asked(&world, &ann, OTHER).await.title(), OTHER);
    // Settings need the permission Manage Server.
    let cooldown = mia
        .slash("curate settings")
        .with("cooldown", 5)
        .run()
        .await
        .message();
    assert!(
        cooldown.content().starts_with("Only those who manage"),
        "{}",
        cooldown.text()
    );
}

#[tokio::test]
async fn the_second_of_two_edits_sees_the_first_before_it_is_published() {
    let world = World::start().await;
    let (ann, mia, tom) = (
        world.member("ann"),
        moderator(&world, "mia"),
        moderator(&world, "tom"),
    );
    let (first, second) = (
        edit_modal(&mia, "rooibos").await,
        edit_modal(&tom, "rooibos").await,
    );
    let mias = reworded(&mia, &first, "Mia says no. [1]").await;
    let toms = reworded(&tom, &second, "Tom says no. [1]").await;
    publish(&mia, &mias).await;
    let conflict = tom.click(&toms, "Publish").await.message();
    let text = conflict.content().to_owned();
    assert!(
        text.contains(&format!("<@{}> edited it", mia.id())),
        "{text}"
    );
    assert!(text.contains("+ answer: Mia says no. [1]"), "{text}");
    assert!(conflict.pings().is_empty());
    for label in ["Publish over it", "Back to editing", "Discard"] {
        assert!(
            conflict.buttons().contains(&label.to_owned()),
            "{:?}",
            conflict.buttons()
        );
    }
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "Mia says no. [1]"
    );
    let again = tom.click(&conflict, "Back to editing").await.modal();
    assert_eq!(again.prefilled(ANSWER_FIELD), "Tom says no. [1]");
    let over = tom.click(&conflict, "Publish over it").await.message();
    assert!(over.content().starts_with("Published"), "{}", over.text());
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "Tom says no. [1]"
    );
}

#[tokio::test]
async fn an_unpublished_draft_comes_back() {
    let world = World::start().await;
    let mia = moderator(&world, "mia");
    let modal = mia
        .slash("curate add")
        .with("topic", "Kinds")
        .run()
        .await
        .modal();
    assert!(modal.prefilled(DETAILS_FIELD).starts_with("topic: Kinds"));
    let wrong = [
        (QUESTION_FIELD, NEW),
        (ANSWER_FIELD, "Shortbread. [2]"),
        (SOURCES_FIELD, "leaf-and-cup#nowhere"),
    ];
    let preview = mia.submit(&modal, &wrong).await.message();
    assert!(
        preview.content().contains("Fix before publishing"),
        "{}",
        preview.content()
    );
    assert!(
        preview.content().contains("nowhere"),
        "{}",
        preview.content()
    );
    assert!(
        !preview.buttons().contains(&"Publish".to_owned()),
        "{:?}",
        preview.buttons()
    );
    // Abandoned and begun again.
    let again = mia.slash("curate add").run().await.modal();
    assert_eq!(again.prefilled(QUESTION_FIELD), NEW);
    assert_eq!(again.prefilled(ANSWER_FIELD), "Shortbread. [2]");
    let back = mia.click(&preview, "Back to editing").await.modal();
    assert_eq!(back.prefilled(SOURCES_FIELD), "leaf-and-cup#nowhere");
    // The corrected draft replaces the preview.
    let mended = mia.submit(&back, &NEW_FIELDS).await.message();
    assert_eq!(mended.id(), preview.id());
    assert!(
        mended.buttons().contains(&"Publish".to_owned()),
        "{}",
        mended.text()
    );
    // Another moderator has a draft of their own.
    let tom = moderator(&world, "tom");
    let toms = tom.slash("curate add").run().await.modal();
    assert_eq!(toms.prefilled(QUESTION_FIELD), "");
    let gone = mia.click(&mended, "Discard").await.message();
    assert_eq!(gone.content(), "Discarded. Nothing was changed.");
    let empty = mia.slash("curate add").run().await.modal();
    assert_eq!(empty.prefilled(QUESTION_FIELD), "");
}

#[tokio::test]
async fn only_a_draft_that_was_previewed_is_published() {
    let world = World::start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let modal = edit_modal(&mia, "rooibos").await;
    let older = reworded(&mia, &modal, "Older. [1]").await;
    reworded(&mia, &modal, "Newer. [1]").await;
    let shown = mia.click(&older, "Publish").await.message();
    assert!(
        shown.content().starts_with("**Preview**"),
        "{}",
        shown.text()
    );
    assert_eq!(shown.description(), "Newer. [1]");
    assert_eq!(asked(&world, &ann, OTHER).await.title(), OTHER);
    publish(&mia, &shown).await;
    assert_eq!(asked(&world, &ann, OTHER).await.description(), "Newer. [1]");
}

#[tokio::test]
async fn a_message_becomes_the_question_of_an_entry() {
    let world = World::start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let message = ann.say("general", "Is oolong drunk with lemon?");
    let modal = mia.menu("Add to the FAQ", &message).await.modal();
    assert_eq!(
        modal.prefilled(QUESTION_FIELD),
        "Is oolong drunk with lemon?"
    );
    let preview = mia.submit(
        &modal,
        &[
            (ANSWER_FIELD, "Never. [1]"),
            (SOURCES_FIELD, "leaf-and-cup#leaves"),
        ],
    );
    let preview = preview.await.message();
    assert_eq!(preview.title(), "Is oolong drunk with lemon?");
    // With that unpublished, the bot asks which of the two to go on with.
    let other = ann.say("general", "Is there *green* rooibos?");
    let which = mia.menu("Add to the FAQ", &other).await.message();
    assert_eq!(which.buttons(), ["Continue", "From this message"]);
    let old = mia.click(&which, "Continue").await.modal();
    assert_eq!(old.prefilled(QUESTION_FIELD), "Is oolong drunk with lemon?");
    let new = mia.click(&which, "From this message").await.modal();
    assert_eq!(new.prefilled(QUESTION_FIELD), "Is there *green* rooibos?");
    assert_eq!(new.prefilled(ANSWER_FIELD), "");
}

#[tokio::test]
async fn an_answer_is_edited_from_its_menu() {
    let world = World::start().await;
    let (ann, mia) = (world.member("ann"), moderator(&world, "mia"));
    let answer = asked(&world, &ann, OTHER).await;
    let modal = mia.menu("Edit this entry", &answer).await.modal();
    assert_eq!(modal.prefilled(QUESTION_FIELD), OTHER);
    let preview = reworded(&mia, &modal, "None at all. [1]").await;
    publish(&mia, &preview).await;
    assert_eq!(
        asked(&world, &ann, OTHER).await.description(),
        "None at all. [1]"
    );
    let message = ann.say("general", "hello");
    let told = mia.menu("Edit this entry", &message).await.message();
    assert!(told.content().starts_with("That is no answer of mine"));
    let told = ann.menu("Edit this entry", &answer).await.message();
    assert!(told.content().starts_with("Only moderators"));
}

#[tokio::test]
async fn a_reply_becomes_the_answer_of_an_entry() {
    let world = World::start().await;
    let (ann, bob, mia) = (
        world.member("ann"),
        world.member("bob"),
        moderator(&world, "mia"),
    );
    let question = ann.say("general", "Is oolong drunk with lemon?");
    let answer = bob.reply(&question, "Never.\n\nIt hides the taste.");
    let expect = |modal: Modal| {
        assert_eq!(
            modal.prefilled(QUESTION_FIELD),
            "Is oolong drunk with lemon?"
        );
        let filled = modal.prefilled(ANSWER_FIELD);
        assert_eq!(filled, "Never.\n\nIt hides the taste.");
    };
    let modal = mia.menu("Add to the FAQ", &answer).await.modal();
    mia.submit(&modal, &[]).await.message();
    expect(modal);
    // The same with a draft that was begun before.
    let which = mia.menu("Add to the FAQ", &answer).await.message();
    expect(mia.click(&which, "From this message").await.modal());
}

/// The response to `/curate import` with these files.
async fn import(who: &Member, files: &[Attachment]) -> Message {
    let mut import = who.slash("curate import");
    for (option, file) in ["file", "file2", "file3"].into_iter().zip(files) {
        import = import.with_file(option, &file.name, file.content.as_slice());
    }
    import.run().await.message()
}

#[tokio::test]
async fn an_export_imported_elsewhere_gives_the_same_export() {
    let world = World::setup().guild("other", &["general"]).start().await;
    let mia = moderator(&world, "mia");
    let preview = previewed(&mia).await;
    publish(&mia, &preview).await;
    let modal = edit_modal(&mia, "boston").await;
    let preview = reworded(&mia, &modal, "Chests \"went\" overboard. [1]").await;
    publish(&mia, &preview).await;
    let remove = mia
        .slash("curate remove")
        .with("entry", "matcha")
        .run()
        .await
        .message();
    publish(&mia, &remove).await;
    let export = mia.slash("curate export").run().await;
    let files = export.message().attachments();
    assert_eq!(files.len(), 3, "{files:?}");

    let max = world.member_of("other", "max").with_permissions(MODERATOR);
    // With one mistake in the files, nothing is imported.
    let mut broken = files.clone();
    let entry = b"\n[[entry]]\nid = \"no-answer\"\nquestion = \"Why?\"\n";
    broken[1].content.extend_from_slice(entry);
    let refused = import(&max, &broken).await;
    assert!(
        refused.content().starts_with("Nothing was imported"),
        "{}",
        refused.text()
    );
    assert!(
        refused.content().contains("answer"),
        "{}",
        refused.content()
    );
    let empty = max.slash("curate export").run().await.message();
    assert!(empty.attachments().is_empty());

    let taken = import(&max, &files).await;
    assert_eq!(taken.content(), "Imported: 3 entries changed, 0 as before.");
    let theirs = max.slash("curate export").run().await.message();
    assert_eq!(theirs.attachments(), files);
    let eve = world.member_of("other", "eve");
    assert_eq!(asked(&world, &eve, NEW).await.title(), NEW);
}

#[tokio::test]
async fn a_role_that_the_settings_name_may_curate() {
    const HELPERS: u64 = 4_242;
    let world = World::start().await;
    let mia = moderator(&world, "mia").with_permissions(MANAGER);
    let eve = world.member("eve").with_role(HELPERS);
    let may_curate = async || {
        let response = eve
            .slash("curate history")
            .with("entry", "rooibos")
            .run()
            .await;
        !response.message().content().starts_with("Only moderators")
    };
    assert!(!may_curate().await);
    let settings = mia.slash("curate settings").with_role("curator", HELPERS);
    let seen = settings.run().await.message();
    assert!(
        seen.content().contains(&format!("<@&{HELPERS}>")),
        "{}",
        seen.text()
    );
    assert!(may_curate().await);
    let cooldown = eve
        .slash("curate settings")
        .with("cooldown", 5)
        .run()
        .await
        .message();
    assert!(cooldown.content().starts_with("Only those who manage"));
    let settings = mia
        .slash("curate settings")
        .with_role("not_curator", HELPERS);
    settings.run().await;
    assert!(!may_curate().await);
}

#[tokio::test]
async fn settings_keep_the_configured_channels_before_guild_create() {
    let setup = World::setup().discord(Builder::withhold_guilds);
    let world = setup.start().await;
    let mia = moderator(&world, "mia").with_permissions(MANAGER);
    let settings = mia.slash("curate settings");
    let seen = settings.with_channel("listen", "general").run().await;
    let seen = seen.message();
    for channel in ["general", "ask"] {
        let shown = format!("<#{}>", mia.channel_id(channel));
        assert!(seen.content().contains(&shown), "{}", seen.text());
    }
}

#[tokio::test]
async fn settings_hold_for_the_server_and_every_change_is_logged() {
    let world = World::setup().start().await;
    let (ann, mia) = (
        world.member("ann"),
        moderator(&world, "mia").with_permissions(MANAGER),
    );
    let general = mia.channel_id("general");
    let settings = mia.slash("curate settings");
    let settings = settings.with_channel("listen", "general");
    let settings = settings.with_channel("log_channel", "general");
    let seen = settings.run().await.message();
    assert!(seen.content().starts_with("Changed."), "{}", seen.text());
    assert!(
        seen.content().contains(&format!("<#{general}>")),
        "{}",
        seen.text()
    );
    // The configured channel is still listened in.
    for place in ["general", "ask"] {
        let reply = world.reply_to(&ann.say(place, OTHER)).await;
        assert_eq!(reply.title(), OTHER, "{place}");
    }
    let strict = mia
        .slash("curate settings")
        .with("unprompted", 1)
        .with("suggest", 2);
    let strict = strict.run().await.message();
    assert!(
        strict.content().starts_with("Nothing was changed"),
        "{}",
        strict.text()
    );
    let back = mia
        .slash("curate settings")
        .with("reset", 0)
        .run()
        .await
        .message();
    assert!(
        !back
            .content()
            .contains(&format!("Listens in: <#{general}>")),
        "{}",
        back.text()
    );
    let preview = previewed(&mia).await;
    publish(&mia, &preview).await;
    let line = world.wait_for_message("a line in the log", |message| {
        message.channel_id() == general && message.content().contains("> added `which-biscuits")
    });
    let line = line.await;
    assert!(
        line.content()
            .starts_with(&format!("<@{}> added", mia.id())),
        "{}",
        line.text()
    );
    assert!(line.pings().is_empty());
    let history = mia.click(&line, "History").await.message();
    assert!(
        history.is_ephemeral() && history.text().contains("**Revision 1**"),
        "{}",
        history.text()
    );
    assert_ne!(history.id(), line.id());
}

#[tokio::test]
async fn a_long_history_is_shown_in_parts() {
    const REVISIONS: i64 = 60;
    let mut world = World::setup().empty().await;
    let mia = moderator(&world, "mia");
    let file = world.folder().join("data/citebot.db");
    let store = Store::open(&Location::Sqlite(file)).await.expect("opens");
    let server = ServerId(mia.guild_id().try_into().expect("not 0"));
    for number in 1..=REVISIONS {
        let revision = NewRevision {
            entry: "rooibos".to_owned(),
            kind: RevisionKind::Edit,
            body: None,
            based_on: (number > 1).then(|| RevisionId(number - 1)),
        };
        let published = store.publish(server, mia.id(), number, revision).await;
        published.expect("publishes");
    }
    store.close().await;
    world.add_bot(&[]).await;
    let numbers = |shown: &Message| -> Vec<i64> {
        let text = shown.text();
        let heads = text.split("**Revision ").skip(1);
        heads
            .filter_map(|head| head.split_once("**")?.0.parse().ok())
            .collect()
    };
    let mut shown = mia
        .slash("curate history")
        .with("entry", "rooibos")
        .run()
        .await
        .message();
    let mut all = numbers(&shown);
    while shown.buttons().contains(&"Older".to_owned()) {
        shown = mia.click(&shown, "Older").await.message();
        all.extend(numbers(&shown));
    }
    assert_eq!(all, (1..=REVISIONS).rev().collect::<Vec<_>>());
    let newest = mia.click(&shown, "Newest").await.message();
    assert_eq!(numbers(&newest).first(), Some(&REVISIONS));
    // The menu of a revision leads back to the part of the history that it is in.
    let mut older = newest;
    let revision = "After revision 5 (edited, 1970-01-01 00:00 UTC)";
    while !numbers(&older).contains(&5) {
        older = mia.click(&older, "Older").await.message();
    }
    let back = mia.select(&older, &[revision]).await.message();
    assert!(back.content().starts_with("**Preview**"), "{}", back.text());
}

#[tokio::test]
async fn without_the_intent_settings_say_that_listening_is_off() {
    let world = World::setup().listening(&[]).start().await;
    let mia = moderator(&world, "mia");
    let seen = mia.slash("curate settings").run().await.message();
    assert!(seen.is_ephemeral());
    assert!(
        seen.content().contains("**Listening is off**"),
        "{}",
        seen.text()
    );
}
