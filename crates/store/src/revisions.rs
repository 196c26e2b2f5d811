//! The overlay: what a server's moderators added or changed, as revisions that are only appended.

use crate::error::StoreError;
use crate::{ServerId, Store};
use sqlx::{Any, Transaction};
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
    /// Another wording.
    Edit,
    /// No longer answered, in this server.
    Remove,
    /// Back to how it was.
    Restore,
}

impl RevisionKind {
    const ALL: [Self; 4] = [Self::Add, Self::Edit, Self::Remove, Self::Restore];

    /// The word that stands in the database.
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

/// What is to become a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    /// The entry's id.
    pub entry: String,
    /// What is done to it.
    pub kind: RevisionKind,
    /// The entry as it shall be, in whatever text the caller keeps entries; `None` where nothing of
    /// the overlay stands any more: removed, or back to the base's own wording.
    pub body: Option<String>,
    /// The entry's latest revision as the author saw it; `None` if they saw none.
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
    /// Who published it: a Discord user id.
    pub author: u64,
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub published_at: i64,
    /// The revision of the same entry before it.
    pub based_on: Option<RevisionId>,
    /// The entry as it was from then on; see [`NewRevision::body`].
    pub body: Option<String>,
}

/// An entry that somebody else changed in the meantime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionConflict {
    /// The entry's id.
    pub entry: String,
    /// What the author had seen.
    pub based_on: Option<RevisionId>,
    /// What was published since, oldest first; the whole history if `based_on` is no revision of
    /// this entry.
    pub since: Vec<Revision>,
}

impl RevisionConflict {
    /// What stands now; `None` if the entry has no revision.
    #[must_use]
    pub fn latest(&self) -> Option<&Revision> {
        self.since.last()
    }
}

/// Nothing was published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// Somebody else changed one or more of the entries; all of those are here.
    #[error("{} changed since you began; look at what changed, then publish again", entries(.0))]
    Conflict(Vec<RevisionConflict>),
    /// One batch names an entry twice: which of the two should stand cannot be known.
    #[error("the entry {0} stands twice among what is to be published; leave one")]
    Duplicate(String),
    /// The database.
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
    /// Publishes one revision, unless somebody else has published one of the same entry since
    /// `draft.based_on`. When this returns `Ok`, the revision is on disk.
    ///
    /// `at` is in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// [`PublishError::Conflict`] with what changed since; otherwise the database's. Nothing was
    /// published then, except that a connection lost at the last moment may hide a success:
    /// publishing again shows it, as a conflict.
    pub async fn publish(
        &self,
        server: ServerId,
        author: u64,
        at: i64,
        draft: NewRevision,
    ) -> Result<Revision, PublishError> {
        let published = self.publish_all(server, author, at, vec![draft]).await?;
        published.into_iter().next().ok_or_else(|| {
            PublishError::Store(StoreError::Corrupt {
                doing: PUBLISH,
                what: "no revision where one was made".to_owned(),
            })
        })
    }

    /// Publishes all of `drafts`, in their order, or none.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish), with every conflict.
    pub async fn publish_all(
        &self,
        server: ServerId,
        author: u64,
        at: i64,
        drafts: Vec<NewRevision>,
    ) -> Result<Vec<Revision>, PublishError> {
        let mut names: Vec<&str> = drafts.iter().map(|draft| draft.entry.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(PublishError::Duplicate(twice[0].to_owned()));
        }
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let failed = StoreError::while_(PUBLISH);
        let (mut transaction, tick) = self.begin_change(server).await.map_err(&failed)?;
        let conflicts = conflicts(&mut transaction, server, &drafts).await?;
        if !conflicts.is_empty() {
            transaction.rollback().await.map_err(&failed)?;
            return Err(PublishError::Conflict(conflicts));
        }
        let published = append(&mut transaction, server, author, at, drafts)
            .await
            .map_err(&failed)?;
        self.commit_change(transaction, server, tick)
            .await
            .map_err(&failed)?;
        Ok(published)
    }

    /// The latest revision of each entry that has one, by entry id; removed ones too.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn overlay(&self, server: ServerId) -> Result<Vec<Revision>, StoreError> {
        const DOING: &str = "read this server's entries";
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, entry, kind, author, published_at, based_on, body FROM revisions \
             WHERE server = $1 AND id IN (SELECT MAX(id) FROM revisions WHERE server = $1 GROUP BY entry)",
        )
        .bind(server.key())
        .fetch_all(&self.database().reads)
        .await
        .map_err(StoreError::while_(DOING))?;
        let mut overlay = rows
            .into_iter()
            .map(|row| revision(DOING, row))
            .collect::<Result<Vec<_>, _>>()?;
        // Sorted here: the two databases order text differently.
        overlay.sort_by(|a, b| a.entry.cmp(&b.entry));
        Ok(overlay)
    }

    /// Every revision of `entry`, oldest first.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn history(
        &self,
        server: ServerId,
        entry: &str,
    ) -> Result<Vec<Revision>, StoreError> {
        const DOING: &str = "read the entry's history";
        let rows: Vec<Columns> = sqlx::query_as(HISTORY)
            .bind(server.key())
            .bind(entry)
            .fetch_all(&self.database().reads)
            .await
            .map_err(StoreError::while_(DOING))?;
        rows.into_iter().map(|row| revision(DOING, row)).collect()
    }

    /// One revision of this server; `None` if it has none of that number.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn revision(
        &self,
        server: ServerId,
        id: RevisionId,
    ) -> Result<Option<Revision>, StoreError> {
        const DOING: &str = "read a revision";
        let row: Option<Columns> = sqlx::query_as(
            "SELECT id, entry, kind, author, published_at, based_on, body FROM revisions \
             WHERE server = $1 AND id = $2",
        )
        .bind(server.key())
        .bind(id.0)
        .fetch_optional(&self.database().reads)
        .await
        .map_err(StoreError::while_(DOING))?;
        row.map(|row| revision(DOING, row)).transpose()
    }
}

