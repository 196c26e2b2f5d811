//! Products of sentence vectors, and what is computed from them.

pub(super) mod dot;
mod unit_vectors;

pub(super) use unit_vectors::{Rows, greatest, product};
