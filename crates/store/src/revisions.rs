//! The overlays: what each server's moderators changed, as revisions that are only appended.

use crate::database::Writes;
use crate::error::StoreError;
use crate::server_id::ServerId;
use crate::store::Store;
use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;
use sqlx::{Any, AnyPool, Transaction};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;
use thiserror::Error;

/// A revision's number: 1, 2, 3 … within its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RevisionId(pub i64);

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RevisionId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// What a revision did to its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RevisionKind {
    /// A new entry.
    Add,
    /// New words for an entry.
    Edit,
    /// The entry no longer answers in this server.
    Remove,
    /// The entry is back as it was before.
    Restore,
}

impl RevisionKind {
    const ALL: [Self; 4] = [Self::Add, Self::Edit, Self::Remove, Self::Restore];

    /// The word for it in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Remove => "remove",
            Self::Restore => "restore",
        }
    }
}

/// A revision to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    /// The entry's id.
    pub entry: String,
    /// What the revision does to it.
    pub kind: RevisionKind,
    /// The entry's new text, in the caller's format; `None` when the entry is removed or has the words
    /// of the base again.
    pub body: Option<String>,
    /// The entry's latest revision that the author saw; `None` if there was none.
    pub based_on: Option<RevisionId>,
}

/// A published revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number within its server.
    pub id: RevisionId,
    /// The entry's id.
    pub entry: String,
    /// What it did.
    pub kind: RevisionKind,
    /// The Discord user id of its author.
    pub author: u64,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub published_at: i64,
    /// The revision of the same entry before it.
    pub based_on: Option<RevisionId>,
    /// The entry's text from then on; see [`NewRevision::body`].
    pub body: Option<String>,
}

/// An entry that somebody else changed in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionConflict {
    /// The entry's id.
    pub entry: String,
    /// The latest revision that the author saw.
    pub based_on: Option<RevisionId>,
    /// The revisions published since, oldest first, at most the latest 25; those of the whole history
    /// if `based_on` is no revision of this entry.
    pub since: Vec<Revision>,
}

impl RevisionConflict {
    /// The latest revision; `None` if the entry has none.
    #[must_use]
    pub fn latest(&self) -> Option<&Revision> {
        self.since.last()
    }
}

/// Nothing was published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// Somebody else changed these entries in the meantime.
    #[error("{} changed since you began; look at what changed, then publish again", entries(.0))]
    Conflict(Vec<RevisionConflict>),
    /// A batch has two revisions of the same entry.
    #[error("there are two revisions of the entry {0} to be published; leave one")]
    Duplicate(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn entries(conflicts: &[RevisionConflict]) -> String {
    let names: Vec<_> = conflicts
        .iter()
        .map(|conflict| conflict.entry.as_str())
        .collect();
    names.join(", ")
}

/// Selects revisions, with the columns that [`revision`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, entry, kind, author, published_at, based_on, body FROM revisions ",
            $rest
        )
    };
}

/// How many revisions a conflict holds.
const MAX_SINCE: usize = 25;

const HISTORY: &str =
    select!("WHERE server = $1 AND entry = $2 AND id < $3 ORDER BY id DESC LIMIT $4");

/// A row of [`select!`].
type Columns = (i64, String, String, i64, i64, Option<i64>, Option<String>);

fn revision(doing: &'static str, columns: Columns) -> Result<Revision, StoreError> {
    let (id, entry, kind, author, published_at, based_on, body) = columns;
    let kind = RevisionKind::ALL
        .into_iter()
        .find(|known| known.as_str() == kind)
        .ok_or_else(|| StoreError::Corrupt {
            doing,
            what: format!("a revision of kind {kind:?}"),
        })?;
    Ok(Revision {
        id: RevisionId(id),
        entry,
        kind,
        author: author.cast_unsigned(),
        published_at,
        based_on: based_on.map(RevisionId),
        body,
    })
}

const PUBLISH: &str = "publish";

impl Store {
    /// Publishes a revision, unless somebody else published one of the same entry after
    /// `new.based_on`. When this returns `Ok`, the revision is on disk.
    ///
    /// `at` is in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// [`PublishError::Conflict`], or database errors. Nothing was published then, except that a
    /// connection lost at the last moment may hide a success: publishing again shows it as a
    /// conflict.
    pub async fn publish(
        &self,
        server: ServerId,
        author: u64,
        at: i64,
        new: NewRevision,
    ) -> Result<Revision, PublishError> {
        let published = self.publish_all(server, author, at, vec![new]).await?;
        published.into_iter().next().ok_or_else(|| {
            PublishError::Store(StoreError::Corrupt {
                doing: PUBLISH,
                what: "no revision where one was made".to_owned(),
            })
        })
    }

    /// Publishes all revisions of a batch, in order, or none.
    ///
    /// # Errors
    ///
    /// See [`publish`](Self::publish). The error has every conflict of the batch.
    pub async fn publish_all(
        &self,
        server: ServerId,
        author: u64,
        at: i64,
        batch: Vec<NewRevision>,
    ) -> Result<Vec<Revision>, PublishError> {
        let mut names: Vec<&str> = batch.iter().map(|new| new.entry.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(PublishError::Duplicate(twice[0].to_owned()));
        }
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let publish = |writes: Writes| async move {
            let mut change = self.begin_change(&writes, server).await?;
            let changed = changed_since(&mut change.transaction, server, &batch).await?;
            if !changed.is_empty() {
                change.transaction.rollback().await?;
                return Ok(Err(changed));
            }
            let published = append(&mut change.transaction, server, author, at, batch).await?;
            self.commit(change).await?;
            Ok(Ok(published))
        };
        match self.database().write(PUBLISH, publish).await? {
            Ok(published) => Ok(published),
            Err(changed) => {
                let conflicts = changed.into_iter().map(Changed::conflict);
                Err(PublishError::Conflict(conflicts.collect::<Result<_, _>>()?))
            }
        }
    }

