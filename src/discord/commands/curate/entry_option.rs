//! The option that names an entry.

use crate::discord::autocomplete;
use crate::discord::commands::choices::{as_choices, no_choices};
use crate::discord::commands::context::Context;
use crate::discord::responder::HandlerError;
use crate::discord::responder::sentences::NO_ENTRY;
use citebot_core::knowledge::EntryId;
use citebot_engine::ServerAdmin;
use serenity::builder::CreateAutocompleteResponse;

/// The entry that members see under this id or, as the list of choices has it, this question.
///
/// # Errors
///
/// A refusal if there is none.
pub fn visible(admin: ServerAdmin<'_>, option: &str) -> Result<EntryId, HandlerError> {
    let snapshot = admin.snapshot();
    let knowledge = &snapshot.knowledge;
    knowledge
        .entry_now_or_formerly(option.trim())
        .or_else(|| autocomplete::chosen(knowledge, option))
        .map(|entry| entry.id.clone())
        .ok_or_else(|| HandlerError::refused(NO_ENTRY))
}

/// The entry of this id or question, which may be one that members don't see any more.
///
/// # Errors
///
/// A refusal if there can be none.
pub fn with_history(admin: ServerAdmin<'_>, option: &str) -> Result<EntryId, HandlerError> {
    match EntryId::new(option.trim()) {
        Ok(id) if admin.latest(id.as_str()).is_some() => Ok(id),
        Ok(id) => Ok(visible(admin, option).unwrap_or(id)),
        Err(_) => visible(admin, option),
    }
}

/// Those of the choices, (question, id), that contain what is typed.
pub fn matching(
    choices: impl Iterator<Item = (String, String)>,
    typed: &str,
) -> CreateAutocompleteResponse {
    let typed = typed.trim().to_lowercase();
    as_choices(choices.filter(|(question, id)| {
        question.to_lowercase().contains(&typed)
            || autocomplete::label(question) == typed
            || id.contains(&typed)
    }))
}

/// Offers the entries that have a history. One that members don't see is shown with the base's
/// question, or with its id.
pub async fn changed_entries(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let app = ctx.data();
    let Some(admin) = ctx.guild_id().and_then(|server| app.admin(server)) else {
        return no_choices();
    };
    let (snapshot, base) = (admin.snapshot(), app.snapshot(None));
    let changed = admin.edited_entries().into_iter().map(|id| {
        let entry = snapshot.knowledge.entry(&id);
        let entry = entry.or_else(|| base.knowledge.entry(&id));
        let question = entry.map_or_else(|| id.clone(), |entry| entry.question.clone());
        (question, id)
    });
    matching(changed, typed)
}
