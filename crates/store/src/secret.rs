//! The keyed hash that replaces voters' ids.

use crate::database::{Database, Writes};
use crate::error::StoreError;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sqlx::AnyPool;
use std::fmt;

/// HMAC-SHA256 (RFC 2104) under a random key that never leaves the store. Without the key, which is in
/// the table `meta`, no list of user ids can be tried against the hashes to find out who voted.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

/// One block of SHA-256, the longest key that HMAC uses as it is.
const KEY_BYTES: usize = 64;

const STORED: &str = "SELECT value FROM meta WHERE name = 'secret'";
const DOING: &str = "read the key of voters' hashes";

impl Secret {
    /// Reads the database's key, or makes it on first use. Every process that shares the database has
    /// the same.
    pub(crate) async fn load_or_make(database: &Database) -> Result<Self, StoreError> {
        // Opening a store must not wait for a writer in another process.
        let stored = match Self::read(database).await? {
            Some(stored) => stored,
            None => Self::make(database).await?,
        };
        let mut key = [0; KEY_BYTES];
        hex::decode_to_slice(stored, &mut key).map_err(|_| StoreError::Corrupt {
            doing: DOING,
            what: "a malformed key".to_owned(),
        })?;
        Ok(Self(Hmac::new(&key.into())))
    }

    async fn read(database: &Database) -> Result<Option<String>, StoreError> {
        let read =
            |reads: AnyPool| async move { sqlx::query_as(STORED).fetch_optional(&reads).await };
        let stored: Option<(String,)> = database.read(DOING, read).await?;
        Ok(stored.map(|(stored,)| stored))
    }

    /// The new key; that of another process if it made one at the same moment.
    async fn make(database: &Database) -> Result<String, StoreError> {
        let mut fresh = [0; KEY_BYTES];
        getrandom::fill(&mut fresh).map_err(|source| StoreError::Random {
            doing: DOING,
            source,
        })?;
        let make = |writes: Writes| async move {
            let mut transaction = writes.begin().await?;
            sqlx::query(
                "INSERT INTO meta (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING",
            )
            .bind(hex::encode(fresh))
            .execute(&mut *transaction)
            .await?;
            let (stored,): (String,) = sqlx::query_as(STORED).fetch_one(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(stored)
        };
        database.write(DOING, make).await
    }

    /// The hash of `value`, in hexadecimal. Equal values get different hashes for different purposes.
    pub(crate) fn hash(&self, purpose: &str, value: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::{KEY_BYTES, Secret};
    use hmac::{Hmac, KeyInit as _};

    #[test]
    fn hashes_depend_on_key_purpose_and_value() {
        let secret = |byte| Secret(Hmac::new(&[byte; KEY_BYTES].into()));
        let hashes = [
            secret(1).hash("voter", b"7"),
            secret(2).hash("voter", b"7"),
            secret(1).hash("text", b"7"),
            secret(1).hash("voter", b"8"),
        ];
        for (i, one) in hashes.iter().enumerate() {
            assert_eq!(one.len(), 64);
            assert!(hashes.iter().skip(i + 1).all(|other| other != one));
        }
        // Computed by another implementation: Python's hmac.new(bytes([1]) * 64, b"voter\x007", "sha256").
        assert_eq!(
            hashes[0],
            "ae12ba1a5c496a401f7590658c7d009a0cbf769afb7fd41c7e9bd63fbddee44d"
        );
    }
}
