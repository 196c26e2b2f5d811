//! What answers link to.

use crate::layout::Page;
use crate::paths::TOOLKIT;
use crate::site::Options;
use citebot_core::knowledge::{Knowledge, Resource, ResourceKind};
use maud::{Markup, html};

/// The page of the toolkit: the tools that an article lists itself, other tools, and the rest.
pub fn toolkit(knowledge: &Knowledge, options: &Options) -> String {
    let of_kind = |kind: ResourceKind| {
        let resources = knowledge.resources().iter();
        resources
            .filter(move |resource| resource.kind == kind)
            .collect::<Vec<_>>()
    };
    let content = html! {
        h1 { "The toolkit" }
        @for kind in ResourceKind::ALL {
            @let resources = of_kind(kind);
            @if !resources.is_empty() {
                section {
                    h2 { (heading(kind)) }
                    @for resource in resources { (shown(resource)) }
                }
            }
        }
    };
    Page {
        path: TOOLKIT,
        title: "The toolkit",
        description: "The tools and links that the answers name.",
        root: "",
        searches: false,
    }
    .framed(options, &content)
}

fn heading(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Listed => "Listed by an article itself",
        ResourceKind::Tool => "Other tools that answers link to",
        ResourceKind::Organisation => "No tools, but linked from answers",
    }
}

fn shown(resource: &Resource) -> Markup {
    html! {
        h3 #(resource.id) { a href=(resource.url) { (resource.name) } }
        @if let Some(description) = &resource.description { p { (description) } }
    }
}
