//! Changing an entry: what would come of it, and doing it.

use crate::admin::{Error, ServerAdmin, compute};
use crate::diff::{DiffLine, diff};
use crate::drafts::Draft;
use crate::entry_input::new_id;
use crate::impact::{Impact, KnownQuestion, Origin, impact, known_questions};
use crate::overlay::{self, Overlay, apply_overlay};
use crate::revision_text;
use crate::world::World;
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{self, Entry, EntryError, Known, check};
use citebot_store::{
    self, PublishError as StorePublishError, Resolution, Revision, RevisionId, RevisionKind,
    StoreError,
};
use std::fmt;
use std::sync::Arc;

/// How many of the server's logged questions an impact is measured on: the latest.
const LOGGED: u32 = 500;
/// How many entries are named in a note.
const NAMED: usize = 5;

/// What a moderator wants to do. `based_on` is the latest revision of the entry that they saw
/// (`Draft::based_on`, [`Past::id`](super::Past::id)), `None` if there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A new entry, or new words for one.
    Write(Draft),
    /// The entry no longer answers.
    Remove {
        /// The entry.
        entry: String,
        /// What the moderator saw.
        based_on: Option<RevisionId>,
    },
    /// A removed entry comes back as it was; one of the base's that was changed gets the base's own
    /// words back.
    Restore {
        /// The entry.
        entry: String,
        /// What the moderator saw.
        based_on: Option<RevisionId>,
    },
    /// The entry becomes what it was after the revision `to`; `None`: before any revision.
    Undo {
        /// The entry.
        entry: String,
        /// One of its revisions.
        to: Option<RevisionId>,
        /// What the moderator saw.
        based_on: Option<RevisionId>,
    },
}

/// What would come of an edit.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The entry's id: for a new one, as it would be.
    pub entry: String,
    /// What the edit does to it.
    pub kind: RevisionKind,
    /// The entry as members see it now.
    pub before: Option<Arc<Entry>>,
    /// The entry as members would see it; `None` when it would be gone. With
    /// [`problems`](Self::problems) it is as much as can be shown.
    pub after: Option<Arc<Entry>>,
    /// What came and went from the one to the other.
    pub changes: Vec<DiffLine>,
    /// Everything that has to be mended before it can be published.
    pub problems: Vec<EntryError>,
    /// What is no mistake but worth knowing, a sentence each.
    pub notes: Vec<String>,
    /// Which known questions would get another answer. Empty while there are problems.
    pub impact: Impact,
    /// Whether somebody else has published this entry in the meantime.
    pub conflict: Option<Conflict>,
}

/// Somebody else published the same entry in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The entry.
    pub entry: String,
    /// Their revisions, oldest first.
    pub theirs: Vec<Revision>,
    /// What they changed, all together.
    pub changes: Vec<DiffLine>,
    /// What an edit must be based on to go over theirs all the same.
    pub latest: Option<RevisionId>,
}

/// What was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The entry's id.
    pub entry: String,
    /// The revision; `None` when the entry was like that already and nothing had to be.
    pub revision: Option<Revision>,
    /// What was done, in a line for a log: who did it is for the caller to put before it.
    pub summary: String,
}

/// An edit that cannot be: not because of what was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Members see no such entry.
    #[error("there is no entry `{id}`{}", did_you_mean(.near.as_ref()))]
    NoEntry {
        /// The id that was asked for.
        id: String,
        /// One with a name like it.
        near: Option<String>,
    },
    /// `[curation] override_base` is off.
    #[error("`{0}` belongs to the bot's own book, which its operator does not let servers change")]
    Closed(String),
    /// Nothing to bring back.
    #[error("`{0}` was neither removed nor changed here: there is nothing to restore")]
    NothingToRestore(String),
    /// Another entry's revision, or none.
    #[error("`{entry}` has no revision {revision} on this server")]
    NoRevision {
        /// The entry.
        entry: String,
        /// The revision.
        revision: RevisionId,
    },
}

/// Nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// What has to be mended first.
    #[error("{}", sentences(.0))]
    Diagnostics(Vec<EntryError>),
    /// Somebody else was quicker.
    #[error("`{}` was changed by somebody else since you began; nothing was overwritten", .0.entry)]
    Conflict(Box<Conflict>),
    /// It cannot be.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for PublishError {
    fn from(error: StoreError) -> Self {
        Self::Other(Error::Store(error))
    }
}

