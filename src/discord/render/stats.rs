//! A server's statistics, with a chart.

use super::chart;
use crate::discord::rendered::Rendered;
use crate::discord::{escape, limits};
use citebot_core::knowledge::Knowledge;
use citebot_store::{DAY, Day, Stats};
use serenity::builder::{CreateAttachment, CreateEmbed};
use std::fmt::Write as _;
use std::io;
use std::ops::RangeInclusive;

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
    let days_shown = first..=now.div_euclid(DAY);
    let image = chart::bars(&stats.days, days_shown.clone())?;
    let text = figures(stats);
    let mut embed = CreateEmbed::new()
        .title(format!("The last {days} days"))
        .description(&text)
        .attachment(FILE);
    for (name, lines) in lists(stats, knowledge) {
        if !lines.is_empty() {
            let value = limits::truncate(&lines.join("\n"), limits::EMBED_FIELD_VALUE);
            embed = embed.field(name, value, false);
        }
    }
    let described = in_words(stats, days_shown, &text);
    let chart = CreateAttachment::bytes(image, FILE).description(described);
    Ok(Rendered::embed(embed).with_files([chart]))
}

/// The chart in words: its period, its highest bar, and the sums that `text` has in Markdown.
fn in_words(stats: &Stats, days: RangeInclusive<i64>, text: &str) -> String {
    let mut said = "Questions a day as bars".to_owned();
    if let (Some(first), Some(last)) = (chart::date(*days.start()), chart::date(*days.end())) {
        let _ = write!(said, ", from {first} to {last} (UTC)");
    }
    let highest = stats.days.iter().max_by_key(|day| day.asked());
    if let Some((day, date)) = highest.and_then(|day| Some((day, chart::date(day.day)?))) {
        let _ = write!(said, "; the most, {}, on {date}", day.asked());
    }
    format!("{said}. {}", text.replace('*', ""))
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

#[cfg(test)]
mod tests {
    use super::stats;
    use citebot_core::knowledge::Knowledge;
    use citebot_store::{Day, Stats};

    /// 2026-11-28T12:00:00Z.
    const NOON: i64 = 1_795_867_200_000;

    /// The description of the chart for those who cannot see it.
    fn alt_text(days: Vec<Day>) -> String {
        let figures = Stats {
            days,
            up: 3,
            ..Stats::default()
        };
        let shown = stats(&figures, &Knowledge::default(), 7, NOON).unwrap();
        let message = serde_json::to_value(shown.into_message()).unwrap();
        let text = message["attachments"][0]["description"].as_str();
        text.unwrap_or_default().to_owned()
    }

    #[test]
    fn the_chart_is_described_in_words() {
        let day = |day, answered, suggested| Day {
            day,
            answered,
            suggested,
            unknown: 1,
            flagged: 0,
        };
        assert_eq!(
            alt_text(vec![day(20_780, 4, 0), day(20_783, 12, 2)]),
            "Questions a day as bars, from 2026-11-21 to 2026-11-28 (UTC); the most, 15, on 2026-11-26. \
             20 asked: 🟦 16 answered, 🟧 2 suggested, 🟪 2 unknown\nVotes: 👍 3 👎 0"
        );
        assert_eq!(
            alt_text(vec![]),
            "Questions a day as bars, from 2026-11-21 to 2026-11-28 (UTC). \
             0 asked: 🟦 0 answered, 🟧 0 suggested, 🟪 0 unknown\nVotes: 👍 3 👎 0"
        );
    }
}
