//! The present snapshots: the base and every server's overlay over it. Readers load them without
//! a lock; an edit swaps them whole.

use crate::indexer::Indexer;
use crate::overlay::{Overlay, StaleEntry, apply_overlay};
use crate::settings::VersionedSettings;
use crate::snapshot::Snapshot;
use arc_swap::ArcSwap;
use citebot_core::knowledge::PhrasingOwners;
use citebot_store::{NewRevision, Revision, RevisionId, ServerId};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many previewed snapshots are kept for publishing.
const MAX_PREVIEWS: usize = 8;

/// Everything as of one moment.
#[derive(Debug, Clone)]
pub(crate) struct Snapshots {
    pub(crate) base: Arc<Snapshot>,
    servers: HashMap<ServerId, Arc<ServerState>>,
}

#[derive(Debug, Clone, Default)]
struct ServerState {
    overlay: Arc<Overlay>,
    settings: VersionedSettings,
    /// `None` until the server has an overlay.
    built: Option<Built>,
}

/// A server's snapshot with what it was built from.
#[derive(Debug, Clone)]
struct Built {
    snapshot: Arc<Snapshot>,
    stale_entries: Arc<[StaleEntry]>,
    base: Arc<Snapshot>,
    overlay: Arc<Overlay>,
}

impl Snapshots {
    /// The snapshot of `server`: the base itself where nothing was changed.
    pub(crate) fn snapshot(&self, server: Option<ServerId>) -> &Arc<Snapshot> {
        server
            .and_then(|server| self.servers.get(&server)?.built.as_ref())
            .map_or(&self.base, |built| &built.snapshot)
    }

    pub(crate) fn overlay(&self, server: ServerId) -> Arc<Overlay> {
        self.servers
            .get(&server)
            .map(|server| Arc::clone(&server.overlay))
            .unwrap_or_default()
    }

    pub(crate) fn settings(&self, server: ServerId) -> VersionedSettings {
        self.servers
            .get(&server)
            .map(|server| server.settings.clone())
            .unwrap_or_default()
    }

    pub(crate) fn stale_entries(&self, server: ServerId) -> Arc<[StaleEntry]> {
        self.servers
            .get(&server)
            .and_then(|server| Some(Arc::clone(&server.built.as_ref()?.stale_entries)))
            .unwrap_or_default()
    }

    fn update_server(&mut self, id: ServerId, update: impl FnOnce(&mut ServerState)) {
        let server = self.servers.get(&id);
        let mut server = server.map(|server| (**server).clone()).unwrap_or_default();
        update(&mut server);
        self.servers.insert(id, Arc::new(server));
    }
}

/// A snapshot that was built for a preview, with what it was built from.
#[derive(Debug)]
struct Previewed {
    server: ServerId,
    base: Arc<Snapshot>,
    /// Without the revision.
    overlay: Arc<Overlay>,
    revision: NewRevision,
    snapshot: Arc<Snapshot>,
    stale_entries: Arc<[StaleEntry]>,
}

/// Holds the present [`Snapshots`] and swaps them.
#[derive(Debug)]
pub(crate) struct State {
    current: ArcSwap<Snapshots>,
    /// Held by writers for a moment at a time: never while an index is built, never by a reader.
    swap: Mutex<()>,
    /// Oldest first.
    previews: Mutex<VecDeque<Previewed>>,
    /// The phrasings of the base that was used last.
    owners: Mutex<Option<(Arc<Snapshot>, Arc<PhrasingOwners>)>>,
    /// Whether overlays may change and remove entries of the base.
    pub(crate) override_base: bool,
    pub(crate) indexer: Arc<Indexer>,
}

impl State {
    pub(crate) fn new(base: Arc<Snapshot>, indexer: Arc<Indexer>, override_base: bool) -> Self {
        Self {
            current: ArcSwap::from_pointee(Snapshots {
                base,
                servers: HashMap::new(),
            }),
            swap: Mutex::default(),
            previews: Mutex::default(),
            owners: Mutex::default(),
            override_base,
            indexer,
        }
    }

    pub(crate) fn current(&self) -> Arc<Snapshots> {
        self.current.load_full()
    }

    /// Replaces the base, then makes the snapshot of every server that has an overlay anew, one after
    /// the other. Until its turn comes a server answers from the base before. Only those that were asked
    /// something lately are indexed again now.
    pub(crate) fn set_base(&self, base: Arc<Snapshot>) {
        self.update(|now| now.base = base);
        lock(&self.previews).clear();
        let servers: Vec<ServerId> = self.current().servers.keys().copied().collect();
        for server in servers {
            self.rebuild(server);
        }
    }

    /// Replaces a server's overlay. Members see it after the next [`rebuild`](Self::rebuild).
    pub(crate) fn set_overlay(&self, id: ServerId, overlay: Overlay) {
        if *self.current().overlay(id) != overlay {
            self.update(|now| {
                now.update_server(id, |server| server.overlay = Arc::new(overlay));
            });
        }
    }

