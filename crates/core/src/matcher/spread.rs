//! Tables whose keys are hashes already.

use std::hash::{BuildHasherDefault, Hasher};

/// How such a table hashes: one multiplication.
pub(super) type Spread = BuildHasherDefault<Multiply>;

#[derive(Debug, Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(byte.into());
        }
    }

    fn write_u32(&mut self, hash: u32) {
        self.write_u64(hash.into());
    }

    fn write_u64(&mut self, hash: u64) {
        // Fibonacci's multiplier: a table reads the upper bits, too.
        self.0 = (self.0 ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
