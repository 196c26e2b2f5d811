//! The message to a server that the bot has just joined: how to ask, and where moderators begin.

use super::app::App;
use super::delivery::send_message;
use super::http_error::describe;
use super::rendered::Rendered;
use serenity::http::Http;
use serenity::model::Permissions;
use serenity::model::channel::{ChannelType, GuildChannel};
use serenity::model::guild::Guild;
use serenity::model::id::UserId;

/// What a message needs.
const WRITE: Permissions = Permissions::VIEW_CHANNEL.union(Permissions::SEND_MESSAGES);

/// Greets `server` where the bot may write, unless the operator has switched that off.
pub async fn greet(app: &App, http: &Http, server: &Guild) {
    if !app.welcome {
        return;
    }
    let Some(channel) = place(server, app.user().await) else {
        tracing::info!("the bot may write nowhere in a new server");
        return;
    };
    let message = Rendered::text(app.welcome_text(server.id)).into_message();
    if let Err(error) = send_message(http, channel.id, message).await {
        let error = describe(&error);
        tracing::info!(error, channel = %channel.id, "a new server was not greeted");
    }
}

/// Where the server's own messages go, or else the uppermost channel, as far as the bot may write there.
fn place(server: &Guild, me: UserId) -> Option<&GuildChannel> {
    let member = server.members.get(&me)?;
    let may_write = |channel: &&GuildChannel| {
        channel.kind == ChannelType::Text
            && server.user_permissions_in(channel, member).contains(WRITE)
    };
    let system = server.system_channel_id.map(|id| server.channels.get(&id));
    let system = system.flatten().filter(may_write);
    system.or_else(|| {
        let open = server.channels.values().filter(may_write);
        open.min_by_key(|channel| (channel.position, channel.id))
    })
}

#[cfg(test)]
mod tests {
    use super::place;
    use serde_json::{Value, json};
    use serenity::model::guild::Guild;
    use serenity::model::id::UserId;

    /// Nobody may view it or write in it.
    fn closed(bit: u64) -> Value {
        json!([{"id": "1", "type": 0, "allow": "0", "deny": bit.to_string()}])
    }

    /// A server with these channels (id, kind, position, overwrites) and this system channel.
    fn server(channels: &[(u64, u8, u16, Value)], system: Option<u64>) -> Guild {
        let channel = |(id, kind, position, overwrites): &(u64, u8, u16, Value)| {
            json!({
                "id": id.to_string(), "type": kind, "guild_id": "1", "position": position,
                "name": "a", "permission_overwrites": overwrites,
            })
        };
        let channels: Vec<Value> = channels.iter().map(channel).collect();
        // View Channel and Send Messages.
        let everyone = json!({
            "id": "1", "name": "@everyone", "permissions": ((1 << 10) | (1 << 11)).to_string(),
            "color": 0, "colors": {"primary_color": 0}, "hoist": false, "managed": false, "mentionable": false, "position": 0,
        });
        let bot = json!({
            "user": {"id": "2", "username": "bot", "discriminator": "0", "avatar": null},
            "roles": [], "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false, "flags": 0,
        });
        serde_json::from_value(json!({
            "id": "1", "name": "a", "owner_id": "9", "afk_timeout": 60, "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "roles": [everyone],
            "emojis": [], "features": [], "mfa_level": 0, "system_channel_flags": 0,
            "premium_tier": 0, "preferred_locale": "en-GB", "nsfw_level": 0, "stickers": [],
            "premium_progress_bar_enabled": false, "joined_at": "2026-01-01T00:00:00Z",
            "large": false, "member_count": 2, "voice_states": [], "members": [bot],
            "channels": channels, "threads": [], "presences": [], "stage_instances": [],
            "guild_scheduled_events": [], "system_channel_id": system.map(|id| id.to_string()),
        }))
        .expect("a server")
    }

    #[test]
    fn the_system_channel_or_the_uppermost_open_one_is_chosen() {
        const TEXT: u8 = 0;
        const VOICE: u8 = 2;
        let (view, send) = (1 << 10, 1 << 11);
        for (channels, system, expected) in [
            (&[] as &[_], None, None),
            (
                &[(5, TEXT, 3, json!([])), (6, TEXT, 1, json!([]))],
                Some(5),
                Some(5),
            ),
            (
                &[(5, TEXT, 3, json!([])), (6, TEXT, 1, json!([]))],
                None,
                Some(6),
            ),
            (
                &[(5, TEXT, 0, closed(send)), (6, TEXT, 1, json!([]))],
                Some(5),
                Some(6),
            ),
            (
                &[(5, TEXT, 0, closed(view)), (6, VOICE, 1, json!([]))],
                None,
                None,
            ),
        ] {
            let server = server(channels, system);
            let found = place(&server, UserId::new(2)).map(|channel| channel.id.get());
            assert_eq!(found, expected, "{channels:?} {system:?}");
        }
    }
}