    /// Adds published revisions to a server's overlay. Members see them after the next
    /// [`rebuild`](Self::rebuild), or at once if a preview built that very snapshot.
    pub(crate) fn add_revisions(&self, id: ServerId, revisions: &[Revision]) {
        let previewed = match revisions {
            [revision] => self.take_preview(id, revision),
            _ => None,
        };
        self.update(|now| {
            let base = Arc::clone(&now.base);
            now.update_server(id, |server| {
                let overlay = Arc::new(server.overlay.with(revisions));
                if let Some(previewed) = previewed
                    && Arc::ptr_eq(&previewed.base, &base)
                    && is_same(&previewed.overlay, &server.overlay)
                {
                    warn_of(id, &previewed.stale_entries);
                    server.built = Some(Built {
                        snapshot: previewed.snapshot,
                        stale_entries: previewed.stale_entries,
                        base,
                        overlay: Arc::clone(&overlay),
                    });
                }
                server.overlay = overlay;
            });
        });
    }

    pub(crate) fn set_settings(&self, id: ServerId, settings: VersionedSettings) {
        if self.current().settings(id) != settings {
            self.update(|now| {
                now.update_server(id, |server| server.settings = settings);
            });
        }
    }

    /// The snapshot that `server` would have, as of `now`, with `revision` published. It is kept for a while, so
    /// that publishing the revision need not build it again.
    pub(crate) fn preview(
        &self,
        server: ServerId,
        now: &Snapshots,
        revision: &NewRevision,
    ) -> Arc<Snapshot> {
        let overlay = now.overlay(server);
        let is_it = |one: &Previewed| {
            one.server == server
                && one.revision == *revision
                && Arc::ptr_eq(&one.base, &now.base)
                && is_same(&one.overlay, &overlay)
        };
        if let Some(known) = lock(&self.previews).iter().find(|one| is_it(one)) {
            return Arc::clone(&known.snapshot);
        }
        // Its number, author and time make no difference to the snapshot.
        let with = overlay.with(&[Revision {
            id: RevisionId(i64::MAX),
            entry: revision.entry.clone(),
            kind: revision.kind,
            author: 0,
            published_at: 0,
            based_on: revision.based_on,
            body: revision.body.clone(),
        }]);
        let (snapshot, stale_entries) = self.build(server, &now.base, &with);
        let mut previews = lock(&self.previews);
        // A preview that can no longer be used would only keep memory.
        let current = self.current();
        previews.retain(|one| {
            Arc::ptr_eq(&one.base, &current.base)
                && is_same(&one.overlay, &current.overlay(one.server))
        });
        if previews.len() == MAX_PREVIEWS {
            previews.pop_front();
        }
        previews.push_back(Previewed {
            server,
            base: Arc::clone(&now.base),
            overlay,
            revision: revision.clone(),
            snapshot: Arc::clone(&snapshot),
            stale_entries,
        });
        snapshot
    }

    fn take_preview(&self, server: ServerId, published: &Revision) -> Option<Previewed> {
        let mut previews = lock(&self.previews);
        let at = previews.iter().position(|one| {
            one.server == server
                && one.revision.entry == published.entry
                && one.revision.kind == published.kind
                && one.revision.based_on == published.based_on
                && one.revision.body == published.body
        })?;
        previews.remove(at)
    }

    /// Makes a server's snapshot if base or overlay are newer than those it was made from (slow and
    /// blocking if it is indexed).
    pub(crate) fn rebuild(&self, id: ServerId) {
        loop {
            let now = self.current();
            let Some(server) = now.servers.get(&id) else {
                return;
            };
            let is_current = |built: &Built| {
                Arc::ptr_eq(&built.base, &now.base) && Arc::ptr_eq(&built.overlay, &server.overlay)
            };
            if server.overlay.is_empty() && server.built.is_none()
                || server.built.as_ref().is_some_and(is_current)
            {
                return;
            }
            let (snapshot, stale_entries) = self.build(id, &now.base, &server.overlay);
            warn_of(id, &stale_entries);
            let before = server.built.as_ref().map(|built| &built.snapshot);
            if before.is_some_and(|before| before.is_indexed()) {
                // Members do not wait for what others have changed.
                snapshot.build_index();
            }
            let built = Built {
                snapshot,
                stale_entries,
                base: Arc::clone(&now.base),
                overlay: Arc::clone(&server.overlay),
            };
            self.update(|now| {
                // If base or overlay moved on meanwhile, the next round builds from those.
                if Arc::ptr_eq(&now.base, &built.base)
                    && Arc::ptr_eq(&now.overlay(id), &built.overlay)
                {
                    now.update_server(id, |server| server.built = Some(built));
                }
            });
        }
    }

    fn build(
        &self,
        server: ServerId,
        base: &Arc<Snapshot>,
        overlay: &Overlay,
    ) -> (Arc<Snapshot>, Arc<[StaleEntry]>) {
        let owners = self.owners(base);
        let overlaid = apply_overlay(&base.knowledge, &owners, overlay, self.override_base);
        let snapshot = match overlaid.knowledge {
            Some(knowledge) => {
                let index = self.indexer.on_demand(server);
                Arc::new(Snapshot::on_demand(knowledge, index))
            }
            None => Arc::clone(base),
        };
        (snapshot, overlaid.stale_entries.into())
    }

