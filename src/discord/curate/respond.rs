//! Buttons, menus and forms of curation → the admin of the server they came from.

use super::action::{Action, Change, Digest, revision};
use super::page::Page;
use super::preview::{self, Intent, digest, id_of};
use super::{announce, form, history, now, permission};
use crate::discord::bot::Bot;
use crate::discord::components::FOREIGN;
use crate::discord::custom_id::CustomId;
use crate::discord::failure::{self, APOLOGY};
use crate::discord::render::Rendered;
use citebot_core::knowledge::EntryId;
use citebot_engine::{Draft, Edit, EditError, ServerAdmin};
use citebot_store::{RevisionId, StoreError};
use serenity::builder::{Builder as _, CreateAttachment, CreateInteractionResponse, CreateModal};
use serenity::http::Http;
use serenity::model::application::{
    ComponentInteraction, ComponentInteractionDataKind, ModalInteraction,
};
use serenity::model::guild::Member;
use serenity::model::id::{GuildId, InteractionId, UserId};

/// Said where there is nothing to go on with.
const NOTHING_TYPED: &str =
    "There is nothing left of what you typed: it was published, discarded, or too old.";
const DISCARDED: &str = "Discarded. Nothing was changed.";

/// Why an interaction could not be served: for the log, never shown.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Discord did not take the response.
    #[error(transparent)]
    Discord(#[from] serenity::Error),
    /// Something at the admin.
    #[error(transparent)]
    ServerAdmin(#[from] citebot_engine::AdminError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An interaction that is being served.
#[derive(Debug, Clone, Copy)]
struct Call<'a> {
    admin: ServerAdmin<'a>,
    http: &'a Http,
    id: InteractionId,
    token: &'a str,
    user: UserId,
}

impl Call<'_> {
    async fn respond(self, response: &CreateInteractionResponse) -> Result<(), Failure> {
        let http = self.http;
        http.create_interaction_response(self.id, self.token, response, Vec::new())
            .await?;
        Ok(())
    }

    /// The first response, to be followed by [`show`](Self::show) in place of the message.
    async fn acknowledge(self) -> Result<(), Failure> {
        self.respond(&CreateInteractionResponse::Acknowledge).await
    }

    async fn form(self, modal: CreateModal) -> Result<(), Failure> {
        self.respond(&CreateInteractionResponse::Modal(modal)).await
    }

    async fn say(self, sentence: &str) -> Result<(), Failure> {
        self.respond(&Rendered::text(sentence).into_private_response())
            .await
    }

    async fn show(self, page: Page) -> Result<(), Failure> {
        show(self.http, self.token, page).await?;
        Ok(())
    }
}

/// Puts `page` in the place of the response that was given to an interaction before.
///
/// # Errors
///
/// Discord's.
pub async fn show(http: &Http, token: &str, page: Page) -> serenity::Result<()> {
    page.shown.into_edit(page.file).execute(http, token).await?;
    Ok(())
}

/// The admin, for someone who may be there; otherwise says why not.
async fn admit<'a>(
    bot: &'a Bot,
    http: &'a Http,
    (id, token): (InteractionId, &'a str),
    (server, member): (Option<GuildId>, Option<&Member>),
) -> Option<ServerAdmin<'a>> {
    let refusal = match server.and_then(|server| bot.admin(server)) {
        Some(admin) if permission::may_curate(member) => return Some(admin),
        Some(_) => permission::NOT_A_MODERATOR,
        None => NO_STORE,
    };
    failure::say(http, id, token, refusal).await;
    None
}

/// Said where nothing can be curated.
pub const NO_STORE: &str = "This works only in a server, and only where the bot keeps a store.";

