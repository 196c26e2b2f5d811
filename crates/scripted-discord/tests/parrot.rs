//! A small serenity bot that uses all that the scripted Discord knows: a failing test of another bot
//! can then be trusted to be about that bot.

use scripted_discord::{
    BotProcess, BotTask, Fault, Ping, ResponseKind, Route, ScriptedDiscord, TOKEN,
};
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

/// Gives back what it is given, in every way there is.
struct Parrot;

type Result<T> = std::result::Result<T, serenity::Error>;

fn say(text: impl Into<String>) -> CreateInteractionResponse {
    CreateInteractionResponse::Message(CreateInteractionResponseMessage::new().content(text))
}

impl Parrot {
    async fn register(ctx: &Context) -> Result<()> {
        let option = |kind, name: &str| CreateCommandOption::new(kind, name, name);
        let words = option(CommandOptionType::String, "words").set_autocomplete(true);
        let part = CreateCommandOption::new(CommandOptionType::SubCommand, "back", "says it back")
            .add_sub_option(words.required(true));
        let commands = vec![
            CreateCommand::new("say")
                .description("says")
                .add_option(part),
            CreateCommand::new("later").description("says later"),
            CreateCommand::new("rule")
                .description("rules")
                .default_member_permissions(Permissions::MANAGE_GUILD),
            CreateCommand::new("Quote").kind(CommandType::Message),
            CreateCommand::new("look")
                .description("looks")
                .add_option(option(CommandOptionType::Channel, "where"))
                .add_option(option(CommandOptionType::User, "who"))
                .add_option(option(CommandOptionType::Attachment, "what")),
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
            "look" => {
                let found = &command.data.resolved;
                let channel = found.channels.values().next().expect("a channel");
                let user = found.users.values().next().expect("a user");
                let file = found.attachments.values().next().expect("a file");
                let content = file.download().await?;
                let content = String::from_utf8_lossy(&content);
                let channel = channel.name.as_deref().unwrap_or_default();
                let seen = format!("{channel} {} {}: {content}", user.name, file.filename);
                command.create_response(&ctx.http, say(seen)).await?;
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
        // Some tests let it fail.
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

const SEND_MESSAGE: Route = Route::post("/channels/*/messages");

fn http(discord: &ScriptedDiscord) -> Http {
    HttpBuilder::new(TOKEN)
        .proxy(discord.api_base())
        .ratelimiter_disabled(true)
        .build()
}

/// Connects a parrot with these intents and waits until it is there.
async fn connect(discord: &ScriptedDiscord, intents: GatewayIntents) -> BotTask {
    let mut client = ClientBuilder::new_with_http(http(discord), intents)
        .event_handler(Parrot)
        .await
        .expect("a client");
    let parrot = BotTask::spawn(discord, async move { client.start().await });
    discord.wait_for_sessions(1).await;
    parrot
}

async fn with_parrot() -> (ScriptedDiscord, BotTask) {
    let discord = ScriptedDiscord::builder()
        .guild("lab", &["general", "ask"])
        .guild("other", &["there"])
        .forum("help")
        .start()
        .await;
    let all = GatewayIntents::non_privileged() | GatewayIntents::MESSAGE_CONTENT;
    let parrot = connect(&discord, all).await;
    (discord, parrot)
}

#[tokio::test]
async fn a_message_gets_a_reply_with_everything_on_it() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    let said = ann.say("general", "hello <@1>");
    let reply = discord.reply_to(&said).await;
    assert_eq!(reply.title(), "Heard");
    assert_eq!(reply.description(), "hello <@1>");
    assert_eq!(reply.buttons(), ["Form", "🗑"]);
    assert_eq!(
        reply.links(),
        [("Link".to_string(), "https://example.org/".to_string())]
    );
    assert_eq!(reply.replies_to(), Some(said.id()));
    assert_eq!(reply.pings(), [Ping::User(ann.id())]);
    let files = reply.attachments();
    assert_eq!(
        (files[0].name.as_str(), files[0].content.as_slice()),
        ("note.txt", &b"a\r\nb"[..])
    );
}

#[tokio::test]
async fn replies_come_where_the_message_was() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    let bob = discord.member_of("other", "bob");
    let all = [
        ann.send_dm("in private"),
        ann.say("general", "here"),
        bob.say("there", "there"),
        bob.open_post("help", "A title", "A post"),
    ];
    for said in &all {
        let reply = discord.reply_to(said).await;
        assert_eq!(reply.channel_id(), said.channel_id());
        let again = discord.member("cleo").reply(&reply, "and more");
        let reply = discord.reply_to(&again).await;
        assert_eq!(reply.replies_to(), Some(again.id()));
    }
    assert_eq!(discord.writes().len(), 8);
}

#[tokio::test]
async fn slash_commands_and_menus_of_messages_are_responded_to() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    let typing = ann.slash("say back").with("words", "hel");
    let choices = typing.complete("words").await;
    assert_eq!(choices[0].name, "hel");
    assert_eq!(choices[0].value, "x");
    let said = ann.slash("say back").with("words", "hello").run().await;
    assert_eq!(said.kind(), ResponseKind::Message);
    let said = said.message();
    assert!(said.text().contains("hello"), "{}", said.text());
    let later = ann.slash("later").direct().run().await;
    assert_eq!(later.kind(), ResponseKind::DeferredMessage);
    let more = later.follow_up().await;
    assert_eq!(more.content(), "more");
    let later = later.message();
    assert_eq!(later.content(), "later");
    assert!(later.is_ephemeral());
    let quoted = ann.say("general", "my words");
    let quote = ann.menu("Quote", &quoted).await.message();
    assert_eq!(quote.content(), "my words");
}

#[tokio::test]
async fn options_name_channels_users_and_files() {
    let (discord, _parrot) = with_parrot().await;
    let (ann, bob) = (discord.member("ann"), discord.member("bob"));
    let response = ann
        .slash("look")
        .with_channel("where", "ask")
        .with_user("who", &bob)
        .with_file("what", "my notes.txt", "1, 2, 3");
    let seen = response.run().await.message();
    assert_eq!(seen.content(), "ask bob my notes.txt: 1, 2, 3");
}

#[tokio::test]
async fn permissions_are_per_member_and_guild() {
    let (discord, _parrot) = with_parrot().await;
    let manage = Permissions::MANAGE_GUILD.bits();
    let ann = discord.member("ann").with_permissions(manage);
    let elsewhere = discord.member_of("other", "ann");
    let bob = discord.member("bob");
    for (member, expected) in [(ann, "true"), (elsewhere, "false"), (bob, "false")] {
        let told = member.slash("rule").run().await.message();
        assert_eq!(told.content(), expected);
    }
    assert_eq!(discord.wait_for_commands(None).await.len(), 5);
    assert_eq!(discord.command_scopes(), [None]);
}

#[tokio::test]
async fn buttons_menus_and_modals_work() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    let reply = discord.reply_to(&ann.say("general", "hello")).await;
    let form = ann.click(&reply, "Form").await.modal();
    assert_eq!(form.title(), "Who?");
    assert_eq!(form.prefilled("Name"), "ann");
    assert_eq!(ann.submit(&form, &[]).await.message().content(), "ann");
    let form = ann.click(&reply, "Form").await.modal();
    let bob = ann.submit(&form, &[("Name", "bob")]).await.message();
    assert_eq!(bob.content(), "bob");
    let updated = ann.select(&reply, &["One"]).await;
    assert_eq!(updated.kind(), ResponseKind::Update);
    assert!(updated.message().content().contains("\"1\""));
    assert!(reply.reload().content().contains("\"1\""));
    reply
        .wait_until("by a menu", |now| now.content().contains("StringSelect"))
        .await;
    let gone = ann.click(&reply, "🗑").await;
    assert_eq!(gone.kind(), ResponseKind::DeferredUpdate);
    reply.wait_until_deleted().await;
}

