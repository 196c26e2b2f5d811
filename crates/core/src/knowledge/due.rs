//! What should be looked up again.

use super::check::link_targets;
use super::collection::Knowledge;
use super::date::Date;
use super::source::Source;
use std::collections::HashSet;
use std::fmt;

/// An entry or a resource whose `review_by` has come. Displays as ``entry `misuse`, since 2026-11-24``.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'k> {
    /// What it is.
    pub kind: DueKind,
    /// Its id.
    pub id: &'k str,
    /// The day on which it became due.
    pub since: Date,
}

/// What is [due](Due).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    /// An entry: the facts in it that no article states.
    Entry,
    /// A resource: its link and description.
    Resource,
}

impl fmt::Display for Due<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            DueKind::Entry => "entry",
            DueKind::Resource => "resource",
        };
        write!(f, "{kind} `{}`, since {}", self.id, self.since)
    }
}

impl Knowledge {
    /// What is to be looked up again on `today`, longest due first.
    #[must_use]
    pub fn due(&self, today: Date) -> Vec<Due<'_>> {
        let entries = self
            .entries()
            .iter()
            .map(|entry| (DueKind::Entry, entry.id.as_str(), entry.review_by));
        let resources = self
            .resources()
            .iter()
            .map(|resource| (DueKind::Resource, resource.id.as_str(), resource.review_by));
        let mut due: Vec<Due<'_>> = entries
            .chain(resources)
            .filter_map(|(kind, id, review_by)| {
                let since = review_by.filter(|date| *date <= today)?;
                Some(Due { kind, id, since })
            })
            .collect();
        due.sort_by_key(|due| due.since);
        due
    }

    /// Every link that members may be shown, once each, with what it stands in.
    #[must_use]
    pub fn links(&self) -> Vec<(&str, String)> {
        let mut links: Vec<(&str, String)> = Vec::new();
        for article in self.articles() {
            if let Some(url) = &article.url {
                links.push((url, format!("article `{}`", article.id)));
            }
        }
        for resource in self.resources() {
            links.push((&resource.url, format!("resource `{}`", resource.id)));
        }
        for entry in self.entries() {
            let place = format!("entry `{}`", entry.id);
            for source in &entry.sources {
                if let Source::Url(url) = source {
                    links.push((url, place.clone()));
                }
            }
            for url in link_targets(&entry.answer) {
                links.push((url, place.clone()));
            }
        }
        let mut seen = HashSet::new();
        links.retain(|(url, _)| seen.insert(*url));
        links
    }
}

#[cfg(test)]
mod tests {
    use crate::knowledge::{Date, Entry, Knowledge, Resource, ResourceId, ResourceKind, Source};

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn knowledge() -> Knowledge {
        let resource = Resource {
            id: ResourceId::new("hub").expect("an id"),
            name: "Hub".into(),
            url: "https://hub.example/".into(),
            description: None,
            kind: ResourceKind::Tool,
            checked: None,
            review_by: Some(date("2026-11-02")),
        };
        let link = || vec![Source::Url("https://one.example/".into())];
        let entries = vec![
            Entry {
                answer: "See [this](https://two.example/). [1]".into(),
                sources: link(),
                review_by: Some(date("2026-11-03")),
                ..Entry::example("kettle", "Which kettle?", &[])
            },
            Entry {
                sources: link(),
                ..Entry::example("pot", "Which pot?", &[])
            },
        ];
        Knowledge::from_parts(vec![], vec![resource], vec![], entries)
    }

    #[test]
    fn what_is_due_is_listed_from_its_day_on() {
        let knowledge = knowledge();
        for (today, expected) in [
            ("2026-11-01", vec![]),
            ("2026-11-02", vec!["resource `hub`, since 2026-11-02"]),
            (
                "2026-12-01",
                vec![
                    "resource `hub`, since 2026-11-02",
                    "entry `kettle`, since 2026-11-03",
                ],
            ),
        ] {
            let due = knowledge.due(date(today));
            let due: Vec<String> = due.iter().map(ToString::to_string).collect();
            assert_eq!(due, expected, "{today}");
        }
    }

    #[test]
    fn every_link_is_listed_once() {
        let knowledge = knowledge();
        let links: Vec<String> = knowledge
            .links()
            .into_iter()
            .map(|(url, place)| format!("{url} {place}"))
            .collect();
        assert_eq!(
            links,
            [
                "https://hub.example/ resource `hub`",
                "https://one.example/ entry `kettle`",
                "https://two.example/ entry `kettle`",
            ]
        );
    }
}
