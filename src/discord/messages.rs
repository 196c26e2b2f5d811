//! Messages: whether to answer one, and the answer.

use super::addressing::{self, Address, Asked};
use super::app::App;
use super::channels::ChannelKind;
use super::delivery::Delivery;
use super::error_id::ErrorId;
use super::http_error::describe;
use super::manners::{self, Overheard};
use super::render::{self, Asker};
use super::rendered::{Ping, Rendered, Visibility};
use super::responder::sentences::apology;
use super::sent_replies::SentReplies;
use super::shadow;
use citebot_core::knowledge::EntryId;
use citebot_core::matcher::is_greeting;
use citebot_engine::Answered;
use serenity::builder::GetMessages;
use serenity::http::Http;
use serenity::model::channel::Message;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::JoinError;
use tokio::time::Instant;

/// Answers `message` if it addresses the bot, or if the bot listens there and is sure of the answer.
pub async fn handle(app: &App, http: &Http, message: &Message) {
    let came = Instant::now();
    if addressing::is_by_a_person(message)
        && !handle_addressed(app, http, message, came).await
        && let Some(reply) = unprompted(app, http, message, Manners::Heeded).await
    {
        send(app, http, message, came, vec![reply]).await;
    }
}

/// Answers a person's `message`, which came at `came`, if it addresses the bot. Returns whether it
/// does.
pub async fn handle_addressed(app: &App, http: &Http, message: &Message, came: Instant) -> bool {
    let Some(replies) = replies_if_addressed(app, message).await else {
        return false;
    };
    send(app, http, message, came, replies).await;
    true
}

/// The replies to a message that had others before it was edited.
pub async fn replies_to_edited(app: &App, http: &Http, message: &Message) -> Vec<Rendered> {
    match replies_if_addressed(app, message).await {
        Some(replies) => replies,
        None => {
            let reply = unprompted(app, http, message, Manners::Settled).await;
            reply.into_iter().collect()
        }
    }
}

/// The replies to a message that addresses the bot; `None` if it does not.
async fn replies_if_addressed(app: &App, message: &Message) -> Option<Vec<Rendered>> {
    let bot = app.identity(message.guild_id).await;
    let address = addressing::address(message, bot)?;
    Some(prompted(app, message, address, addressing::asked(message, bot)).await)
}

async fn send(app: &App, http: &Http, message: &Message, came: Instant, replies: Vec<Rendered>) {
    if replies.is_empty() {
        return;
    }
    let sent = Arc::new(Mutex::new(SentReplies {
        message: Box::new(message.clone()),
        came,
        replies: Vec::new(),
        sent: 0,
    }));
    // Whoever edits the message now is answered after this.
    let mut sending = sent.lock().await;
    app.answered.note(message.id, Arc::clone(&sent));
    send_all(app, http, &mut sending, replies, came).await;
}

/// Sends `replies` to the message of `sent`, which was written or edited at `asked`, and adds them there.
pub async fn send_all(
    app: &App,
    http: &Http,
    sent: &mut SentReplies,
    replies: Vec<Rendered>,
    asked: Instant,
) {
    for reply in replies {
        // One ping is enough for several answers.
        let ping = if sent.sent == 0 {
            Ping::Asker
        } else {
            Ping::Nobody
        };
        let delivery = Delivery {
            channel: sent.message.channel_id,
            question: sent.message.id,
            at: sent.sent,
            asked,
        };
        sent.sent += 1;
        let reply = reply.into_reply(&sent.message, ping);
        match delivery
            .send(&app.requests, http, &app.metrics, reply)
            .await
        {
            Ok(id) => sent.replies.extend(id),
            Err(error) => {
                tracing::warn!(%error, channel = %sent.message.channel_id, "a reply could not be sent");
                return;
            }
        }
    }
}

/// Whether an unprompted answer has to be welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manners {
    /// It must not interrupt people, and not come too often.
    Heeded,
    /// There is an answer already, in whose place it comes.
    Settled,
}

const HIDDEN: &str = "Discord does not show me that message. Put the question next to the mention, \
     or use Apps → Answer from the FAQ in the message's menu.";

/// The replies to a message that addresses the bot: one, unless it asks several questions.
async fn prompted(app: &App, message: &Message, address: Address, asked: Asked) -> Vec<Rendered> {
    // A reply or direct message without text is a picture or a sticker, and asks nothing.
    if asked == Asked::Nothing && address != Address::Mention {
        return Vec::new();
    }
    if !app.allow_question(message.author.id) {
        tracing::debug!(channel = %message.channel_id, "someone asks too fast, not answered");
        return Vec::new();
    }
    match asked {
        Asked::Question(question) => {
            let answers = answer(app, message, question, address).await;
            answers.unwrap_or_else(|error| {
                tracing::error!(%error, "a message was not answered");
                vec![Rendered::text(apology(ErrorId::of(message.id.get())))]
            })
        }
        Asked::Hidden => vec![Rendered::text(HIDDEN)],
        Asked::Nothing => vec![app.help(message.guild_id)],
    }
}

