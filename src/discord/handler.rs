//! Gateway events → their handlers. Each runs on its own, is counted while it runs, and cannot take
//! the bot down with it.

use super::app::App;
use super::commands;
use super::error::Error;
use super::error_id::event_span;
use super::http_error::describe;
use super::responder::{HandlerError, Responder};
use super::{components, departures, edited, messages, missed, modals, registration, welcome};
use futures::FutureExt as _;
use poise::{FrameworkContext, FrameworkOptions};
use serenity::all::{
    ChannelId, CommandInteraction, Context, CreateAutocompleteResponse, CreateInteractionResponse,
    EventHandler, FullEvent, Guild, GuildChannel, GuildId, Http, Interaction, Member, Message,
    MessageId, MessageUpdateEvent, PartialGuildChannel, Ready, Role, ShardManager,
    UnavailableGuild, UserId,
};
use serenity::async_trait;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc;
use tracing::Instrument as _;

/// Handles the events of every shard.
pub struct Handler {
    app: Arc<App>,
    options: FrameworkOptions<App, HandlerError>,
    /// The server to register the commands in; `None`: everywhere.
    command_server: Option<u64>,
    registered: AtomicBool,
    /// Errors that end the bot.
    fatal: mpsc::Sender<Error>,
    shards: OnceLock<Arc<ShardManager>>,
}

impl Handler {
    /// A handler that sends errors which end the bot to `fatal`.
    #[must_use]
    pub fn new(app: Arc<App>, command_server: Option<u64>, fatal: mpsc::Sender<Error>) -> Self {
        Self {
            app,
            options: commands::options(),
            command_server,
            registered: AtomicBool::new(false),
            fatal,
            shards: OnceLock::new(),
        }
    }

    /// Sets the shards whose events come here; once, before they start.
    pub fn set_shards(&self, shards: Arc<ShardManager>) {
        // A second call would be for the same client.
        let _ = self.shards.set(shards);
    }

    /// Runs `work`, which handles `what`, unless the bot is shutting down. Logs a panic in it, and
    /// returns `None` then.
    async fn guarded<T>(&self, what: &str, work: impl Future<Output = T>) -> Option<T> {
        let _running = self.app.tasks.start()?;
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(result) => Some(result),
            Err(_) => {
                tracing::error!("handling {what} panicked");
                None
            }
        }
    }

    /// Runs the handler of an interaction. If it fails or panics, the person is told.
    async fn interaction(
        &self,
        what: &str,
        responder: Responder<'_>,
        work: impl Future<Output = Result<(), HandlerError>>,
    ) {
        let Some(_running) = self.app.tasks.start() else {
            return;
        };
        match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => responder.fail(what, &error).await,
            Err(_) => {
                tracing::error!("handling {what} panicked");
                responder.apologise().await;
            }
        }
    }

    /// Refuses members who use commands and buttons too fast. Moderators go through their queue as fast as
    /// they like, and what was typed into a form is never refused.
    fn allow(
        &self,
        person: UserId,
        server: Option<GuildId>,
        member: Option<&Member>,
    ) -> Result<(), HandlerError> {
        if self.app.may_curate(server, member) {
            return Ok(());
        }
        self.app.allow_interaction(person).map_err(|wait| {
            let seconds = wait.as_secs() + 1;
            HandlerError::refused(format!("That was quick. Please try again in {seconds} s."))
        })
    }

    async fn command(&self, ctx: &Context, interaction: Interaction) {
        let Some(shard_manager) = self.shards.get() else {
            return;
        };
        let framework = FrameworkContext {
            serenity_context: ctx,
            bot_id: self.app.user().await,
            options: &self.options,
            user_data: &self.app,
            shard_manager,
        };
        let event = FullEvent::InteractionCreate { interaction };
        // On the heap: poise's future holds every command's.
        Box::pin(poise::dispatch_event(framework, event)).await;
    }

    async fn any_interaction(&self, ctx: Context, interaction: Interaction) {
        let responded = AtomicBool::new(false);
        let respond = |id, token| Responder::new(&ctx.http, id, token, &responded);
        let count = |kind| self.app.metrics.interaction(kind);
        match &interaction {
            Interaction::Command(command) => {
                count("command");
                let responder = respond(command.id, &command.token);
                let work = async {
                    self.allow(command.user.id, command.guild_id, command.member.as_deref())?;
                    self.command(&ctx, interaction.clone()).await;
                    Ok(())
                };
                self.interaction("a command", responder, work).await;
            }
            Interaction::Autocomplete(typed) => {
                count("autocompletion");
                let work = async {
                    if self.app.allow_autocompletion(typed.user.id) {
                        self.command(&ctx, interaction.clone()).await;
                    } else {
                        offer_nothing(&ctx.http, typed).await;
                    }
                };
                self.guarded("an autocompletion", work).await;
            }
            Interaction::Component(component) => {
                count("button");
                let responder = respond(component.id, &component.token);
                let work = async {
                    self.allow(
                        component.user.id,
                        component.guild_id,
                        component.member.as_ref(),
                    )?;
                    components::handle(&self.app, responder, component).await
                };
                self.interaction("a button", responder, work).await;
            }
            Interaction::Modal(modal) => {
                count("form");
                let responder = respond(modal.id, &modal.token);
                let work = modals::handle(&self.app, responder, modal);
                self.interaction("a form", responder, work).await;
            }
            _ => tracing::debug!("an interaction of an unknown kind is ignored"),
        }
    }
}

