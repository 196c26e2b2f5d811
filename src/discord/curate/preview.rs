//! The preview of an edit before anything is changed, and the result of publishing it.

use super::drafts::entry_id;
use super::report::{Report, ReportLine};
use super::revision::verb;
use crate::discord::custom_id::{CurateAction, Fingerprint, ReviewAction};
use crate::discord::escape;
use crate::discord::render::{self, Feedback};
use crate::discord::rendered::Rendered;
use crate::discord::widgets::button;
use citebot_core::knowledge::{Entry, EntryId, Knowledge};
use citebot_engine::{
    ChangedReply, Draft, Edit, EditConflict, Impact, Origin, Preview, Published, ReplyGist,
};
use citebot_store::RevisionKind;
use serenity::builder::{CreateActionRow, CreateButton};
use serenity::model::application::ButtonStyle;
use std::sync::Arc;

/// The file with the whole of a preview that was cut.
const FILE: &str = "preview.txt";
/// The longest question that is quoted.
const MAX_QUOTED: usize = 150;

/// Tells whether a draft is still what the moderator was shown.
#[must_use]
pub fn fingerprint(draft: &Draft) -> Fingerprint {
    Fingerprint::of(&format!("{draft:?}"))
}

/// The preview of `edit` with its buttons, over the present `knowledge`. `saved` is the draft as it is
/// saved, where the edit's is not the same.
#[must_use]
pub fn preview(
    knowledge: &Knowledge,
    preview: &Preview,
    edit: &Edit,
    saved: Option<&Draft>,
) -> Rendered {
    let mut report = Report::new(&heading(preview, edit));
    if let Some(conflict) = &preview.conflict {
        report_conflict(&mut report, conflict);
    }
    let problems: Vec<_> = preview
        .problems
        .iter()
        .map(|problem| ReportLine::plain(&problem.to_string()))
        .collect();
    report.section("Fix before publishing", &problems);
    let notes: Vec<_> = preview
        .notes
        .iter()
        .map(|note| ReportLine::plain(note))
        .collect();
    report.section("Worth knowing", &notes);
    if preview.problems.is_empty() {
        report_impact(&mut report, &preview.impact);
    }
    if !matches!(preview.kind, RevisionKind::Add) {
        report.diff("Changes to the entry", &preview.changes);
    }
    let is_complete =
        |entry: &&Arc<Entry>| !entry.question.trim().is_empty() && !entry.answer.trim().is_empty();
    let message = match preview.after.as_ref().filter(is_complete) {
        Some(entry) => render::answer(knowledge, entry, Feedback::default()),
        None => Rendered::default(),
    };
    report
        .above(message, FILE)
        .with_row(buttons(preview, edit, saved))
}

fn heading(preview: &Preview, edit: &Edit) -> String {
    let id = &preview.entry;
    let question = preview
        .before
        .as_ref()
        .or(preview.after.as_ref())
        .map(|entry| format!(" “{}”", escape::quote(&entry.question, MAX_QUOTED)))
        .unwrap_or_default();
    let what = match (edit, preview.kind) {
        (Edit::Write(_), RevisionKind::Add) => {
            format!("the new entry `{id}`, as members will see it")
        }
        (Edit::Write(_), _) => format!("`{id}`, as members will see it"),
        (_, RevisionKind::Remove) => {
            format!("`{id}`{question} is taken out of this server's FAQ")
        }
        (Edit::Undo { to: Some(to), .. }, _) => {
            format!("`{id}` as it was after revision {to}")
        }
        (Edit::Undo { to: None, .. }, _) => {
            format!("`{id}` as it was before any change here")
        }
        (Edit::Remove { .. } | Edit::Restore { .. }, _) => {
            format!("`{id}` comes back, as members will see it")
        }
    };
    format!("**Preview**: {what}. Nothing is published yet.")
}

fn report_conflict(report: &mut Report, conflict: &EditConflict) {
    let theirs: Vec<_> = conflict
        .theirs
        .iter()
        .map(|revision| {
            let (author, id) = (revision.author, revision.id);
            let at = revision.published_at.div_euclid(1_000);
            let verb = verb(revision.kind);
            ReportLine {
                shown: format!("<@{author}> {verb} it <t:{at}:R> (revision {id})"),
                in_file: format!("{author} {verb} it (revision {id})"),
            }
        })
        .collect();
    report.section("Somebody else changed this entry since you began", &theirs);
    report.diff("Their changes", &conflict.changes);
}

