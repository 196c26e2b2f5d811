//! The permalink of an entry: a small page that leads on to the entry, and that looks like it in a chat.

use crate::layout::PREVIEW;
use crate::markup;
use citebot_core::knowledge::Entry;
use maud::{DOCTYPE, html};

/// A page that leads to `entry` at `target`. There are many of these, hence no more than is needed.
pub fn permalink(entry: &Entry, target: &str) -> String {
    let target = format!("../{target}");
    let answer = markup::excerpt(&entry.answer, PREVIEW);
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            title { (entry.question) }
            meta http-equiv="refresh" content={ "0;url=" (target) };
            meta property="og:description" content=(answer);
            a href=(target) { "Go to the answer" }
        }
    }
    .into_string()
}