/// Completes nothing, for somebody who types faster than people do.
async fn offer_nothing(http: &Http, typed: &CommandInteraction) {
    let nothing = CreateInteractionResponse::Autocomplete(CreateAutocompleteResponse::new());
    if let Err(error) = typed.create_response(http, nothing).await {
        let error = describe(&error);
        tracing::debug!(error, "an autocompletion took no response");
    }
}

/// The server and the channel that an interaction is used in.
fn place(interaction: &Interaction) -> (Option<GuildId>, Option<ChannelId>) {
    match interaction {
        Interaction::Command(used) | Interaction::Autocomplete(used) => {
            (used.guild_id, Some(used.channel_id))
        }
        Interaction::Component(used) => (used.guild_id, Some(used.channel_id)),
        Interaction::Modal(used) => (used.guild_id, Some(used.channel_id)),
        _ => (None, None),
    }
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, ready: Ready) {
        self.app.set_user(ready.user.id);
        let servers = ready.guilds.iter().map(|server| server.id);
        self.app.membership.listed(ctx.shard_id, servers);
        self.app.metrics.servers(self.app.membership.count());
        tracing::info!(
            shard = ctx.shard_id.0,
            servers = ready.guilds.len(),
            "connected to Discord as {}",
            ready.user.name
        );
        let work = departures::compare(&self.app, &ready);
        self.guarded("the list of servers", work).await;
        // Direct messages come over the first shard, and no event lists their channels.
        if ctx.shard_id.0 == 0 && self.registered.load(Ordering::SeqCst) {
            let work = missed::direct_messages(&self.app, &ctx.http);
            self.guarded("missed messages", work).await;
        }
        // Commands belong to the bot, not to a shard: of several processes, the one with the first
        // shard registers them.
        if ctx.shard_id.0 != 0 || self.registered.swap(true, Ordering::SeqCst) {
            return;
        }
        let registered = registration::register(
            &ctx.http,
            self.command_server,
            self.app.store(),
            self.app.bot.subject.as_deref(),
        );
        if let Err(error) = registered.await {
            // Full means that an earlier error is ending the bot.
            let _ = self.fatal.try_send(Error::registering(&error));
        }
    }

    async fn message(&self, ctx: Context, message: Message) {
        self.app.last_seen.note(&message);
        if !self.app.recent.is_new(message.id.get()) {
            return;
        }
        let span = event_span(message.guild_id, Some(message.channel_id), message.id.get());
        let work = messages::handle(&self.app, &ctx.http, &message);
        self.guarded("a message", work).instrument(span).await;
    }

    async fn message_update(
        &self,
        ctx: Context,
        _: Option<Message>,
        _: Option<Message>,
        event: MessageUpdateEvent,
    ) {
        let span = event_span(event.guild_id, Some(event.channel_id), event.id.get());
        let work = edited::answer_again(&self.app, &ctx.http, &event);
        self.guarded("an edited message", work)
            .instrument(span)
            .await;
    }

    async fn message_delete(
        &self,
        ctx: Context,
        channel: ChannelId,
        message: MessageId,
        server: Option<GuildId>,
    ) {
        let span = event_span(server, Some(channel), message.get());
        let work = edited::follow_deletion(&self.app, &ctx.http, message);
        self.guarded("a deleted message", work)
            .instrument(span)
            .await;
    }

    async fn message_delete_bulk(
        &self,
        ctx: Context,
        channel: ChannelId,
        messages: Vec<MessageId>,
        server: Option<GuildId>,
    ) {
        for message in messages {
            self.message_delete(ctx.clone(), channel, message, server)
                .await;
        }
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        if !self.app.recent.is_new(interaction.id().get()) {
            return;
        }
        let (server, channel) = place(&interaction);
        let span = event_span(server, channel, interaction.id().get());
        // On the heap: the future holds every handler's.
        Box::pin(self.any_interaction(ctx, interaction))
            .instrument(span)
            .await;
    }

    async fn guild_create(&self, ctx: Context, server: Guild, _: Option<bool>) {
        if self.app.message_content {
            self.app.channels.learn_server(&server);
            self.app
                .configured_channels
                .learn(server.id, server.channels.keys().copied());
        }
        let me = self.app.user().await;
        let own = |role: &&Role| role.tags.bot_id == Some(me);
        let role = server.roles.values().find(own).map(|role| role.id);
        self.app.set_role(server.id, role);
        if self.app.membership.announced(ctx.shard_id, server.id).await {
            self.app.metrics.servers(self.app.membership.count());
            let work = departures::joined(&self.app, server.id);
            self.guarded("a new server", work).await;
            let work = welcome::greet(&self.app, &ctx.http, &server);
            self.guarded("a greeting", work).await;
        }
        let work = missed::messages_of(&self.app, &ctx.http, &server);
        self.guarded("missed messages", work).await;
    }

    async fn guild_delete(&self, _: Context, server: UnavailableGuild, _: Option<Guild>) {
        // Unavailable is an outage; otherwise the bot was removed.
        if !server.unavailable {
            self.app.set_role(server.id, None);
            self.app.last_seen.forget(server.id);
            let work = departures::left(&self.app, server.id);
            self.guarded("a server that was left", work).await;
        }
    }

    async fn guild_role_create(&self, _: Context, role: Role) {
        if role.tags.bot_id == Some(self.app.user().await) {
            self.app.set_role(role.guild_id, Some(role.id));
        }
    }

    async fn guild_role_delete(
        &self,
        _: Context,
        server: GuildId,
        role: serenity::all::RoleId,
        _: Option<Role>,
    ) {
        if self.app.role(server) == Some(role) {
            self.app.set_role(server, None);
        }
    }

    async fn channel_create(&self, _: Context, channel: GuildChannel) {
        self.app.channels.learn(&channel);
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.app.channels.learn(&thread);
    }

    async fn thread_update(&self, _: Context, _: Option<GuildChannel>, thread: GuildChannel) {
        self.app.channels.learn(&thread);
    }

    async fn thread_delete(
        &self,
        _: Context,
        thread: PartialGuildChannel,
        _: Option<GuildChannel>,
    ) {
        self.app.channels.forget(thread.id);
    }
}
