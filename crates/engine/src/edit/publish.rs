//! Publishing an edit.

use crate::admin::{AdminError, ServerAdmin, compute};
use crate::edit::error::EditError;
use crate::edit::plan::{Edit, Plan};
use citebot_store::{PublishError, Resolution, Revision, RevisionKind};
use std::sync::Arc;

/// A published edit.
#[derive(Debug, Clone)]
pub struct Published {
    /// The entry's id.
    pub entry: String,
    /// The revision; `None` when the entry was like that already.
    pub revision: Option<Revision>,
    /// A line for a log of changes, without the author.
    pub summary: String,
}

impl ServerAdmin<'_> {
    /// Publishes `edit`, by `author` (a Discord user id) at `at`. When this returns, the revision
    /// is on disk and the next question is answered with it. Deletes the
    /// [saved draft](Self::save_draft) of it, and resolves the questions it answers.
    ///
    /// # Errors
    ///
    /// See [`EditError`]; nothing was changed then.
    pub async fn publish(&self, author: u64, at: i64, edit: &Edit) -> Result<Published, EditError> {
        let updating = self.handle.update_lock.lock().await;
        let now = self.engine.state.current();
        let plan = self.plan(&now, edit).await?;
        if !plan.errors.is_empty() {
            return Err(EditError::Invalid(plan.errors));
        }
        if let Some(conflict) = self.conflict(&now, &plan).await? {
            return Err(EditError::Conflict(Box::new(conflict)));
        }
        let mut revision = None;
        if !plan.unchanged {
            let store = &self.handle.store;
            let new = plan.revision.clone();
            let published = match store.publish(self.server, author, at, new).await {
                Ok(published) => published,
                Err(PublishError::Store(error)) => return Err(error.into()),
                // Another process published, and the news of it is still on its way.
                Err(PublishError::Conflict(_) | PublishError::Duplicate(_)) => {
                    drop(updating);
                    let (entry, seen) = (&plan.revision.entry, plan.revision.based_on);
                    let conflict = self.changes_since(entry, seen).await?;
                    return Err(EditError::Conflict(Box::new(conflict)));
                }
            };
            self.add_to_overlay(vec![published.clone()]).await?;
            revision = Some(published);
        }
        drop(updating);
        self.clean_up(author, at, edit, &plan).await;
        Ok(Published {
            summary: summary(&plan, revision.as_ref()),
            entry: plan.revision.entry,
            revision,
        })
    }

    /// Shows published revisions to members. The caller holds the update lock.
    pub(crate) async fn add_to_overlay(&self, published: Vec<Revision>) -> Result<(), AdminError> {
        let (state, server) = (Arc::clone(&self.engine.state), self.server);
        compute(move || state.add_revisions(server, &published)).await
    }

    /// Resolves questions and deletes the draft. A failure here does not undo the edit.
    async fn clean_up(&self, author: u64, at: i64, edit: &Edit, plan: &Plan) {
        let store = &self.handle.store;
        if !plan.answers.is_empty() {
            let answers: Vec<&str> = plan.answers.iter().map(String::as_str).collect();
            let answered = Resolution::Answered {
                entry: plan.revision.entry.clone(),
            };
            if let Err(error) = store.resolve(self.server, &answers, &answered, at).await {
                tracing::warn!(%error, "questions that were answered stay in the review queue");
            }
        }
        if let Edit::Write(draft) = edit
            && let Err(error) = store
                .delete_draft(self.server, author, draft.subject())
                .await
        {
            tracing::warn!(%error, "a published draft could not be deleted; it expires in some days");
        }
    }
}

fn summary(plan: &Plan, revision: Option<&Revision>) -> String {
    let question = plan
        .words
        .as_ref()
        .map(|words| format!(" “{}”", words.question));
    let question = question.unwrap_or_default();
    let entry = &plan.revision.entry;
    match revision {
        Some(revision) => {
            let did = past_tense(revision.kind);
            format!("{did} `{entry}`{question} (revision {})", revision.id)
        }
        None => format!("left `{entry}`{question} as it was"),
    }
}

fn past_tense(kind: RevisionKind) -> &'static str {
    match kind {
        RevisionKind::Add => "added",
        RevisionKind::Edit => "edited",
        RevisionKind::Remove => "removed",
        RevisionKind::Restore => "restored",
    }
}
