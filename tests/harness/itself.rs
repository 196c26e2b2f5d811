//! The harness tested with a small serenity client, so that a failing test of the bot can be
//! trusted to be about the bot.

use super::model::MANAGE_GUILD;
use super::{Fault, World};
use hyper::Method;
use serde_json::json;
use serenity::all::{
    ActionRowComponent, ButtonStyle, ClientBuilder, Command, CommandInteraction, CommandOptionType,
    CommandType, ComponentInteraction, Context, CreateActionRow, CreateAllowedMentions,
    CreateAttachment, CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption,
    CreateEmbed, CreateInputText, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption, EditInteractionResponse, EventHandler,
    GatewayIntents, Http, HttpBuilder, InputTextStyle, Interaction, Message, ModalInteraction,
    Permissions, Ready, async_trait,
};

/// Answers in every way there is.
struct Parrot;

type Result<T> = std::result::Result<T, serenity::Error>;

fn say(text: impl Into<String>) -> CreateInteractionResponse {
    CreateInteractionResponse::Message(CreateInteractionResponseMessage::new().content(text))
}

impl Parrot {
    async fn register(ctx: &Context) -> Result<()> {
        let text = |name: &str| {
            CreateCommandOption::new(CommandOptionType::String, name, "words")
                .set_autocomplete(true)
        };
        let part = CreateCommandOption::new(CommandOptionType::SubCommand, "back", "says it back")
            .add_sub_option(text("words").required(true));
        let commands = vec![
            CreateCommand::new("say")
                .description("says")
                .add_option(part),
            CreateCommand::new("later").description("says later"),
            CreateCommand::new("rule")
                .description("rules")
                .default_member_permissions(Permissions::MANAGE_GUILD),
            CreateCommand::new("Quote").kind(CommandType::Message),
        ];
        Command::set_global_commands(&ctx.http, commands).await?;
        Ok(())
    }

    async fn command(ctx: &Context, command: &CommandInteraction) -> Result<()> {
        match command.data.name.as_str() {
            "later" => {
                command.defer_ephemeral(&ctx.http).await?;
                let edit = EditInteractionResponse::new().content("later");
                command.edit_response(&ctx.http, edit).await?;
                let more = CreateInteractionResponseFollowup::new().content("more");
                command.create_followup(&ctx.http, more).await?;
            }
            "rule" => {
                let member = command.member.as_ref();
                let rules = member.and_then(|m| m.permissions);
                let rules = rules.is_some_and(Permissions::manage_guild);
                command
                    .create_response(&ctx.http, say(rules.to_string()))
                    .await?;
            }
            "Quote" => {
                let message = command.data.resolved.messages.values().next();
                let text = message.map(|m| m.content.clone()).unwrap_or_default();
                command.create_response(&ctx.http, say(text)).await?;
            }
            _ => {
                let words = format!("{:?}", command.data.options[0].value);
                command.create_response(&ctx.http, say(words)).await?;
            }
        }
        Ok(())
    }

    async fn component(ctx: &Context, pressed: &ComponentInteraction) -> Result<()> {
        let response = match pressed.data.custom_id.as_str() {
            "form" => {
                let field =
                    CreateInputText::new(InputTextStyle::Short, "Name", "name").value("ann");
                let row = CreateActionRow::InputText(field);
                let modal = CreateModal::new("form", "Who?").components(vec![row]);
                CreateInteractionResponse::Modal(modal)
            }
            "gone" => {
                pressed
                    .create_response(&ctx.http, CreateInteractionResponse::Acknowledge)
                    .await?;
                return pressed.delete_response(&ctx.http).await;
            }
            _ => {
                let text = format!("{:?}", pressed.data.kind);
                let message = CreateInteractionResponseMessage::new().content(text);
                CreateInteractionResponse::UpdateMessage(message)
            }
        };
        pressed.create_response(&ctx.http, response).await
    }

    async fn form(ctx: &Context, form: &ModalInteraction) -> Result<()> {
        let field = &form.data.components[0].components[0];
        let ActionRowComponent::InputText(field) = field else {
            return Ok(());
        };
        let text = field.value.clone().unwrap_or_default();
        form.create_response(&ctx.http, say(text)).await
    }
}

#[async_trait]
impl EventHandler for Parrot {
    async fn ready(&self, ctx: Context, _: Ready) {
        Self::register(&ctx).await.expect("commands");
    }

