//! The base and every server's overlay over it, as of one moment: swapped whole, never waited for.

use crate::Snapshot;
use crate::indexer::Indexer;
use crate::overlay::{Overlay, StaleEntry, apply_overlay};
use crate::settings::Settings;
use arc_swap::ArcSwap;
use citebot_store::ServerId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// As of one moment.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) base: Arc<Snapshot>,
    servers: HashMap<ServerId, Arc<Server>>,
}

/// What is known of one server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    pub(crate) overlay: Arc<Overlay>,
    pub(crate) settings: Kept,
    built: Option<Built>,
}

/// A server's settings as the store keeps them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Kept {
    /// The version of the document; `None` if there is none.
    pub(crate) version: Option<i64>,
    pub(crate) settings: Arc<Settings>,
}

/// An overlay laid over a base, and what it was made of.
#[derive(Debug, Clone)]
struct Built {
    snapshot: Arc<Snapshot>,
    stale_entries: Arc<[StaleEntry]>,
    base: Arc<Snapshot>,
    overlay: Arc<Overlay>,
}

impl World {
    /// What `server` sees: the base itself where it has changed nothing.
    pub(crate) fn snapshot(&self, server: Option<ServerId>) -> &Arc<Snapshot> {
        server
            .and_then(|server| self.servers.get(&server)?.built.as_ref())
            .map_or(&self.base, |built| &built.snapshot)
    }

    pub(crate) fn server(&self, server: ServerId) -> Option<&Arc<Server>> {
        self.servers.get(&server)
    }

    pub(crate) fn overlay(&self, server: ServerId) -> Arc<Overlay> {
        self.server(server)
            .map(|server| Arc::clone(&server.overlay))
            .unwrap_or_default()
    }
}

impl Server {
    /// What of the overlay does not fit the base.
    pub(crate) fn stale_entries(&self) -> Arc<[StaleEntry]> {
        let built = self.built.as_ref();
        built
            .map(|built| Arc::clone(&built.stale_entries))
            .unwrap_or_default()
    }
}

/// The present [`World`], and how it changes.
#[derive(Debug)]
pub(crate) struct Worlds {
    current: ArcSwap<World>,
    /// Held for a moment at a time, while one world is exchanged for the next: never while an
    /// index is built, and never by a reader.
    exchange: Mutex<()>,
    /// Whether overlays may replace or take out what is in the base.
    pub(crate) override_base: bool,
    pub(crate) indexer: Arc<Indexer>,
}

impl Worlds {
    pub(crate) fn new(base: Arc<Snapshot>, indexer: Arc<Indexer>, override_base: bool) -> Self {
        Self {
            current: ArcSwap::from_pointee(World {
                base,
                servers: HashMap::new(),
            }),
            exchange: Mutex::default(),
            override_base,
            indexer,
        }
    }

    pub(crate) fn current(&self) -> Arc<World> {
        self.current.load_full()
    }

    /// Exchanges the base, then brings every server that has an overlay up to date; until its turn
    /// comes a server goes on with the base before.
    pub(crate) fn set_base(&self, base: Arc<Snapshot>) {
        self.change(|world| world.base = base);
        let servers: Vec<ServerId> = self.current().servers.keys().copied().collect();
        for server in servers {
            self.settle(server);
        }
    }

    /// Puts down a server's overlay and builds what it sees. Takes as long as indexing.
    pub(crate) fn set_overlay(&self, id: ServerId, overlay: Overlay) {
        if *self.current().overlay(id) != overlay {
            self.change(|world| {
                let mut server = world
                    .servers
                    .get(&id)
                    .map(|s| (**s).clone())
                    .unwrap_or_default();
                server.overlay = Arc::new(overlay);
                world.servers.insert(id, Arc::new(server));
            });
        }
        self.settle(id);
    }

    /// Puts down a server's settings.
    pub(crate) fn set_settings(&self, id: ServerId, settings: Kept) {
        let present = self
            .current()
            .server(id)
            .map(|server| server.settings.clone());
        if present.unwrap_or_default() != settings {
            self.change(|world| {
                let mut server = world
                    .servers
                    .get(&id)
                    .map(|s| (**s).clone())
                    .unwrap_or_default();
                server.settings = settings;
                world.servers.insert(id, Arc::new(server));
            });
        }
    }

    /// Builds what a server sees if it was built from another base or overlay than there are now.
    fn settle(&self, id: ServerId) {
        loop {
            let world = self.current();
            let Some(server) = world.server(id) else {
                return;
            };
            let is_current = |built: &Built| {
                Arc::ptr_eq(&built.base, &world.base)
                    && Arc::ptr_eq(&built.overlay, &server.overlay)
            };
            if server.overlay.is_empty() && server.built.is_none()
                || server.built.as_ref().is_some_and(is_current)
            {
                return;
            }
            let built = self.build(id, &world.base, &server.overlay);
            self.change(|now| {
                // Where base or overlay moved on meanwhile, the next round builds from those.
                if let Some(present) = now.servers.get(&id)
                    && Arc::ptr_eq(&now.base, &built.base)
                    && Arc::ptr_eq(&present.overlay, &built.overlay)
                {
                    let mut present = (**present).clone();
                    present.built = Some(built);
                    now.servers.insert(id, Arc::new(present));
                }
            });
        }
    }

    fn build(&self, id: ServerId, base: &Arc<Snapshot>, overlay: &Arc<Overlay>) -> Built {
        let overlaid = apply_overlay(&base.knowledge, overlay, self.override_base);
        for stale_entry in &overlaid.stale_entries {
            tracing::warn!(server = %id, "an entry of this server's own no longer fits the book: {stale_entry}");
        }
        let snapshot = match overlaid.knowledge {
            Some(knowledge) => Arc::new(self.indexer.index(knowledge, &mut |_, _| ())),
            None => Arc::clone(base),
        };
        Built {
            snapshot,
            stale_entries: overlaid.stale_entries.into(),
            base: Arc::clone(base),
            overlay: Arc::clone(overlay),
        }
    }

    fn change(&self, change: impl FnOnce(&mut World)) {
        // Its holder leaves nothing half done: the world is stored whole or not at all.
        let _held = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let mut world = (**self.current.load()).clone();
        change(&mut world);
        self.current.store(Arc::new(world));
    }
}