fn did_you_mean(near: Option<&String>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

fn sentences(findings: &[EntryError]) -> String {
    let sentences: Vec<String> = findings.iter().map(ToString::to_string).collect();
    sentences.join("\n")
}

/// An edit worked out against the world as it is.
#[derive(Debug)]
struct Plan {
    id: String,
    kind: RevisionKind,
    based_on: Option<RevisionId>,
    /// The entry as it was typed or stood; `None` when it is gone.
    shape: Option<knowledge::UncheckedEntry>,
    /// What the revision keeps: as [`citebot_store::NewRevision::body`].
    body: Option<String>,
    findings: Vec<EntryError>,
    /// Whether members see it so already.
    unchanged: bool,
    /// Normalised questions that are dealt with by it.
    answers: Vec<String>,
}

/// What an edit makes of an entry.
enum Wanted {
    /// These words.
    Words(knowledge::UncheckedEntry),
    /// The base's own words, or nothing where the base has none.
    Base,
    /// Nothing.
    Gone,
}

impl ServerAdmin<'_> {
    /// What would come of `edit`. Nothing is changed. Takes a while: every known question is
    /// asked, before and after.
    ///
    /// # Errors
    ///
    /// [`PublishError::Refused`] when it cannot be at all; what was typed wrongly is told in
    /// [`Preview::problems`], and an edit of somebody else in [`Preview::conflict`].
    pub async fn preview(&self, edit: &Edit) -> Result<Preview, PublishError> {
        let world = self.engine.worlds.current();
        let plan = self.plan(&world, edit).await?;
        let conflict = self.conflict(&world, &plan).await?;
        let now = Arc::clone(world.snapshot(Some(self.server)));
        let before = now.knowledge.entry(&plan.id).cloned();
        let mut after = plan
            .shape
            .as_ref()
            .and_then(knowledge::UncheckedEntry::unchecked)
            .map(Arc::new);
        let mut notes = notes(&plan, &now.knowledge);
        let mut impact = Impact::default();
        if plan.findings.is_empty() {
            let (measured, shown) = self.measure(&world, &plan).await?;
            impact = measured;
            after = shown;
            notes.extend(astray(&impact));
        }
        let old = before.as_deref().map(knowledge::UncheckedEntry::from);
        Ok(Preview {
            changes: diff(old.as_ref(), plan.shape.as_ref()),
            entry: plan.id,
            kind: plan.kind,
            before,
            after,
            problems: plan.findings,
            notes,
            impact,
            conflict,
        })
    }

    /// Publishes `edit`, by `author` (a Discord user id) at `at`. When this returns, the revision
    /// is on disk and the next question is answered with it. A [draft that was
    /// kept](Self::keep) for it is thrown away, and the questions it answers are dealt with.
    ///
    /// # Errors
    ///
    /// See [`PublishError`]; nothing was changed then.
    pub async fn publish(
        &self,
        author: u64,
        at: i64,
        edit: &Edit,
    ) -> Result<Published, PublishError> {
        let turn = self.keeping.turn.lock().await;
        let world = self.engine.worlds.current();
        let plan = self.plan(&world, edit).await?;
        if !plan.findings.is_empty() {
            return Err(PublishError::Diagnostics(plan.findings));
        }
        if let Some(conflict) = self.conflict(&world, &plan).await? {
            return Err(PublishError::Conflict(Box::new(conflict)));
        }
        let mut revision = None;
        if !plan.unchanged {
            let draft = plan.revision();
            let store = &self.keeping.store;
            let published = match store.publish(self.server, author, at, draft).await {
                Ok(published) => published,
                Err(StorePublishError::Store(error)) => return Err(error.into()),
                // Another process was quicker than its news.
                Err(_) => {
                    drop(turn);
                    return Err(self.overtaken(&plan).await);
                }
            };
            self.apply([published.clone()]).await?;
            revision = Some(published);
        }
        drop(turn);
        self.settle_accounts(author, at, edit, &plan).await;
        Ok(Published {
            summary: summary(&plan, revision.as_ref()),
            entry: plan.id,
            revision,
        })
    }

    /// Puts published revisions into the world.
    pub(crate) async fn apply(
        &self,
        published: impl IntoIterator<Item = Revision>,
    ) -> Result<(), Error> {
        let overlay = (*self.overlay()).clone();
        let overlay = published
            .into_iter()
            .fold(overlay, |overlay, one| overlay.with(one));
        let (worlds, server) = (Arc::clone(&self.engine.worlds), self.server);
        compute(move || worlds.set_overlay(server, overlay)).await
    }

    /// What follows a success and does not undo it by failing.
    async fn settle_accounts(&self, author: u64, at: i64, edit: &Edit, plan: &Plan) {
        let store = &self.keeping.store;
        if !plan.answers.is_empty() {
            let answers: Vec<&str> = plan.answers.iter().map(String::as_str).collect();
            let entry = plan.id.clone();
            let done = store
                .resolve(self.server, &answers, &Resolution::Answered { entry }, at)
                .await;
            if let Err(error) = done {
                tracing::warn!(%error, "questions that were answered stay in the review queue");
            }
        }
        if let Edit::Write(draft) = edit
            && let Err(error) = store.drop_draft(self.server, author, draft.subject()).await
        {
            tracing::warn!(%error, "a draft that was published is kept for some days");
        }
    }

    async fn plan(&self, world: &World, edit: &Edit) -> Result<Plan, PublishError> {
        let now = world.snapshot(Some(self.server));
        let base = &world.base.knowledge;
        let overlay = world.overlay(self.server);
        let seen = |id: &str| {
            let entry = now.knowledge.entry(id);
            entry.ok_or_else(|| no_entry(id, &now.knowledge))
        };
        let mut answers = Vec::new();
        let (id, based_on, wanted) = match edit {
            Edit::Write(draft) => {
                answers.clone_from(&draft.answers);
                let id = match &draft.entry {
                    Some(id) => seen(id)?.id.to_string(),
                    None => new_id(&draft.form.question, |id| {
                        base.entry(id).is_some() || overlay.latest(id).is_some()
                    }),
                };
                let words = draft.form.read(&id, &now.knowledge);
                // A new id has no revision, whatever the draft says.
                let based_on = draft.entry.as_ref().and_then(|_| draft.based_on());
                (id, based_on, Wanted::Words(words))
            }
            Edit::Remove { entry, based_on } => {
                seen(entry)?;
                (entry.clone(), *based_on, Wanted::Gone)
            }
            Edit::Restore { entry, based_on } => {
                let wanted = self.before_removal(&overlay, base, entry).await?;
                (entry.clone(), *based_on, wanted)
            }
            Edit::Undo {
                entry,
                to,
                based_on,
            } => {
                let wanted = self.as_of(base, entry, *to).await?;
                (entry.clone(), *based_on, wanted)
            }
        };
        let own = base.entry(&id);
        if own.is_some() && !self.engine.worlds.override_base {
            return Err(Refusal::Closed(id).into());
        }
        let before = now
            .knowledge
            .entry(&id)
            .map(|entry| knowledge::UncheckedEntry::from(&**entry));
        let (mut shape, mut body, mut findings) = (None, None, Vec::new());
        match wanted {
            Wanted::Words(words) => {
                findings = check(&words, &Known::new(&now.knowledge));
                // As it will be read: texts trimmed.
                let words = match words.unchecked() {
                    Some(entry) if findings.is_empty() => (&entry).into(),
                    _ => words,
                };
                // The base's own words need no copy here, and go on changing with the base.
                if own.is_none_or(|own| knowledge::UncheckedEntry::from(&**own) != words) {
                    body = Some(revision_text::write(&words));
                }
                shape = Some(words);
            }
            Wanted::Base => shape = own.map(|entry| knowledge::UncheckedEntry::from(&**entry)),
            Wanted::Gone => {}
        }
        // A bookless entry whose words are taken away is gone.
        let kind = match (&shape, overlay.latest(&id), edit) {
            (None, ..) => RevisionKind::Remove,
            (Some(_), _, Edit::Restore { .. } | Edit::Undo { .. }) => RevisionKind::Restore,
            (Some(_), None, _) if own.is_none() => RevisionKind::Add,
            (Some(_), ..) if body.is_none() => RevisionKind::Restore,
            (Some(_), ..) => RevisionKind::Edit,
        };
        // Also by what is kept: something that no longer fits is not seen, and can be taken back.
        let same = match overlay.latest(&id) {
            None => body.is_none() && kind != RevisionKind::Remove,
            Some(latest) => {
                let gone = |kind| kind == RevisionKind::Remove;
                latest.body == body && gone(latest.kind) == gone(kind)
            }
        };
        Ok(Plan {
            unchanged: same && shape == before && findings.is_empty(),
            id,
            kind,
            based_on,
            shape,
            body,
            findings,
            answers,
        })
    }

    /// What a restored entry becomes.
    async fn before_removal(
        &self,
        overlay: &Overlay,
        base: &knowledge::Knowledge,
        id: &str,
    ) -> Result<Wanted, PublishError> {
        let Some(latest) = overlay.latest(id) else {
            return Err(match base.entry(id) {
                Some(_) => Refusal::NothingToRestore(id.to_owned()),
                None => no_entry(id, base),
            }
            .into());
        };
        match (latest.kind, &latest.body) {
            (RevisionKind::Remove, _) => match latest.based_on {
                Some(before) => self.as_of(base, id, Some(before)).await,
                None => Ok(Wanted::Base),
            },
            (_, Some(_)) if base.entry(id).is_some() => Ok(Wanted::Base),
            _ => Err(Refusal::NothingToRestore(id.to_owned()).into()),
        }
    }

    /// What the entry was after the revision `to`, or before any.
    async fn as_of(
        &self,
        base: &knowledge::Knowledge,
        id: &str,
        to: Option<RevisionId>,
    ) -> Result<Wanted, PublishError> {
        let Some(to) = to else {
            // Before the first revision there was the base, or nothing.
            return match base.entry(id) {
                Some(_) => Ok(Wanted::Base),
                None if self.overlay().latest(id).is_some() => Ok(Wanted::Gone),
                None => Err(no_entry(id, base).into()),
            };
        };
        let found = self.keeping.store.revision(self.server, to).await?;
        let Some(revision) = found.filter(|revision| revision.entry == id) else {
            return Err(Refusal::NoRevision {
                entry: id.to_owned(),
                revision: to,
            }
            .into());
        };
        match (&revision.body, revision.kind) {
            (Some(text), _) => Ok(Wanted::Words(read(&revision, text)?)),
            (None, RevisionKind::Remove) => Ok(Wanted::Gone),
            (None, _) => Ok(Wanted::Base),
        }
    }

    /// What somebody else published, if what `plan` is based on is not the latest any more.
    async fn conflict(&self, world: &World, plan: &Plan) -> Result<Option<Conflict>, Error> {
        if world.overlay(self.server).latest_id(&plan.id) == plan.based_on {
            return Ok(None);
        }
        self.since(plan).await.map(Some)
    }

    async fn overtaken(&self, plan: &Plan) -> PublishError {
        match self.since(plan).await {
            Ok(conflict) => PublishError::Conflict(Box::new(conflict)),
            Err(error) => error.into(),
        }
    }

    async fn since(&self, plan: &Plan) -> Result<Conflict, Error> {
        let mut theirs = self.keeping.store.history(self.server, &plan.id).await?;
        let mut seen = None;
        if let Some(at) = theirs.iter().position(|one| Some(one.id) == plan.based_on) {
            seen = theirs.drain(..=at).next_back();
        }
        let base = self.engine.snapshot(None);
        let stood = |revision: Option<&Revision>| stood(&base.knowledge, &plan.id, revision);
        Ok(Conflict {
            entry: plan.id.clone(),
            changes: diff(
                stood(seen.as_ref())?.as_ref(),
                stood(theirs.last())?.as_ref(),
            ),
            latest: theirs.last().map(|revision| revision.id),
            theirs,
        })
    }

    /// The impact of `plan`, and the entry as members would see it.
    async fn measure(
        &self,
        world: &Arc<World>,
        plan: &Plan,
    ) -> Result<(Impact, Option<Arc<Entry>>), PublishError> {
        self.keeping.recorder.flush().await;
        let logged = self
            .keeping
            .store
            .logged_questions(self.server, LOGGED)
            .await?;
        let logged = logged.into_iter().map(|same| KnownQuestion {
            text: same.newest.text,
            origin: Origin::Logged(same.times),
        });
        let labelled = self.keeping.questions.iter().map(|text| KnownQuestion {
            text: text.clone(),
            origin: Origin::Labelled,
        });
        let others: Vec<KnownQuestion> = logged.chain(labelled).collect();
        let draft = plan.revision();
        // A revision as it would be; its number matters to nobody here.
        let overlay = world.overlay(self.server).with(Revision {
            id: RevisionId(i64::MAX),
            entry: draft.entry,
            kind: draft.kind,
            author: 0,
            published_at: 0,
            based_on: draft.based_on,
            body: draft.body,
        });
        let world = Arc::clone(world);
        let (server, id) = (self.server, plan.id.clone());
        let thresholds = self.engine.thresholds(Some(server));
        let worlds = Arc::clone(&self.engine.worlds);
        let unchanged = plan.unchanged;
        Ok(compute(move || {
            let before = Arc::clone(world.snapshot(Some(server)));
            let overlaid = (!unchanged).then(|| {
                apply_overlay(&world.base.knowledge, &overlay, worlds.override_base).knowledge
            });
            let after = match overlaid {
                // Nothing changes, and so nothing has to be indexed.
                None => Arc::clone(&before),
                Some(None) => Arc::clone(&world.base),
                Some(Some(knowledge)) => Arc::new(worlds.indexer.index(knowledge, &mut |_, _| ())),
            };
            let shown = after.knowledge.entry(&id).cloned();
            let questions = known_questions(&before, &after, others);
            let edited = shown.as_ref().map(|entry| &entry.id);
            (
                impact(&before, &after, thresholds, questions, edited),
                shown,
            )
        })
        .await?)
    }
}

