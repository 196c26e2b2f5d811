//! What all pages share: head and header.

use crate::paths;
use crate::site::Options;
use maud::{DOCTYPE, Markup, html};

/// What a browser may load: files of the site itself.
const POLICY: &str = "default-src 'self'; form-action 'self'; base-uri 'none'";

/// How much text a link to a page shows in a chat, in characters.
pub const PREVIEW: usize = 120;

/// A page before it has its frame.
#[derive(Debug)]
pub struct Page<'a> {
    /// Its path, relative to the root of the site.
    pub path: &'a str,
    /// Its title, without that of the site.
    pub title: &'a str,
    /// What links to it show.
    pub description: &'a str,
    /// The way from the page to the root of the site: empty, or with a slash at its end.
    pub root: &'a str,
    /// Whether it has the search's script.
    pub searches: bool,
}

impl Page<'_> {
    /// The page as HTML.
    pub fn framed(&self, options: &Options, content: &Markup) -> String {
        let root = self.root;
        let is_home = self.path == paths::HOME;
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width,initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    title {
                        (self.title)
                        @if !is_home { " · " (options.title) }
                    }
                    link rel="stylesheet" href={ (root) "style.css" };
                    link rel="icon" href={ (root) "icon.svg" } type="image/svg+xml";
                    meta property="og:site_name" content=(options.title);
                    meta property="og:title" content=(self.title);
                    meta property="og:description" content=(self.description);
                    @if self.searches {
                        script type="module" src={ (root) "search.js" } {}
                    }
                }
                body {
                    a.skip href="#_main" { "Skip to the content" }
                    header {
                        a.home href={ (root) (paths::HOME) } { (options.title) }
                        nav aria-label="Site" {
                            a href={ (root) (paths::HOME) "#" (paths::ARTICLES_ANCHOR) } { "Articles" }
                            a href={ (root) (paths::TOOLKIT) } { "Toolkit" }
                        }
                        form role="search" action={ (root) (paths::HOME) } {
                            label for="_q" { "Search" }
                            input #_q type="search" name="q" autocomplete="off" maxlength="300";
                            button { "Search" }
                        }
                    }
                    main #_main tabindex="-1" { (content) }
                }
            }
        }
        .into_string()
    }
}