    async fn message(&self, ctx: Context, message: Message) {
        if message.author.bot {
            return;
        }
        let embed = CreateEmbed::new()
            .title("Heard")
            .description(&message.content);
        let buttons = vec![
            CreateButton::new("form")
                .label("Form")
                .style(ButtonStyle::Primary),
            CreateButton::new("gone").emoji('🗑'),
            CreateButton::new_link("https://example.org/").label("Link"),
        ];
        let options = vec![CreateSelectMenuOption::new("One", "1")];
        let menu = CreateSelectMenu::new("menu", CreateSelectMenuKind::String { options });
        let reply = CreateMessage::new()
            .embed(embed)
            .components(vec![
                CreateActionRow::Buttons(buttons),
                CreateActionRow::SelectMenu(menu),
            ])
            .add_file(CreateAttachment::bytes("a\r\nb", "note.txt"))
            .reference_message(&message)
            .allowed_mentions(CreateAllowedMentions::new().replied_user(true));
        // A refusal is part of some tests.
        let _ = message.channel_id.send_message(&ctx.http, reply).await;
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let done = match &interaction {
            Interaction::Command(command) => Self::command(&ctx, command).await,
            Interaction::Autocomplete(typing) => {
                let typed = typing.data.autocomplete().map_or("", |o| o.value);
                let choices = CreateAutocompleteResponse::new().add_string_choice(typed, "x");
                let response = CreateInteractionResponse::Autocomplete(choices);
                typing.create_response(&ctx.http, response).await
            }
            Interaction::Component(pressed) => Self::component(&ctx, pressed).await,
            Interaction::Modal(form) => Self::form(&ctx, form).await,
            _ => Ok(()),
        };
        done.expect("a response");
    }
}

fn http(world: &World) -> Http {
    HttpBuilder::new(super::bot::token())
        .proxy(format!("http://{}", world.discord.rest))
        .ratelimiter_disabled(true)
        .build()
}

/// Connects a parrot with these intents and waits until it is there.
async fn connect(world: &World, intents: GatewayIntents) {
    let mut client = ClientBuilder::new_with_http(http(world), intents)
        .event_handler(Parrot)
        .await
        .expect("a client");
    tokio::spawn(async move { client.start().await });
    world.sessions(1).await;
}

async fn with_parrot() -> World {
    let world = World::setup()
        .guild("other", &["there"])
        .forum("help")
        .empty()
        .await;
    let all = GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT;
    connect(&world, all).await;
    world
}

#[tokio::test]
async fn a_message_gets_a_reply_with_everything_on_it() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    let said = ann.says("general", "hello <@1>");
    let reply = world.reply_to(&said).await;
    assert_eq!(reply.title(), "Heard");
    assert_eq!(reply.description(), "hello <@1>");
    assert_eq!(reply.buttons(), ["Form", "🗑"]);
    assert_eq!(
        reply.links(),
        [("Link".to_string(), "https://example.org/".to_string())]
    );
    assert_eq!(reply.replies_to(), Some(said.id));
    assert_eq!(reply.pings(), [ann.user.to_string()]);
    let files = reply.files();
    assert_eq!(
        (files[0].name.as_str(), files[0].content.as_slice()),
        ("note.txt", &b"a\r\nb"[..])
    );
}

#[tokio::test]
async fn places_differ() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    let bob = world.member_of("other", "bob");
    let all = [
        ann.whispers("in private"),
        ann.says("general", "here"),
        bob.says("there", "there"),
        bob.opens_post("help", "A title", "A post"),
    ];
    for said in &all {
        let reply = world.reply_to(said).await;
        assert_eq!(reply.channel, said.channel);
        let again = world.member("cleo").replies(&reply, "and more");
        assert_eq!(world.reply_to(&again).await.replies_to(), Some(again.id));
    }
    assert_eq!(world.writes().len(), 8);
}

#[tokio::test]
async fn commands_are_responded_to() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    let choices = ann
        .slash("say back")
        .with("words", "hel")
        .complete("words")
        .await;
    assert_eq!(choices[0].name, "hel");
    assert_eq!(choices[0].value, "x");
    let said = ann
        .slash("say back")
        .with("words", "hello")
        .run()
        .await
        .message();
    assert!(said.text().contains("hello"), "{}", said.text());
    let later = ann.slash("later").direct().run().await;
    assert_eq!(later.kind, 5);
    let more = later.followup().await;
    assert_eq!(more.content(), "more");
    assert_eq!(later.clone().message().content(), "later");
    assert!(later.message().is_private());
    let quoted = ann.says("general", "my words");
    assert_eq!(
        ann.menu("Quote", &quoted).await.message().content(),
        "my words"
    );
}

#[tokio::test]
async fn permissions_are_per_member_and_server() {
    let world = with_parrot().await;
    let ann = world.member("ann").with_permissions(MANAGE_GUILD);
    let elsewhere = world.member_of("other", "ann");
    let bob = world.member("bob");
    for (member, expected) in [(ann, "true"), (elsewhere, "false"), (bob, "false")] {
        assert_eq!(
            member.slash("rule").run().await.message().content(),
            expected
        );
    }
    let commands = world.commands(None).await;
    assert_eq!(commands.len(), 4);
}

