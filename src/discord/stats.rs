//! A server's figures as a message with a chart.

use super::{chart, escape, limits, render};
use citebot_core::knowledge::Knowledge;
use citebot_store::{DAY, Stats};
use poise::CreateReply;
use serenity::builder::{CreateAttachment, CreateEmbed};
use std::fmt::Write as _;
use std::io;

/// How many entries stand in each list.
pub const ENTRIES: usize = 5;
const FILE: &str = "stats.png";

/// The figures of the `days` days before `now` (milliseconds since 1970-01-01T00:00:00Z), for one
/// person to see. Entries are named by their questions in `knowledge`.
///
/// # Errors
///
/// When the chart cannot be encoded.
pub fn message(
    stats: &Stats,
    knowledge: &Knowledge,
    days: u32,
    now: i64,
) -> io::Result<CreateReply> {
    let first = (now - i64::from(days) * DAY).div_euclid(DAY);
    let image = chart::bars(&stats.days, first..=now.div_euclid(DAY))?;
    let text = figures(stats);
    let described = text.replace('*', "");
    let mut embed = CreateEmbed::new()
        .colour(render::COLOUR)
        .title(format!("The last {days} days"))
        .description(text)
        .attachment(FILE);
    for (name, lines) in lists(stats, knowledge) {
        if !lines.is_empty() {
            let value = limits::truncate(&lines.join("\n"), limits::EMBED_FIELD_VALUE);
            embed = embed.field(name, value, false);
        }
    }
    let chart = CreateAttachment::bytes(image, FILE)
        .description(format!("A bar a day, days by UTC. {described}"));
    Ok(CreateReply::default()
        .ephemeral(true)
        .allowed_mentions(render::nobody())
        .embed(embed)
        .attachment(chart))
}

fn figures(stats: &Stats) -> String {
    let sum = |of: fn(&citebot_store::Day) -> u64| stats.days.iter().map(of).sum::<u64>();
    let asked = sum(citebot_store::Day::asked);
    let flagged = sum(|day| day.flagged);
    let mut text = format!(
        "**{asked}** asked: 🟦 **{}** answered, 🟧 **{}** suggested, 🟪 **{}** unknown",
        sum(|day| day.answered),
        sum(|day| day.suggested),
        sum(|day| day.unknown),
    );
    if flagged > 0 {
        let _ = write!(text, "; {flagged} marked *not what I asked*");
    }
    let _ = write!(text, "\nVotes: 👍 **{}** 👎 **{}**", stats.up, stats.down);
    text
}

fn lists(stats: &Stats, knowledge: &Knowledge) -> [(&'static str, Vec<String>); 2] {
    let name = |id: &str| {
        let question = knowledge.entry(id).map_or(id, |entry| &entry.question);
        escape::formatting(&limits::truncate(question, 120))
    };
    let top = stats
        .top
        .iter()
        .map(|(entry, times)| format!("{times} × {}", name(entry)));
    let worst = stats
        .worst
        .iter()
        .map(|tally| format!("👎 {} 👍 {} {}", tally.down, tally.up, name(&tally.entry)));
    [
        ("Most often the answer", top.collect()),
        ("Worst voted", worst.collect()),
    ]
}
