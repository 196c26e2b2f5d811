//! Shadow mode: an unprompted answer goes to the review channel, where moderators judge it, rather than to
//! who wrote the message.

use super::app::App;
use super::custom_id::ReviewAction;
use super::delivery;
use super::http_error::describe;
use super::rendered::{Rendered, Visibility};
use super::responder::{HandlerError, Responder};
use super::widgets::{button, emoji_button};
use super::{clock, escape, limits, permissions, posting};
use citebot_core::answer::{Candidate, Reply, percent};
use citebot_engine::{Answered, mask};
use citebot_store::Judgement;
use serenity::builder::{CreateActionRow, CreateEmbed, CreateEmbedFooter};
use serenity::http::Http;
use serenity::model::application::{ButtonStyle, ComponentInteraction};
use serenity::model::channel::Message;
use serenity::model::id::{ChannelId, MessageId};
use std::num::NonZeroU64;

/// The longest part of a message that is quoted.
const MAX_QUOTED: usize = 500;
/// The longest part of an answer that is shown.
const MAX_ANSWER: usize = 1_500;

/// Writes to the review channel what would have been said to `message`.
pub async fn report(app: &App, http: &Http, message: &Message, answered: &Answered) {
    let Reply::Answer { best, .. } = &answered.reply else {
        return;
    };
    let settings = app.settings(message.guild_id);
    let channel = settings.review_channel.and_then(NonZeroU64::new);
    let Some(channel) = channel.map(ChannelId::from) else {
        return;
    };
    let threshold = app.thresholds(message.guild_id).unprompted;
    let shown = rendered(message, best, threshold);
    if let Err(error) = delivery::send_message(http, channel, shown.into_message()).await {
        let error = describe(&error);
        tracing::warn!(error, %channel, "what would have been said could not be written");
    }
}

fn rendered(message: &Message, best: &Candidate, threshold: f64) -> Rendered {
    let link = posting::link(message.guild_id, message.channel_id, message.id);
    let confidence = percent(best.confidence);
    let would = if best.confidence >= threshold {
        format!("I would have answered {link}: I am {confidence} sure.")
    } else {
        let threshold = percent(threshold);
        format!(
            "{link}: I am {confidence} sure, which does not reach your threshold of {threshold}."
        )
    };
    let entry = &best.entry;
    let quoted = escape::quote(&mask(&message.content), MAX_QUOTED);
    let answer = limits::truncate(entry.answer.trim(), MAX_ANSWER);
    let embed = CreateEmbed::new()
        .title(limits::truncate(&entry.question, limits::EMBED_TITLE))
        .description(format!("> {quoted}\n\n{answer}"))
        .footer(CreateEmbedFooter::new(format!(
            "{} · shadow mode: nobody else has seen this",
            entry.id
        )));
    Rendered::embed(embed)
        .with_content(format!("{would} Would that have been right?"))
        .with_row(row(message.id, permille(best.confidence), None))
}

/// 👍 and 👎, with the pressed one marked.
fn row(message: MessageId, confidence: u16, verdict: Option<bool>) -> CreateActionRow {
    let style = |right| {
        if verdict == Some(right) {
            ButtonStyle::Success
        } else {
            ButtonStyle::Secondary
        }
    };
    let right = ReviewAction::Right {
        confidence,
        message,
    };
    let wrong = ReviewAction::Wrong {
        confidence,
        message,
    };
    let mut buttons = vec![
        emoji_button(right, '👍').style(style(true)),
        emoji_button(wrong, '👎').style(style(false)),
    ];
    if verdict == Some(false) {
        let queue = ReviewAction::Page { page: 0 };
        buttons.push(button(queue, "Review", ButtonStyle::Secondary));
    }
    CreateActionRow::Buttons(buttons)
}

/// Notes whether the answer that was not given to `message` would have been right.
///
/// # Errors
///
/// Discord's and the database's; a refusal to users without permission.
pub async fn judge(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    message: MessageId,
    confidence: u16,
    right: bool,
) -> Result<(), HandlerError> {
    let admin = permissions::admin(app, used.guild_id, used.member.as_ref())?;
    responder.acknowledge().await?;
    let judgement = Judgement {
        message: message.get(),
        confidence: f64::from(confidence) / 1_000.0,
        right,
    };
    admin.judge(judgement, clock::now()).await?;
    let said = if right {
        "would have been right"
    } else {
        "would have been wrong"
    };
    let before = used.message.content.lines().next().unwrap_or_default();
    let content = format!("{before}\n<@{}> says that it {said}.", used.user.id);
    let embed = used.message.embeds.first().cloned();
    let embed = embed.map_or_else(CreateEmbed::new, CreateEmbed::from);
    let judged = Rendered::embed(embed).with_content(content).with_row(row(
        message,
        confidence,
        Some(right),
    ));
    responder.show(judged, Visibility::Public).await
}

/// A confidence in thousandths, rounded down so that no threshold seems to be reached that is not.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 1,000"
)]
fn permille(confidence: f64) -> u16 {
    (confidence.clamp(0.0, 1.0) * 1_000.0).floor() as u16
}

#[cfg(test)]
mod tests {
    use super::permille;

    #[test]
    fn a_confidence_is_rounded_down() {
        for (confidence, expected) in [(0.0, 0), (0.8499, 849), (0.85, 850), (1.0, 1_000)] {
            assert_eq!(permille(confidence), expected, "{confidence}");
        }
    }
}
