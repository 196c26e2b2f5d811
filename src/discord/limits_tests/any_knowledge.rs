//! Nothing exceeds Discord's limits, not even what `check` would not accept.

use crate::config::Config;
use crate::discord::assert_limits::message;
use crate::discord::render::{self, Asker, Feedback};
use crate::discord::rendered::Visibility;
use crate::discord::site_links::SiteLinks;
use citebot_core::answer::Candidate;
use citebot_core::knowledge::{
    Article, ArticleId, Date, Entry, EntryId, Knowledge, Resource, ResourceId, ResourceKind,
    Section, SectionId, Source,
};
use citebot_engine::Snapshot;
use citebot_store::QuestionId;
use proptest::prelude::*;
use serenity::model::id::UserId;
use std::sync::Arc;

fn id(number: usize) -> String {
    format!("{number:0>60}")
}

/// Texts of all sizes, wide characters included.
fn text(most: usize) -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec!["a", "*", "🇩🇪", "日", "w "]),
        1..most,
    )
        .prop_map(|(unit, times)| unit.repeat(times).trim().to_owned())
}

prop_compose! {
       /// Knowledge at and beyond the sizes that `check` lets through.
       fn knowledge()(
           question in text(250),
           answer in text(2_500),
           topic in text(120),
           title in text(300),
           heading in text(300),
           author in prop::option::of(text(200)),
           url in prop::option::of((1_usize..600).prop_map(|n| format!("https://{}", "a".repeat(n)))),
           sources in 0_usize..60,
           entries in 1_usize..40,
           resources in 0_usize..30,
           related in prop::collection::vec(0_usize..40, 0..12),
       ) -> Knowledge {
           let article = Article {
               id: ArticleId::new(&id(0)).unwrap(),
               title: title.clone(),
               short: Some(title.clone()),
               opening: Some(title.clone()),
               author: author.clone(),
               publisher: author,
               url: url.clone(),
               published: None,
               note: Some(title),
               sections: (0..sources.max(1))
                   .map(|n| Section { id: SectionId::new(&id(n)).unwrap(), heading: heading.clone(), place: Some(heading.clone()) })
                   .collect(),
           };
           let resources: Vec<Resource> = (0..resources)
               .map(|n| Resource {
                   id: ResourceId::new(&id(n)).unwrap(),
                   name: heading.clone(),
                   url: url.clone().unwrap_or_else(|| "https://example.org".into()),
                   description: Some(answer.clone()),
                   kind: ResourceKind::ALL[n % 3],
                   checked: None,
                   review_by: None,
               })
               .collect();
           let entry = |n: usize| Entry {
               topic: format!("{topic}{}", n % 30),
               answer: answer.clone(),
               sources: (0..sources)
                   .map(|n| match &url {
                       Some(url) if n % 2 == 0 => Source::Url(url.clone()),
                       _ => Source::Section {
article: ArticleId::new(&id(0)).unwrap(),
section: SectionId::new(&id(n)).unwrap(),
quote: Some(answer.clone()),
},
                   })
                   .collect(),
               checked: Date::parse("2026-11-24").ok(),
               resources: resources.iter().map(|r| r.id.clone()).collect(),
               related: related.iter().map(|&n| EntryId::new(&id(n)).unwrap()).collect(),
               ..Entry::example(&id(n), &question, &[])
           };
           let entries = (0..entries).map(entry).collect();
           let mut articles = vec![article.clone()];
           articles.extend((1..30).map(|n| Article { id: ArticleId::new(&id(n)).unwrap(), ..article.clone() }));
           Knowledge::from_parts(articles, resources, Vec::new(), entries)
       }
   }

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_exceeds_what_discord_accepts(knowledge in knowledge(), page in 0_u16..9) {
        let asker = Asker {
            user: UserId::new(u64::MAX),
            question: Some(QuestionId(i64::MAX)),
            visibility: Visibility::Public,
        };
        let url = format!("https://faq.example/{}", "x".repeat(99)).parse().unwrap();
        let base = Arc::new(Snapshot::new(knowledge.clone()));
        for site in [None, Some(&url)] {
            let links = SiteLinks::new(site, Arc::clone(&base));
            let view = links.view(&knowledge);
            for entry in knowledge.entries().iter().take(2) {
                for (votes, asker) in [(false, None), (true, Some(asker))] {
                    message(render::answer(view, entry, Feedback { votes, asker }))?;
                }
                message(render::citations(view, entry, page))?;
                message(render::browse(view, Some(&entry.topic), page))?;
            }
            message(render::browse(view, None, page))?;
            message(render::articles(view, page))?;
            message(render::article(view, &knowledge.articles()[0], page))?;
            message(render::toolkit(view, page))?;
        }
        message(render::help(&knowledge, &Config::default().bot))?;
        let candidates: Vec<Candidate> = knowledge
            .entries()
            .iter()
            .map(|entry| Candidate { entry: Arc::clone(entry), confidence: 0.5 })
            .collect();
        message(render::suggestions(&candidates, asker))?;
    }
}
