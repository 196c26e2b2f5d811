//! How one value is written in a custom id: never with a colon, which parts them.

use citebot_core::knowledge::{ArticleId, EntryId};
use citebot_store::{QuestionId, RevisionId};
use hash32::{FnvHasher, Hasher as _};
use serenity::model::id::{MessageId, UserId};
use std::hash::Hasher as _;
use std::num::NonZeroU64;

/// Writes and reads values of the type `T`.
pub trait Codec<T> {
    /// `value` as text.
    fn encode(value: &T) -> String;

    /// The value that `text` stands for.
    fn decode(text: &str) -> Option<T>;
}

/// No value is an empty text.
impl<T, C: Codec<T>> Codec<Option<T>> for C {
    fn encode(value: &Option<T>) -> String {
        value.as_ref().map_or_else(String::new, C::encode)
    }

    fn decode(text: &str) -> Option<Option<T>> {
        match text {
            "" => Some(None),
            text => C::decode(text).map(Some),
        }
    }
}

/// An id as it is.
pub struct Plain;

impl Codec<EntryId> for Plain {
    fn encode(id: &EntryId) -> String {
        id.to_string()
    }

    fn decode(text: &str) -> Option<EntryId> {
        EntryId::new(text).ok()
    }
}

impl Codec<ArticleId> for Plain {
    fn encode(id: &ArticleId) -> String {
        id.to_string()
    }

    fn decode(text: &str) -> Option<ArticleId> {
        ArticleId::new(text).ok()
    }
}

/// A number in base 10.
pub struct Decimal;

impl Codec<u16> for Decimal {
    fn encode(number: &u16) -> String {
        number.to_string()
    }

    fn decode(text: &str) -> Option<u16> {
        text.parse().ok()
    }
}

impl Codec<UserId> for Decimal {
    fn encode(user: &UserId) -> String {
        user.to_string()
    }

    fn decode(text: &str) -> Option<UserId> {
        // `UserId::new` panics on zero.
        text.parse::<NonZeroU64>().ok().map(UserId::from)
    }
}

impl Codec<QuestionId> for Decimal {
    fn encode(question: &QuestionId) -> String {
        question.to_string()
    }

    fn decode(text: &str) -> Option<QuestionId> {
        text.parse().ok()
    }
}

/// A number in base 36, at most thirteen digits long: two decimal numbers beside an entry's id would
/// be too long for a custom id.
pub struct Base36;

const RADIX: u32 = 36;

impl Codec<u64> for Base36 {
    fn encode(number: &u64) -> String {
        let mut digits = Vec::new();
        let mut rest = *number;
        loop {
            let digit = u32::try_from(rest % u64::from(RADIX)).unwrap_or(0);
            digits.extend(char::from_digit(digit, RADIX));
            rest /= u64::from(RADIX);
            if rest == 0 {
                return digits.iter().rev().collect();
            }
        }
    }

    fn decode(text: &str) -> Option<u64> {
        // The parser would take a sign.
        if !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        u64::from_str_radix(text, RADIX).ok()
    }
}

impl Codec<UserId> for Base36 {
    fn encode(user: &UserId) -> String {
        Self::encode(&user.get())
    }

    fn decode(text: &str) -> Option<UserId> {
        NonZeroU64::new(Self::decode(text)?).map(UserId::from)
    }
}

impl Codec<MessageId> for Base36 {
    fn encode(message: &MessageId) -> String {
        Self::encode(&message.get())
    }

    fn decode(text: &str) -> Option<MessageId> {
        NonZeroU64::new(Self::decode(text)?).map(MessageId::from)
    }
}

impl Codec<QuestionId> for Base36 {
    fn encode(question: &QuestionId) -> String {
        Self::encode(&question.0.cast_unsigned())
    }

    fn decode(text: &str) -> Option<QuestionId> {
        Some(QuestionId(
            <Self as Codec<u64>>::decode(text)?.cast_signed(),
        ))
    }
}

impl Codec<RevisionId> for Base36 {
    fn encode(revision: &RevisionId) -> String {
        Self::encode(&revision.0.unsigned_abs())
    }

    fn decode(text: &str) -> Option<RevisionId> {
        let number = <Self as Codec<u64>>::decode(text)?;
        i64::try_from(number).ok().map(RevisionId)
    }
}

/// Stands for a text that is too long for a custom id: 32-bit FNV-1a, which is the same in every
/// build and on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(u32);

impl Fingerprint {
    /// The fingerprint of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut hasher = FnvHasher::default();
        hasher.write(text.as_bytes());
        Self(hasher.finish32())
    }
}

/// Eight hexadecimal digits.
pub struct Hex;

impl Codec<Fingerprint> for Hex {
    fn encode(fingerprint: &Fingerprint) -> String {
        format!("{:08x}", fingerprint.0)
    }

    fn decode(text: &str) -> Option<Fingerprint> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(text, 16).ok().map(Fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::{Base36, Codec, Fingerprint, Hex};
    use citebot_store::RevisionId;
    use proptest::prelude::*;

    #[test]
    fn a_fingerprint_never_changes() {
        // Test vectors of the algorithm's authors.
        for (text, written) in [("", "811c9dc5"), ("a", "e40c292c"), ("foobar", "bf9cf968")] {
            assert_eq!(Hex::encode(&Fingerprint::of(text)), written);
        }
    }

    proptest! {
        #[test]
        fn numbers_survive_the_way_there_and_back(number in 0_i64..) {
            let revision = RevisionId(number);
            prop_assert_eq!(Base36::decode(&Base36::encode(&revision)), Some(revision));
        }
    }
}
