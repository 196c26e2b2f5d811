//! The FAQ as a static site, for reading and for citations to lead to.
//!
//! [`Site::build`] turns [`Knowledge`](citebot_core::knowledge::Knowledge) into files: a page for each topic with
//! an anchor for each entry, a page for each article with an anchor for each section, a permalink for each entry
//! and each of its former ids, the toolkit, and a search that runs in the reader's browser. The same knowledge
//! gives the same bytes. The pages ask for nothing from outside the site and work without JavaScript, but for the
//! search.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`paths`] | the path of each page and the anchors in it, also for those who link to the site |
//! | [`site_url`] | the address that a site is published at |
//! | `pages`, `layout`, `markup` | the pages as HTML |
//! | `search_index` | what the search in the browser works on |
//! | [`folder`] | writes a site into a folder |

pub mod folder;
mod layout;
mod markup;
mod pages;
pub mod paths;
mod search_index;
mod site;
pub mod site_url;

pub use paths::Paths;
pub use site::{MINISEARCH_LICENCE, Options, Site};
pub use site_url::{SiteUrl, SiteUrlError};
