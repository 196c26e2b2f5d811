//! `/curate remove`, `restore`, `history` and `undo`

use super::super::{CommandError, Context, choices, say};
use super::write::entries;
use super::{NO_ENTRY, admin, application, named, own_admin, show};
use crate::discord::complete;
use crate::discord::curate::action::{Change, number, revision};
use crate::discord::curate::{history as pages, respond};
use citebot_core::knowledge::EntryId;
use citebot_engine::ServerAdmin;
use poise::serenity_prelude::ResolvedValue;
use serenity::builder::CreateAutocompleteResponse;

/// Take an entry out of this server's FAQ. It can be restored.
#[poise::command(slash_command)]
pub async fn remove(
    ctx: Context<'_>,
    #[description = "Which entry: type a word of it and choose from the list"]
    #[autocomplete = "entries"]
    entry: String,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    match named(admin, &entry) {
        Some(id) => changing(ctx, admin, Change::Remove, &id).await,
        None => say(ctx, NO_ENTRY).await,
    }
}

/// Bring a removed entry back, or give an entry of the base its own words again.
#[poise::command(slash_command)]
pub async fn restore(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "restorable"]
    entry: String,
) -> Result<(), CommandError> {
    let Some((admin, id)) = opened(ctx, &entry).await? else {
        return Ok(());
    };
    changing(ctx, admin, Change::Restore, &id).await
}

/// Show who changed an entry, when and how.
#[poise::command(slash_command)]
pub async fn history(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "touched"]
    entry: String,
) -> Result<(), CommandError> {
    let Some((admin, id)) = opened(ctx, &entry).await? else {
        return Ok(());
    };
    let past = admin.history(id.as_str()).await?;
    let page = pages::history(&id, &past, 0);
    ctx.send(page.shown.into_reply(true)).await?;
    Ok(())
}

/// Make an entry what it was before the last change, or after an earlier one.
#[poise::command(slash_command)]
pub async fn undo(
    ctx: Context<'_>,
    #[description = "Which entry: choose from the list"]
    #[autocomplete = "touched"]
    entry: String,
    #[description = "Back to when: choose from the list; before the last change if you leave it out"]
    #[rename = "revision"]
    #[autocomplete = "revisions"]
    to: Option<String>,
) -> Result<(), CommandError> {
    let Some((admin, id)) = opened(ctx, &entry).await? else {
        return Ok(());
    };
    let past = admin.history(id.as_str()).await?;
    if past.is_empty() {
        return say(ctx, NEVER).await;
    }
    let to = match to.as_deref().map(str::trim) {
        None | Some("") => past.get(1).map(|past| past.id),
        Some(pages::BEFORE) => None,
        Some(text) => match revision(text) {
            Ok(Some(to)) => Some(to),
            _ => return say(ctx, NO_REVISION).await,
        },
    };
    changing(ctx, admin, Change::Undo(to), &id).await
}

const NEVER: &str = "That entry was never changed on this server: there is nothing to undo.";
const NO_REVISION: &str = "There is no such revision. Choose one from the list.";

/// The admin, and the entry that is meant: it may be one that members do not see any more. `None`
/// when there is no such admin or entry, which was said.
async fn opened<'a>(
    ctx: Context<'a>,
    entry: &str,
) -> Result<Option<(ServerAdmin<'a>, EntryId)>, CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(None);
    };
    let id = EntryId::new(entry.trim())
        .ok()
        .or_else(|| named(admin, entry));
    if id.is_none() {
        say(ctx, NO_ENTRY).await?;
    }
    Ok(id.map(|id| (admin, id)))
}

/// Shows what would come of a change, with buttons to publish it or not.
async fn changing(
    ctx: Context<'_>,
    admin: ServerAdmin<'_>,
    change: Change,
    id: &EntryId,
) -> Result<(), CommandError> {
    ctx.defer_ephemeral().await?;
    let past = admin.history(id.as_str()).await?;
    let latest = past.first().map(|past| past.id);
    let page = respond::changing(admin, change, id, latest).await?;
    show(ctx, page).await
}

/// What can be restored: removed entries, and those of the base that were changed here.
async fn restorable(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let Some(admin) = own_admin(ctx) else {
        return CreateAutocompleteResponse::new();
    };
    let removed = admin.removed_entries().await.unwrap_or_else(|error| {
        tracing::error!(%error, "nothing could be offered");
        Vec::new()
    });
    let removed = removed
        .into_iter()
        .map(|removed| (removed.question, removed.entry));
    let snapshot = admin.snapshot();
    let base = ctx.data().snapshot(None);
    let changed = admin.edited_entries().into_iter().filter_map(|id| {
        base.knowledge.entry(&id)?;
        Some((snapshot.knowledge.entry(&id)?.question.clone(), id))
    });
    choices(
        removed
            .chain(changed)
            .filter(|(question, id)| holds(question, id, typed)),
    )
}

/// What has a history. An entry that was taken out is called what the base calls it, or by its id.
#[expect(
    clippy::unused_async,
    reason = "poise completes by async functions only"
)]
async fn touched(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let Some(admin) = own_admin(ctx) else {
        return CreateAutocompleteResponse::new();
    };
    let (snapshot, base) = (admin.snapshot(), ctx.data().snapshot(None));
    let touched = admin.edited_entries().into_iter().map(|id| {
        let entry = snapshot.knowledge.entry(&id);
        let entry = entry.or_else(|| base.knowledge.entry(&id));
        (
            entry.map_or_else(|| id.clone(), |entry| entry.question.clone()),
            id,
        )
    });
    choices(touched.filter(|(question, id)| holds(question, id, typed)))
}

/// The revisions of the entry that was chosen before.
async fn revisions(ctx: Context<'_>, typed: &str) -> CreateAutocompleteResponse {
    let chosen = application(ctx).and_then(|app| {
        let entry = app.args.iter().find(|option| option.name == "entry")?;
        match entry.value {
            ResolvedValue::String(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    });
    let (Some(admin), Some(entry)) = (own_admin(ctx), chosen) else {
        return CreateAutocompleteResponse::new();
    };
    let past = admin.history(&entry).await.unwrap_or_else(|error| {
        tracing::error!(%error, "nothing could be offered");
        Vec::new()
    });
    if past.is_empty() {
        return CreateAutocompleteResponse::new();
    }
    let before = (
        "Before any change here".to_owned(),
        pages::BEFORE.to_owned(),
    );
    let earlier = past
        .iter()
        .skip(1)
        .map(|past| (pages::label(past), number(Some(past.id))));
    let fitting = earlier.filter(|(label, _)| label.contains(typed.trim()));
    choices(std::iter::once(before).chain(fitting))
}

fn holds(question: &str, id: &str, typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    question.to_lowercase().contains(&typed)
        || complete::label(question) == typed
        || id.contains(&typed)
}
