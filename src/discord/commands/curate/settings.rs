//! `/curate settings`

use crate::discord::commands::context::{Context, admin, member, responder, say};
use crate::discord::curate::announce;
use crate::discord::rendered::Visibility;
use crate::discord::responder::sentences::NOT_A_MANAGER;
use crate::discord::responder::{HandlerError, in_time};
use crate::discord::{permissions, render};
use citebot_engine::{Defaults, Settings, SettingsError};
use serenity::model::channel::PartialChannel;
use serenity::model::guild::Role;
use std::fmt::Write as _;

/// The settings that can be reset to the operator's defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub enum Reset {
    /// The channels that the bot listens in.
    #[name = "Channels and forums to listen in"]
    Channels,
    /// The confidences needed to answer.
    #[name = "Thresholds"]
    Thresholds,
    /// The time between unprompted answers.
    #[name = "Cooldown"]
    Cooldown,
    /// No digest.
    #[name = "Review channel"]
    ReviewChannel,
    /// No log.
    #[name = "Log channel"]
    LogChannel,
    /// None.
    #[name = "Roles that may curate"]
    Curators,
    /// All of them.
    #[name = "Everything"]
    Everything,
}

/// See this server's settings, or change them.
#[poise::command(slash_command)]
#[expect(
    clippy::too_many_arguments,
    reason = "an option a setting is Discord's way"
)]
pub async fn settings(
    ctx: Context<'_>,
    #[description = "Listen in this channel or forum too"]
    #[channel_types("Text", "News", "Forum")]
    listen: Option<PartialChannel>,
    #[description = "Stop listening in this channel or forum"]
    #[channel_types("Text", "News", "Forum")]
    ignore: Option<PartialChannel>,
    #[description = "Minimum confidence to answer a question put to the bot"]
    #[min = 0]
    #[max = 1]
    answer: Option<f64>,
    #[description = "Minimum confidence to answer messages not addressed to the bot"]
    #[min = 0]
    #[max = 1]
    unprompted: Option<f64>,
    #[description = "Minimum confidence to offer an entry as “did you mean”"]
    #[min = 0]
    #[max = 1]
    suggest: Option<f64>,
    #[description = "Seconds between two unprompted answers in a channel"]
    #[min = 0]
    #[max = 86400]
    cooldown: Option<u32>,
    #[description = "Channel for the daily digest of unanswered questions"]
    #[channel_types("Text", "News")]
    review_channel: Option<PartialChannel>,
    #[description = "Channel for a line about every change"]
    #[channel_types("Text", "News")]
    log_channel: Option<PartialChannel>,
    #[description = "Say nothing unprompted: write what I would have said to the review channel"]
    shadow: Option<bool>,
    #[description = "A role whose members may curate the FAQ too"] curator: Option<Role>,
    #[description = "A role whose members may not curate any longer"] not_curator: Option<Role>,
    #[description = "Back to the defaults of the bot's operator"] reset: Option<Reset>,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    responder(ctx).defer(Visibility::Private).await?;
    let app = ctx.data();
    let configured = match ctx.guild_id() {
        Some(server) => {
            app.configured_channels.fetch(server, ctx.http()).await;
            app.configured_channels.of_server(server)
        }
        None => Vec::new(),
    };
    let defaults = app.engine().defaults();
    // The settings are worth seeing without the figures.
    let figures = in_time(admin.shadow_figures()).await.unwrap_or_default();
    let shown = |settings: &Settings| {
        let mut shown = describe(settings, defaults, &configured);
        shown.push_str(&render::shadow(settings, &figures));
        if !app.message_content {
            shown.push_str(LISTENING_OFF);
        }
        shown
    };
    let (before, version) = admin.settings();
    let mut settings = (*before).clone();
    if let Some(reset) = reset {
        reset_to_default(&mut settings, reset);
    }
    let listened = !settings
        .channels
        .as_deref()
        .unwrap_or(&configured)
        .is_empty();
    if listen.is_some() || ignore.is_some() {
        let channels = settings.channels.get_or_insert_with(|| configured.clone());
        if let Some(channel) = &listen {
            channels.push(channel.id.get());
            channels.sort_unstable();
            channels.dedup();
        }
        if let Some(channel) = &ignore {
            channels.retain(|&id| id != channel.id.get());
        }
    }
    let set = |to: &mut Option<f64>, value: Option<f64>| *to = value.or(*to);
    set(&mut settings.answer, answer);
    set(&mut settings.unprompted, unprompted);
    set(&mut settings.suggest, suggest);
    settings.cooldown_seconds = cooldown.map(u64::from).or(settings.cooldown_seconds);
    let id = |channel: Option<PartialChannel>| channel.map(|channel| channel.id.get());
    settings.review_channel = id(review_channel).or(settings.review_channel);
    settings.log_channel = id(log_channel).or(settings.log_channel);
    // A server that begins to be listened in first sees what would be said.
    if listen.is_some() && !listened {
        settings.shadow = settings.shadow.or(Some(true));
    }
    settings.shadow = shadow.or(settings.shadow);
    change_curators(&mut settings, curator.as_ref(), not_curator.as_ref());
    if settings == *before {
        return say(ctx, shown(&settings)).await;
    }
    if !permissions::may_change_settings(member(ctx)) {
        return say(ctx, NOT_A_MANAGER).await;
    }
    match admin.set_settings(settings.clone(), version).await {
        Ok(()) => {
            say(ctx, format!("Changed. {}", shown(&settings))).await?;
            let line = "changed this bot's settings; `/curate settings` shows them";
            announce::other(ctx.http(), admin, ctx.author().id, line).await;
            Ok(())
        }
        Err(SettingsError::Store(error)) => Err(error.into()),
        Err(error @ SettingsError::Unreadable(_)) => {
            say(ctx, format!("Nothing was changed: {error}.")).await
        }
        Err(SettingsError::Invalid(problems)) => {
            say(ctx, format!("Nothing was changed. {}", problems.join(" "))).await
        }
        Err(_) => say(ctx, CONFLICT).await,
    }
}