#[tokio::test]
async fn buttons_menus_and_forms_work() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    let reply = world.reply_to(&ann.says("general", "hello")).await;
    let form = ann.click(&reply, "Form").await.modal();
    assert_eq!(form.title(), "Who?");
    assert_eq!(form.prefilled("Name"), "ann");
    assert_eq!(ann.submit(&form, &[]).await.message().content(), "ann");
    let form = ann.click(&reply, "Form").await.modal();
    let bob = ann.submit(&form, &[("Name", "bob")]).await.message();
    assert_eq!(bob.content(), "bob");
    let updated = ann.select(&reply, &["One"]).await;
    assert_eq!(updated.kind, 7);
    assert!(updated.message().content().contains("\"1\""));
    assert!(reply.again().content().contains("\"1\""));
    reply
        .becomes("a menu's", |now| now.content().contains("StringSelect"))
        .await;
    let gone = ann.click(&reply, "🗑").await;
    assert_eq!(gone.kind, 6);
    reply.vanishes().await;
}

#[tokio::test]
async fn the_content_of_messages_is_hidden_without_the_intent() {
    let world = World::setup().empty().await;
    connect(&world, GatewayIntents::non_privileged()).await;
    let ann = world.member("ann");
    let cases = [
        (ann.says("general", "overheard"), ""),
        (
            ann.mentions("general", "asked"),
            "<@1100000000000000000> asked",
        ),
        (ann.whispers("told"), "told"),
    ];
    for (said, expected) in cases {
        assert_eq!(world.reply_to(&said).await.description(), expected);
    }
}

#[tokio::test]
async fn the_gateway_comes_back() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    for (at, trouble) in [World::drop_gateway, World::ask_to_reconnect]
        .iter()
        .enumerate()
    {
        world.reply_to(&ann.says("general", "before")).await;
        trouble(&world);
        // Said while nobody listens: the resume brings it.
        let said = ann.says("general", "in between");
        world.resumes(at + 1).await;
        assert!(world.is_connected());
        assert_eq!(world.reply_to(&said).await.description(), "in between");
    }
}

#[tokio::test]
async fn requests_fail_and_stall_on_request() {
    let world = with_parrot().await;
    let ann = world.member("ann");
    let route = "/channels/*/messages";
    world.fail(Method::POST, route, 1, Fault::Status(503));
    world.fail(Method::POST, route, 1, Fault::RateLimited(0.01));
    ann.says("general", "lost");
    let lost = world.requests(Method::POST, route, 1).await;
    assert_eq!(lost[0].status, 503);
    assert_eq!(lost[0].body["embeds"][0]["description"], "lost");
    ann.says("general", "lost as well");
    let lost = world.requests(Method::POST, route, 2).await;
    assert_eq!(lost[1].status, 429);
    let stall = world.stall(Method::POST, route, 1);
    let held = ann.says("general", "held");
    let through = ann.says("general", "through");
    // Only one of the two is held, whichever came first.
    world.requests(Method::POST, route, 3).await;
    stall.release();
    world.reply_to(&held).await;
    world.reply_to(&through).await;
}

/// The document, when there is one, must be what is checked against; a check that never fails
/// would hide everything.
#[test]
fn the_document_refuses_what_discord_refuses() {
    if std::env::var_os("DISCORD_OPENAPI").is_none() {
        return;
    }
    let post = Method::POST;
    let cases = [
        ("/channels/1/messages", json!({"content": "x"}), true),
        ("/channels/1/messages", json!({"content": 5}), false),
        (
            "/channels/1/messages",
            json!({"embeds": [{"title": "x".repeat(257)}]}),
            false,
        ),
        ("/channels/1/massages", json!({"content": "x"}), false),
        (
            "/interactions/1/t/callback",
            json!({"type": 4, "data": {"content": "x"}}),
            true,
        ),
        ("/interactions/1/t/callback", json!({"type": 44}), false),
        ("/channels/1/typing", json!({"content": "x"}), false),
    ];
    for (path, body, fits) in cases {
        let found = super::openapi::check_request(&post, path, &body, false);
        assert_eq!(found.is_empty(), fits, "{path} {body}: {found:?}");
    }
}

#[tokio::test]
#[should_panic(expected = "message: content of 2001")]
async fn a_world_ends_badly_when_discord_would_refuse() {
    let world = World::setup().empty().await;
    let ann = world.member("ann");
    let said = ann.says("general", "hello");
    let http = http(&world);
    let text = "x".repeat(2_001);
    // serenity would check the length itself; a plain map goes through.
    let _ = http
        .send_message(said.channel.into(), vec![], &json!({"content": text}))
        .await;
}
