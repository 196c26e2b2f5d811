//! Enough of HTML to find links and anchors in the site's own pages, which have every attribute in double quotes.

use citebot_site::Site;
use std::collections::HashSet;

/// The values of the attribute `name` in `page`, with the five escapes undone.
pub(crate) fn attributes(page: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let values = page.split(&start).skip(1);
    values
        .map(|rest| {
            let value = rest.split('"').next().unwrap_or_default();
            value
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
        })
        .collect()
}

/// The path that `link` on the page at `path` leads to; `None` out of the site.
pub(crate) fn target(path: &str, link: &str) -> Option<String> {
    if link.contains("://") {
        return None;
    }
    if link.starts_with('#') {
        return Some(format!("{path}{link}"));
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.trim_start_matches('/').split('/') {
        match part {
            ".." => {
                parts.pop().expect("a link does not leave the site");
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether the site has this file and, behind a `#`, this anchor in it.
pub(crate) fn exists(site: &Site, path: &str) -> bool {
    let (file, anchor) = path.split_once('#').unwrap_or((path, ""));
    site.file(file).is_some_and(|page| {
        let anchors: HashSet<String> = attributes(page, "id").into_iter().collect();
        anchor.is_empty() || anchors.contains(anchor)
    })
}
