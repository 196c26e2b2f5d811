//! The measurements, the tokenizer and the pooling that the encoders' programs share.
//!
//! Each encoder has a program of its own (`src/bin/`), so that memory and size are those of that encoder alone.
//! The main program runs them all and prints the table.

mod measure;
mod published;

pub use measure::{Figures, measure};
pub use published::{Tokenizer, pool};

/// Any error: a bench only has to say it.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The paths that a program is started with, which must be `N`.
///
/// # Errors
/// There are more or fewer.
pub fn arguments<const N: usize>() -> Result<[String; N]> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let found = arguments.len();
    arguments
        .try_into()
        .map_err(|_| format!("{N} arguments expected, but there are {found}").into())
}
