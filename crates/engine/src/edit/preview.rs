//! Previewing an edit.

use crate::admin::{AdminError, ServerAdmin, compute};
use crate::diff::{DiffLine, diff};
use crate::edit::conflict::EditConflict;
use crate::edit::error::EditError;
use crate::edit::plan::{Edit, Plan};
use crate::impact::{Impact, KnownQuestion, Origin, impact, known_questions};
use crate::state::Snapshots;
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{Entry, EntryError, Knowledge, UncheckedEntry};
use citebot_store::RevisionKind;
use std::sync::Arc;

/// How many logged questions, the latest, an impact is measured on.
const MAX_LOGGED: u32 = 500;
/// How many items a note names.
const MAX_NAMED: usize = 5;

/// The effects that an edit would have.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The entry's id: of a new entry, the id it would get.
    pub entry: String,
    /// What the edit does to the entry.
    pub kind: RevisionKind,
    /// The entry as members see it now.
    pub before: Option<Arc<Entry>>,
    /// The entry as members would see it; `None` when it would be gone. With
    /// [`problems`](Self::problems) it is as much as can be shown.
    pub after: Option<Arc<Entry>>,
    /// The changes from the one to the other.
    pub changes: Vec<DiffLine>,
    /// Everything to fix before publishing.
    pub problems: Vec<EntryError>,
    /// Hints that don't stop the edit, a sentence each.
    pub notes: Vec<String>,
    /// The known questions that would get another answer. Empty while there are problems.
    pub impact: Impact,
    /// The revisions of this entry that somebody else published in the meantime.
    pub conflict: Option<EditConflict>,
}

impl ServerAdmin<'_> {
    /// Previews `edit` without changing anything (slow: asks every known question before and
    /// after). Publishing the same edit reuses the index that this builds.
    ///
    /// # Errors
    ///
    /// [`EditError::Refused`] when the edit is not possible. What is wrong with the text is in
    /// [`Preview::problems`], and an edit of somebody else in [`Preview::conflict`].
    pub async fn preview(&self, edit: &Edit) -> Result<Preview, EditError> {
        let now = self.engine.state.current();
        let plan = self.plan(&now, edit).await?;
        let conflict = self.conflict(&now, &plan).await?;
        let knowledge = &now.snapshot(Some(self.server)).knowledge;
        let before = knowledge.entry(&plan.revision.entry).cloned();
        let mut notes = notes(&plan, knowledge);
        let (impact, after) = if plan.errors.is_empty() {
            let (impact, after) = self.measure(&now, &plan).await?;
            notes.extend(note_unreached(&impact));
            (impact, after)
        } else {
            (Impact::default(), plan.entry)
        };
        let old = before.as_deref().map(UncheckedEntry::from);
        Ok(Preview {
            changes: diff(old.as_ref(), plan.words.as_ref()),
            entry: plan.revision.entry,
            kind: plan.revision.kind,
            before,
            after,
            problems: plan.errors,
            notes,
            impact,
            conflict,
        })
    }

    /// The impact of `plan`, and the entry as members would see it.
    async fn measure(
        &self,
        now: &Arc<Snapshots>,
        plan: &Plan,
    ) -> Result<(Impact, Option<Arc<Entry>>), AdminError> {
        let questions = self.questions().await?;
        let (now, state) = (Arc::clone(now), Arc::clone(&self.engine.state));
        let thresholds = self.engine.thresholds(Some(self.server));
        let (server, revision, unchanged) = (self.server, plan.revision.clone(), plan.unchanged);
        compute(move || {
            let before = Arc::clone(now.snapshot(Some(server)));
            let after = if unchanged {
                Arc::clone(&before)
            } else {
                state.preview(server, &now, &revision)
            };
            let shown = after.knowledge.entry(&revision.entry).cloned();
            let questions = known_questions(&before, &after, questions);
            let edited = shown.as_ref().map(|entry| &entry.id);
            let impact = impact(&before, &after, thresholds, questions, edited);
            (impact, shown)
        })
        .await
    }

    /// The logged and the labelled questions.
    async fn questions(&self) -> Result<Vec<KnownQuestion>, AdminError> {
        self.flush_questions().await;
        let store = &self.handle.store;
        let logged = store.logged_questions(self.server, MAX_LOGGED).await?;
        let logged = logged.into_iter().map(|repeated| KnownQuestion {
            text: repeated.newest.text,
            origin: Origin::Logged(repeated.times),
        });
        let labelled = self.handle.questions.iter().map(|text| KnownQuestion {
            text: text.clone(),
            origin: Origin::Labelled,
        });
        Ok(logged.chain(labelled).collect())
    }
}

fn notes(plan: &Plan, knowledge: &Knowledge) -> Vec<String> {
    let mut notes = Vec::new();
    if plan.unchanged {
        notes.push("The entry is like this already: publishing changes nothing in it.".to_owned());
    }
    if let Some(words) = &plan.words {
        let topics = knowledge.topics();
        if !words.topic.is_empty() && !topics.contains(&words.topic.as_str()) {
            let near = nearest(&words.topic, topics.iter().copied())
                .map_or_else(String::new, |near| format!(" Did you mean “{near}”?"));
            notes.push(format!("“{}” is a new topic.{near}", words.topic));
        }
    } else {
        let linking = knowledge
            .entries()
            .iter()
            .filter(|entry| {
                entry
                    .related
                    .iter()
                    .any(|id| *id.as_str() == plan.revision.entry)
            })
            .map(|entry| format!("`{}`", entry.id));
        let linking: Vec<String> = linking.collect();
        if !linking.is_empty() {
            notes.push(format!(
                "It is no longer offered beside {}.",
                enumerated(&linking)
            ));
        }
    }
    notes
}

/// Names the phrasings that do not lead to their own entry.
fn note_unreached(impact: &Impact) -> Option<String> {
    if impact.unreached.is_empty() {
        return None;
    }
    let phrasings: Vec<String> = impact
        .unreached
        .iter()
        .map(|text| format!("“{text}”"))
        .collect();
    Some(format!(
        "Asked in these words, the bot still answers something else, or nothing: {}.",
        enumerated(&phrasings)
    ))
}

fn enumerated(items: &[String]) -> String {
    let shown = items
        .iter()
        .take(MAX_NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(MAX_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