/// Does what a button or menu says.
pub async fn component(bot: &Bot, http: &Http, used: &ComponentInteraction, action: Action) {
    let server = (used.guild_id, used.member.as_ref());
    let Some(admin) = admit(bot, http, (used.id, &used.token), server).await else {
        return;
    };
    let call = Call {
        admin,
        http,
        id: used.id,
        token: &used.token,
        user: used.user.id,
    };
    if let Err(error) = act(call, used, action).await {
        tracing::error!(%error, "a moderator's button could not be served");
        failure::apologise(http, used.id, &used.token).await;
    }
}

async fn act(call: Call<'_>, used: &ComponentInteraction, action: Action) -> Result<(), Failure> {
    let admin = call.admin;
    match action {
        Action::Open { entry } => match admin.saved_draft(call.user.get(), entry.as_ref()).await? {
            Some(kept) => call.form(form::modal(&kept.draft)).await,
            None => match entry.as_ref().and_then(|id| admin.draft_of(id.as_str())) {
                Some(draft) => call.form(form::modal(&draft)).await,
                None => call.say(NOTHING_TYPED).await,
            },
        },
        Action::FromMessage => {
            let quoted = used
                .message
                .embeds
                .first()
                .and_then(|embed| embed.description.as_ref());
            let text = quoted.map(String::as_str).unwrap_or_default();
            set_apart(admin, call.user, None).await?;
            call.form(form::modal(&from_message(admin, text))).await
        }
        Action::Publish { entry, shown, over } => {
            call.acknowledge().await?;
            let Some(kept) = admin.saved_draft(call.user.get(), entry.as_ref()).await? else {
                return call.show(Page::text(NOTHING_TYPED)).await;
            };
            publish_draft(call, kept.draft, shown, over).await
        }
        Action::Discard { entry } => {
            call.acknowledge().await?;
            admin.discard_draft(call.user.get(), entry.as_ref()).await?;
            call.show(Page::text(DISCARDED)).await
        }
        Action::Change {
            change,
            entry,
            based_on,
        } => {
            call.acknowledge().await?;
            let edit = edit(change, &entry, based_on);
            publish(call, &edit, Intent::Change(change, based_on)).await
        }
        Action::Cancel => {
            call.acknowledge().await?;
            call.show(Page::text(DISCARDED)).await
        }
        Action::History { entry, page } => {
            let private = used.message.flags.is_some_and(|flags| {
                flags.contains(serenity::model::channel::MessageFlags::EPHEMERAL)
            });
            let past = admin.history(entry.as_str()).await?;
            let shown = history::history(&entry, &past, page).shown;
            // The line in the log channel stays; a history that is open turns its page.
            if private {
                call.respond(&shown.into_update()).await
            } else {
                call.respond(&shown.into_private_response()).await
            }
        }
        Action::PickRevision { entry } => {
            call.acknowledge().await?;
            let to = match picked(used) {
                Some(history::BEFORE) => None,
                Some(value) => match revision(value) {
                    Ok(Some(to)) => Some(to),
                    _ => return call.show(Page::text(FOREIGN)).await,
                },
                None => return call.show(Page::text(FOREIGN)).await,
            };
            let past = admin.history(entry.as_str()).await?;
            let latest = past.first().map(|past| past.id);
            call.show(changing(admin, Change::Undo(to), &entry, latest).await?)
                .await
        }
        // A form is no button.
        Action::Submit { .. } => call.say(FOREIGN).await,
    }
}

fn picked(used: &ComponentInteraction) -> Option<&str> {
    match &used.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}

fn edit(change: Change, entry: &EntryId, based_on: Option<RevisionId>) -> Edit {
    let entry = entry.to_string();
    match change {
        Change::Remove => Edit::Remove { entry, based_on },
        Change::Restore => Edit::Restore { entry, based_on },
        Change::Undo(to) => Edit::Undo {
            entry,
            to,
            based_on,
        },
    }
}

/// What would come of a change without a form.
///
/// # Errors
///
/// The admin's.
pub async fn changing(
    admin: ServerAdmin<'_>,
    change: Change,
    entry: &EntryId,
    based_on: Option<RevisionId>,
) -> Result<Page, citebot_engine::AdminError> {
    look(
        admin,
        &edit(change, entry, based_on),
        Intent::Change(change, based_on),
    )
    .await
}

