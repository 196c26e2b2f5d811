//! What the pages promise to readers, and to those who link to them.

use crate::html::{attributes, exists, target};
use crate::{entry, id, options, shipped, site};
use citebot_core::knowledge::{Entry, Source};
use citebot_site::{Options, Paths, Site, paths};
use std::collections::HashSet;

/// What stands behind the last dot of `path`.
fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// The pages of a site with their paths.
fn pages(site: &Site) -> impl Iterator<Item = (&str, &str)> {
    site.files().filter(|(path, _)| ending(path) == "html")
}

#[test]
fn every_link_of_the_shipped_faq_leads_somewhere() {
    let site = Site::build(&shipped(), &options());
    let mut links = 0;
    for (path, page) in pages(&site) {
        let to = attributes(page, "href").into_iter();
        for link in to
            .chain(attributes(page, "src"))
            .chain(attributes(page, "action"))
        {
            if let Some(target) = target(path, &link) {
                assert!(exists(&site, &target), "{link:?} on {path}");
                links += 1;
            }
        }
        let anchors = attributes(page, "id");
        let distinct: HashSet<&String> = anchors.iter().collect();
        assert_eq!(distinct.len(), anchors.len(), "an anchor twice on {path}");
    }
    assert!(links > 1_000, "the scan found {links} links only");
}

#[test]
fn each_marker_leads_to_its_section_and_each_section_names_what_rests_on_it() {
    let knowledge = shipped();
    let site = Site::build(&knowledge, &options());
    let topics = Paths::new(&knowledge);
    for entry in knowledge.entries() {
        let path = topics.entry(entry).expect("its topic has a page");
        let page = site.file(topics.topic(&entry.topic).expect("a page"));
        let page = page.expect("the page exists");
        let start = page
            .find(&format!("<article id=\"{}\">", entry.id))
            .expect("the entry is on it");
        let shown = &page[start..];
        let shown = &shown[..shown.find("</article>").expect("its end")];
        for (source, n) in entry.sources.iter().zip(1..) {
            let to = match source {
                Source::Url(url) => url.clone(),
                Source::Section {
                    article, section, ..
                } => {
                    let to = paths::section(article, section);
                    assert!(exists(&site, &to), "{to}");
                    let file = site.file(&paths::article(article)).expect("its page");
                    assert!(file.contains(&path), "{to} does not name {}", entry.id);
                    to
                }
            };
            let marker = format!("<a href=\"{}\">[{n}]</a>", to.replace('&', "&amp;"));
            assert!(shown.contains(&marker), "{marker} in {}", entry.id);
        }
    }
}

#[test]
fn permalinks_lead_to_the_entry_also_from_its_former_ids() {
    let renamed = Entry {
        was: vec![id("old"), id("other")],
        ..entry("new")
    };
    let site = site(vec![renamed, entry("other")]);
    for (from, to) in [
        ("new", "../topic.html#new"),
        ("old", "../topic.html#new"),
        // In use again.
        ("other", "../topic.html#other"),
    ] {
        let page = site.file(&paths::permalink(&id(from))).expect(from);
        let refresh = format!("http-equiv=\"refresh\" content=\"0;url={to}\"");
        assert!(page.contains(&refresh), "{from}: {page}");
        assert!(page.contains("<title>Is it hot?</title>"), "{page}");
        assert!(page.contains("og:description\" content=\"Yes.\""), "{page}");
        assert!(exists(&site, &to[3..]), "{to}");
    }
    let shipped = shipped();
    let site = Site::build(&shipped, &options());
    for entry in shipped.entries() {
        for id in entry.was.iter().chain([&entry.id]) {
            assert!(exists(&site, &paths::permalink(id)), "{id}");
        }
    }
}

