//! The book and every server's margin over it, as of one moment: swapped whole, never waited for.

use crate::Snapshot;
use crate::indexer::Indexer;
use crate::margin::{Margin, Misfit, overlay};
use crate::settings::Settings;
use arc_swap::ArcSwap;
use citebot_store::ServerId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// As of one moment.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) book: Arc<Snapshot>,
    servers: HashMap<ServerId, Arc<Server>>,
}

/// What is known of one server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Server {
    pub(crate) margin: Arc<Margin>,
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

/// A margin laid over a book, and what it was made of.
#[derive(Debug, Clone)]
struct Built {
    snapshot: Arc<Snapshot>,
    misfits: Arc<[Misfit]>,
    book: Arc<Snapshot>,
    margin: Arc<Margin>,
}

impl World {
    /// What `server` sees: the book itself where it has changed nothing.
    pub(crate) fn snapshot(&self, server: Option<ServerId>) -> &Arc<Snapshot> {
        server
            .and_then(|server| self.servers.get(&server)?.built.as_ref())
            .map_or(&self.book, |built| &built.snapshot)
    }

    pub(crate) fn server(&self, server: ServerId) -> Option<&Arc<Server>> {
        self.servers.get(&server)
    }

    pub(crate) fn margin(&self, server: ServerId) -> Arc<Margin> {
        self.server(server)
            .map(|server| Arc::clone(&server.margin))
            .unwrap_or_default()
    }
}

impl Server {
    /// What of the margin does not fit the book.
    pub(crate) fn misfits(&self) -> Arc<[Misfit]> {
        let built = self.built.as_ref();
        built
            .map(|built| Arc::clone(&built.misfits))
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
    /// Whether margins may replace or take out what is in the book.
    pub(crate) override_book: bool,
    pub(crate) indexer: Arc<Indexer>,
}

impl Worlds {
    pub(crate) fn new(book: Arc<Snapshot>, indexer: Arc<Indexer>, override_book: bool) -> Self {
        Self {
            current: ArcSwap::from_pointee(World {
                book,
                servers: HashMap::new(),
            }),
            exchange: Mutex::default(),
            override_book,
            indexer,
        }
    }

    pub(crate) fn current(&self) -> Arc<World> {
        self.current.load_full()
    }

    /// Exchanges the book, then brings every server that has a margin up to date; until its turn
    /// comes a server goes on with the book before.
    pub(crate) fn set_book(&self, book: Arc<Snapshot>) {
        self.change(|world| world.book = book);
        let servers: Vec<ServerId> = self.current().servers.keys().copied().collect();
        for server in servers {
            self.settle(server);
        }
    }

    /// Puts down a server's margin and builds what it sees. Takes as long as indexing.
    pub(crate) fn set_margin(&self, id: ServerId, margin: Margin) {
        if *self.current().margin(id) != margin {
            self.change(|world| {
                let mut server = world
                    .servers
                    .get(&id)
                    .map(|s| (**s).clone())
                    .unwrap_or_default();
                server.margin = Arc::new(margin);
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

    /// Builds what a server sees if it was built from another book or margin than there are now.
    fn settle(&self, id: ServerId) {
        loop {
            let world = self.current();
            let Some(server) = world.server(id) else {
                return;
            };
            let is_current = |built: &Built| {
                Arc::ptr_eq(&built.book, &world.book) && Arc::ptr_eq(&built.margin, &server.margin)
            };
            if server.margin.is_empty() && server.built.is_none()
                || server.built.as_ref().is_some_and(is_current)
            {
                return;
            }
            let built = self.build(id, &world.book, &server.margin);
            self.change(|now| {
                // Where book or margin moved on meanwhile, the next round builds from those.
                if let Some(present) = now.servers.get(&id)
                    && Arc::ptr_eq(&now.book, &built.book)
                    && Arc::ptr_eq(&present.margin, &built.margin)
                {
                    let mut present = (**present).clone();
                    present.built = Some(built);
                    now.servers.insert(id, Arc::new(present));
                }
            });
        }
    }

    fn build(&self, id: ServerId, book: &Arc<Snapshot>, margin: &Arc<Margin>) -> Built {
        let overlaid = overlay(&book.knowledge, margin, self.override_book);
        for misfit in &overlaid.misfits {
            tracing::warn!(server = %id, "an entry of this server's own no longer fits the book: {misfit}");
        }
        let snapshot = match overlaid.knowledge {
            Some(knowledge) => Arc::new(self.indexer.index(knowledge, &mut |_, _| ())),
            None => Arc::clone(book),
        };
        Built {
            snapshot,
            misfits: overlaid.misfits.into(),
            book: Arc::clone(book),
            margin: Arc::clone(margin),
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