/// What would come of an edit, to be published or not.
///
/// # Errors
///
/// The admin's.
pub async fn look(
    admin: ServerAdmin<'_>,
    edit: &Edit,
    intent: Intent<'_>,
) -> Result<Page, citebot_engine::AdminError> {
    match admin.preview(edit).await {
        Ok(preview) => Ok(preview::preview(
            &admin.snapshot().knowledge,
            &preview,
            intent,
        )),
        Err(EditError::Refused(refusal)) => Ok(refused(&refusal.to_string())),
        Err(EditError::Failed(error)) => Err(error),
        // A preview tells these rather than failing with them.
        Err(other) => Ok(refused(&other.to_string())),
    }
}

fn refused(why: &str) -> Page {
    let mut sentence: String = crate::discord::escape::formatting(why).replace("\\`", "`");
    if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
        sentence.replace_range(..1, &first);
    }
    Page::text(crate::discord::limits::truncate(
        &format!("{sentence}."),
        1_900,
    ))
}

async fn publish_draft(
    call: Call<'_>,
    mut draft: Draft,
    shown: Digest,
    over: Option<RevisionId>,
) -> Result<(), Failure> {
    if digest(&draft) != shown {
        // Typed in another form since: it has to be seen before it is published.
        let edit = Edit::Write(draft.clone());
        return call
            .show(look(call.admin, &edit, Intent::Write(&draft)).await?)
            .await;
    }
    let seen = draft.clone();
    if let Some(RevisionId(over)) = over {
        draft.based_on = Some(over);
    }
    publish(call, &Edit::Write(draft), Intent::Write(&seen)).await
}

/// Publishes, and shows what came of it: where it cannot be published, the preview tells why.
async fn publish(call: Call<'_>, edit: &Edit, intent: Intent<'_>) -> Result<(), Failure> {
    match call.admin.publish(call.user.get(), now(), edit).await {
        Ok(published) => {
            call.show(preview::published(&published)).await?;
            announce::published(call.http, call.admin, call.user, &published).await;
            Ok(())
        }
        Err(EditError::Invalid(_) | EditError::Conflict(_)) => {
            call.show(look(call.admin, edit, intent).await?).await
        }
        Err(EditError::Refused(refusal)) => call.show(refused(&refusal.to_string())).await,
        Err(EditError::Failed(error)) => Err(error.into()),
    }
}

/// Takes what was typed into a form, and shows what would come of it.
pub async fn submitted(bot: &Bot, http: &Http, sent: &ModalInteraction) {
    let Ok(CustomId::Curate(Action::Submit {
        entry,
        based_on,
        hidden,
    })) = sent.data.custom_id.parse()
    else {
        failure::say(http, sent.id, &sent.token, FOREIGN).await;
        return;
    };
    let server = (sent.guild_id, sent.member.as_ref());
    let Some(admin) = admit(bot, http, (sent.id, &sent.token), server).await else {
        return;
    };
    let call = Call {
        admin,
        http,
        id: sent.id,
        token: &sent.token,
        user: sent.user.id,
    };
    let seen = form::typed(&sent.data, hidden, &[]);
    if let Err(error) = submit(call, sent, entry, based_on, hidden).await {
        tracing::error!(%error, "a moderator's form could not be served");
        give_back(http, sent, &seen).await;
    }
}