/// The known questions that would get another answer.
fn report_impact(report: &mut Report, impact: &Impact) {
    let changed: Vec<_> = impact.changed.iter().map(changed_question).collect();
    if changed.is_empty() {
        let none = format!("none of {} known questions", impact.asked);
        report.section(
            "Questions that change their answer",
            &[ReportLine::plain(&none)],
        );
        return;
    }
    let heading = format!(
        "Questions that change their answer: {} of {} known",
        changed.len(),
        impact.asked
    );
    report.section(&heading, &changed);
}

fn changed_question(changed: &ChangedReply) -> ReportLine {
    let question = &changed.question.text;
    let origin = match &changed.question.origin {
        Origin::Logged(1) => "asked here once".to_owned(),
        Origin::Logged(times) => format!("asked here {times} times"),
        Origin::Phrasing(id) => format!("in {id}"),
        Origin::Labelled => "labelled".to_owned(),
    };
    let (from, to) = (said(&changed.from), said(&changed.to));
    let quoted = escape::quote(question, MAX_QUOTED);
    ReportLine {
        shown: format!("“{quoted}” ({origin}): {from} → {to}"),
        in_file: format!("“{question}” ({origin}): {from} → {to}"),
    }
}

fn said(said: &ReplyGist) -> String {
    match said {
        ReplyGist::Answer(id) => format!("`{id}`"),
        ReplyGist::Suggest(id) => format!("did you mean `{id}`"),
        ReplyGist::Unknown => "no answer".to_owned(),
    }
}

fn buttons(preview: &Preview, edit: &Edit, saved: Option<&Draft>) -> CreateActionRow {
    let mut row = Vec::new();
    if preview.problems.is_empty()
        && let Some(publish) = publish_action(preview, edit, saved)
    {
        let (label, style) = match preview.conflict {
            Some(_) => ("Publish over it", ButtonStyle::Danger),
            None => ("Publish", ButtonStyle::Success),
        };
        row.push(button(publish, label, style));
    }
    let style = ButtonStyle::Secondary;
    if let Edit::Write(draft) = edit {
        let entry = entry_id(draft);
        let open = CurateAction::Open {
            entry: entry.clone(),
        };
        row.push(button(open, "Back to editing", style));
        row.push(button(CurateAction::Discard { entry }, "Discard", style));
    } else {
        row.push(button(CurateAction::Cancel {}, "Discard", style));
    }
    CreateActionRow::Buttons(row)
}

/// What publishes `edit`, over the changes of others if there are any.
fn publish_action(preview: &Preview, edit: &Edit, saved: Option<&Draft>) -> Option<CurateAction> {
    let entry = EntryId::new(&preview.entry).ok();
    let over = preview
        .conflict
        .as_ref()
        .and_then(|conflict| conflict.latest);
    Some(match edit {
        Edit::Write(draft) => CurateAction::Publish {
            shown: fingerprint(saved.unwrap_or(draft)),
            over,
            entry: entry_id(draft),
        },
        Edit::Remove { based_on, .. } => CurateAction::Remove {
            based_on: over.or(*based_on),
            entry: entry?,
        },
        Edit::Restore { based_on, .. } => CurateAction::Restore {
            based_on: over.or(*based_on),
            entry: entry?,
        },
        Edit::Undo { to, based_on, .. } => CurateAction::Undo {
            to: *to,
            based_on: over.or(*based_on),
            entry: entry?,
        },
    })
}

/// The result of publishing. `from_queue`: the way back to the review queue is shown too.
#[must_use]
pub fn published(published: &Published, from_queue: bool) -> Rendered {
    let id = &published.entry;
    let Some(revision) = &published.revision else {
        return Rendered::text(format!(
            "`{id}` is like that already: there was nothing to publish."
        ));
    };
    let said = format!(
        "Published: {} `{id}` (revision {}). It holds from the next question on.",
        verb(revision.kind),
        revision.id
    );
    let mut buttons: Vec<CreateButton> = history_button(id).into_iter().collect();
    if from_queue {
        let next = ReviewAction::Page { page: 0 };
        buttons.push(button(next, "Next question", ButtonStyle::Primary));
    }
    let row = (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons));
    Rendered::text(said).with_rows(row)
}

/// A button that shows the history of the entry `id`.
#[must_use]
pub fn history_row(id: &str) -> Option<CreateActionRow> {
    let history = history_button(id)?;
    Some(CreateActionRow::Buttons(vec![history]))
}

fn history_button(id: &str) -> Option<CreateButton> {
    let entry = EntryId::new(id).ok()?;
    let action = CurateAction::History { page: 0, entry };
    Some(button(action, "History", ButtonStyle::Secondary))
}