#[test]
fn an_article_says_what_is_known_of_it_and_what_rests_on_it() {
    let site = site(vec![entry("hot")]);
    let page = site.file("articles/leaves.html").expect("its page");
    for expected in [
        "<h1>On leaves</h1>",
        "<dt>Author</dt><dd>A. Steeper</dd>",
        "its first words are: “Tea is”",
        "<section id=\"heat\"><h2><a href=\"#heat\">Heat</a></h2><p class=\"note\">paragraph 1 of 2</p>",
        "<a href=\"../topic.html#hot\">Is it hot?</a> <q>steam rises</q>",
    ] {
        assert!(page.contains(expected), "no {expected:?} in {page}");
    }
    assert!(!page.contains("Publisher"), "it is not known");
}

#[test]
fn a_page_needs_one_stylesheet_and_nothing_from_outside() {
    let site = Site::build(&shipped(), &options());
    for (path, page) in pages(&site).filter(|(path, _)| !path.starts_with("entries/")) {
        assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1, "{path}");
        assert_eq!(page.matches("Content-Security-Policy").count(), 1, "{path}");
        // A module does not hold up the first paint.
        let scripts = usize::from(path == paths::HOME);
        assert_eq!(page.matches("<script").count(), scripts, "{path}");
        assert!(
            !page.contains("<style") && !page.contains(" style="),
            "{path}"
        );
        for source in attributes(page, "src") {
            assert!(!source.contains("//"), "{source} on {path}");
        }
    }
    for (path, text) in site.files().filter(|(path, _)| ending(path) != "html") {
        assert!(
            !text.contains("url(") && !text.contains("@import"),
            "{path}"
        );
        let addresses = text.match_indices("://").count();
        let licence = text.match_indices("https://github.com/lucaong").count();
        let is_data = ["json", "svg"].contains(&ending(path));
        assert!(is_data || addresses == licence, "{path} names an address");
    }
}

#[test]
fn the_shipped_faq_makes_a_small_site() {
    let knowledge = shipped();
    let site = Site::build(&knowledge, &options());
    let of_search = |path: &str| ["js", "json"].contains(&ending(path));
    let bytes: usize = site
        .files()
        .filter(|(path, _)| !of_search(path))
        .map(|(_, text)| text.len())
        .sum();
    // 300 KB for the 125 entries of today, in proportion.
    let most = knowledge.entries().len() * 2_400;
    assert!(bytes < most, "{bytes} bytes, at most {most}");
}

#[test]
fn what_people_write_stays_text() {
    let harm = "<script>alert(1)</script>\" onclick=\"alert(1)";
    let hostile = Entry {
        topic: harm.into(),
        question: harm.into(),
        phrasings: vec![harm.into()],
        answer: format!("{harm} <img src=x onerror=alert(1)> [x](javascript:alert(1))"),
        sources: vec![],
        ..entry("harm")
    };
    let site = site(vec![hostile]);
    for (path, page) in pages(&site) {
        for tag in page.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            assert!(
                !tag.contains(" onclick=\"") && !tag.contains("onerror="),
                "{path}: {tag}"
            );
            let is_ours = tag == "script type=\"module\" src=\"search.js\"";
            assert!(!tag.starts_with("script") || is_ours, "{path}: {tag}");
            assert!(!tag.starts_with("img"), "{path}: {tag}");
        }
        assert!(!page.contains("href=\"javascript:"), "{path}");
    }
}

#[test]
fn a_page_that_is_not_found_leads_back_from_anywhere() {
    let published = Options {
        url: Some("https://org.example/faq".parse().expect("an address")),
        ..options()
    };
    for (options, root) in [(options(), "/"), (published, "/faq/")] {
        let site = Site::build(&shipped(), &options);
        let page = site.file(paths::NOT_FOUND).expect("the page");
        for link in attributes(page, "href")
            .iter()
            .chain(&attributes(page, "action"))
        {
            let is_skip = link == "#_main";
            assert!(is_skip || link.starts_with(root), "{link}");
        }
    }
}

#[test]
fn the_same_faq_gives_the_same_bytes() {
    assert_eq!(
        Site::build(&shipped(), &options()),
        Site::build(&shipped(), &options())
    );
}