async fn submit(
    call: Call<'_>,
    sent: &ModalInteraction,
    entry: Option<EntryId>,
    based_on: Option<RevisionId>,
    hidden: Digest,
) -> Result<(), Failure> {
    // From a button, the preview takes the place of the message that has it.
    if sent.message.is_some() {
        call.acknowledge().await?;
    } else {
        let later = serenity::builder::CreateInteractionResponseMessage::new().ephemeral(true);
        call.respond(&CreateInteractionResponse::Defer(later))
            .await?;
    }
    let admin = call.admin;
    let author = call.user.get();
    let kept = admin
        .saved_draft(author, entry.as_ref())
        .await?
        .map(|kept| kept.draft);
    let now_there = entry.as_ref().and_then(|id| admin.draft_of(id.as_str()));
    let others: Vec<_> = kept
        .iter()
        .chain(&now_there)
        .map(|draft| &draft.input)
        .collect();
    let draft = Draft {
        entry: entry.as_ref().map(EntryId::to_string),
        based_on: based_on.map(|RevisionId(id)| id),
        input: form::typed(&sent.data, hidden, &others),
        answers: kept.map(|kept| kept.answers).unwrap_or_default(),
    };
    admin.save_draft(author, &draft, now()).await?;
    let edit = Edit::Write(draft.clone());
    call.show(look(admin, &edit, Intent::Write(&draft)).await?)
        .await
}

/// What was typed, as a file, where it could not be kept or shown.
async fn give_back(http: &Http, sent: &ModalInteraction, typed: &citebot_engine::EntryInput) {
    let text = format!(
        "Question:\n{}\n\nPhrasings:\n{}\n\nAnswer:\n{}\n\nSources:\n{}\n\nTopic: {}\nResources: {}\nRelated: {}\n",
        typed.question,
        typed.phrasings,
        typed.answer,
        typed.sources,
        typed.topic,
        typed.resources,
        typed.related
    );
    let followup = Rendered::text(format!("{APOLOGY} What you typed is in the file."))
        .into_private_followup()
        .add_file(CreateAttachment::bytes(text.as_bytes(), "typed.txt"));
    if let Err(error) = sent.create_followup(http, followup).await {
        tracing::warn!(%error, "what a moderator typed could not be given back");
        failure::apologise(http, sent.id, &sent.token).await;
    }
}

/// A draft of a new entry that asks what a message says, under the topic of what comes nearest.
#[must_use]
pub fn from_message(admin: ServerAdmin<'_>, text: &str) -> Draft {
    let mut draft = Draft::default();
    draft.input.question = one_question(text);
    draft.input.topic = topic_for(admin, &draft.input.question);
    draft
}

/// As much of `text` as a question may have.
fn one_question(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line
        .chars()
        .take(crate::discord::ENTRY_LIMITS.question)
        .collect();
    cut.trim_end().to_owned()
}

/// The topic of the entry that comes nearest to `question`; empty where none does.
#[must_use]
pub fn topic_for(admin: ServerAdmin<'_>, question: &str) -> String {
    let snapshot = admin.snapshot();
    let best = snapshot.matcher.rank(question).into_iter().next();
    best.and_then(|best| snapshot.knowledge.entries().get(best.entry))
        .map_or_else(String::new, |entry| entry.topic.clone())
}

/// Before `author` begins anew: the questions that an earlier draft was to answer are not dealt
/// with by what is typed now. The draft itself stays until the form is sent.
///
/// # Errors
///
/// The admin's.
pub async fn set_apart(
    admin: ServerAdmin<'_>,
    author: UserId,
    entry: Option<&EntryId>,
) -> Result<(), citebot_engine::AdminError> {
    if let Some(kept) = admin.saved_draft(author.get(), entry).await?
        && !kept.draft.answers.is_empty()
    {
        let draft = Draft {
            answers: Vec::new(),
            ..kept.draft
        };
        admin.save_draft(author.get(), &draft, kept.at).await?;
    }
    Ok(())
}

/// What to do where `author` has begun something that is not published: the draft that was kept.
///
/// # Errors
///
/// The database's.
pub async fn begun(
    admin: ServerAdmin<'_>,
    author: UserId,
    entry: Option<&EntryId>,
) -> Result<Option<Draft>, StoreError> {
    let kept = admin.saved_draft(author.get(), entry).await?;
    Ok(kept
        .map(|kept| kept.draft)
        .filter(|draft| id_of(draft).as_ref() == entry))
}
