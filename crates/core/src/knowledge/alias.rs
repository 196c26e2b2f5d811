//! Names that mean the same thing.

/// A group of names that mean the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The name that stands for all of them.
    pub name: String,
    /// The others.
    pub also: Vec<String>,
}
