//! Arithmetic on sentence vectors, for whatever vector instructions the processor has.
//!
//! Several vectors lie one after the other in one slice. All have unit length, so that a dot
//! product is a cosine.
//!
//! | module | what it does |
//! | --- | --- |
//! | `dot` | one vector with one, or with many |
//! | `cross` | many vectors with many others |
//! | `gram` | many vectors with each other |
//! | `quantise` | vectors in eight bits, and their dot products |
//! | `exp`, `cholesky` | what kernel ridge regression takes beside these |
//! | `top_k` | the places of the greatest values |
//! | `unit_vectors` | vectors of one length, quantised where there are many |
//! | `kernel` | the loops that the first three share |

#![allow(
    clippy::inline_always,
    reason = "a function that isn't inlined is compiled without the processor's vector instructions"
)]

mod cholesky;
mod cross;
mod dot;
mod exp;
mod gram;
mod kernel;
mod quantise;
mod top_k;
mod unit_vectors;

#[cfg(test)]
mod test_vectors;

pub(super) use cholesky::solve;
pub(super) use dot::{dot, dots};
pub(super) use exp::exp_in_place;
pub(super) use gram::gram;
pub(super) use top_k::top_k;
pub(super) use unit_vectors::UnitVectors;
