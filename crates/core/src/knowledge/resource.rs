//! The toolkit: links to tools and organisations.

use super::id::ResourceId;

/// A tool or organisation that answers link to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its name: the label of its link.
    pub name: String,
    /// Its link, `http` or `https`.
    pub url: String,
    /// What it is for.
    pub description: Option<String>,
}