impl Plan {
    fn revision(&self) -> citebot_store::NewRevision {
        citebot_store::NewRevision {
            entry: self.id.clone(),
            kind: self.kind,
            body: self.body.clone(),
            based_on: self.based_on,
        }
    }
}

/// The words of a revision.
pub(crate) fn read(revision: &Revision, text: &str) -> Result<knowledge::UncheckedEntry, Error> {
    overlay::read(text, &revision.entry).map_err(|problems| Error::Unreadable {
        entry: revision.entry.clone(),
        revision: revision.id.0,
        problems,
    })
}

/// The entry `id` as it stood after `revision` (`None`: before any), over the base as it is now.
pub(crate) fn stood(
    base: &knowledge::Knowledge,
    id: &str,
    revision: Option<&Revision>,
) -> Result<Option<knowledge::UncheckedEntry>, Error> {
    let own = || {
        base.entry(id)
            .map(|entry| knowledge::UncheckedEntry::from(&**entry))
    };
    match revision {
        None => Ok(own()),
        Some(revision) => match &revision.body {
            Some(text) => read(revision, text).map(Some),
            None if revision.kind == RevisionKind::Remove => Ok(None),
            None => Ok(own()),
        },
    }
}

fn no_entry(id: &str, knowledge: &knowledge::Knowledge) -> Refusal {
    let known = knowledge.entries().iter().map(|entry| entry.id.as_str());
    Refusal::NoEntry {
        id: id.to_owned(),
        near: nearest(id, known).map(str::to_owned),
    }
}

