//! Shadow mode and curators in the list of settings.

use citebot_core::answer::percent;
use citebot_engine::{MIN_JUDGEMENTS, Settings, ShadowFigures};
use std::fmt::Write as _;

/// Lines about who may curate, and about shadow mode with its figures.
#[must_use]
pub fn shadow(settings: &Settings, figures: &ShadowFigures) -> String {
    let mut said = String::new();
    if let Some(curators) = &settings.curators {
        let roles: Vec<String> = curators.iter().map(|id| format!("<@&{id}>")).collect();
        let _ = writeln!(
            said,
            "• May curate beside moderators: {}. Discord hides `/curate` from them until you allow it under \
             Server Settings → Integrations",
            roles.join(", ")
        );
    }
    let _ = match (settings.shadow, settings.review_channel) {
        (Some(true), Some(channel)) => writeln!(
            said,
            "• Shadow mode: **on**. I say nothing unprompted, and write what I would have said to <#{channel}>. \
             `/curate settings shadow:False` ends it"
        ),
        (Some(true), None) => writeln!(
            said,
            "• Shadow mode: **on**. I say nothing unprompted. Choose a `review_channel` to see there what I would \
             have said; `/curate settings shadow:False` ends it"
        ),
        _ => writeln!(said, "• Shadow mode: off"),
    };
    if figures.judged == 0 {
        return said;
    }
    let _ = writeln!(said, "• Judged in shadow mode: {}", figures.judged);
    for step in &figures.steps {
        let share = step.precision().map(percent).unwrap_or_default();
        let _ = writeln!(
            said,
            "  • from {} on: {} of {} right ({share})",
            percent(step.threshold),
            step.right,
            step.answers
        );
    }
    let _ = match figures.suggested {
        Some(threshold) => writeln!(
            said,
            "  • I suggest `/curate settings unprompted:{threshold}`: 19 of 20 answers or more were right from there on"
        ),
        None if figures.judged < MIN_JUDGEMENTS => writeln!(
            said,
            "  • From {MIN_JUDGEMENTS} judgements on I suggest a threshold"
        ),
        None => writeln!(
            said,
            "  • At no threshold were 19 of 20 answers right: better not answer unprompted yet"
        ),
    };
    said
}
