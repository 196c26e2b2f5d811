//! Interactions: beginning one, and seeing what came of it.

use super::State;
use crate::interaction::{Interaction, InteractionKind, ResponseKind};
use crate::model::{BOT_ID, Guild, INTERACTION_TOKEN};
use crate::wire::{LOADING, flags};
use serde_json::{Value, json};

impl State {
    /// Sends an interaction to the bot and gives its id. `guild` is the one whose permissions the
    /// user has; `source` the message whose component was used.
    pub(crate) fn begin_interaction(
        &mut self,
        kind: InteractionKind,
        channel: u64,
        user: u64,
        guild: u64,
        data: &Value,
        source: Option<u64>,
    ) -> u64 {
        let id = self.new_id();
        let token = format!("{INTERACTION_TOKEN}{id}");
        let place = self
            .channel(channel)
            .cloned()
            .unwrap_or_else(|| panic!("no channel {channel}"));
        let account = self.user(user).clone();
        let permissions = self.permissions(guild, user);
        let mut event = json!({
            "id": id.to_string(),
            "application_id": BOT_ID.to_string(),
            "type": kind as u8,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": channel.to_string(),
            "channel": place.partial(Some(&account), permissions),
            "locale": "en-GB",
            "app_permissions": permissions.to_string(),
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
        });
        if let Some(guild) = place.guild {
            event["guild_id"] = guild.to_string().into();
            event["guild"] = json!({"id": guild.to_string(), "locale": "en-GB", "features": []});
            event["guild_locale"] = "en-GB".into();
            event["member"] = Guild::member(&account, Some(permissions));
            let home = self.guilds.iter().find(|home| home.id == guild);
            let roles = home.and_then(|home| home.roles.get(&user));
            let roles = roles.into_iter().flatten().map(u64::to_string);
            event["member"]["roles"] = roles.collect();
            event["authorizing_integration_owners"] = json!({"0": guild.to_string()});
            event["context"] = 0.into();
        } else {
            event["user"] = account.json();
            event["authorizing_integration_owners"] = json!({"0": "0"});
            event["context"] = 1.into();
        }
        if let Some(source) = source {
            let message = self.messages.get(&source);
            event["message"] = message
                .cloned()
                .unwrap_or_else(|| panic!("message {source} is gone"));
        }
        let interaction = Interaction {
            token,
            channel,
            user,
            source,
            ..Interaction::default()
        };
        self.interactions.insert(id, interaction);
        // Interactions need no intent.
        self.dispatch("INTERACTION_CREATE", place.guild, 0, |_| event.clone());
        id
    }

    /// The first response to an interaction and the message that shows it, once a deferred
    /// response has been filled in or given up.
    pub(crate) fn settled(&self, interaction: u64) -> Option<(ResponseKind, Value, Option<u64>)> {
        let interaction = self.interactions.get(&interaction)?;
        let (kind, data) = interaction.callback.clone()?;
        let message = interaction.original.and_then(|id| self.messages.get(&id));
        let settled = match kind {
            ResponseKind::DeferredMessage => message.is_none_or(|m| flags(m) & LOADING == 0),
            ResponseKind::DeferredUpdate => interaction.acted,
            _ => true,
        };
        settled.then_some((
            kind,
            data,
            interaction.original.filter(|_| message.is_some()),
        ))
    }
}
