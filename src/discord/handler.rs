//! Gateway events → what handles them. Each runs on its own, is counted while it runs, and cannot
//! take the bot down with it.

use super::bot::Bot;
use super::commands::{self, CommandError};
use super::error::Error;
use super::{components, failure, messages, registration};
use futures::FutureExt as _;
use poise::{FrameworkContext, FrameworkOptions};
use serenity::all::{
    Context, EventHandler, FullEvent, Guild, GuildChannel, GuildId, Interaction, Message,
    PartialGuildChannel, Ready, Role, ShardManager, UnavailableGuild,
};
use serenity::async_trait;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc;

/// Handles the events of every shard.
pub struct Handler {
    bot: Arc<Bot>,
    options: FrameworkOptions<Bot, CommandError>,
    command_server: Option<u64>,
    registered: AtomicBool,
    /// What the bot cannot go on with.
    failed: mpsc::Sender<Error>,
    shards: OnceLock<Arc<ShardManager>>,
}

impl Handler {
    /// For `bot`; what ends it is sent to `failed`.
    #[must_use]
    pub fn new(bot: Arc<Bot>, command_server: Option<u64>, failed: mpsc::Sender<Error>) -> Self {
        Self {
            bot,
            options: commands::options(),
            command_server,
            registered: AtomicBool::new(false),
            failed,
            shards: OnceLock::new(),
        }
    }

    /// The shards whose events come here. Set once, before they start.
    pub fn set_shards(&self, shards: Arc<ShardManager>) {
        // A second call would be for the same client.
        let _ = self.shards.set(shards);
    }

    /// Runs `work` unless the bot is shutting down; a panic in it is logged and returned as `true`.
    async fn guarded(&self, what: &str, work: impl Future<Output = ()>) -> bool {
        let Some(_running) = self.bot.in_flight.enter() else {
            return false;
        };
        let panicked = AssertUnwindSafe(work).catch_unwind().await.is_err();
        if panicked {
            tracing::error!("handling {what} broke off");
        }
        panicked
    }

    async fn command(&self, ctx: &Context, interaction: Interaction) {
        let Some(shard_manager) = self.shards.get() else {
            return;
        };
        let framework = FrameworkContext {
            serenity_context: ctx,
            bot_id: self.bot.me().await,
            options: &self.options,
            user_data: &self.bot,
            shard_manager,
        };
        let event = FullEvent::InteractionCreate { interaction };
        // On the heap: poise's future holds every command's.
        Box::pin(poise::dispatch_event(framework, event)).await;
    }
}

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, ready: Ready) {
        self.bot.is(ready.user.id);
        tracing::info!(
            shard = ctx.shard_id.0,
            servers = ready.guilds.len(),
            "connected to Discord as {}",
            ready.user.name
        );
        // Commands are the bot's and not a shard's: of several processes, the one that has the first
        // shard registers them.
        if ctx.shard_id.0 != 0 || self.registered.swap(true, Ordering::SeqCst) {
            return;
        }
        let registered = registration::register(&ctx.http, self.command_server, self.bot.store());
        if let Err(error) = registered.await {
            // Full means that an earlier failure ends the bot already.
            let _ = self.failed.try_send(Error::registering(&error));
        }
    }

    async fn message(&self, ctx: Context, message: Message) {
        let work = messages::handle(&self.bot, &ctx.http, &message);
        self.guarded("a message", work).await;
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        match interaction {
            Interaction::Command(ref command) => {
                let work = self.command(&ctx, interaction.clone());
                if self.guarded("a command", work).await {
                    failure::apologise(&ctx.http, command.id, &command.token).await;
                }
            }
            Interaction::Autocomplete(_) => {
                let work = self.command(&ctx, interaction);
                self.guarded("an autocompletion", work).await;
            }
            Interaction::Component(component) => {
                let work = components::handle(&self.bot, &ctx.http, &component);
                if self.guarded("a button", work).await {
                    failure::apologise(&ctx.http, component.id, &component.token).await;
                }
            }
            Interaction::Modal(modal) => {
                let work = components::handle_form(&self.bot, &ctx.http, &modal);
                if self.guarded("a form", work).await {
                    failure::apologise(&ctx.http, modal.id, &modal.token).await;
                }
            }
            _ => tracing::debug!("an interaction of an unknown kind is ignored"),
        }
    }

    async fn guild_create(&self, _: Context, server: Guild, _: Option<bool>) {
        if self.bot.hears {
            self.bot.places.learn_server(&server);
            self.bot
                .learn_configured(server.id, server.channels.keys().copied());
        }
        let me = self.bot.me().await;
        let own = |role: &&Role| role.tags.bot_id == Some(me);
        let role = server.roles.values().find(own).map(|role| role.id);
        self.bot.set_role(server.id, role);
    }

    async fn guild_delete(&self, _: Context, server: UnavailableGuild, _: Option<Guild>) {
        // Unavailable is an outage; otherwise the bot was removed.
        if !server.unavailable {
            self.bot.set_role(server.id, None);
        }
    }

    async fn guild_role_create(&self, _: Context, role: Role) {
        if role.tags.bot_id == Some(self.bot.me().await) {
            self.bot.set_role(role.guild_id, Some(role.id));
        }
    }

    async fn guild_role_delete(
        &self,
        _: Context,
        server: GuildId,
        role: serenity::all::RoleId,
        _: Option<Role>,
    ) {
        if self.bot.role(server) == Some(role) {
            self.bot.set_role(server, None);
        }
    }

    async fn channel_create(&self, _: Context, channel: GuildChannel) {
        self.bot.places.learn(&channel);
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        self.bot.places.learn(&thread);
    }

    async fn thread_update(&self, _: Context, _: Option<GuildChannel>, thread: GuildChannel) {
        self.bot.places.learn(&thread);
    }

    async fn thread_delete(
        &self,
        _: Context,
        thread: PartialGuildChannel,
        _: Option<GuildChannel>,
    ) {
        self.bot.places.forget(thread.id);
    }
}
