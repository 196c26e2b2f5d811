//! Messages that were answered and then edited or deleted.

use super::app::App;
use super::delivery;
use super::http_error::describe;
use super::messages;
use super::rendered::Rendered;
use serenity::http::Http;
use serenity::model::event::MessageUpdateEvent;
use serenity::model::id::{ChannelId, MessageId};
use std::time::Duration;
use tokio::time::Instant;

/// An answer to a later edit would surprise who has read on.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Answers an edited message again, in place of the replies to it. If it has no answer now, they are
/// deleted. Does nothing for a message that had no reply, or that came more than five minutes ago.
pub async fn answer_again(app: &App, http: &Http, event: &MessageUpdateEvent) {
    let Some(sent) = app.answered.get(event.id) else {
        return;
    };
    let mut sent = sent.lock().await;
    let mut message = sent.message.clone();
    event.apply_to_message(&mut message);
    // Discord tells of other changes too, such as the preview of a link.
    if message.content == sent.message.content || sent.came.elapsed() > MAX_AGE {
        return;
    }
    let mut replies = messages::replies_to_edited(app, http, &message).await;
    sent.message = message;
    let added = replies.split_off(replies.len().min(sent.replies.len()));
    let dropped = sent.replies.split_off(replies.len());
    for (id, reply) in sent.replies.iter().zip(replies) {
        edit(http, event.channel_id, *id, reply).await;
    }
    for id in dropped {
        delete(http, event.channel_id, id).await;
    }
    messages::send_all(app, http, &mut sent, added, Instant::now()).await;
}

/// Deletes the replies to a deleted message.
pub async fn follow_deletion(app: &App, http: &Http, message: MessageId) {
    if let Some(sent) = app.answered.take(message) {
        let sent = sent.lock().await;
        for reply in &sent.replies {
            delete(http, sent.message.channel_id, *reply).await;
        }
    }
}

async fn edit(http: &Http, channel: ChannelId, id: MessageId, reply: Rendered) {
    let edited = delivery::edit_message(http, channel, id, reply.into_message_edit()).await;
    if let Err(error) = edited {
        let error = describe(&error);
        tracing::warn!(error, "a reply to an edited message could not be changed");
    }
}

async fn delete(http: &Http, channel: ChannelId, id: MessageId) {
    if let Err(error) = delivery::delete_message(http, channel, id).await {
        let error = describe(&error);
        tracing::warn!(error, "a reply could not be deleted with its question");
    }
}
