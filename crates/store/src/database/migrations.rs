//! The schema's migrations.

use crate::error::OpenError;
use crate::location::Location;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use std::borrow::Cow;

/// Every migration that was ever released, in order; each is one transaction. They are listed by hand
/// because `sqlx::migrate!` would build sqlx's drivers a second time, for the compiler. A test
/// compares the list with the folder.
const MIGRATIONS: [(i64, &str, &str); 5] = [
    (1, "store", include_str!("../../migrations/0001_store.sql")),
    (
        2,
        "drafts",
        include_str!("../../migrations/0002_drafts.sql"),
    ),
    (
        3,
        "followed",
        include_str!("../../migrations/0003_followed.sql"),
    ),
    (
        4,
        "judgements",
        include_str!("../../migrations/0004_judgements.sql"),
    ),
    (
        5,
        "departures",
        include_str!("../../migrations/0005_departures.sql"),
    ),
];

pub(super) fn migrator() -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|&(version, description, sql)| {
                Migration::new(
                    version,
                    Cow::Borrowed(description),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

pub(super) fn migration_failed(error: MigrateError, location: &Location) -> OpenError {
    let place = location.to_string();
    let known = MIGRATIONS.iter().map(|&(version, ..)| version).max();
    match (error, known) {
        (MigrateError::VersionMissing(found), Some(known)) if found > known => OpenError::Newer {
            place,
            found,
            known,
        },
        (MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version), _) => {
            OpenError::Foreign { place, version }
        }
        (source, _) => OpenError::Migrate { place, source },
    }
}

#[cfg(test)]
mod tests {
    use super::MIGRATIONS;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_migration_in_the_folder_is_listed() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("readable")
            .map(|file| file.expect("readable").file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let listed = MIGRATIONS
            .iter()
            .map(|(version, name, _)| format!("{version:04}_{name}.sql"))
            .collect();
        assert_eq!(found, listed);
    }
}
