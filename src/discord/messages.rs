//! A message: whether to answer it, and the answer.

use super::bot::{Bot, MatchingFailed};
use super::failure;
use super::places::Place;
use super::question::{self, Address, Asked};
use super::render::{self, Feedback, Rendered};
use citebot_core::answer::{Prompting, Reply};
use citebot_core::knowledge::Entry;
use citebot_engine::Snapshot;
use citebot_store::QuestionId;
use serenity::http::Http;
use serenity::model::channel::Message;

/// Answers `message` if it asks the bot, or if it is written where the bot listens and the FAQ
/// surely answers it.
pub async fn handle(bot: &Bot, http: &Http, message: &Message) {
    if !question::by_a_person(message) {
        return;
    }
    let me = bot.me().await;
    let role = message.guild_id.and_then(|server| bot.role(server));
    let address = question::address(message, me, role);
    if address == Address::None {
        overheard(bot, http, message).await;
        return;
    }
    let asked = question::asked(message, me, role);
    // A reply or direct message without text is a picture or a sticker: nothing was asked.
    if asked == Asked::Nothing && address != Address::Mention {
        return;
    }
    if !bot.may_ask(message.author.id) {
        tracing::debug!(channel = %message.channel_id, "someone asks too fast, not answered");
        return;
    }
    let reply = match asked {
        Asked::Question(question) => match prompted(bot, message, question, address).await {
            Ok(Some(reply)) => reply,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "a message was not answered");
                Rendered::text(failure::APOLOGY)
            }
        },
        Asked::Hidden => Rendered::text(HIDDEN),
        Asked::Nothing => render::help(&bot.snapshot(message.guild_id).knowledge),
    };
    send(http, message, reply).await;
}

const HIDDEN: &str = "Discord does not show me that message. Put the question next to the mention, \
     or use Apps → Answer from the FAQ in the message's menu.";

async fn prompted(
    bot: &Bot,
    message: &Message,
    question: String,
    address: Address,
) -> Result<Option<Rendered>, MatchingFailed> {
    let asker = message.author.id;
    let remark = address == Address::Reply && question::is_remark(&question);
    let answered = bot
        .ask(message.guild_id, question, Prompting::Prompted)
        .await?;
    // Thanks are no question that went unanswered.
    if remark && !matches!(answered.reply, Reply::Answer { .. }) {
        return Ok(None);
    }
    let surface = match address {
        Address::Mention | Address::None => "mention",
        Address::Reply => "reply",
        Address::Direct => "direct",
    };
    let question = bot.log(&answered, surface);
    let snapshot = answered.snapshot;
    Ok(match answered.reply {
        Reply::Answer { best, .. } => Some(answer(bot, message, &snapshot, &best.entry, question)),
        Reply::Suggest { suggestions } => {
            Some(render::suggestions(&suggestions, asker, question, true))
        }
        Reply::Unknown { .. } => Some(render::unknown("", Some(asker))),
    })
}

/// The entry of `snapshot` in answer to `message`, whose question is logged as `question`.
fn answer(
    bot: &Bot,
    message: &Message,
    snapshot: &Snapshot,
    entry: &Entry,
    question: Option<QuestionId>,
) -> Rendered {
    let asker = message.author.id;
    let feedback = Feedback {
        votes: bot.keeps(message.guild_id),
        question: question.map(|question| (asker, question)),
        dismiss: Some(asker),
    };
    render::answer_with(&snapshot.knowledge, entry, &feedback)
}

/// A message to nobody or somebody else, which is answered only where the bot listens.
async fn overheard(bot: &Bot, http: &Http, message: &Message) {
    if !bot.hears {
        return;
    }
    let questions = match questions(bot, http, message).await {
        Ok(questions) => questions,
        Err(error) => {
            tracing::warn!(%error, channel = %message.channel_id, "cannot tell whether to listen");
            return;
        }
    };
    for question in questions {
        if question.trim().is_empty() {
            continue;
        }
        let prompting = Prompting::Unprompted;
        let answered = match bot.ask(message.guild_id, question, prompting).await {
            Ok(answered) => answered,
            Err(error) => {
                tracing::error!(%error, "an overheard message was not read");
                return;
            }
        };
        if let Reply::Answer { best, .. } = &answered.reply {
            if bot.may_speak(message.guild_id, message.channel_id) {
                let question = bot.log(&answered, "channel");
                let reply = answer(bot, message, &answered.snapshot, &best.entry, question);
                send(http, message, reply).await;
            }
            return;
        }
    }
}

/// What `message` may ask, tried in this order; nothing where the bot does not listen. A new forum
/// post asks by its title, by its text ("Help!" is a title too), or by both together.
async fn questions(bot: &Bot, http: &Http, message: &Message) -> serenity::Result<Vec<String>> {
    let channel = message.channel_id;
    let text = message.content.clone();
    if bot.listens_in(message.guild_id, channel) {
        return Ok(vec![text]);
    }
    let Place::Thread { parent, name } = bot.places.find(channel, http).await? else {
        return Ok(Vec::new());
    };
    if !bot.listens_in(message.guild_id, parent) {
        return Ok(Vec::new());
    }
    // The first message of a forum post has the id of its thread.
    if message.id.get() == channel.get() {
        let both = format!("{name}\n{text}");
        return Ok(vec![name.to_string(), text, both]);
    }
    Ok(vec![text])
}

async fn send(http: &Http, asked: &Message, reply: Rendered) {
    let message = reply.into_message(asked);
    if let Err(error) = asked.channel_id.send_message(http, message).await {
        tracing::warn!(%error, channel = %asked.channel_id, "a reply could not be sent");
    }
}