#[tokio::test]
async fn the_content_of_messages_is_hidden_without_the_intent() {
    let discord = ScriptedDiscord::start().await;
    let _parrot = connect(&discord, GatewayIntents::non_privileged()).await;
    let ann = discord.member("ann");
    let cases = [
        (ann.say("general", "unprompted"), ""),
        (
            ann.mention_bot("general", "asked"),
            "<@1100000000000000000> asked",
        ),
        (ann.send_dm("told"), "told"),
    ];
    for (said, expected) in cases {
        assert_eq!(discord.reply_to(&said).await.description(), expected);
    }
}

#[tokio::test]
async fn a_broken_gateway_connection_is_resumed() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    let troubles: [fn(&ScriptedDiscord); 2] = [
        ScriptedDiscord::drop_gateway,
        ScriptedDiscord::request_reconnect,
    ];
    for (at, trouble) in troubles.iter().enumerate() {
        discord.reply_to(&ann.say("general", "before")).await;
        trouble(&discord);
        // Said while the bot is not connected: the resume brings it.
        let said = ann.say("general", "in between");
        discord.wait_for_resumes(at + 1).await;
        assert!(discord.is_connected());
        assert_eq!(discord.reply_to(&said).await.description(), "in between");
    }
}

#[tokio::test]
async fn requests_fail_and_stall_on_demand() {
    let (discord, _parrot) = with_parrot().await;
    let ann = discord.member("ann");
    discord.fail(&SEND_MESSAGE, 1, Fault::Status(503));
    discord.fail(&SEND_MESSAGE, 1, Fault::RateLimited(0.01));
    ann.say("general", "lost");
    let lost = discord.wait_for_requests(&SEND_MESSAGE, 1).await;
    assert_eq!(lost[0].status(), Some(503));
    assert_eq!(lost[0].body()["embeds"][0]["description"], "lost");
    ann.say("general", "lost as well");
    let lost = discord.wait_for_requests(&SEND_MESSAGE, 2).await;
    assert_eq!(lost[1].status(), Some(429));
    let stall = discord.stall(&SEND_MESSAGE, 1);
    let held = ann.say("general", "held");
    let through = ann.say("general", "through");
    // One of the two is held, whichever came first.
    discord.wait_for_requests(&SEND_MESSAGE, 3).await;
    stall.release();
    discord.reply_to(&held).await;
    discord.reply_to(&through).await;
}

#[tokio::test]
#[should_panic(expected = "message: content of 2001")]
async fn the_test_fails_when_discord_would_refuse() {
    let discord = ScriptedDiscord::start().await;
    let said = discord.member("ann").say("general", "hello");
    let text = "x".repeat(2_001);
    // serenity's builders would check the length themselves; a plain map goes through.
    let _ = http(&discord)
        .send_message(said.channel_id().into(), vec![], &json!({"content": text}))
        .await;
}

#[tokio::test]
#[should_panic(expected = "the bot ended with \"tired\"")]
async fn waiting_ends_when_the_bot_does() {
    let discord = ScriptedDiscord::start().await;
    let _bot = BotTask::spawn(&discord, async { "tired" });
    discord.wait_for_sessions(1).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_is_watched() {
    let discord = ScriptedDiscord::start().await;
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "echo oh >&2; echo ready; exec sleep 600"]);
    let bot = BotProcess::spawn(&discord, command);
    bot.wait_for_output("ready").await;
    bot.signal("KILL");
    let exit = bot.exit().await;
    assert_eq!((exit.code, exit.stderr.as_str()), (None, "oh\n"));
}
