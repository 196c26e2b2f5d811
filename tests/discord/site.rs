//! Links from replies into the site that `citebot site` writes.

use super::curate::{edit_modal, publish, reworded};
use super::{OTHER, QUESTION, asked, moderator};
use crate::harness::{KNOWLEDGE, World};
use citebot::discord::ENTRY_LIMITS;
use citebot_core::knowledge::Knowledge;
use citebot_site::{Options, Site};
use scripted_discord::Message;
use serde_json::Value;
use std::path::Path;

const SITE: &str = "https://faq.example/tea/";

async fn world() -> World {
    let config = format!("[site]\nurl = {SITE:?}\n");
    World::setup().config(&config).start().await
}

fn built() -> Site {
    let knowledge = Knowledge::load(Path::new(KNOWLEDGE), &ENTRY_LIMITS).expect("no mistake");
    let options = Options {
        title: "Tea".into(),
        url: SITE.parse().ok(),
    };
    Site::build(&knowledge, &options)
}

/// The links into the site in `message`: of titles and in texts.
fn links(message: &Message) -> Vec<String> {
    let embeds = message.json()["embeds"].as_array();
    let mut texts: Vec<String> = Vec::new();
    for embed in embeds.into_iter().flatten() {
        let fields = embed["fields"].as_array().into_iter().flatten();
        let values = fields.map(|field| &field["value"]);
        for text in values.chain([&embed["url"], &embed["description"]]) {
            texts.extend(text.as_str().map(str::to_owned));
        }
    }
    let starts = texts
        .iter()
        .flat_map(|text| text.match_indices(SITE).map(move |(at, _)| &text[at..]));
    let ends = |c: char| c == ')' || c.is_whitespace();
    starts
        .map(|link| link.split(ends).next().unwrap_or_default().to_owned())
        .collect()
}

/// Checks that the site has the page and the anchor of each link, and that there are at least so many.
fn check(site: &Site, message: &Message, least: usize) {
    let links = links(message);
    assert!(links.len() >= least, "{links:?} in {}", message.json());
    for link in links {
        let path = link.strip_prefix(SITE).expect("it begins so");
        let (file, anchor) = path.split_once('#').unwrap_or((path, ""));
        let page = site
            .file(file)
            .unwrap_or_else(|| panic!("there is no {link}"));
        let is_there = anchor.is_empty() || page.contains(&format!(" id=\"{anchor}\""));
        assert!(is_there, "there is no {link}");
    }
}

fn title_link(message: &Message) -> &Value {
    &message.json()["embeds"][0]["url"]
}

#[tokio::test]
async fn whatever_a_reply_links_to_exists() {
    let (site, world) = (built(), world().await);
    let ann = world.member("ann");
    let answer = asked(&world, &ann, QUESTION).await;
    assert_eq!(
        title_link(&answer),
        &format!("{SITE}entries/temperature.html")
    );
    // The title, and a section for each source that is one.
    check(&site, &answer, 2);
    let sources = ann.click(&answer, "Sources").await.message();
    check(&site, &sources, 2);
    for (command, least) in [("toolkit", 1), ("sources", 2)] {
        let list = ann.slash(command).run().await.message();
        check(&site, &list, least);
    }
    let list = ann.slash("faq browse").run().await.message();
    check(&site, &list, 1);
}

#[tokio::test]
async fn what_a_server_changed_has_no_link() {
    let world = world().await;
    let ann = world.member("ann");
    let mia = moderator(&world, "mia");
    let before = asked(&world, &ann, OTHER).await;
    assert!(title_link(&before).is_string(), "{}", before.json());
    let modal = edit_modal(&mia, "rooibos").await;
    let preview = reworded(&mia, &modal, "None at all. [1]").await;
    publish(&mia, &preview).await;
    let after = asked(&world, &ann, OTHER).await;
    assert_eq!(after.description(), "None at all. [1]");
    assert!(title_link(&after).is_null(), "{}", after.json());
    check(&built(), &after, 1);
}

#[tokio::test]
async fn without_a_site_there_are_no_links() {
    let world = World::start().await;
    let answer = asked(&world, &world.member("ann"), QUESTION).await;
    assert!(title_link(&answer).is_null(), "{}", answer.json());
}
