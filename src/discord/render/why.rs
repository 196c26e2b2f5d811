//! Why a question is answered as it is, for moderators.

use crate::discord::rendered::Rendered;
use crate::discord::{escape, limits};
use citebot_core::answer::{ConsideredEntry, Explanation, Prompting, format_sum, percent};
use serenity::builder::CreateEmbed;
use std::fmt::Write as _;

/// How many entries after the best are named.
const MAX_RUNNERS_UP: usize = 4;
/// How many shared words are named.
const MAX_WORDS: usize = 8;
/// The longest question that is quoted, in UTF-16 units before escaping.
const MAX_QUOTED: usize = 300;

/// The explanation of what `asked` gets: the best entry with its confidence, score, nearest phrasing
/// and shared words, the runners-up, the reply, and the thresholds.
#[must_use]
pub fn why(asked: &str, why: &Explanation) -> Rendered {
    let mut embed = CreateEmbed::new()
        .title("Why this answer?")
        .description(limits::truncate(
            &read(asked, why),
            limits::EMBED_DESCRIPTION,
        ));
    let value = |text: &str| limits::truncate(text, limits::EMBED_FIELD_VALUE);
    let best = match why.considered.first() {
        Some(best) => about(best),
        None => "No entry comes near.".to_owned(),
    };
    embed = embed.field("Best", value(&best), false);
    let others: Vec<String> = why
        .considered
        .iter()
        .skip(1)
        .take(MAX_RUNNERS_UP)
        .map(|other| {
            let (confidence, score) = (percent(other.found.confidence), other.found.features.score);
            format!("{confidence} (score {score:.2}) {}", name(other))
        })
        .collect();
    if !others.is_empty() {
        embed = embed.field("Runners-up", value(&others.join("\n")), false);
    }
    let said = format!(
        "When asked: {}.\nUnprompted: {}.",
        why.verdict(Prompting::Prompted),
        why.verdict(Prompting::Unprompted),
    );
    embed = embed.field("Reply", value(&said), false);
    let needed = format!(
        "answer {}, unprompted {}, suggest {}",
        percent(why.thresholds.answer),
        percent(why.thresholds.unprompted),
        percent(why.thresholds.suggest),
    );
    Rendered::embed(embed.field("Thresholds", needed, false))
}

/// The question and how it was read.
fn read(asked: &str, why: &Explanation) -> String {
    let mut text = format!("> {}", escape::quote(asked, MAX_QUOTED));
    if !why.words.is_empty() {
        let words: Vec<String> = why.words.iter().map(|word| escape::escape(word)).collect();
        let _ = write!(text, "\n\nCompared: {}", words.join(", "));
    }
    let read = |from: &str, to: &str| format!("{} → {}", escape::escape(from), escape::escape(to));
    let repairs: Vec<String> = why.repairs.iter().map(|r| read(&r.from, &r.to)).collect();
    if !repairs.is_empty() {
        let _ = write!(text, "\nTypos corrected: {}", repairs.join(", "));
    }
    let readings: Vec<String> = why
        .applied_aliases
        .iter()
        .map(|r| read(&r.from, &r.to))
        .collect();
    if !readings.is_empty() {
        let _ = write!(text, "\nOther names: {}", readings.join(", "));
    }
    let _ = write!(text, "\nMeaning: {}", why.semantic_status());
    text
}

fn about(best: &ConsideredEntry) -> String {
    let found = &best.found;
    let mut text = format!(
        "{}\nConfidence **{}**.\nScore: {}; {:.2} above the next",
        name(best),
        percent(found.confidence),
        format_sum(&found.parts),
        found.features.margin,
    );
    if !found.evidence.is_empty() {
        let _ = write!(text, "\nLog odds: {}", format_sum(&found.evidence));
    }
    if found.features.out_of_scope > 0.0 {
        let _ = write!(
            text,
            "\nOut of scope: cosine {:.2} with a question that the FAQ must not answer",
            found.features.out_of_scope
        );
    }
    let which = match found.phrasing {
        0 => "its question".to_owned(),
        n => format!("phrasing {n}"),
    };
    let _ = write!(
        text,
        "\nNearest phrasing ({which}): “{}”",
        escape::quote(best.nearest_phrasing(), 200)
    );
    if !found.shared.is_empty() {
        let shared: Vec<String> = found
            .shared
            .iter()
            .take(MAX_WORDS)
            .map(|(word, weight)| format!("{} {weight:.2}", escape::escape(word)))
            .collect();
        let _ = write!(text, "\nShared words: {}", shared.join(", "));
    }
    text
}

fn name(considered: &ConsideredEntry) -> String {
    let entry = &considered.entry;
    let question = limits::truncate(&entry.question, 120);
    format!("`{}` {}", entry.id, escape::markdown(&question))
}

#[cfg(test)]
mod tests {
    use super::why;
    use crate::discord::limits;
    use citebot_core::answer::Thresholds;
    use citebot_engine::Snapshot;
    use serde_json::Value;

    const THRESHOLDS: Thresholds = Thresholds {
        answer: 0.6,
        unprompted: 0.85,
        suggest: 0.15,
    };

    fn shown(asked: &str) -> Value {
        let snapshot = Snapshot::new(crate::sample::kettle_and_teapot());
        let rendered = why(asked, &snapshot.why(asked, THRESHOLDS));
        serde_json::to_value(rendered.into_message()).unwrap()["embeds"][0].clone()
    }

    #[test]
    fn the_evidence_is_named() {
        let told = shown("what ketle should I buy").to_string();
        for part in [
            "`kettle`",
            "phrasing 1",
            "Shared words",
            "Confidence",
            "Score: ",
            "answer 60 %",
            "Typos corrected: ketle → kettle",
            "`teapot`",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(told.contains("Log odds: "), "{told}");
        // Exact matches skip the calibration.
        let told = shown("what kettle should I buy").to_string();
        assert!(!told.contains("Log odds"), "{told}");
        let told = shown("the best kettle of all").to_string();
        assert!(told.contains("Log odds: "), "{told}");
        assert!(shown("🎉").to_string().contains("No entry comes near"));
    }

    #[test]
    fn any_question_fits() {
        let embed = shown(&"*kettle* @everyone ".repeat(400));
        let length = |value: &Value| value.as_str().map_or(0, limits::length);
        assert!(length(&embed["description"]) <= limits::EMBED_DESCRIPTION);
        for field in embed["fields"].as_array().unwrap() {
            assert!(
                length(&field["value"]) <= limits::EMBED_FIELD_VALUE,
                "{field}"
            );
        }
    }
}