async fn answer(
    app: &App,
    message: &Message,
    question: String,
    address: Address,
) -> Result<Vec<Rendered>, JoinError> {
    let surface = match address {
        Address::Mention => "mention",
        Address::Reply => "reply",
        Address::Direct => "direct",
    };
    if is_greeting(&question) {
        return Ok(vec![app.help(message.guild_id)]);
    }
    let may_be_thanks = address == Address::Reply && addressing::is_remark(&question);
    let previous = previous(app, message).await;
    let answers = app.ask_each(message.guild_id, previous, question).await?;
    // "Thanks" is no question: it is neither logged nor told that the FAQ has no answer.
    if may_be_thanks && answers.iter().all(|one| one.entry().is_none()) {
        return Ok(Vec::new());
    }
    let replies = answers.iter().map(|one| reply(app, message, one, surface));
    Ok(replies.collect())
}

/// The entry of the bot's answer that `message` replies to, if it does.
async fn previous(app: &App, message: &Message) -> Option<EntryId> {
    let replied_to = message.referenced_message.as_deref()?;
    let is_own = replied_to.author.id == app.user().await;
    is_own.then(|| render::answered_entry(replied_to)).flatten()
}

/// Logs the question of `message` and renders the reply to it.
fn reply(app: &App, message: &Message, answered: &Answered, surface: &'static str) -> Rendered {
    if let Some(entry) = answered.entry() {
        app.note_answer(message.channel_id, entry);
    }
    let asker = Asker {
        user: message.author.id,
        question: app.log(answered, surface),
        visibility: Visibility::Public,
    };
    render::reply(
        answered,
        &app.links(),
        asker,
        app.keeps_votes(message.guild_id),
    )
}

/// The reply to a message that does not address the bot: only where it listens, and only when it is
/// sure of the answer.
async fn unprompted(
    app: &App,
    http: &Http,
    message: &Message,
    manners: Manners,
) -> Option<Rendered> {
    if !app.message_content || manners::is_between_people(message) {
        return None;
    }
    let questions = match possible_questions(app, http, message).await {
        Ok(questions) => questions,
        Err(error) => {
            let error = describe(&error);
            tracing::warn!(error, channel = %message.channel_id, "cannot tell whether to listen");
            return None;
        }
    };
    let in_shadow = app.settings(message.guild_id).shadow == Some(true);
    for question in questions {
        if question.trim().is_empty() {
            continue;
        }
        let asked = app.ask_overheard(message.guild_id, question, in_shadow);
        let answered = asked.await?;
        if let Some(entry) = answered.entry() {
            let what = Overheard {
                server: message.guild_id,
                channel: message.channel_id,
                author: message.author.id,
                entry,
            };
            let allowed = manners == Manners::Settled
                || !interrupts(app, http, message).await && app.allow_unprompted_answer(what);
            if allowed && in_shadow {
                shadow::report(app, http, message, &answered).await;
                return None;
            }
            return allowed.then(|| reply(app, message, &answered, "channel"));
        }
    }
    None
}

/// Whether an answer to `message` would interrupt people who talk in a thread. If Discord does not say what
/// was written there, it would.
async fn interrupts(app: &App, http: &Http, message: &Message) -> bool {
    let channel = message.channel_id;
    let earlier = async {
        if app.channels.kind(channel, http).await? == ChannelKind::Channel {
            return Ok(Vec::new());
        }
        let request = GetMessages::new().before(message.id).limit(MAX_EARLIER);
        channel.messages(http, request).await
    };
    match earlier.await {
        Ok(earlier) => manners::is_a_conversation(message, &earlier),
        Err(error) => {
            let error = describe(&error);
            tracing::debug!(error, %channel, "cannot tell who talks in a thread");
            true
        }
    }
}

/// How many earlier messages of a thread are looked at.
const MAX_EARLIER: u8 = 50;

/// The questions that `message` may ask, to be tried in this order; none where the bot does not
/// listen. A new forum post asks by its title, by its text (the title may be "Help!"), or by both.
async fn possible_questions(
    app: &App,
    http: &Http,
    message: &Message,
) -> serenity::Result<Vec<String>> {
    let channel = message.channel_id;
    let text = message.content.clone();
    if app.listens_in(message.guild_id, channel) {
        return Ok(vec![text]);
    }
    let ChannelKind::Thread { parent, name } = app.channels.kind(channel, http).await? else {
        return Ok(Vec::new());
    };
    if !app.listens_in(message.guild_id, parent) {
        return Ok(Vec::new());
    }
    // The first message of a forum post has the id of its thread.
    if message.id.get() == channel.get() {
        let both = format!("{name}\n{text}");
        return Ok(vec![name.to_string(), text, both]);
    }
    Ok(vec![text])
}
