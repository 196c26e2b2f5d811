//! A server's statistics, with a chart.

use super::chart;
use crate::discord::rendered::Rendered;
use crate::discord::{escape, limits};
use citebot_core::knowledge::Knowledge;
use citebot_store::{DAY, Day, Stats};
use serenity::builder::{CreateAttachment, CreateEmbed};
use std::fmt::Write as _;
use std::io;

/// How many entries are in each list.
pub const MAX_LISTED: usize = 5;
const FILE: &str = "stats.png";

/// The statistics of the `days` days before `now` (milliseconds since 1970-01-01T00:00:00Z), with
/// the questions of the entries from `knowledge`.
///
/// # Errors
///
/// When the chart cannot be encoded.
pub fn stats(stats: &Stats, knowledge: &Knowledge, days: u32, now: i64) -> io::Result<Rendered> {
    let first = (now - i64::from(days) * DAY).div_euclid(DAY);
    let image = chart::bars(&stats.days, first..=now.div_euclid(DAY))?;
    let text = figures(stats);
    let described = text.replace('*', "");
    let mut embed = CreateEmbed::new()
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
    Ok(Rendered::embed(embed).with_files([chart]))
}

fn figures(stats: &Stats) -> String {
    let sum = |of: fn(&Day) -> u64| stats.days.iter().map(of).sum::<u64>();
    let asked = sum(Day::asked);
    let flagged = sum(|day| day.flagged);
    let mut text = format!(
        "**{asked}** asked: 🟦 **{}** answered, 🟧 **{}** suggested, 🟪 **{}** unknown",
        sum(|day| day.answered),
        sum(|day| day.suggested),
        sum(|day| day.unknown),
    );
    if flagged > 0 {
        let _ = write!(text, "; {flagged} marked as not what was asked");
    }
    let _ = write!(text, "\nVotes: 👍 **{}** 👎 **{}**", stats.up, stats.down);
    text
}

fn lists(stats: &Stats, knowledge: &Knowledge) -> [(&'static str, Vec<String>); 2] {
    let name = |id: &str| {
        let question = knowledge
            .entry_now_or_formerly(id)
            .map_or(id, |entry| &entry.question);
        escape::markdown(&limits::truncate(question, 120))
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
