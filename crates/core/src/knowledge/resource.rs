//! The toolkit: links to tools, and to whatever else answers name.

use super::date::Date;
use super::id::ResourceId;

/// Something that answers link to.
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
    /// What it is, by which the toolkit is parted.
    pub kind: ResourceKind,
    /// When the link and its description were last looked up.
    pub checked: Option<Date>,
    /// When they should be looked up again.
    pub review_by: Option<Date>,
}

/// What a [`Resource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum ResourceKind {
    /// A tool that one of the articles lists as part of its own toolkit.
    Listed,
    /// Another tool.
    #[default]
    Tool,
    /// No tool, but a firm, an institute or the like.
    Organisation,
}

impl ResourceKind {
    /// Every kind, in the order they are shown in.
    pub const ALL: [Self; 3] = [Self::Listed, Self::Tool, Self::Organisation];

    /// How it is written in `resources.toml`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Tool => "tool",
            Self::Organisation => "organisation",
        }
    }
}
