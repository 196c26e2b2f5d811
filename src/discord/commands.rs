//! Slash commands and message menu entries, one file each.
//!
//! | module | what it is |
//! | --- | --- |
//! | `context` | what every command gets, and how it responds |
//! | `asking` | answering a question |
//! | `choices` | autocompletion |
//! | `on_error` | what a failed command says |
//! | the others | one command each |

mod add_to_the_faq;
mod answer_from_the_faq;
mod ask;
mod asking;
mod choices;
mod context;
mod curate;
mod edit_this_entry;
mod faq;
mod help;
mod on_error;
mod privacy;
mod reply_with_an_entry;
mod sources;
mod toolkit;
mod why_this_answer;

#[cfg(test)]
pub use choices::as_choices;
pub use context::Command;

use super::app::App;
use super::rendered::no_pings;
use super::responder::HandlerError;
use poise::FrameworkOptions;

/// Every command, in the order in which they are registered.
#[must_use]
pub fn all() -> Vec<Command> {
    vec![
        ask::ask(),
        faq::faq(),
        help::help(),
        toolkit::toolkit(),
        sources::sources(),
        privacy::privacy(),
        answer_from_the_faq::answer_from_the_faq(),
        reply_with_an_entry::reply_with_an_entry(),
        why_this_answer::why_this_answer(),
        curate::curate(),
        add_to_the_faq::add_to_the_faq(),
        edit_this_entry::edit_this_entry(),
    ]
}

/// How poise serves them.
#[must_use]
pub fn options() -> FrameworkOptions<App, HandlerError> {
    let mut options = FrameworkOptions {
        commands: all(),
        on_error: |error| Box::pin(on_error::on_error(error)),
        allowed_mentions: Some(no_pings()),
        initialize_owners: false,
        // There are no commands written as messages.
        prefix_options: poise::PrefixFrameworkOptions {
            mention_as_prefix: false,
            ..Default::default()
        },
        ..Default::default()
    };
    poise::set_qualified_names(&mut options.commands);
    options
}