const HISTORY: &str = "SELECT id, entry, kind, author, published_at, based_on, body FROM revisions \
    WHERE server = $1 AND entry = $2 ORDER BY id";

/// Those of `drafts` whose entry has moved on from what they are based on.
async fn conflicts(
    transaction: &mut Transaction<'static, Any>,
    server: ServerId,
    drafts: &[NewRevision],
) -> Result<Vec<RevisionConflict>, StoreError> {
    let mut conflicts = Vec::new();
    for draft in drafts {
        let (latest,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(id) FROM revisions WHERE server = $1 AND entry = $2")
                .bind(server.key())
                .bind(&draft.entry)
                .fetch_one(&mut **transaction)
                .await
                .map_err(StoreError::while_(PUBLISH))?;
        if latest.map(RevisionId) == draft.based_on {
            continue;
        }
        let rows: Vec<Columns> = sqlx::query_as(HISTORY)
            .bind(server.key())
            .bind(&draft.entry)
            .fetch_all(&mut **transaction)
            .await
            .map_err(StoreError::while_(PUBLISH))?;
        let mut since = rows
            .into_iter()
            .map(|row| revision(PUBLISH, row))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(seen) = since.iter().position(|one| Some(one.id) == draft.based_on) {
            since.drain(..=seen);
        }
        conflicts.push(RevisionConflict {
            entry: draft.entry.clone(),
            based_on: draft.based_on,
            since,
        });
    }
    Ok(conflicts)
}

async fn append(
    transaction: &mut Transaction<'static, Any>,
    server: ServerId,
    author: u64,
    at: i64,
    drafts: Vec<NewRevision>,
) -> Result<Vec<Revision>, sqlx::Error> {
    // Nobody else can number revisions: the clock is held until commit.
    let (latest,): (i64,) =
        sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM revisions WHERE server = $1")
            .bind(server.key())
            .fetch_one(&mut **transaction)
            .await?;
    let mut published = Vec::with_capacity(drafts.len());
    for (id, draft) in (latest + 1..).zip(drafts) {
        sqlx::query(
            "INSERT INTO revisions (server, id, entry, kind, author, published_at, based_on, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(server.key())
        .bind(id)
        .bind(&draft.entry)
        .bind(draft.kind.as_str())
        .bind(author.cast_signed())
        .bind(at)
        .bind(draft.based_on.map(|revision| revision.0))
        .bind(&draft.body)
        .execute(&mut **transaction)
        .await?;
        published.push(Revision {
            id: RevisionId(id),
            entry: draft.entry,
            kind: draft.kind,
            author,
            published_at: at,
            based_on: draft.based_on,
            body: draft.body,
        });
    }
    Ok(published)
}
