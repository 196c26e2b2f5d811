//! Bots that run in the test's own process.

use crate::discord::ScriptedDiscord;
use std::fmt::Debug;
use std::sync::Arc;
use tokio::task::AbortHandle;

/// A bot in a task. The task is aborted when this is dropped.
#[derive(Debug)]
#[must_use = "the bot ends when this is dropped"]
pub struct BotTask(AbortHandle);

impl BotTask {
    /// Runs a bot, for instance `async move { client.start().await }`. All waiting in the scripted
    /// Discord ends with a panic when the bot ends or panics.
    ///
    /// serenity runs event handlers in tasks of their own: a panic in one of them is not noticed.
    pub fn spawn<B>(discord: &ScriptedDiscord, bot: B) -> Self
    where
        B: Future<Output: Debug + Send> + Send + 'static,
    {
        let shared = Arc::clone(discord.shared());
        let bot = tokio::spawn(bot);
        let abort = bot.abort_handle();
        tokio::spawn(async move {
            let end = match bot.await {
                Ok(output) => format!("the bot ended with {output:?}"),
                Err(error) if error.is_cancelled() => return,
                Err(error) => format!("the bot ended: {error}"),
            };
            shared.change(|state| state.unexpected_end = Some(end));
        });
        Self(abort)
    }
}

impl Drop for BotTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}
