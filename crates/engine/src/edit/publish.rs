//! Publishing an edit.

use crate::admin::{AdminError, ServerAdmin, compute};
use crate::edit::error::EditError;
use crate::edit::plan::{Edit, Plan};
use crate::store_handle::StoreHandle;
use citebot_store::{
    NewRevision, PublishError, Resolution, Revision, RevisionConflict, RevisionKind,
};
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
            let new = vec![plan.revision.clone()];
            revision = match self.append(author, at, new).await? {
                Ok(published) => published.into_iter().next(),
                Err(_) => {
                    let (entry, seen) = (&plan.revision.entry, plan.revision.based_on);
                    let conflict = self.changes_since(entry, seen).await?;
                    return Err(EditError::Conflict(Box::new(conflict)));
                }
            };
        }
        self.clean_up(author, at, edit, &plan).await;
        Ok(Published {
            summary: summary(&plan, revision.as_ref()),
            entry: plan.revision.entry,
            revision,
        })
    }

    /// Publishes `new` and shows it to members. On a conflict, which another process caused or a commit
    /// whose answer was lost, this server is read again, so that the next preview shows it.
    pub(crate) async fn append(
        &self,
        author: u64,
        at: i64,
        new: Vec<NewRevision>,
    ) -> Result<Result<Vec<Revision>, Vec<RevisionConflict>>, AdminError> {
        let StoreHandle { store, loader, .. } = self.handle;
        let state = &self.engine.state;
        let updating = loader.locks.lock(self.server).await;
        match store.publish_all(self.server, author, at, new).await {
            Ok(published) => {
                state.add_revisions(self.server, &published);
                drop(updating);
                let (state, server) = (Arc::clone(state), self.server);
                compute(move || state.rebuild(server)).await?;
                Ok(Ok(published))
            }
            Err(PublishError::Conflict(conflicts)) => {
                drop(updating);
                loader.load(self.server).await?;
                Ok(Err(conflicts))
            }
            Err(PublishError::Store(error)) => Err(error.into()),
            Err(error @ PublishError::Duplicate(_)) => {
                tracing::error!(%error, "revisions were refused by the store");
                Err(AdminError::Internal)
            }
        }
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