    /// The latest revision of each entry that has any, by entry id; of removed entries too.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn overlay(&self, server: ServerId) -> Result<Vec<Revision>, StoreError> {
        const DOING: &str = "read this server's entries";
        const LATEST: &str = select!(
            "WHERE server = $1 AND id IN \
             (SELECT MAX(id) FROM revisions WHERE server = $1 GROUP BY entry)"
        );
        let read = |reads: AnyPool| async move {
            let latest = sqlx::query_as(LATEST).bind(server.key());
            latest.fetch_all(&reads).await
        };
        let rows: Vec<Columns> = self.database().read(DOING, read).await?;
        let mut overlay = rows
            .into_iter()
            .map(|row| revision(DOING, row))
            .collect::<Result<Vec<_>, _>>()?;
        // Sorted here: the two databases order text differently.
        overlay.sort_by(|a, b| a.entry.cmp(&b.entry));
        Ok(overlay)
    }

    /// The revisions of `entry` before the one numbered `before` (`None`: all), the latest first, at
    /// most `limit`.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn history(
        &self,
        server: ServerId,
        entry: &str,
        before: Option<RevisionId>,
        limit: usize,
    ) -> Result<Vec<Revision>, StoreError> {
        const DOING: &str = "read the entry's history";
        let read = |reads: AnyPool| async move {
            history(server, entry, before, limit)
                .fetch_all(&reads)
                .await
        };
        let rows: Vec<Columns> = self.database().read(DOING, read).await?;
        rows.into_iter().map(|row| revision(DOING, row)).collect()
    }

    /// One revision of this server; `None` if it has none of that number.
    ///
    /// # Errors
    ///
    /// Database errors.
    pub async fn revision(
        &self,
        server: ServerId,
        id: RevisionId,
    ) -> Result<Option<Revision>, StoreError> {
        const DOING: &str = "read a revision";
        const ONE: &str = select!("WHERE server = $1 AND id = $2");
        let read = |reads: AnyPool| async move {
            let one = sqlx::query_as(ONE).bind(server.key()).bind(id.0);
            one.fetch_optional(&reads).await
        };
        let row: Option<Columns> = self.database().read(DOING, read).await?;
        row.map(|row| revision(DOING, row)).transpose()
    }
}

/// An entry of a batch that has newer revisions than the one that the batch is based on.
struct Changed {
    entry: String,
    based_on: Option<RevisionId>,
    /// The entry's latest revisions, the latest first, at most [`MAX_SINCE`].
    history: Vec<Columns>,
}

impl Changed {
    fn conflict(self) -> Result<RevisionConflict, StoreError> {
        let history = self.history.into_iter().rev();
        let history = history.map(|row| revision(PUBLISH, row));
        let mut since = history.collect::<Result<Vec<_>, _>>()?;
        if let Some(seen) = since.iter().position(|one| Some(one.id) == self.based_on) {
            since.drain(..=seen);
        }
        Ok(RevisionConflict {
            entry: self.entry,
            based_on: self.based_on,
            since,
        })
    }
}

/// The query of [`Store::history`].
fn history(
    server: ServerId,
    entry: &str,
    before: Option<RevisionId>,
    limit: usize,
) -> QueryAs<'_, Any, Columns, AnyArguments> {
    sqlx::query_as(HISTORY)
        .bind(server.key())
        .bind(entry)
        .bind(before.map_or(i64::MAX, |before| before.0))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
}

async fn changed_since(
    transaction: &mut Transaction<'static, Any>,
    server: ServerId,
    batch: &[NewRevision],
) -> Result<Vec<Changed>, sqlx::Error> {
    let mut changed = Vec::new();
    for new in batch {
        let (latest,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(id) FROM revisions WHERE server = $1 AND entry = $2")
                .bind(server.key())
                .bind(&new.entry)
                .fetch_one(&mut **transaction)
                .await?;
        if latest.map(RevisionId) == new.based_on {
            continue;
        }
        let history = history(server, &new.entry, None, MAX_SINCE);
        let history = history.fetch_all(&mut **transaction).await?;
        changed.push(Changed {
            entry: new.entry.clone(),
            based_on: new.based_on,
            history,
        });
    }
    Ok(changed)
}

async fn append(
    transaction: &mut Transaction<'static, Any>,
    server: ServerId,
    author: u64,
    at: i64,
    batch: Vec<NewRevision>,
) -> Result<Vec<Revision>, sqlx::Error> {
    // Nobody else can number revisions: the clock is held until commit.
    let (latest,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM revisions WHERE server = $1")
            .bind(server.key())
            .fetch_one(&mut **transaction)
            .await?;
    let mut published = Vec::with_capacity(batch.len());
    for (id, new) in (latest + 1..).zip(batch) {
        sqlx::query(
            "INSERT INTO revisions (server, id, entry, kind, author, published_at, based_on, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(server.key())
        .bind(id)
        .bind(&new.entry)
        .bind(new.kind.as_str())
        .bind(author.cast_signed())
        .bind(at)
        .bind(new.based_on.map(|revision| revision.0))
        .bind(&new.body)
        .execute(&mut **transaction)
        .await?;
        published.push(Revision {
            id: RevisionId(id),
            entry: new.entry,
            kind: new.kind,
            author,
            published_at: at,
            based_on: new.based_on,
            body: new.body,
        });
    }
    Ok(published)
}
