//! `/curate settings`

use super::super::{CommandError, Context, say};
use super::{admin, member};
use crate::discord::curate::{announce, permission};
use citebot_engine::{Defaults, Settings, SettingsError};
use serenity::model::channel::PartialChannel;
use std::fmt::Write as _;

/// What can be set back to the operator's defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub enum Reset {
    /// Where the bot listens.
    #[name = "Channels and forums to listen in"]
    Channels,
    /// The confidences.
    #[name = "Thresholds"]
    Thresholds,
    /// The rest between answers.
    #[name = "Cooldown"]
    Cooldown,
    /// No digest.
    #[name = "Review channel"]
    ReviewChannel,
    /// No log.
    #[name = "Log channel"]
    LogChannel,
    /// All of them.
    #[name = "Everything"]
    Everything,
}

/// See what holds for this server; with an option, change it.
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
    #[description = "Listen in this channel or forum no more"]
    #[channel_types("Text", "News", "Forum")]
    ignore: Option<PartialChannel>,
    #[description = "Confidence from which who asked gets the answer"]
    #[min = 0]
    #[max = 1]
    answer: Option<f64>,
    #[description = "Confidence from which who was only talking gets the answer"]
    #[min = 0]
    #[max = 1]
    unprompted: Option<f64>,
    #[description = "Confidence from which an entry is offered as “did you mean”"]
    #[min = 0]
    #[max = 1]
    suggest: Option<f64>,
    #[description = "Seconds between two unprompted answers in a channel"]
    #[min = 0]
    #[max = 86400]
    cooldown: Option<u32>,
    #[description = "Where the daily digest of unanswered questions goes"]
    #[channel_types("Text", "News")]
    review_channel: Option<PartialChannel>,
    #[description = "Where a line is written for every change"]
    #[channel_types("Text", "News")]
    log_channel: Option<PartialChannel>,
    #[description = "Back to what the bot's operator has set"] reset: Option<Reset>,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    if let Some(server) = ctx.guild_id() {
        ctx.data().place_configured(server, ctx.http()).await;
    }
    let (before, version) = admin.settings();
    let defaults = ctx.data().defaults();
    let mut settings = (*before).clone();
    if let Some(reset) = reset {
        set_back(&mut settings, reset);
    }
    if listen.is_some() || ignore.is_some() {
        let configured = || {
            ctx.guild_id()
                .map(|server| ctx.data().configured_in(server))
        };
        let channels = settings
            .channels
            .get_or_insert_with(|| configured().unwrap_or_default());
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
    if settings == *before {
        return say(ctx, &told(ctx, &settings, defaults)).await;
    }
    if !permission::may_configure(member(ctx)) {
        return say(ctx, permission::NOT_A_MANAGER).await;
    }
    match admin.set_settings(settings.clone(), version).await {
        Ok(()) => {
            say(ctx, &format!("Changed. {}", told(ctx, &settings, defaults))).await?;
            let http = &ctx.serenity_context().http;
            let line = "changed this bot's settings; `/curate settings` shows them";
            announce::other(http, admin, ctx.author().id, line).await;
            Ok(())
        }
        Err(SettingsError::Store(error)) => Err(error.into()),
        Err(SettingsError::Invalid(problems)) => {
            say(ctx, &format!("Nothing was changed. {}", problems.join(" "))).await
        }
        Err(_) => say(ctx, CONFLICT).await,
    }
}

const CONFLICT: &str = "Somebody else changed the settings at the same moment: nothing of yours was \
     set. Look at them with `/curate settings`, then try again.";

fn set_back(settings: &mut Settings, what: Reset) {
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
}

/// What holds, a line each.
fn told(ctx: Context<'_>, settings: &Settings, defaults: &Defaults) -> String {
    /// More would not fit in a message.
    const LISTED: usize = 30;
    let bot = ctx.data();
    let mut said = String::from("What holds for this server:\n");
    let listed = |channels: &[u64]| {
        let mut list: Vec<String> = channels
            .iter()
            .take(LISTED)
            .map(|id| format!("<#{id}>"))
            .collect();
        if channels.len() > LISTED {
            list.push(format!("{} more", channels.len() - LISTED));
        }
        list.join(", ")
    };
    let configured = || {
        ctx.guild_id()
            .map(|server| bot.configured_in(server))
            .unwrap_or_default()
    };
    let unset = not_set(settings.channels.is_none());
    let listening = match settings
        .channels
        .clone()
        .unwrap_or_else(configured)
        .as_slice()
    {
        [] => "nowhere".to_owned(),
        channels => listed(channels),
    };
    let _ = writeln!(said, "• Listens in: {listening}{unset}");
    let thresholds = settings.thresholds(defaults);
    for (name, value, own) in [
        (
            "Answers who asked from confidence",
            thresholds.answer,
            settings.answer,
        ),
        (
            "Answers unprompted from confidence",
            thresholds.unprompted,
            settings.unprompted,
        ),
        (
            "Offers “did you mean” from confidence",
            thresholds.suggest,
            settings.suggest,
        ),
    ] {
        let _ = writeln!(said, "• {name}: {value}{}", not_set(own.is_none()));
    }
    let cooldown = settings
        .cooldown_seconds
        .unwrap_or(defaults.cooldown_seconds);
    let unset = not_set(settings.cooldown_seconds.is_none());
    let _ = writeln!(
        said,
        "• Rests between unprompted answers: {cooldown} s{unset}"
    );
    for (name, channel) in [
        (
            "Daily digest of unanswered questions",
            settings.review_channel,
        ),
        ("Log of changes", settings.log_channel),
    ] {
        let place = channel.map_or("nowhere (not set)".to_owned(), |id| format!("<#{id}>"));
        let _ = writeln!(said, "• {name}: {place}");
    }
    if !bot.hears {
        said.push_str(DEAF);
    }
    said
}

fn not_set(unset: bool) -> &'static str {
    if unset { " (the default)" } else { "" }
}

/// Said where Discord does not show the bot what people write to each other.
const DEAF: &str = "**Listening is off**: the bot's operator names no channel in its configuration, \
     so Discord does not show it what people write. Mentions, replies and commands work all the same.";