/// What is no mistake but worth knowing before publishing.
fn notes(plan: &Plan, now: &knowledge::Knowledge) -> Vec<String> {
    let mut notes = Vec::new();
    if plan.unchanged {
        notes.push("The entry is like this already: publishing changes nothing in it.".to_owned());
    }
    if let Some(shape) = &plan.shape {
        let topics = now.topics();
        if !shape.topic.is_empty() && !topics.contains(&shape.topic.as_str()) {
            let near = nearest(&shape.topic, topics.iter().copied())
                .map_or_else(String::new, |near| format!(" Did you mean “{near}”?"));
            notes.push(format!("“{}” is a new topic.{near}", shape.topic));
        }
    } else {
        let offering = now
            .entries()
            .iter()
            .filter(|entry| entry.related.iter().any(|id| id.as_str() == plan.id))
            .map(|entry| format!("`{}`", entry.id));
        let offering: Vec<String> = offering.collect();
        if !offering.is_empty() {
            notes.push(format!(
                "It is no longer offered beside {}.",
                named(&offering)
            ));
        }
    }
    notes
}

/// Wordings that do not lead to their own entry.
fn astray(impact: &Impact) -> Option<String> {
    if impact.unreached.is_empty() {
        return None;
    }
    let wordings: Vec<String> = impact
        .unreached
        .iter()
        .map(|text| format!("“{text}”"))
        .collect();
    Some(format!(
        "Asked in these words, the bot still answers something else, or nothing: {}.",
        named(&wordings)
    ))
}

fn named(items: &[String]) -> String {
    let shown = items
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn summary(plan: &Plan, revision: Option<&Revision>) -> String {
    let question = plan
        .shape
        .as_ref()
        .map(|shape| format!(" “{}”", shape.question));
    let question = question.unwrap_or_default();
    match revision {
        Some(revision) => {
            let did = Did(revision.kind);
            format!("{did} `{}`{question} (revision {})", plan.id, revision.id)
        }
        None => format!("left `{}`{question} as it was", plan.id),
    }
}

/// What a revision did, as a verb in the past.
struct Did(RevisionKind);

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            RevisionKind::Add => "added",
            RevisionKind::Edit => "edited",
            RevisionKind::Remove => "removed",
            RevisionKind::Restore => "restored",
        })
    }
}
