//! The permalink of an entry: a small page that leads on to the entry, and that looks like it in a chat.

use crate::markup;
use citebot_core::knowledge::Entry;
use maud::{DOCTYPE, html};

/// How much of the answer a link to a permalink shows in a chat, in characters.
const PREVIEW: usize = 96;

/// A page that leads to `entry` at `target`. There are many of these, hence no more than is needed.
pub fn permalink(entry: &Entry, target: &str) -> String {
    let target = format!("../{target}");
    let answer = markup::excerpt(&entry.answer, PREVIEW);
    html! {
        (DOCTYPE)
        html lang="en" {
            meta charset="utf-8";
            title { (entry.question) }
            // Without it, this would be a white flash before a dark page.
            link rel="stylesheet" href="../style.css";
            meta http-equiv="refresh" content={ "0;url=" (target) };
            meta property="og:description" content=(answer);
            main { h1 { a href=(target) { "Go to the answer" } } }
        }
    }
    .into_string()
}
