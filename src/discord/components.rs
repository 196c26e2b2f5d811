//! Buttons and menus → their handlers.

use super::app::App;
use super::custom_id::{CustomId, MemberAction};
use super::responder::{HandlerError, Responder};
use super::{browsing, curate, feedback, posting, review};
use citebot_store::Vote;
use serenity::model::application::ComponentInteraction;

/// Does what the button or menu says.
///
/// # Errors
///
/// The handler's; a refusal for a button of another version.
pub async fn handle(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
) -> Result<(), HandlerError> {
    match used.data.custom_id.parse()? {
        CustomId::Member(action) => member_action(app, responder, used, action).await,
        CustomId::Review(action) => review::handle(app, responder, used, action).await,
        CustomId::Curate(action) => curate::handle(app, responder, used, action).await,
    }
}

async fn member_action(
    app: &App,
    responder: Responder<'_>,
    used: &ComponentInteraction,
    action: MemberAction,
) -> Result<(), HandlerError> {
    match action {
        MemberAction::Suggestion { asker, entry } => {
            browsing::suggestion(app, responder, used, asker, None, &entry).await
        }
        MemberAction::LoggedSuggestion {
            asker,
            question,
            entry,
        } => browsing::suggestion(app, responder, used, asker, Some(question), &entry).await,
        MemberAction::NoneOfThese { asker, question } => {
            feedback::none_of_these(app, responder, used, asker, question).await
        }
        MemberAction::VoteUp { question, entry } => {
            feedback::vote(app, responder, used, Vote::Up, question, &entry).await
        }
        MemberAction::VoteDown { question, entry } => {
            feedback::vote(app, responder, used, Vote::Down, question, &entry).await
        }
        MemberAction::NotWhatIAsked {
            asker,
            question,
            entry,
        } => feedback::not_what_i_asked(app, responder, used, asker, question, &entry).await,
        MemberAction::Dismiss { asker } => feedback::dismiss(responder, used, asker).await,
        MemberAction::Related { entry } => browsing::related(app, responder, used, &entry).await,
        MemberAction::Post {
            message,
            question,
            entry,
        } => {
            let entry = entry.as_str();
            posting::post(app, responder, used, message, question, entry).await
        }
        MemberAction::PostPicked { message, question } => {
            posting::post_picked(app, responder, used, message, question).await
        }
        MemberAction::PickEntry {} => browsing::pick_entry(app, responder, used).await,
        MemberAction::Browse { page, topic } => {
            browsing::entries(app, responder, used, topic, page).await
        }
        MemberAction::PickTopic {} => browsing::pick_topic(app, responder, used).await,
        MemberAction::Articles { page } => browsing::articles(app, responder, used, page).await,
        MemberAction::Article { page, article } => {
            browsing::article(app, responder, used, &article, page).await
        }
        MemberAction::PickArticle {} => browsing::pick_article(app, responder, used).await,
        MemberAction::Citations { page, entry } => {
            browsing::citations(app, responder, used, &entry, page).await
        }
        MemberAction::Toolkit { page } => browsing::toolkit(app, responder, used, page).await,
    }
}