const CONFLICT: &str = "Somebody else changed the settings at the same moment, so yours were not \
     saved. Look at them with `/curate settings`, then try again.";

/// Adds the one role to those that may curate, and takes the other away.
fn change_curators(settings: &mut Settings, add: Option<&Role>, remove: Option<&Role>) {
    let mut curators = settings.curators.take().unwrap_or_default();
    curators.extend(add.map(|role| role.id.get()));
    curators.retain(|id| remove.is_none_or(|role| role.id.get() != *id));
    curators.sort_unstable();
    curators.dedup();
    settings.curators = (!curators.is_empty()).then_some(curators);
}

fn reset_to_default(settings: &mut Settings, what: Reset) {
    let is = |one: Reset| what == one || what == Reset::Everything;
    if is(Reset::Channels) {
        settings.channels = None;
    }
    if is(Reset::Thresholds) {
        (settings.answer, settings.unprompted, settings.suggest) = (None, None, None);
    }
    if is(Reset::Cooldown) {
        settings.cooldown_seconds = None;
    }
    if is(Reset::ReviewChannel) {
        settings.review_channel = None;
    }
    if is(Reset::LogChannel) {
        settings.log_channel = None;
    }
    if is(Reset::Curators) {
        settings.curators = None;
    }
    if what == Reset::Everything {
        settings.shadow = None;
    }
}

/// The settings, a line each. `configured`: the server's channels that the operator's configuration
/// names.
fn describe(settings: &Settings, defaults: &Defaults, configured: &[u64]) -> String {
    /// More would not fit in a message.
    const MAX_CHANNELS: usize = 30;
    let mut said = String::from("Settings of this server:\n");
    let list = |channels: &[u64]| {
        let mut list: Vec<String> = channels
            .iter()
            .take(MAX_CHANNELS)
            .map(|id| format!("<#{id}>"))
            .collect();
        if channels.len() > MAX_CHANNELS {
            list.push(format!("{} more", channels.len() - MAX_CHANNELS));
        }
        list.join(", ")
    };
    let default = default_mark(settings.channels.is_none());
    let listening = match settings.channels.as_deref().unwrap_or(configured) {
        [] => "nowhere".to_owned(),
        channels => list(channels),
    };
    let _ = writeln!(said, "• Listens in: {listening}{default}");
    let thresholds = settings.thresholds(defaults);
    for (name, value, own) in [
        (
            "Minimum confidence to answer when asked",
            thresholds.answer,
            settings.answer,
        ),
        (
            "Minimum confidence to answer unprompted",
            thresholds.unprompted,
            settings.unprompted,
        ),
        (
            "Minimum confidence to offer “did you mean”",
            thresholds.suggest,
            settings.suggest,
        ),
    ] {
        let _ = writeln!(said, "• {name}: {value}{}", default_mark(own.is_none()));
    }
    let cooldown = settings
        .cooldown_seconds
        .unwrap_or(defaults.cooldown_seconds);
    let default = default_mark(settings.cooldown_seconds.is_none());
    let _ = writeln!(
        said,
        "• Cooldown between unprompted answers: {cooldown} s{default}"
    );
    for (name, channel) in [
        (
            "Daily digest of unanswered questions",
            settings.review_channel,
        ),
        ("Log of changes", settings.log_channel),
    ] {
        let channel = channel.map_or("nowhere (not set)".to_owned(), |id| format!("<#{id}>"));
        let _ = writeln!(said, "• {name}: {channel}");
    }
    said
}

fn default_mark(unset: bool) -> &'static str {
    if unset { " (the default)" } else { "" }
}

/// Without the message content intent.
const LISTENING_OFF: &str = "**Listening is off** until the bot's operator sets `message_content = true` in its \
     configuration: Discord does not show it what people write. Mentions, replies and commands still work.";
