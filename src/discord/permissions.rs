//! Permissions of moderators. Discord hides the commands from others, but a server can change that,
//! and a button or modal may reach somebody else: every interaction is checked here again.

use super::app::App;
use super::responder::{HandlerError, sentences};
use citebot_engine::ServerAdmin;
use serenity::model::Permissions;
use serenity::model::guild::Member;
use serenity::model::id::GuildId;

/// One of these is needed to edit entries. Discord at first hides `/curate` from those without
/// Manage Messages; a server can show it to more roles under Integrations, but they still need one
/// of these.
const EDIT_ENTRIES: Permissions = Permissions::MANAGE_MESSAGES
    .union(Permissions::MANAGE_GUILD)
    .union(Permissions::ADMINISTRATOR);

/// One of these is needed to change the server's settings.
const CHANGE_SETTINGS: Permissions = Permissions::MANAGE_GUILD.union(Permissions::ADMINISTRATOR);

/// One of these is needed to delete a reply to somebody else.
const DELETE_REPLIES: Permissions = Permissions::MANAGE_MESSAGES.union(Permissions::ADMINISTRATOR);

/// Whether the member may edit entries; nobody may outside a server.
#[must_use]
pub fn may_edit_entries(member: Option<&Member>) -> bool {
    has_one(member, EDIT_ENTRIES)
}

/// Whether the member may change the server's settings.
#[must_use]
pub fn may_change_settings(member: Option<&Member>) -> bool {
    has_one(member, CHANGE_SETTINGS)
}

/// Whether the member may delete replies to others.
#[must_use]
pub fn may_delete_replies(member: Option<&Member>) -> bool {
    has_one(member, DELETE_REPLIES)
}

/// By the permissions that came with the interaction, which Discord worked out for the channel.
fn has_one(member: Option<&Member>, wanted: Permissions) -> bool {
    member
        .and_then(|member| member.permissions)
        .is_some_and(|has| has.intersects(wanted))
}

/// Editing access to `server`, for a member who may have it.
///
/// # Errors
///
/// A refusal for everybody else, and where there is no server or no store.
pub fn admin<'a>(
    app: &'a App,
    server: Option<GuildId>,
    member: Option<&Member>,
) -> Result<ServerAdmin<'a>, HandlerError> {
    let admin = server.and_then(|server| app.admin(server));
    let admin = admin.ok_or_else(|| HandlerError::refused(sentences::NO_STORE))?;
    if !app.may_curate(server, member) {
        return Err(HandlerError::refused(sentences::NOT_A_MODERATOR));
    }
    Ok(admin)
}

#[cfg(test)]
mod tests {
    use super::{may_change_settings, may_delete_replies, may_edit_entries};
    use serde_json::json;
    use serenity::model::Permissions;
    use serenity::model::guild::Member;

    fn member(permissions: Option<Permissions>) -> Member {
        let mut member = json!({
            "user": {"id": "1", "username": "name", "discriminator": "0", "avatar": null},
            "roles": [], "joined_at": null, "deaf": false, "mute": false, "flags": 0,
            "guild_id": "3",
        });
        if let Some(permissions) = permissions {
            member["permissions"] = permissions.bits().to_string().into();
        }
        serde_json::from_value(member).unwrap()
    }

    #[test]
    fn who_may_what() {
        for (permissions, edit, settings, delete) in [
            (None, false, false, false),
            (Some(Permissions::empty()), false, false, false),
            (Some(Permissions::SEND_MESSAGES), false, false, false),
            (Some(Permissions::MANAGE_MESSAGES), true, false, true),
            (Some(Permissions::MANAGE_GUILD), true, true, false),
            (Some(Permissions::ADMINISTRATOR), true, true, true),
        ] {
            let member = member(permissions);
            let member = Some(&member);
            assert_eq!(may_edit_entries(member), edit, "{permissions:?}");
            assert_eq!(may_change_settings(member), settings, "{permissions:?}");
            assert_eq!(may_delete_replies(member), delete, "{permissions:?}");
        }
        assert!(!may_edit_entries(None));
        assert!(!may_change_settings(None));
        assert!(!may_delete_replies(None));
    }
}
