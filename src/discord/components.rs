//! Buttons and menus under the bot's messages.

use super::bot::Bot;
use super::curate::respond;
use super::custom_id::{CustomId, TopicKey};
use super::failure;
use super::render::{self, Feedback, Rendered};
use super::{review, votes};
use citebot_core::knowledge::Knowledge;
use serenity::builder::CreateInteractionResponse;
use serenity::http::Http;
use serenity::model::Permissions;
use serenity::model::application::{
    ComponentInteraction, ComponentInteractionDataKind, ModalInteraction,
};
use serenity::model::channel::MessageFlags;
use serenity::model::id::UserId;

/// Said to a button of another version.
pub const FOREIGN: &str = "That button is from an older version. Ask again.";
/// Said where the entry that is wanted is not there any more.
pub const GONE: &str = "That is no longer in the FAQ. Ask again.";
const NOT_YOURS: &str = "Only the person who asked, or a moderator, can take this away.";

/// Does what the button or menu says.
pub async fn handle(bot: &Bot, http: &Http, used: &ComponentInteraction) {
    let response = match used.data.custom_id.parse() {
        Ok(CustomId::Dismiss { asker }) => return dismiss(http, used, asker).await,
        Ok(CustomId::Curate(action)) => return respond::component(bot, http, used, action).await,
        Ok(CustomId::Vote {
            vote,
            entry,
            question,
        }) => return votes::vote(bot, http, used, vote, &entry, question).await,
        Ok(CustomId::NotAsked {
            asker,
            question,
            entry,
        }) => return votes::not_asked(bot, http, used, asker, question, &entry).await,
        Ok(
            custom_id @ (CustomId::Review { .. }
            | CustomId::ReviewAnswer { .. }
            | CustomId::ReviewById { .. }
            | CustomId::ReviewNew { .. }
            | CustomId::ReviewIgnore { .. }),
        ) => return review::handle(bot, http, used, custom_id).await,
        Ok(custom_id) => {
            let snapshot = bot.snapshot(used.guild_id);
            let votes = bot.keeps(used.guild_id);
            respond(&snapshot.knowledge, used, custom_id, votes)
        }
        Err(foreign) => {
            tracing::debug!(%foreign, "a button cannot be served");
            Rendered::text(FOREIGN).into_private_response()
        }
    };
    if let Err(error) = used.create_response(http, response).await {
        tracing::warn!(%error, "a button could not be answered");
        failure::apologise(http, used.id, &used.token).await;
    }
}

/// Takes a form that was sent.
pub async fn handle_form(bot: &Bot, http: &Http, sent: &ModalInteraction) {
    match sent.data.custom_id.parse() {
        Ok(CustomId::ReviewById { question }) => {
            review::submitted(bot, http, sent, question).await;
        }
        _ => respond::submitted(bot, http, sent).await,
    }
}

fn respond(
    knowledge: &Knowledge,
    used: &ComponentInteraction,
    custom_id: CustomId,
    votes: bool,
) -> CreateInteractionResponse {
    let feedback = Feedback {
        votes,
        ..Feedback::default()
    };
    let shown = |entry| render::answer_with(knowledge, entry, &feedback);
    match custom_id {
        CustomId::Suggestion {
            entry,
            asker,
            question,
        } => match knowledge.entry(entry.as_str()) {
            // The asker's choice takes the place of the question back, for all to see; somebody
            // else's curiosity is their own.
            Some(entry) if used.user.id == asker => {
                let feedback = Feedback {
                    votes,
                    question: question.map(|question| (asker, question)),
                    dismiss: (!is_private(used)).then_some(asker),
                };
                render::answer_with(knowledge, entry, &feedback).into_update()
            }
            Some(entry) => shown(entry).into_private_response(),
            None => gone(),
        },
        CustomId::Related { entry } => match knowledge.entry(entry.as_str()) {
            Some(entry) if is_private(used) => shown(entry).into_update(),
            Some(entry) => shown(entry).into_private_response(),
            None => gone(),
        },
        CustomId::PickEntry => match picked(used).and_then(|id| knowledge.entry(id)) {
            Some(entry) => shown(entry).into_private_response(),
            None => gone(),
        },
        CustomId::Browse { topic, page } => match topic {
            None => render::browse(knowledge, None, page).into_update(),
            Some(key) => match topic_of(knowledge, key) {
                Some(topic) => render::browse(knowledge, Some(topic), page).into_update(),
                None => gone(),
            },
        },
        CustomId::PickTopic => {
            let key: Option<TopicKey> = picked(used).and_then(|key| key.parse().ok());
            let topic = key.and_then(|key| topic_of(knowledge, key));
            render::browse(knowledge, topic, 0).into_update()
        }
        CustomId::Articles { page } => render::articles(knowledge, page).into_update(),
        CustomId::Article { article, page } => match knowledge.article(article.as_str()) {
            Some(article) => render::article(knowledge, article, page).into_update(),
            None => gone(),
        },
        CustomId::PickArticle => match picked(used).and_then(|id| knowledge.article(id)) {
            Some(article) => render::article(knowledge, article, 0).into_private_response(),
            None => gone(),
        },
        CustomId::Toolkit { page } => render::toolkit(knowledge, page).into_update(),
        // Taken care of before.
        CustomId::Dismiss { .. }
        | CustomId::Curate(_)
        | CustomId::Vote { .. }
        | CustomId::NotAsked { .. }
        | CustomId::Review { .. }
        | CustomId::ReviewAnswer { .. }
        | CustomId::ReviewById { .. }
        | CustomId::ReviewNew { .. }
        | CustomId::ReviewIgnore { .. } => CreateInteractionResponse::Acknowledge,
    }
}

fn gone() -> CreateInteractionResponse {
    Rendered::text(GONE).into_private_response()
}

fn topic_of(knowledge: &Knowledge, key: TopicKey) -> Option<&str> {
    knowledge
        .topics()
        .into_iter()
        .find(|topic| TopicKey::of(topic) == key)
}

/// The value chosen in a menu.
pub fn picked(used: &ComponentInteraction) -> Option<&str> {
    match &used.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values.first().map(String::as_str),
        _ => None,
    }
}

/// Whether only one person sees the message.
fn is_private(used: &ComponentInteraction) -> bool {
    used.message
        .flags
        .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

/// Deletes the message for the asker and for moderators.
async fn dismiss(http: &Http, used: &ComponentInteraction, asker: UserId) {
    let moderator = used
        .member
        .as_ref()
        .and_then(|member| member.permissions)
        .is_some_and(|permissions| {
            permissions.intersects(Permissions::MANAGE_MESSAGES | Permissions::ADMINISTRATOR)
        });
    if used.user.id != asker && !moderator {
        failure::say(http, used.id, &used.token, NOT_YOURS).await;
        return;
    }
    if let Err(error) = used
        .create_response(http, CreateInteractionResponse::Acknowledge)
        .await
    {
        tracing::warn!(%error, "a button could not be answered");
        failure::apologise(http, used.id, &used.token).await;
        return;
    }
    // Through the interaction rather than the channel: that also works where the bot is not a
    // member, in direct messages between people and servers it was not invited to.
    if let Err(error) = used.delete_response(http).await {
        tracing::warn!(%error, "a reply could not be taken away");
        failure::say_after(http, &used.token, failure::APOLOGY).await;
    }
}
