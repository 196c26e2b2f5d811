//! Databases for a test, as the store's own tests use them.

#[path = "../crates/store/tests/cluster.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
pub(crate) mod cluster;
#[path = "../crates/store/tests/places.rs"]
#[allow(dead_code, reason = "the store's tests use the rest")]
pub(crate) mod places;
