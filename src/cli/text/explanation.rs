//! The output of `citebot why`.

use super::{heading, wrapped};
use citebot_core::answer::{ConsideredEntry, Explanation, Prompting, format_sum, percent};
use std::fmt::Write as _;
use std::io::{self, Write};

/// How many entries are listed after the best.
const RUNNERS_UP: usize = 4;
const LABEL_COLUMNS: usize = 12;

/// Writes how `question` was read, the nearest entries, and the reply to it.
pub(in crate::cli) fn explanation(
    out: &mut impl Write,
    question: &str,
    why: &Explanation,
) -> io::Result<()> {
    let arrow = |from: &str, to: &str| format!("{from} → {to}");
    heading(out, question)?;
    line(out, "compared", &why.words.join(" "))?;
    let repairs: Vec<String> = why.repairs.iter().map(|r| arrow(&r.from, &r.to)).collect();
    line(out, "mistyped", &repairs.join(", "))?;
    let applied_aliases: Vec<String> = why
        .applied_aliases
        .iter()
        .map(|r| arrow(&r.from, &r.to))
        .collect();
    line(out, "other name", &applied_aliases.join(", "))?;
    line(out, "meaning", why.semantic_status())?;
    if let Some((best, others)) = why.considered.split_first() {
        writeln!(out)?;
        best_entry(out, best, why.semantic)?;
        if !others.is_empty() {
            writeln!(out)?;
            heading(out, "After it")?;
        }
        for other in others.iter().take(RUNNERS_UP) {
            let (confidence, score) = (percent(other.found.confidence), other.found.features.score);
            let name = format!("{}: {}", other.entry.id, other.entry.question);
            line(out, &format!("{confidence:>5} {score:.2}"), &name)?;
        }
    }
    writeln!(out)?;
    heading(out, "Said")?;
    line(out, "when asked", &why.verdict(Prompting::Prompted))?;
    line(out, "unasked", &why.verdict(Prompting::Unprompted))
}

/// Writes the best entry with everything its confidence is made of.
fn best_entry(out: &mut impl Write, best: &ConsideredEntry, semantic: bool) -> io::Result<()> {
    let found = &best.found;
    let confidence = percent(found.confidence);
    let title = format!("{confidence} {}: {}", best.entry.id, best.entry.question);
    heading(out, &title)?;
    let which = match found.phrasing {
        0 => "its question".to_owned(),
        n => format!("phrasing {n}"),
    };
    line(
        out,
        "nearest",
        &format!("“{}” ({which})", best.nearest_phrasing()),
    )?;
    let shared: Vec<String> = found
        .shared
        .iter()
        .map(|(word, adds)| format!("{word} {adds:.2}"))
        .collect();
    line(out, "shares", &shared.join(", "))?;
    let score = format!(
        "{}; {:.2} above the next",
        format_sum(&found.parts),
        found.features.margin
    );
    line(out, "score", &score)?;
    if semantic {
        let mut cosines = format!(
            "{:.2} with that phrasing, {:.2} with ordinary talk",
            found.features.nearest, found.features.background
        );
        if found.features.out_of_scope > 0.0 {
            let others = found.features.out_of_scope;
            let _ = write!(
                cosines,
                ", {others:.2} with what the FAQ says it does not answer"
            );
        }
        line(out, "cosine", &cosines)?;
    }
    // An exact match is certain: no evidence is weighed.
    if found.evidence.is_empty() {
        return Ok(());
    }
    line(out, "log odds", &format_sum(&found.evidence))
}

/// Writes `value` after its label. Without a value, nothing.
fn line(out: &mut impl Write, label: &str, value: &str) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    let first = format!("  {label:<LABEL_COLUMNS$}");
    let rest = " ".repeat(LABEL_COLUMNS + 2);
    wrapped(out, value, &first, &rest)
}

#[cfg(test)]
mod tests {
    use super::explanation;
    use citebot_core::answer::{Explanation, Thresholds};
    use citebot_core::matcher::{
        AppliedAlias, Contribution, EntryExplanation, Features, RankingExplanation, Repair,
    };

    #[test]
    fn an_explanation_reads_from_the_question_to_what_is_said() {
        let knowledge = crate::sample::kettle_and_teapot();
        let explained = |entry, confidence, phrasing, score, margin| EntryExplanation {
            entry,
            confidence,
            phrasing,
            objection: None,
            shared: vec![("kettle".into(), 0.61), ("buy".into(), 0.2)],
            parts: vec![
                Contribution {
                    name: "words",
                    value: 0.81,
                    adds: 0.81,
                },
                Contribution {
                    name: "characters",
                    value: 0.6,
                    adds: 0.3,
                },
            ],
            evidence: vec![
                Contribution {
                    name: "score",
                    value: score,
                    adds: 3.2,
                },
                Contribution {
                    name: "ordinary talk",
                    value: 0.12,
                    adds: -1.26,
                },
            ],
            features: Features {
                score,
                margin,
                nearest: 0.9,
                background: 0.12,
                ..Features::default()
            },
        };
        let found = RankingExplanation {
            words: ["what", "kettle", "buy"].map(str::to_owned).to_vec(),
            repairs: vec![Repair {
                from: "ketle".into(),
                to: "kettle".into(),
            }],
            applied_aliases: vec![AppliedAlias {
                from: "purchase".into(),
                to: "buy".into(),
            }],
            semantic: true,
            early_exit: None,
            worth_ranking_unprompted: true,
            candidates: vec![
                explained(0, 0.874, 1, 1.11, 0.45),
                explained(1, 0.1, 0, 0.66, -0.45),
            ],
        };
        let thresholds = Thresholds {
            answer: 0.7,
            unprompted: 0.93,
            suggest: 0.2,
        };
        let found = Explanation::new(found, &knowledge, thresholds);
        let mut out = Vec::new();
        explanation(&mut out, "what ketle should I purchase", &found).expect("memory takes it");
        let text = anstream::adapter::strip_bytes(&out).into_vec();
        insta::assert_snapshot!(String::from_utf8_lossy(&text), @r"
        what ketle should I purchase
          compared    what kettle buy
          mistyped    ketle → kettle
          other name  purchase → buy
          meaning     compared

        87 % kettle: Which kettle is best?
          nearest     “what kettle should I buy” (phrasing 1)
          shares      kettle 0.61, buy 0.20
          score       1.11 = words 0.81 + characters 0.30; 0.45 above the next
          cosine      0.90 with that phrasing, 0.12 with ordinary talk
          log odds    1.94 = score 3.20 − ordinary talk 1.26

        After it
           10 % 0.66  teapot: Which teapot is best?

        Said
          when asked  the answer: 87 % reaches 70 %
          unasked     nothing: 87 % is below 93 %
        ");
    }
}
