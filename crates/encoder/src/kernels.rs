//! The arithmetic, compiled for several sets of vector instructions and dispatched to the machine's.
//!
//! Rows are contiguous and a multiple of sixteen wide, so every vector width from one to sixteen divides them.

#![allow(
    clippy::inline_always,
    reason = "a function that isn't inlined is compiled without the vector instructions"
)]

mod attention;
mod elementwise;
mod linear;

pub use attention::{AttentionScratch, attend};
pub use elementwise::{LayerNorm, add_and_normalise, exp, gelu};
pub use linear::{Activations, Linear, pack};