    /// Whose phrasings those of `base` are, which is the same for every server.
    fn owners(&self, base: &Arc<Snapshot>) -> Arc<PhrasingOwners> {
        let mut last = lock(&self.owners);
        if let Some((of, owners)) = &*last
            && Arc::ptr_eq(of, base)
        {
            return Arc::clone(owners);
        }
        let owners = Arc::new(PhrasingOwners::of(base.knowledge.entries()));
        *last = Some((Arc::clone(base), Arc::clone(&owners)));
        owners
    }

    fn update(&self, update: impl FnOnce(&mut Snapshots)) {
        let _swapping = lock(&self.swap);
        let mut next = (**self.current.load()).clone();
        update(&mut next);
        self.current.store(Arc::new(next));
    }
}

/// The lock even if its holder panicked: no holder leaves anything half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether both are the same object. A server without an overlay gets a new empty one each time.
fn is_same(one: &Arc<Overlay>, other: &Arc<Overlay>) -> bool {
    Arc::ptr_eq(one, other) || one.is_empty() && other.is_empty()
}

fn warn_of(server: ServerId, stale_entries: &[StaleEntry]) {
    for stale_entry in stale_entries {
        tracing::warn!(%server, "an entry of this server no longer fits the FAQ: {stale_entry}");
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_PREVIEWS, State, lock};
    use crate::indexer::Indexer;
    use crate::snapshot::Snapshot;
    use citebot_core::knowledge::{Entry, Knowledge};
    use citebot_store::{NewRevision, Revision, RevisionId, RevisionKind, ServerId};
    use std::num::NonZeroU64;
    use std::sync::Arc;

    fn base() -> Arc<Snapshot> {
        let entries = vec![
            Entry::example("kettle", "Which kettle is best?", &[]),
            Entry::example("teapot", "Which teapot is best?", &[]),
        ];
        let knowledge = Knowledge::from_parts(vec![], vec![], vec![], entries);
        Arc::new(Snapshot::new(knowledge))
    }

    fn state() -> State {
        State::new(base(), Arc::new(Indexer::by_words()), true)
    }

    fn server(number: u64) -> ServerId {
        ServerId(NonZeroU64::new(number).expect("not 0"))
    }

    fn remove(entry: &str) -> NewRevision {
        NewRevision {
            entry: entry.to_owned(),
            kind: RevisionKind::Remove,
            body: None,
            based_on: None,
        }
    }

    fn published(id: i64, new: NewRevision) -> Revision {
        Revision {
            id: RevisionId(id),
            entry: new.entry,
            kind: new.kind,
            author: 7,
            published_at: 9,
            based_on: new.based_on,
            body: new.body,
        }
    }

    #[test]
    fn publishing_uses_the_snapshot_of_the_preview() {
        let (state, here) = (state(), server(1));
        let previewed = state.preview(here, &state.current(), &remove("kettle"));
        let again = state.preview(here, &state.current(), &remove("kettle"));
        assert!(Arc::ptr_eq(&previewed, &again), "built twice");
        state.add_revisions(here, &[published(1, remove("kettle"))]);
        let now = state.current();
        assert!(Arc::ptr_eq(now.snapshot(Some(here)), &previewed));
        assert!(now.snapshot(Some(here)).knowledge.entry("kettle").is_none());
        assert!(lock(&state.previews).is_empty(), "it is used once");
    }

    #[test]
    fn a_preview_of_something_else_is_not_used() {
        let here = server(1);
        let check = |meanwhile: &dyn Fn(&State), new: NewRevision| {
            let state = state();
            let previewed = state.preview(here, &state.current(), &remove("kettle"));
            meanwhile(&state);
            state.add_revisions(here, &[published(2, new)]);
            state.rebuild(here);
            let now = state.current();
            assert!(!Arc::ptr_eq(now.snapshot(Some(here)), &previewed));
        };
        check(&|_| (), remove("teapot"));
        check(&|state| state.set_base(base()), remove("kettle"));
        let teapot_is_gone = |state: &State| {
            state.add_revisions(here, &[published(1, remove("teapot"))]);
        };
        check(&teapot_is_gone, remove("kettle"));
        let another_server = |state: &State| {
            state.preview(server(2), &state.current(), &remove("kettle"));
            lock(&state.previews).pop_front();
        };
        check(&another_server, remove("kettle"));
    }

    #[test]
    fn few_previews_are_kept() {
        let state = state();
        for number in 1..50 {
            let new = NewRevision {
                based_on: Some(RevisionId(number)),
                ..remove("kettle")
            };
            state.preview(server(1), &state.current(), &new);
        }
        assert_eq!(lock(&state.previews).len(), MAX_PREVIEWS);
        state.set_base(base());
        assert!(lock(&state.previews).is_empty());
    }
}
