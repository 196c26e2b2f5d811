//! The page for an address that leads nowhere.

use crate::layout::Page;
use crate::paths::{HOME, NOT_FOUND};
use crate::site::Options;
use maud::html;

/// The page. Servers show it at any address, so that its links begin at the root of the host.
pub fn not_found(options: &Options) -> String {
    let root = options.root();
    let content = html! {
        h1 { "There is no such page" }
        p {
            "It may have been renamed. The search or the "
            a href={ (root) (HOME) } { "list of all questions" }
            " will find what it was about."
        }
    };
    Page {
        path: NOT_FOUND,
        title: "There is no such page",
        description: "This address leads nowhere.",
        root,
        searches: false,
    }
    .framed(options, &content)
}
