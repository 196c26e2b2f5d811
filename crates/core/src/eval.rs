//! Labelled questions → figures: how often the bot is right, and how often it is right to keep quiet.
//!
//! [`parse`] reads labelled questions, [`measure`] turns the replies to them into [`Figures`]. Nothing
//! here reads a file or a clock: lines and times are arguments. [`confusions`] needs no labelled
//! questions.

mod confusion;
mod contradiction;
mod figures;
mod fraction;
mod kind;
mod labelled;
mod thresholds;
mod trial;
mod typos;

pub use confusion::{COMPETING_SHARE, Confusion, confusions};
pub use contradiction::contradictions;
pub use figures::{Figures, Reliability, measure};
pub use kind::{KindFigures, measure_kinds};
pub use labelled::{BadLine, LabelledQuestion, parse};
pub use thresholds::ThresholdStep;
pub use trial::Trial;
pub use typos::with_typos;
