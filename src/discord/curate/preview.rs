//! What would come of an edit, before anything is changed; and what came of it.

use super::action::{Action, Change, Digest};
use super::page::{Page, Text, line};
use crate::discord::custom_id::CustomId;
use crate::discord::render::{self, Rendered};
use crate::discord::{escape, limits};
use citebot_core::knowledge::{EntryId, Knowledge};
use citebot_engine::{
    ChangedReply, Draft, EditConflict, Impact, Origin, Preview, Published, ReplyGist,
};
use citebot_store::{RevisionId, RevisionKind};
use serenity::builder::{CreateActionRow, CreateButton};
use serenity::model::application::ButtonStyle;

/// The file that has what a message is too short for.
const FILE: &str = "preview.txt";
/// How much of a question is quoted.
const QUOTED: usize = 150;

/// What the moderator is about to do.
#[derive(Debug, Clone, Copy)]
pub enum Intent<'a> {
    /// Publish what was typed.
    Write(&'a Draft),
    /// Change an entry without a form, based on this revision.
    Change(Change, Option<RevisionId>),
}

/// Tells whether what was typed is still what was shown.
#[must_use]
pub fn digest(draft: &Draft) -> Digest {
    Digest::of(&format!("{draft:?}"))
}

/// The preview with its buttons. `knowledge` is what the server sees now.
#[must_use]
pub fn preview(knowledge: &Knowledge, preview: &Preview, intent: Intent<'_>) -> Page {
    let mut text = Text::new(&heading(preview, intent));
    if let Some(conflict) = &preview.conflict {
        tell_conflict(&mut text, conflict);
    }
    let problems: Vec<_> = preview
        .problems
        .iter()
        .map(|finding| line(&finding.to_string()))
        .collect();
    text.section("To be mended first", &problems);
    let notes: Vec<_> = preview.notes.iter().map(|note| line(note)).collect();
    text.section("Worth knowing", &notes);
    if preview.problems.is_empty() {
        tell_impact(&mut text, &preview.impact);
    }
    if !matches!(preview.kind, RevisionKind::Add) {
        text.diff("What changes in the entry", &preview.changes);
    }
    let (content, file) = text.finish(FILE);
    let whole = |entry: &&std::sync::Arc<citebot_core::knowledge::Entry>| {
        !entry.question.trim().is_empty() && !entry.answer.trim().is_empty()
    };
    let shown = match preview.after.as_ref().filter(whole) {
        Some(entry) => render::answer(knowledge, entry, None).under(content),
        None => Rendered::text(content),
    };
    Page { shown, file }.with(buttons(preview, intent))
}

fn heading(preview: &Preview, intent: Intent<'_>) -> String {
    let id = &preview.entry;
    let question = preview
        .before
        .as_ref()
        .or(preview.after.as_ref())
        .map(|entry| format!(" “{}”", escape::quote(&entry.question, QUOTED)))
        .unwrap_or_default();
    let what = match (intent, preview.kind) {
        (Intent::Write(_), RevisionKind::Add) => {
            format!("the new entry `{id}`, as members will see it")
        }
        (Intent::Write(_), _) => format!("`{id}`, as members will see it"),
        (Intent::Change(..), RevisionKind::Remove) => {
            format!("`{id}`{question} is taken out of this server's FAQ")
        }
        (Intent::Change(Change::Undo(Some(to)), _), _) => {
            format!("`{id}` as it was after revision {to}")
        }
        (Intent::Change(Change::Undo(None), _), _) => {
            format!("`{id}` as it was before any change here")
        }
        (Intent::Change(..), _) => format!("`{id}` comes back, as members will see it"),
    };
    format!("**Preview**: {what}. Nothing is published yet.")
}

fn tell_conflict(text: &mut Text, conflict: &EditConflict) {
    let theirs: Vec<_> = conflict
        .theirs
        .iter()
        .map(|revision| {
            let at = revision.published_at.div_euclid(1_000);
            let did = did(revision.kind);
            (
                format!(
                    "<@{}> {did} it <t:{at}:R> (revision {})",
                    revision.author, revision.id
                ),
                format!("{} {did} it (revision {})", revision.author, revision.id),
            )
        })
        .collect();
    text.section("Somebody else changed this entry since you began", &theirs);
    text.diff("What they changed", &conflict.changes);
}

