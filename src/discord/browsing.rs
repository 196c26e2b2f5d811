//! Buttons and menus that show something of the FAQ: entries, articles, tools.

use super::app::App;
use super::clock;
use super::custom_id::{Codec, Fingerprint, Hex};
use super::interaction::{is_private, selected};
use super::render::{self, Asker, Feedback};
use super::rendered::{Rendered, Visibility};
use super::responder::sentences::GONE;
use super::responder::{HandlerError, PATIENCE, Responder};
use citebot_core::knowledge::{ArticleId, EntryId, Knowledge};
use citebot_store::QuestionId;
use serenity::model::application::ComponentInteraction;
use serenity::model::id::UserId;
use tokio::time::timeout;

/// "Did you mean": the asker's choice takes the place of the suggestions, for all to see. Anybody
/// else sees the entry alone.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn suggestion(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    asker: UserId,
    question: Option<QuestionId>,
    entry: &EntryId,
) -> Result<(), HandlerError> {
    if used.user.id != asker {
        let message = shown(app, used, entry.as_str(), None)?;
        return responder.show(message, Visibility::Private).await;
    }
    let asker = Asker {
        user: asker,
        question,
        visibility: if is_private(used) {
            Visibility::Private
        } else {
            Visibility::Public
        },
    };
    let message = shown(app, used, entry.as_str(), Some(asker))?;
    if let Some(question) = question {
        note_choice(app, used, question, entry).await;
    }
    responder.update(message).await
}

/// Notes which entry was chosen in answer to `question`. That a store is slow or fails does not keep the answer from the
/// asker.
pub async fn note_choice(
    app: &App,
    used: &ComponentInteraction,
    question: QuestionId,
    entry: &EntryId,
) {
    let Some(admin) = used.guild_id.and_then(|server| app.admin(server)) else {
        return;
    };
    let noted = admin.follow_suggestion(question, entry, clock::now());
    match timeout(PATIENCE, noted).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "it was not noted which suggestion was chosen"),
        Err(_) => tracing::warn!("the store is slow: it was not noted which suggestion was chosen"),
    }
}

/// Shows a related entry to the person who pressed its button.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn related(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    entry: &EntryId,
) -> Result<(), HandlerError> {
    let message = shown(app, used, entry.as_str(), None)?;
    if is_private(used) {
        responder.update(message).await
    } else {
        responder.show(message, Visibility::Private).await
    }
}

/// Shows the entry that was picked from a list.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn pick_entry(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
) -> Result<(), HandlerError> {
    let message = shown(app, used, selected(used).unwrap_or_default(), None)?;
    responder.show(message, Visibility::Private).await
}

fn shown(
    app: &App,
    used: &ComponentInteraction,
    entry: &str,
    asker: Option<Asker>,
) -> Result<Rendered, HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let entry = snapshot
        .knowledge
        .entry_now_or_formerly(entry)
        .ok_or_else(gone)?;
    let feedback = Feedback {
        votes: app.keeps_votes(used.guild_id),
        asker,
    };
    Ok(render::answer(
        app.links().view(&snapshot.knowledge),
        entry,
        feedback,
    ))
}

/// Turns a page of the list of entries.
///
/// # Errors
///
/// Discord's; a refusal when the topic is gone.
pub async fn entries(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    topic: Option<Fingerprint>,
    page: u16,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let knowledge = &snapshot.knowledge;
    let topic = match topic {
        Some(topic) => Some(named(knowledge, topic).ok_or_else(gone)?),
        None => None,
    };
    responder
        .update(render::browse(app.links().view(knowledge), topic, page))
        .await
}

/// Lists the topic that was picked from the menu; all of them for "All topics".
///
/// # Errors
///
/// Discord's.
pub async fn pick_topic(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let knowledge = &snapshot.knowledge;
    let topic = selected(used)
        .and_then(Hex::decode)
        .and_then(|topic| named(knowledge, topic));
    responder
        .update(render::browse(app.links().view(knowledge), topic, 0))
        .await
}

/// The topic whose name has this fingerprint.
fn named(knowledge: &Knowledge, fingerprint: Fingerprint) -> Option<&str> {
    knowledge
        .topics()
        .into_iter()
        .find(|topic| Fingerprint::of(topic) == fingerprint)
}

/// Turns a page of the list of articles.
///
/// # Errors
///
/// Discord's.
pub async fn articles(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    page: u16,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    responder
        .update(render::articles(
            app.links().view(&snapshot.knowledge),
            page,
        ))
        .await
}

/// Turns a page of what the FAQ takes from an article.
///
/// # Errors
///
/// Discord's; a refusal when the article is gone.
pub async fn article(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    article: &ArticleId,
    page: u16,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let knowledge = &snapshot.knowledge;
    let article = knowledge.article(article.as_str()).ok_or_else(gone)?;
    responder
        .update(render::article(app.links().view(knowledge), article, page))
        .await
}

/// Shows what the FAQ takes from the article that was picked from a list.
///
/// # Errors
///
/// Discord's; a refusal when the article is gone.
pub async fn pick_article(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let knowledge = &snapshot.knowledge;
    let article = selected(used)
        .and_then(|id| knowledge.article(id))
        .ok_or_else(gone)?;
    responder
        .show(
            render::article(app.links().view(knowledge), article, 0),
            Visibility::Private,
        )
        .await
}

/// Shows where the sources of an entry are to be found. Page 0 is the button under the answer; those
/// from 1 turn the pages of what that showed.
///
/// # Errors
///
/// Discord's; a refusal when the entry is gone.
pub async fn citations(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    entry: &EntryId,
    page: u16,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    let knowledge = &snapshot.knowledge;
    let entry = knowledge
        .entry_now_or_formerly(entry.as_str())
        .ok_or_else(gone)?;
    match page.checked_sub(1) {
        Some(page) => {
            responder
                .update(render::citations(app.links().view(knowledge), entry, page))
                .await
        }
        None => {
            let message = render::citations(app.links().view(knowledge), entry, 0);
            responder.show(message, Visibility::Private).await
        }
    }
}

/// Turns a page of the toolkit.
///
/// # Errors
///
/// Discord's.
pub async fn toolkit(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    page: u16,
) -> Result<(), HandlerError> {
    let snapshot = app.snapshot(used.guild_id);
    responder
        .update(render::toolkit(app.links().view(&snapshot.knowledge), page))
        .await
}

fn gone() -> HandlerError {
    HandlerError::refused(GONE)
}
