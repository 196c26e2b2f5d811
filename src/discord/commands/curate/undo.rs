//! `/curate undo`

use super::entry_option::{changed_entries, with_history};
use super::propose::{latest, propose};
use crate::discord::commands::choices::{as_choices, no_choices};
use crate::discord::commands::context::{Context, admin};
use crate::discord::curate::revision;
use crate::discord::limits;
use crate::discord::responder::{HandlerError, in_time};
use citebot_engine::{Edit, HistoryPart, PastRevision};
use poise::serenity_prelude::ResolvedValue;
use serenity::builder::CreateAutocompleteResponse;

/// Make an entry what it was before the last change, or after an earlier one.
#[poise::command(slash_command)]
pub async fn undo(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "changed_entries"]
    entry: String,
    #[description = "Back to when: choose from the list; before the last change if you leave it out"]
    #[rename = "revision"]
    #[autocomplete = "revisions"]
    to: Option<String>,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let entry = with_history(admin, &entry)?;
    let undo = |entry, past: &[PastRevision]| {
        if past.is_empty() {
            return Err(HandlerError::refused(NEVER_CHANGED));
        }
        let to = match to.as_deref().map(str::trim) {
            None | Some("") => past.get(1).map(|past| past.id),
            Some(value) => {
                revision::parse(value).map_err(|_| HandlerError::refused(NO_REVISION))?
            }
        };
        Ok(Edit::Undo {
            entry,
            to,
            based_on: latest(past),
        })
    };
    propose(ctx, admin, &entry, undo).await
}

const NEVER_CHANGED: &str =
    "That entry was never changed on this server: there is nothing to undo.";
const NO_REVISION: &str = "There is no such revision. Choose one from the list.";

/// Offers the revisions of the entry that was chosen before.
async fn revisions(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let entry = ctx.args.iter().find(|option| option.name == "entry");
    let entry = entry.and_then(|option| match option.value {
        ResolvedValue::String(text) => Some(text.trim()),
        _ => None,
    });
    let admin = ctx.guild_id().and_then(|server| ctx.data().admin(server));
    let entry = entry
        .zip(admin)
        .and_then(|(typed, admin)| with_history(admin, typed).ok());
    let (Some(admin), Some(entry)) = (admin, entry) else {
        return no_choices();
    };
    let part = in_time(admin.history(entry.as_str(), None, limits::CHOICES)).await;
    let part = part.unwrap_or_else(|error| {
        tracing::error!(%error, "autocompletion failed");
        HistoryPart::default()
    });
    if part.revisions.is_empty() {
        return no_choices();
    }
    // The entry is what the latest revision made it. Older ones than these are in the history.
    let earlier = revision::choices(&entry, &part.revisions)
        .skip(1)
        .filter(|(label, _)| label.contains(typed.trim()));
    as_choices(std::iter::once(revision::before_any()).chain(earlier))
}