/// Which known questions would get another answer.
fn tell_impact(text: &mut Text, impact: &Impact) {
    let changed: Vec<_> = impact.changed.iter().map(change).collect();
    if changed.is_empty() {
        let none = format!("none of {} known questions", impact.asked);
        text.section("Questions that change their answer", &[line(&none)]);
        return;
    }
    let heading = format!(
        "Questions that change their answer: {} of {} known",
        changed.len(),
        impact.asked
    );
    text.section(&heading, &changed);
}

fn change(changed: &ChangedReply) -> (String, String) {
    let question = &changed.question.text;
    let origin = match &changed.question.origin {
        Origin::Logged(1) => "asked here once".to_owned(),
        Origin::Logged(times) => format!("asked here {times} times"),
        Origin::Phrasing(id) => format!("in {id}"),
        Origin::Labelled => "labelled".to_owned(),
    };
    let (from, to) = (said(&changed.from), said(&changed.to));
    (
        format!(
            "“{}” ({origin}): {from} → {to}",
            escape::quote(question, QUOTED)
        ),
        format!("“{question}” ({origin}): {from} → {to}"),
    )
}

fn said(said: &ReplyGist) -> String {
    match said {
        ReplyGist::Answer(id) => format!("`{id}`"),
        ReplyGist::Suggest(id) => format!("did you mean `{id}`"),
        ReplyGist::Unknown => "no answer".to_owned(),
    }
}

fn buttons(preview: &Preview, intent: Intent<'_>) -> CreateActionRow {
    let mut row = Vec::new();
    let over = preview.conflict.as_ref().map(|conflict| conflict.latest);
    let (label, style) = match over {
        Some(_) => ("Publish over it", ButtonStyle::Danger),
        None => ("Publish", ButtonStyle::Success),
    };
    let sound = preview.problems.is_empty();
    match intent {
        Intent::Write(draft) => {
            let entry = id_of(draft);
            if sound {
                let publish = Action::Publish {
                    entry: entry.clone(),
                    shown: digest(draft),
                    over: over.flatten(),
                };
                row.push(button(publish, label, style));
            }
            let open = Action::Open {
                entry: entry.clone(),
            };
            row.push(button(open, "Back to editing", ButtonStyle::Secondary));
            row.push(button(
                Action::Discard { entry },
                "Discard",
                ButtonStyle::Secondary,
            ));
        }
        Intent::Change(change, based_on) => {
            if let Some(entry) = EntryId::new(&preview.entry).ok().filter(|_| sound) {
                let based_on = over.flatten().or(based_on);
                let publish = Action::Change {
                    change,
                    entry,
                    based_on,
                };
                row.push(button(publish, label, style));
            }
            row.push(button(Action::Cancel, "Discard", ButtonStyle::Secondary));
        }
    }
    CreateActionRow::Buttons(row)
}

/// The entry that a draft is about; `None` for a new one.
#[must_use]
pub fn id_of(draft: &Draft) -> Option<EntryId> {
    draft.entry.as_deref().and_then(|id| EntryId::new(id).ok())
}

/// A button of curation.
pub fn button(action: Action, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(CustomId::Curate(action).to_string())
        .label(limits::truncate(label, limits::BUTTON_LABEL))
        .style(style)
}

/// Said when it is published.
#[must_use]
pub fn published(published: &Published) -> Page {
    let id = &published.entry;
    let Some(revision) = &published.revision else {
        return Page::text(format!(
            "`{id}` is like that already: nothing had to be published."
        ));
    };
    let said = format!(
        "Published: {} `{id}` (revision {}). It holds from the next question on.",
        did(revision.kind),
        revision.id
    );
    let page = Page::text(said);
    match history_button(id) {
        Some(button) => page.with(CreateActionRow::Buttons(vec![button])),
        None => page,
    }
}

/// The button that shows the history of the entry `id`.
#[must_use]
pub fn history_button(id: &str) -> Option<CreateButton> {
    let entry = EntryId::new(id).ok()?;
    Some(button(
        Action::History { entry, page: 0 },
        "History",
        ButtonStyle::Secondary,
    ))
}

/// What a revision did, as a verb in the past.
#[must_use]
pub fn did(kind: RevisionKind) -> &'static str {
    match kind {
        RevisionKind::Add => "added",
        RevisionKind::Edit => "edited",
        RevisionKind::Remove => "removed",
        RevisionKind::Restore => "restored",
    }
}
