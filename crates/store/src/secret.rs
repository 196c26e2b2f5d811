//! The keyed hash behind which voters stand.

use crate::database::Database;
use crate::error::StoreError;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt::{self, Write as _};

/// HMAC-SHA256 (RFC 2104) under a random key that never leaves the store. Without the key a list
/// of user ids cannot be tried out against the hashes; so a copy of the tables without `meta` tells
/// nothing of who voted.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

/// One block of SHA-256: longer keys are hashed down, shorter ones padded.
const KEY_BYTES: usize = 64;

const DOING: &str = "read the key of voters' hashes";

impl Secret {
    /// The database's key; made on first use, the same for every process that shares the database.
    pub(crate) async fn load_or_make(database: &Database) -> Result<Self, StoreError> {
        let mut fresh = [0; KEY_BYTES];
        getrandom::fill(&mut fresh).map_err(|source| StoreError::Random {
            doing: DOING,
            source,
        })?;
        let failed = StoreError::while_(DOING);
        let mut transaction = database.write().await.map_err(&failed)?;
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING",
        )
        .bind(hex(&fresh))
        .execute(&mut *transaction)
        .await
        .map_err(&failed)?;
        let (stored,): (String,) = sqlx::query_as("SELECT value FROM meta WHERE name = 'secret'")
            .fetch_one(&mut *transaction)
            .await
            .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        let key = unhex(&stored).ok_or_else(|| StoreError::Corrupt {
            doing: DOING,
            what: "a key of the wrong form".to_owned(),
        })?;
        Ok(Self(Hmac::new(&key.into())))
    }

    /// The hash of `value`, in hexadecimal. `purpose` keeps equal values of different kinds apart.
    pub(crate) fn hash(&self, purpose: &str, value: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        hex(&mac.finalize().into_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unhex(text: &str) -> Option<[u8; KEY_BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut bytes = [0; KEY_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{KEY_BYTES, Secret, hex, unhex};
    use hmac::{Hmac, KeyInit as _};

    #[test]
    fn hexadecimal_there_and_back() {
        let mut key = [0; KEY_BYTES];
        for (byte, value) in key.iter_mut().zip(7_u8..) {
            *byte = value.wrapping_mul(37);
        }
        assert_eq!(unhex(&hex(&key)), Some(key));
        for wrong in ["", "00", &"zz".repeat(KEY_BYTES), &"é".repeat(KEY_BYTES)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }

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
